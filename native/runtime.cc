#include "runtime.h"

namespace greenroom {

using v8::Context;
using v8::Function;
using v8::Global;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MicrotasksScope;
using v8::Value;

// Set in the index that the terminated entry returns when nobody called the
// stack: the request was for a script that is parked elsewhere.
constexpr uint32_t kNotOwed = 1u << 31;

// A switch on one OS thread takes too short to ask each time what may have
// come meanwhile. Whoever switches for ever is asked sooner or later.
constexpr int kSwitchesBetweenLooks = 1024;

Runtime::Runtime(Isolate* isolate, Local<Context> context)
    : isolate_(isolate), context_(isolate, context) {}

bool Runtime::Open(const std::string& kind, EngineOptions options,
                   std::string* why) {
  options.hand_over =
      kind == "locker" ? HandOverKind::kLocker : HandOverKind::kDirect;
  engine_ = kind == "thread" ? NewThreadEngine(isolate_, this, options, why)
                             : NewStackEngine(isolate_, this, options, why);
  if (!engine_) return false;
  embedder_data_guard_ = std::make_unique<EmbedderDataGuard>(isolate_);
  // SAFETY: disposing of the isolate may finish a collection that is under way
  // (Node 24 does), and then no handle may be made any more. So the guard ends
  // with the environment, and leaves behind what it would set: undefined.
  node::AddEnvironmentCleanupHook(
      isolate_,
      [](void* self) {
        auto* runtime = static_cast<Runtime*>(self);
        HandleScope handles(runtime->isolate_);
        runtime->embedder_data_guard_.reset();
        SetEmbedderData(runtime->isolate_, v8::Undefined(runtime->isolate_));
      },
      this);
  if (options.in_worker) {
    worker_end_ = std::make_unique<WorkerEnd>(isolate_, context_.Get(isolate_));
  }
  hands_over_slowly_ = kind == "thread";
  current_ = engine_->main_stack();
  stacks_.assign(1, current_);
  return true;
}

void Runtime::SetEntry(Local<Function> entry, Local<Function> terminated) {
  entry_.Reset(isolate_, entry);
  terminated_entry_.Reset(isolate_, terminated);
}

int Runtime::Create(std::string* error) {
  Stack* stack = engine_->Create(error);
  if (stack == nullptr) return -1;
  if (free_indices_.empty()) {
    stack->index = static_cast<int>(stacks_.size());
    stacks_.push_back(stack);
  } else {
    stack->index = free_indices_.back();
    free_indices_.pop_back();
    stacks_[static_cast<size_t>(stack->index)] = stack;
  }
  return stack->index;
}

bool Runtime::MaySwitch() const {
  // A stack must not park while a microtask drain stands on it: V8 would
  // believe that the drain goes on, and no promise of the process would settle
  // again. A drain that was under way when the stack was resumed stands on
  // another one. The main stack is the hub: leaving it parks nobody's drain for
  // longer than a hand-over.
  return current_->index == 0 || current_->resumed_in_microtasks ||
         !MicrotasksScope::IsRunningMicrotasks(isolate_);
}

void Runtime::Switch(Stack* to) {
  Stack* from = current_;
  // SAFETY: the async context is the isolate's, one for all stacks. It belongs
  // to the stack that set it, so it leaves and comes back with it. The handle
  // lives in the caller's scope, which V8 archives with the stack and visits.
  Local<EmbedderData> data = GetEmbedderData(isolate_);
  engine_->Switch(from, to);
  SetEmbedderData(isolate_, data);
  Arrive(from);
  if (owes_termination_) {
    // SAFETY: TerminateExecution() marks the stack that runs now. The request
    // was for the caller of the stack on which it was first noticed, which is
    // gone: this one.
    owes_termination_ = false;
    isolate_->TerminateExecution();
  } else if (MissedWorkerEnd(hands_over_slowly_)) {
    isolate_->TerminateExecution();
  }
}

bool Runtime::MissedWorkerEnd(bool after_long_switch) {
  if (worker_end_ == nullptr) return false;
  if (!after_long_switch && switches_left_-- > 0) return false;
  switches_left_ = kSwitchesBetweenLooks;
  return worker_end_->Requested();
}

void Runtime::Arrive(Stack* stack) {
  current_ = stack;
  running_index_ = static_cast<uint32_t>(stack->index);
  stack->resumed_in_microtasks = MicrotasksScope::IsRunningMicrotasks(isolate_);
}

Stack* Runtime::Run(Stack* self) {
  HandleScope handles(isolate_);
  Local<Context> context = context_.Get(isolate_);
  Context::Scope entered(context);
  Arrive(self);
  // To enter a new stack takes long.
  if (MissedWorkerEnd(true)) isolate_->TerminateExecution();
  Stack* next = CallEntry(context);
  stacks_[static_cast<size_t>(self->index)] = nullptr;
  free_indices_.push_back(self->index);
  return next;
}

Stack* Runtime::CallEntry(Local<Context> context) {
  v8::TryCatch caught(isolate_);
  uint32_t index = 0;
  if (!CallForIndex(context, entry_, &index) && caught.HasTerminated()) {
    // The request is for whatever called this stack. JavaScript says which one
    // that is, undisturbed, and there it is made again.
    isolate_->CancelTerminateExecution();
    caught.Reset();
    CallForIndex(context, terminated_entry_, &index);
    owes_termination_ = (index & kNotOwed) == 0;
    index &= ~kNotOwed;
  }
  Stack* next = at(index);
  return next != nullptr ? next : engine_->main_stack();
}

bool Runtime::CallForIndex(Local<Context> context,
                           const Global<Function>& function, uint32_t* index) {
  Local<Value> result;
  if (function.IsEmpty() ||
      !function.Get(isolate_)
           ->Call(context, v8::Undefined(isolate_), 0, nullptr)
           .ToLocal(&result) ||
      !result->IsUint32()) {
    return false;
  }
  *index = result.As<v8::Uint32>()->Value();
  return true;
}

}  // namespace greenroom
