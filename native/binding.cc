// What JavaScript sees of the addon: one Runtime per isolate (the main thread
// and every Worker have their own), reached through the functions' data.

#include <node.h>
#include <v8.h>

#include <memory>
#include <string>
#include <vector>

#include "embedder_data.h"
#include "engine.h"
#include "stack_memory.h"

namespace greenroom {

namespace {

using v8::Context;
using v8::External;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::MicrotasksScope;
using v8::NewStringType;
using v8::Object;
using v8::String;
using v8::Value;

// Answers of switchTo() other than undefined.
constexpr int kInsideMicrotasks = 1;

class Runtime final : public Body {
 public:
  explicit Runtime(Isolate* isolate, Local<Context> context)
      : isolate_(isolate), context_(isolate, context) {}

  bool Open(const std::string& kind, const EngineOptions& options,
            std::string* why) {
    engine_ = kind == "thread" ? NewThreadEngine(isolate_, this, options, why)
                               : NewStackEngine(isolate_, this, options, why);
    if (!engine_) return false;
    guard_ = std::make_unique<EmbedderDataGuard>(isolate_);
    current_ = engine_->main_stack();
    stacks_.assign(1, current_);
    return true;
  }

  Engine* engine() { return engine_.get(); }
  Isolate* isolate() { return isolate_; }
  uint32_t* running_index() { return &running_index_; }
  size_t live() const { return stacks_.size() - free_indices_.size() - 1; }
  void set_entry(Local<Function> entry, Local<Function> terminated) {
    entry_.Reset(isolate_, entry);
    terminated_entry_.Reset(isolate_, terminated);
  }

  int Create(std::string* error) {
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

  Stack* at(uint32_t index) {
    return index < stacks_.size() ? stacks_[index] : nullptr;
  }

  // A stack must not park while a microtask drain stands on it: V8 would
  // believe that the drain goes on, and no promise of the process would settle
  // again. A drain that was under way when the stack was resumed stands on
  // another one. The main stack is the hub: leaving it parks nobody's drain for
  // longer than a hand-over.
  bool MaySwitch() const {
    return current_->index == 0 || current_->resumed_in_microtasks ||
           !MicrotasksScope::IsRunningMicrotasks(isolate_);
  }

  void Switch(Stack* to) {
    Stack* from = current_;
    // The isolate-wide async context belongs to the stack that set it. The
    // handle lives in this frame's scope, which V8 archives with the stack.
    Local<EmbedderData> data = GetEmbedderData(isolate_);
    current_ = to;
    engine_->Switch(from, to);
    current_ = from;
    running_index_ = static_cast<uint32_t>(from->index);
    SetEmbedderData(isolate_, data);
    from->resumed_in_microtasks =
        MicrotasksScope::IsRunningMicrotasks(isolate_);
    if (terminated_) {
      // A stack that ended because its script was terminated passes that on:
      // the request was for whatever runs, and its own stack is gone.
      terminated_ = false;
      isolate_->TerminateExecution();
    }
  }

  Stack* Run(Stack* self) override {
    HandleScope handles(isolate_);
    Local<Context> context = context_.Get(isolate_);
    Context::Scope entered(context);
    v8::TryCatch caught(isolate_);
    self->resumed_in_microtasks =
        MicrotasksScope::IsRunningMicrotasks(isolate_);
    current_ = self;
    running_index_ = static_cast<uint32_t>(self->index);
    Local<Value> next;
    uint32_t index = 0;
    if (entry_.Get(isolate_)
            ->Call(context, v8::Undefined(isolate_), 0, nullptr)
            .ToLocal(&next) &&
        next->IsUint32()) {
      index = next.As<v8::Uint32>()->Value();
    } else if (caught.HasTerminated()) {
      // The request is for whatever called this stack: JavaScript says which
      // one that is, undisturbed, and there it is made again.
      isolate_->CancelTerminateExecution();
      caught.Reset();
      if (!terminated_entry_.IsEmpty() &&
          terminated_entry_.Get(isolate_)
              ->Call(context, v8::Undefined(isolate_), 0, nullptr)
              .ToLocal(&next) &&
          next->IsUint32()) {
        index = next.As<v8::Uint32>()->Value();
      }
      terminated_ = true;
    }
    stacks_[static_cast<size_t>(self->index)] = nullptr;
    free_indices_.push_back(self->index);
    Stack* to = at(index);
    return to != nullptr ? to : engine_->main_stack();
  }

 private:
  Isolate* isolate_;
  v8::Global<Context> context_;
  v8::Global<Function> entry_;
  v8::Global<Function> terminated_entry_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EmbedderDataGuard> guard_;
  Stack* current_ = nullptr;
  std::vector<Stack*> stacks_;
  std::vector<int> free_indices_;
  bool terminated_ = false;
  uint32_t running_index_ = 0;
};

Runtime* Of(const FunctionCallbackInfo<Value>& info) {
#if V8_MAJOR_VERSION >= 14
  return static_cast<Runtime*>(
      info.Data().As<External>()->Value(v8::kExternalPointerTypeTagDefault));
#else
  return static_cast<Runtime*>(info.Data().As<External>()->Value());
#endif
}

Local<String> Text(Isolate* isolate, const std::string& text) {
  return String::NewFromUtf8(isolate, text.c_str(), NewStringType::kNormal,
                             static_cast<int>(text.size()))
      .ToLocalChecked();
}

void Throw(Isolate* isolate, const std::string& message) {
  isolate->ThrowException(v8::Exception::Error(Text(isolate, message)));
}

// V8's collector of wasm code ends the process ("archived threads in combination
// with wasm not supported") when it finds parked stacks. The flag
// --no-wasm-code-gc, set by then, keeps it from starting; a run that had
// started before (Node's own type stripping is wasm) waits as a task for this
// thread, and has to be over before the first stack parks.
void FinishWasmCodeGC(Isolate* isolate, Local<Context> context) {
  node::Environment* environment = node::GetCurrentEnvironment(context);
  if (environment == nullptr) return;
  node::MultiIsolatePlatform* platform =
      node::GetMultiIsolatePlatform(environment);
  // A finished run may have another one queued behind it.
  for (int i = 0; i < 8 && platform->FlushForegroundTasks(isolate); i++) {
  }
}

// open(kind, stackSize, mainStackSize): string | undefined: why not
void Open(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  EngineOptions options;
  options.stack_size = info[1]->Uint32Value(context).FromMaybe(256 * 1024);
  options.main_stack_size = info[2]->Uint32Value(context).FromMaybe(984 * 1024);
  std::string why;
  String::Utf8Value kind(isolate, info[0]);
  FinishWasmCodeGC(isolate, context);
  if (!Of(info)->Open(*kind, options, &why)) {
    info.GetReturnValue().Set(Text(isolate, why));
  }
}

// setEntry(entry, terminated): what runs on every new stack, and what runs
// when a script was terminated on it; both return the index to continue
void SetEntry(const FunctionCallbackInfo<Value>& info) {
  Of(info)->set_entry(info[0].As<Function>(), info[1].As<Function>());
}

// create(): index of a new stack
void Create(const FunctionCallbackInfo<Value>& info) {
  std::string error;
  const int index = Of(info)->Create(&error);
  if (index < 0) return Throw(info.GetIsolate(), error);
  info.GetReturnValue().Set(index);
}

// switchTo(index): undefined, or the reason why this stack must not park
void SwitchTo(const FunctionCallbackInfo<Value>& info) {
  Runtime* runtime = Of(info);
  Stack* to = runtime->at(info[0].As<v8::Uint32>()->Value());
  if (to == nullptr) {
    return Throw(info.GetIsolate(), "greenroom: that stack has ended");
  }
  if (!runtime->MaySwitch()) {
    info.GetReturnValue().Set(kInsideMicrotasks);
    return;
  }
  runtime->Switch(to);
}

void GetContext(const FunctionCallbackInfo<Value>& info) {
  Local<EmbedderData> data = GetEmbedderData(info.GetIsolate());
#if V8_MAJOR_VERSION >= 14
  if (data->IsValue()) info.GetReturnValue().Set(data.As<Value>());
#else
  info.GetReturnValue().Set(data);
#endif
}

void SetContext(const FunctionCallbackInfo<Value>& info) {
  SetEmbedderData(info.GetIsolate(), info[0]);
}

void DrainMicrotasks(const FunctionCallbackInfo<Value>& info) {
  MicrotasksScope::PerformCheckpoint(info.GetIsolate());
}

void InMicrotasks(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(
      MicrotasksScope::IsRunningMicrotasks(info.GetIsolate()));
}

void Statistics(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Runtime* runtime = Of(info);
  Local<Object> result = Object::New(isolate);
  auto set = [&](const char* name, double value) {
    result->Set(context, Text(isolate, name), v8::Number::New(isolate, value))
        .Check();
  };
  set("live", static_cast<double>(runtime->live()));
  set("stackSize", static_cast<double>(runtime->engine()->stack_size()));
  set("reserved", static_cast<double>(runtime->engine()->reserved_bytes()));
  info.GetReturnValue().Set(result);
}

void Initialize(Local<Object> exports, Local<Value>, Local<Context> context,
                void*) {
  Isolate* isolate = Isolate::GetCurrent();
  // Outlives the environment on purpose: parked stacks may still hold frames
  // that point here when the isolate is torn down.
  auto* runtime = new Runtime(isolate, context);
#if V8_MAJOR_VERSION >= 14
  Local<External> data =
      External::New(isolate, runtime, v8::kExternalPointerTypeTagDefault);
#else
  Local<External> data = External::New(isolate, runtime);
#endif
  auto method = [&](const char* name, v8::FunctionCallback callback) {
    Local<Function> function =
        Function::New(context, callback, data).ToLocalChecked();
    exports->Set(context, Text(isolate, name), function).Check();
  };
  method("open", Open);
  method("setEntry", SetEntry);
  method("create", Create);
  method("switchTo", SwitchTo);
  method("getContext", GetContext);
  method("setContext", SetContext);
  method("drainMicrotasks", DrainMicrotasks);
  method("inMicrotasks", InMicrotasks);
  // The index of the stack that runs, where JavaScript can read it without a
  // call. It stays right when a script is terminated, which runs no `finally`.
  auto store = v8::ArrayBuffer::NewBackingStore(
      runtime->running_index(), sizeof(uint32_t),
      [](void*, size_t, void*) {}, nullptr);
  exports
      ->Set(context, Text(isolate, "running"),
            v8::Uint32Array::New(
                v8::ArrayBuffer::New(isolate, std::move(store)), 0, 1))
      .Check();
  method("statistics", Statistics);
}

}  // namespace

}  // namespace greenroom

NODE_MODULE_CONTEXT_AWARE(greenroom, greenroom::Initialize)
