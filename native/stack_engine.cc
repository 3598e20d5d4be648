// Coroutines as C stacks of one OS thread.
//
// V8 can leave one thread's stack parked and run JavaScript on another's: that
// is what Unlocker and Locker are for. Node holds the isolate's lock on every
// thread, so an addon may unlock at any time. Here the "threads" are stacks of
// our own, and V8 is told so through the two words of thread_words.h:
//
//   on A:  Unlocker          V8 archives A: handle scopes, stack guard, try-
//                            catch chain, everything thread-local
//          words := B's
//          Enter(), Exit()   the heap's copy of the stack start follows
//          swap the stack pointer
//   on B:  ~Unlocker         V8 locks as B and restores what it archived of it
//
// The collector, the deoptimizer and the debugger walk archived threads
// precisely; nothing of V8's is patched.

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

#include "context_switch.h"
#include "engine.h"
#include "overflow_report.h"
#include "stack_memory.h"
#include "thread_words.h"

namespace greenroom {

namespace {

// V8 counts its own threads up from 1; ours start where it never gets to. The
// counter is the process's, because Workers come and go.
std::atomic<int> next_thread_id{1 << 24};

// Native recursion below JavaScript (regular expressions, JSON, structured
// clone) does not look at V8's limit, so it needs room under it.
constexpr size_t kMargin = 48 * 1024;

// Lies at the top of the stack that it describes, in a page that is in use
// anyway (16-aligned, as a stack that begins below it must be); the main one
// in the engine.
struct alignas(16) NativeStack : Stack {
  void* saved = nullptr;  // stack pointer while parked
  StackMemory memory;
  int thread_id = 0;
  void* stack_start = nullptr;
  class StackEngine* engine = nullptr;
};

class StackEngine final : public Engine {
 public:
  StackEngine(v8::Isolate* isolate, Body* body, const EngineOptions& options)
      : isolate_(isolate),
        body_(body),
        main_stack_size_(options.main_stack_size),
        pool_(new StackPool(options.stack_size)) {}

  bool Init(std::string* why) {
    if (!words_.Find(isolate_, why)) return false;
    main_.engine = this;
    main_.thread_id = words_.thread_id();
    main_.stack_start = words_.stack_start();
    main_.memory.guarded = true;  // the kernel's own
    ReportOverflows();
    KeepPool();
    return true;
  }

  const char* name() const override { return "native"; }
  Stack* main_stack() override { return &main_; }
  size_t stack_size() const override { return pool_->stack_size(); }
  size_t reserved_bytes() const override { return pool_->reserved(); }

  Stack* Create(std::string* error) override {
    StackMemory memory;
    if (!pool_->Acquire(&memory)) {
      *error = std::string("no memory for another stack of ") +
               std::to_string(pool_->stack_size() / 1024) +
               " KB: " + strerror(errno) +
               ". End some greenlets first, set a smaller stack size, or raise"
               " the limits on address space (ulimit -v, vm.overcommit_memory)"
               " or mappings (vm.max_map_count).";
      return nullptr;
    }
    char* start = memory.top - sizeof(NativeStack);
    auto* stack = new (start) NativeStack;
    stack->engine = this;
    stack->memory = memory;
    stack->thread_id = TakeThreadId();
    stack->stack_start = start;
    stack->saved = PrepareContext(start, Start, stack);
    return stack;
  }

  void Switch(Stack* from_base, Stack* to_base) override {
    auto* from = static_cast<NativeStack*>(from_base);
    auto* to = static_cast<NativeStack*>(to_base);
    if (!from->memory.guarded && LooksOverrun(from->memory)) DieOfOverrun();
    {
      v8::Unlocker unlocked(isolate_);
      Become(to);
      greenroom_switch_context(&from->saved, to->saved);
      // Whoever continued `from` has set the words to its values.
    }
    FreeEnded();
  }

 private:
  int TakeThreadId() {
    if (spare_thread_ids_.empty()) {
      return next_thread_id.fetch_add(1, std::memory_order_relaxed);
    }
    const int id = spare_thread_ids_.back();
    spare_thread_ids_.pop_back();
    return id;
  }

  // Other stacks are damaged: going on would be worse than this.
  [[noreturn]] void DieOfOverrun() {
    fprintf(stderr,
            "greenroom: a greenlet overflowed its stack of %zu KB in native "
            "code and wrote beyond it, where this kernel offers no guard. Set a "
            "larger stack with setStackSize() before the first greenlet "
            "starts.\n",
            pool_->stack_size() / 1024);
    abort();
  }

  // Tells V8 that `to` runs.
  void Become(NativeStack* to) {
    // SAFETY: between here and the swap nothing of V8's runs that looks at the
    // stack, so no one sees the identity of `to` on another's stack.
    words_.Set(to->thread_id, to->stack_start);
    // SAFETY: Enter() on an isolate that the OS thread has entered only counts
    // and copies the stack start into the heap's own record; without it the
    // conservative scan would walk from one stack to another's end. It comes
    // before the swap because what V8 restores on `to` may already collect: the
    // debugger prepares its next step there.
    isolate_->Enter();
    isolate_->Exit();
  }

  void FreeEnded() {
    if (ended_ != nullptr) {
      // The one that ended could not free the stack it stood on.
      NativeStack* stack = ended_;
      ended_ = nullptr;
      spare_thread_ids_.push_back(stack->thread_id);
      const StackMemory memory = stack->memory;
      if (!pool_->Release(memory)) DieOfOverrun();
    }
  }

  // The first C++ frame on every stack. Must not return.
  static void Start(void* argument) {
    auto* stack = static_cast<NativeStack*>(argument);
    stack->engine->RunOn(stack);
  }

  void RunOn(NativeStack* stack) {
    NativeStack* next;
    {
      v8::Locker lock(isolate_);
      FreeEnded();
      SetLimit(stack);
      next = static_cast<NativeStack*>(body_->Run(stack));
    }
    // Still under this stack's identity: V8 drops what it kept for it.
    isolate_->DiscardThreadSpecificMetadata();
    ended_ = stack;
    Become(next);
    greenroom_switch_context(&stack->saved, next->saved);
    abort();  // an ended stack was continued
  }

  void SetLimit(NativeStack* stack) {
    char* limit = stack->memory.bottom + kPageSize + kMargin;
    // SetStackLimit also derives an isolate-wide stack size from the distance
    // to the stack start (V8 13.6 and later), and V8 14 checks it on every
    // throw, on the main stack as well. So that the size stays the real one,
    // the word reads `limit + the main stack's size` for the length of the
    // call.
    words_.set_stack_start(limit + main_stack_size_);
    isolate_->SetStackLimit(reinterpret_cast<uintptr_t>(limit));
    words_.set_stack_start(stack->stack_start);
  }

  // The heap frees the backing store when it is torn down, after its last
  // collection: only then may parked stacks be unmapped.
  void KeepPool() {
    StackPool* pool = pool_;
    auto store = v8::ArrayBuffer::NewBackingStore(
        &anchor_, 1,
        [](void*, size_t, void* data) { delete static_cast<StackPool*>(data); },
        pool);
    keeper_.Reset(isolate_, v8::ArrayBuffer::New(isolate_, std::move(store)));
  }

  static inline char anchor_ = 0;

  v8::Isolate* isolate_;
  Body* body_;
  size_t main_stack_size_;
  ThreadWords words_;
  StackPool* pool_;  // owned by the heap, see KeepPool()
  v8::Global<v8::ArrayBuffer> keeper_;
  NativeStack main_;
  NativeStack* ended_ = nullptr;
  std::vector<int> spare_thread_ids_;
};

}  // namespace

std::unique_ptr<Engine> NewStackEngine(v8::Isolate* isolate, Body* body,
                                       const EngineOptions& options,
                                       std::string* why) {
#if GREENROOM_HAS_CONTEXT_SWITCH
  auto engine = std::make_unique<StackEngine>(isolate, body, options);
  if (!engine->Init(why)) return nullptr;
  return engine;
#else
  (void)isolate;
  (void)body;
  (void)options;
  *why = "no stack switch is written for this processor and system";
  return nullptr;
#endif
}

}  // namespace greenroom
