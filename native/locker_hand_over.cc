// The hand-over by V8's own means.
//
//   on A:  Unlocker          V8 archives A: handle scopes, stack guard, try-
//                            catch chain, everything thread-local
//          words := B's
//          Enter(), Exit()   the heap's copy of the stack start follows
//          swap the stack pointer
//   on B:  ~Unlocker         V8 locks as B and restores what it archived of it

#include <atomic>
#include <vector>

#include "context_switch.h"
#include "hand_over.h"

namespace greenroom {

namespace {

// V8 counts its own threads up from 1; ours start where it never gets to. The
// counter is the process's, because Workers come and go.
std::atomic<int> next_thread_id{1 << 24};

class LockerHandOver final : public HandOver {
 public:
  LockerHandOver(v8::Isolate* isolate, ThreadWords* words,
                 size_t main_stack_size)
      : isolate_(isolate), words_(words), main_stack_size_(main_stack_size) {}

  void Adopt(NativeStack* main) override {
    main->thread_id = words_->thread_id();
  }

  void Prepare(NativeStack* stack) override {
    if (spare_thread_ids_.empty()) {
      stack->thread_id = next_thread_id.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    stack->thread_id = spare_thread_ids_.back();
    spare_thread_ids_.pop_back();
  }

  void Switch(NativeStack* from, NativeStack* to) override {
    v8::Unlocker unlocked(isolate_);
    Become(to);
    greenroom_switch_context(&from->saved, to->saved);
    // Whoever continued `from` has set the words to its values.
  }

  NativeStack* Run(NativeStack* self, Body* body) override {
    NativeStack* next;
    {
      v8::Locker lock(isolate_);
      SetLimit(self);
      next = static_cast<NativeStack*>(body->Run(self));
    }
    // Still under this stack's identity: V8 drops what it kept for it.
    isolate_->DiscardThreadSpecificMetadata();
    Become(next);
    return next;
  }

  void Forget(NativeStack* stack) override {
    spare_thread_ids_.push_back(stack->thread_id);
  }

 private:
  // Tells V8 that `to` runs.
  void Become(NativeStack* to) {
    // SAFETY: between here and the swap nothing of V8's runs that looks at the
    // stack, so no one sees the identity of `to` on another's stack.
    words_->Set(to->thread_id, to->stack_start);
    // SAFETY: Enter() on an isolate that the OS thread has entered only counts
    // and copies the stack start into the heap's own record; without it the
    // conservative scan would walk from one stack to another's end. It comes
    // before the swap because what V8 restores on `to` may already collect: the
    // debugger prepares its next step there.
    isolate_->Enter();
    isolate_->Exit();
  }

  void SetLimit(NativeStack* stack) {
    char* limit = StackLimit(*stack);
    // SetStackLimit also derives an isolate-wide stack size from the distance
    // to the stack start (V8 13.6 and later), and V8 14 checks it on every
    // throw, on the main stack as well. So that the size stays the real one,
    // the word reads `limit + the main stack's size` for the length of the
    // call.
    words_->set_stack_start(limit + main_stack_size_);
    isolate_->SetStackLimit(reinterpret_cast<uintptr_t>(limit));
    words_->set_stack_start(stack->stack_start);
  }

  v8::Isolate* isolate_;
  ThreadWords* words_;
  size_t main_stack_size_;
  std::vector<int> spare_thread_ids_;
};

}  // namespace

std::unique_ptr<HandOver> NewLockerHandOver(v8::Isolate* isolate,
                                            ThreadWords* words,
                                            size_t main_stack_size) {
  return std::make_unique<LockerHandOver>(isolate, words, main_stack_size);
}

}  // namespace greenroom
