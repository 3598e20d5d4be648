#ifndef GREENROOM_COLD_STACKS_H_
#define GREENROOM_COLD_STACKS_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>

#include "engine.h"
#include "native_stack.h"
#include "ring_mark.h"
#include "thread_state.h"

namespace greenroom {

// Parked stacks that no scavenge has to visit (docs/generational-stacks.md).
//
// V8 walks over its ring of parked threads in every collection. But a parked
// stack does not run, so it gets hold of nothing new, and what it holds leaves
// the young generation: a scavenge moves each young object that it reaches, and
// at the second time into the old generation. A scavenge that has visited a
// stack and has changed not one word of it has found nothing young there, and
// after a full collection nothing is young at all. Such a stack is cold until it
// runs again.
//
// The ring is kept in order, with three marks:
//
//   V8's anchor, V8's own and others', begin, warm ones, middle, cold ones, end
//
// A walk of a scavenge is led from the middle to the end, and nothing else is:
// other collections move old objects, and the deoptimizer, the debugger and heap
// snapshots look at frames. The marks see it happen: `begin` holds a bait, a
// young object, which a scavenge moves when it visits it. A walk that reaches
// the middle with the bait where it was is not a scavenge's. One that has moved
// it is a scavenge's or the last pass of a compaction, which another walk
// precedes; so only the first walk after V8 has announced a scavenge counts.
// Nothing depends on what others' callbacks do before and after the walk.
class ColdStacks {
 public:
  // Both are kept alive until the isolate is gone.
  ColdStacks(v8::Isolate* isolate, const ThreadStateLayout* v8, ColdMode mode)
      : isolate_(isolate), v8_(v8), mode_(mode) {}

  // Makes the order in the ring, and listens to V8.
  void Open();
  // No collection comes any more.
  void Close();

  // A stack that is new, or has ended.
  void Add(NativeStack* stack);
  void Remove(NativeStack* stack);

  void Parks(NativeStack* stack) { stack->age = StackAge::kFresh; }
  void Runs(NativeStack* stack) {
    if (stack->age == StackAge::kCold) Warm(stack);
    stack->age = StackAge::kRunning;
  }

  ColdStatistics statistics() const { return {cold_, exact_}; }

 private:
  static void Before(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* self);
  static void After(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* self);
  void ReachMiddle();
  void ReachEnd();

  void LayBait();
  bool NothingYoung() const;
  void GrowOlder();
  void AllGrowCold();
  void MakeCold(NativeStack* stack);
  void Warm(NativeStack* stack);
  // The stacks between two marks.
  template <typename F>
  void EachFrom(RingMark* from, RingMark* to, F&& visit);
  void KeepDigests();
  void CompareDigests();

  v8::Isolate* isolate_;
  const ThreadStateLayout* v8_;
  ColdMode mode_;
  RingMark begin_, middle_, end_;
  size_t cold_ = 0;
  // The bait as it was laid; 0 where there is none.
  uintptr_t bait_ = 0;
  // A scavenge was announced, and the bait lies.
  bool armed_ = false;
  // Where the middle leads while a walk is past it.
  thread_state::Record* left_out_ = nullptr;
  // Announced collections, one within another.
  int depth_ = 0;
  // Of the outermost one: whether there was another within it, how many walks
  // came to the middle and to the end, and whether the first was a scavenge's.
  bool nested_ = false;
  int middles_ = 0;
  int ends_ = 0;
  bool bait_taken_ = false;
  // Scavenges in which all of this was as it should be.
  uint64_t exact_ = 0;
  // Whether the last collection was one of them: then the digests that were
  // taken after it are of what the next one visits.
  bool comparable_ = false;
  bool disposed_ = false;
};

}  // namespace greenroom

#endif  // GREENROOM_COLD_STACKS_H_
