#ifndef GREENROOM_THREAD_WORDS_H_
#define GREENROOM_THREAD_WORDS_H_

#include <v8.h>

#include <string>

namespace greenroom {

// The two thread-local words by which V8 knows which thread runs and where its
// stack begins. They have no public name. They are found by search and proven
// by behaviour before anything relies on them; where that fails, the thread
// fallback serves (thread_engine.cc) and the reason is reported.
//
//   thread_id    an int, 0 until V8 first needs this thread's identity. Locker,
//                ThreadManager and Locker::IsLocked compare it.
//   stack_start  the cached upper end of this thread's stack. The conservative
//                scan of Node's CppHeap walks from the stack pointer up to it.
class ThreadWords {
 public:
  // To be called on the isolate's own thread, which holds the lock. On failure
  // returns false and says in `why` which step failed.
  bool Find(v8::Isolate* isolate, std::string* why);

  void Set(int thread_id, void* stack_start) {
    *thread_id_ = thread_id;
    *stack_start_ = stack_start;
  }
  int thread_id() const { return *thread_id_; }
  void* stack_start() const { return *stack_start_; }
  void set_stack_start(void* value) { *stack_start_ = value; }

 private:
  volatile int* thread_id_ = nullptr;
  void* volatile* stack_start_ = nullptr;
};

}  // namespace greenroom

#endif  // GREENROOM_THREAD_WORDS_H_
