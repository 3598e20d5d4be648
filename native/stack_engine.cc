// Coroutines as C stacks of one OS thread.
//
// V8 can leave one thread's stack parked and run JavaScript on another's. Here
// the "threads" are stacks of our own, and V8 is told so (hand_over.h). The
// collector, the deoptimizer and the debugger walk parked threads precisely;
// nothing of V8's is patched.

#include <cerrno>
#include <cstring>

#include "context_switch.h"
#include "engine.h"
#include "hand_over.h"
#include "native_stack.h"
#include "overflow_report.h"
#include "stack_memory.h"
#include "thread_words.h"

namespace greenroom {

class StackEngine final : public Engine {
 public:
  StackEngine(v8::Isolate* isolate, Body* body, const EngineOptions& options)
      : isolate_(isolate),
        body_(body),
        options_(options),
        pool_(new StackPool(options.stack_size)) {}

  bool Init(std::string* why) {
    if (!words_.Find(isolate_, why)) return false;
    if (options_.hand_over == HandOverKind::kDirect) {
      hand_over_ = NewDirectHandOver(isolate_, &words_, options_.cold, why);
      if (!hand_over_) return false;
    } else {
      hand_over_ =
          NewLockerHandOver(isolate_, &words_, options_.main_stack_size);
    }
    main_.engine = this;
    main_.stack_start = words_.stack_start();
    main_.memory.guarded = true;  // the kernel's own
    hand_over_->Adopt(&main_);
    ReportOverflows();
    KeepPool();
    return true;
  }

  Stack* main_stack() override { return &main_; }
  size_t stack_size() const override { return pool_->stack_size(); }
  size_t reserved_bytes() const override { return pool_->reserved(); }
  ColdStatistics cold_statistics() const override {
    return hand_over_->cold_statistics();
  }

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
    NativeStack* stack = NewNativeStack(memory);
    stack->engine = this;
    hand_over_->Prepare(stack);
    stack->saved =
        PrepareContext(static_cast<char*>(stack->stack_start), Start, stack);
    return stack;
  }

  void Switch(Stack* from_base, Stack* to_base) override {
    auto* from = static_cast<NativeStack*>(from_base);
    auto* to = static_cast<NativeStack*>(to_base);
    if (!from->memory.guarded && LooksOverrun(from->memory)) DieOfOverrun();
    hand_over_->Switch(from, to);
    FreeEnded();
  }

 private:
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

  void FreeEnded() {
    if (ended_ != nullptr) {
      // The one that ended could not free the stack it stood on.
      NativeStack* stack = ended_;
      ended_ = nullptr;
      hand_over_->Forget(stack);
      const StackMemory memory = stack->memory;
      DeleteNativeStack(stack);
      if (!pool_->Release(memory)) DieOfOverrun();
    }
  }

  // The first C++ frame on every stack. Must not return.
  static void Start(void* argument) {
    auto* stack = static_cast<NativeStack*>(argument);
    stack->engine->RunOn(stack);
  }

  void RunOn(NativeStack* stack) {
    FreeEnded();
    NativeStack* next = hand_over_->Run(stack, body_);
    ended_ = stack;
    greenroom_switch_context(&stack->saved, next->saved);
    abort();  // an ended stack was continued
  }

  // The heap frees the backing store when it is torn down, after its last
  // collection: only then may parked stacks be unmapped.
  void KeepPool() {
    auto store = v8::ArrayBuffer::NewBackingStore(
        &anchor_, 1,
        [](void*, size_t, void* data) {
          auto* engine = static_cast<StackEngine*>(data);
          engine->hand_over_->Close();
          delete engine->pool_;
        },
        this);
    keeper_.Reset(isolate_, v8::ArrayBuffer::New(isolate_, std::move(store)));
  }

  static inline char anchor_ = 0;

  v8::Isolate* isolate_;
  Body* body_;
  EngineOptions options_;
  ThreadWords words_;
  std::unique_ptr<HandOver> hand_over_;
  StackPool* pool_;  // owned by the heap, see KeepPool()
  v8::Global<v8::ArrayBuffer> keeper_;
  NativeStack main_;
  NativeStack* ended_ = nullptr;
};

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
