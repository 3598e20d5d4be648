#ifndef GREENROOM_RING_MARK_H_
#define GREENROOM_RING_MARK_H_

#include <cstddef>
#include <cstdint>

#include "thread_state.h"

namespace greenroom {

// A record in V8's ring of parked threads that stands for no stack, and tells
// when V8 comes to it.
//
// V8 visits a record's handles, and then its chain of "relocatables": objects on
// the C stack with a virtual function that visits what they hold. A mark has one
// relocatable and at most one handle. Whoever walks over the ring, for whatever
// reason, calls that function, and has visited the handles of all records before
// the mark, and of the mark itself, by then.
//
// SAFETY: a walk is no place to call V8, to allocate or to leave the stack. What
// may be changed is where the mark's `next` leads, because V8 reads it last.
class RingMark {
 public:
  using Reached = void (*)(void* data);

  void Init(const ThreadStateLayout& v8, Reached reached, void* data);

  thread_state::Record* record() { return &record_; }

  // The object in the mark's handle, as V8 writes it down; 0 for none. Moving
  // collectors change it.
  uintptr_t held() const { return handle_; }
  void Hold(uintptr_t object) { handle_ = object; }

 private:
  // As V8 has it: a pointer to the virtual functions, the isolate, the one
  // before. The search for the chain has proven the last two.
  struct Relocatable {
    const void* functions;
    void* isolate;
    Relocatable* previous;
    Reached reached;
    void* data;
  };

  static void Visit(Relocatable* self);
  static const void* const* Functions();

  thread_state::Record record_{};
  Relocatable relocatable_{};
  uintptr_t handle_ = 0;
  uintptr_t* blocks_[1] = {&handle_};
  alignas(16) char archive_[thread_state::kArchiveSize];
};

}  // namespace greenroom

#endif  // GREENROOM_RING_MARK_H_
