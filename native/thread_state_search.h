#ifndef GREENROOM_THREAD_STATE_SEARCH_H_
#define GREENROOM_THREAD_STATE_SEARCH_H_

#include <cstddef>
#include <vector>

#include "memory_snapshot.h"
#include "thread_state.h"

namespace greenroom {

// The search for what a ThreadStateLayout names, step by step, while somebody
// leads V8 through the situations that the steps want (thread_state.cc). It
// reads memory and calls nothing of V8's. A step that fails says so in why(),
// and those after it do nothing.
class ThreadStateSearch {
 public:
  // `own_id` is V8's identity of this thread, whose stack ends at `stack_start`.
  ThreadStateSearch(void* isolate, int own_id, const void* stack_start,
                    ThreadStateLayout* layout);

  // 1. JavaScript could run.
  void Outside();
  // 2. In a getter that V8 calls: now two things are in use that were not,
  //    handles, and a "relocatable", an object on the C stack whose contents the
  //    collector visits. Each stack has its own chain of those.
  void InGetter();
  // 3. As 2, but this thread is parked, and another one runs, which has done
  //    nothing yet.
  void Parked();
  // 4. That one is parked, too; `id` is V8's identity of it.
  void BlankParked(int id);
  // 5. On a third, which has made a handle: the block that it lies in.
  char* BlockOfHandles();
  // 6. The scope of that handle is closed.
  void SpareKept(const char* block);
  // 7. It has a block that was lent to it, and more handles than fit into that.
  void LentInUse(const char* block);
  // 8. The scope of those handles is closed.
  void LentKept(const char* block);
  // The lists that came with the block, or those that V8 has made of them.
  void FreeLists();
  // 9. Something is requested of the thread.
  void Interrupted();

  const ThreadStateLayout& layout() const { return *layout_; }

  // What was not as expected; null as long as all is.
  const char* why() const { return why_; }

 private:
  char** ListOfBlocks();
  // Something that a word of the isolate points to.
  struct Candidate {
    char* at;
    char bytes[thread_state::kHandleScopesSize];
  };

  // An object that may be the Debug, and its part that belongs to a thread.
  struct DebugCandidate {
    char* at;
    char part[thread_state::kDebugSize];
  };

  void Check(bool holds, const char* otherwise);
  void CollectRelocatableTops();
  void FindRelocatableTop(const char* data);
  void LookAtPointers();
  bool ReadAnchor(const char* at, const char* manager,
                  thread_state::Record* anchor);
  bool IsManager(const Candidate& candidate);
  void CheckGuard(const char* data);
  void FindHandleScopes(const char* data);
  void CollectDebug(char* p);
  void FindDebug(const char* data);

  char* isolate_;
  int own_id_;
  const char* stack_start_;
  ThreadStateLayout* layout_;
  MemorySnapshot memory_;  // as it is in the getter
  MemorySnapshot parked_;  // as it is when the thread is parked
  std::vector<char> outside_;
  std::vector<char> inside_;
  std::vector<size_t> relocatable_tops_;  // where in the isolate
  const thread_state::Record* parked_before_ = nullptr;
  std::vector<Candidate> handle_scopes_;
  std::vector<DebugCandidate> debugs_;
  const char* why_ = nullptr;
};

}  // namespace greenroom

#endif  // GREENROOM_THREAD_STATE_SEARCH_H_
