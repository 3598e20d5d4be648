// What JavaScript sees of the addon (src/addon/addon.ts has the types). Each
// function reaches the Runtime of its isolate through its data.

#include <node.h>
#include <v8.h>

#include <string>
#include <utility>

#include "batched_reads.h"
#include "child_pipe.h"
#include "direct_send.h"
#include "embedder_data.h"
#include "engine.h"
#include "export_method.h"
#include "external.h"
#include "fd_poll.h"
#include "heap_search.h"
#include "runtime.h"
#include "signal_guard.h"
#include "unsafe_flags.h"
#include "wasm_code.h"

namespace greenroom {

namespace {

using v8::Context;
using v8::External;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MicrotasksScope;
using v8::NewStringType;
using v8::Object;
using v8::String;
using v8::Value;

// Answers of switchTo() other than undefined.
constexpr int kInsideMicrotasks = 1;

Runtime* Of(const FunctionCallbackInfo<Value>& info) {
  return PointerIn<Runtime>(info.Data());
}

Local<String> Text(Isolate* isolate, const std::string& text) {
  return String::NewFromUtf8(isolate, text.c_str(), NewStringType::kNormal,
                             static_cast<int>(text.size()))
      .ToLocalChecked();
}

void Throw(Isolate* isolate, const std::string& message) {
  isolate->ThrowException(v8::Exception::Error(Text(isolate, message)));
}

// openStacks(kind, stackSize, mainStackSize, inWorker, cold): undefined, or why
// not
void OpenStacks(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  EngineOptions options;
  options.stack_size = info[1]->Uint32Value(context).FromMaybe(256 * 1024);
  options.main_stack_size = info[2]->Uint32Value(context).FromMaybe(984 * 1024);
  options.in_worker = info[3]->IsTrue();
  std::string why;
  String::Utf8Value kind(isolate, info[0]);
  const std::string cold = *String::Utf8Value(isolate, info[4]);
  options.cold = cold == "on"       ? ColdMode::kOn
                 : cold == "verify" ? ColdMode::kVerify
                                    : ColdMode::kOff;
  FinishWasmCodeCollection(isolate, context);
  if (!Of(info)->Open(*kind, options, &why)) {
    info.GetReturnValue().Set(Text(isolate, why));
  }
}

// unsafeFlag(): a flag of V8's with which no stack may be cold, or undefined
void GetUnsafeFlag(const FunctionCallbackInfo<Value>& info) {
  const std::string flag = UnsafeFlag();
  if (!flag.empty()) info.GetReturnValue().Set(Text(info.GetIsolate(), flag));
}

// setEntry(entry, terminated): what runs on every new stack, and what runs
// when a script was terminated on it; both return the index to continue
void SetEntry(const FunctionCallbackInfo<Value>& info) {
  Of(info)->SetEntry(info[0].As<Function>(), info[1].As<Function>());
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

void ReturnEmbedderData(const FunctionCallbackInfo<Value>& info) {
  // Whatever V8 could keep there, Node keeps nothing but values.
  info.GetReturnValue().Set(GetEmbedderData(info.GetIsolate()).As<Value>());
}

void GetContext(const FunctionCallbackInfo<Value>& info) {
  ReturnEmbedderData(info);
}

void SetContext(const FunctionCallbackInfo<Value>& info) {
  SetEmbedderData(info.GetIsolate(), info[0]);
}

// swapContext(context): the one before
void SwapContext(const FunctionCallbackInfo<Value>& info) {
  ReturnEmbedderData(info);
  SetEmbedderData(info.GetIsolate(), info[0]);
}

void DrainMicrotasks(const FunctionCallbackInfo<Value>& info) {
  MicrotasksScope::PerformCheckpoint(info.GetIsolate());
}

void InMicrotasks(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(
      MicrotasksScope::IsRunningMicrotasks(info.GetIsolate()));
}

// terminate(): the running script ends at its next call
void Terminate(const FunctionCallbackInfo<Value>& info) {
  info.GetIsolate()->TerminateExecution();
}

// findObject(first, second): the one object with both properties, or undefined
void FindObject(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  // Internalized, so that comparing them with an object's keys allocates
  // nothing.
  const auto name = [&](int at) {
    String::Utf8Value text(isolate, info[at]);
    return String::NewFromUtf8(isolate, *text, NewStringType::kInternalized)
        .ToLocalChecked();
  };
  Local<Object> object;
  if (FindObjectWith(isolate, isolate->GetCurrentContext(), name(0), name(1))
          .ToLocal(&object)) {
    info.GetReturnValue().Set(object);
  }
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
  const ColdStatistics cold = runtime->engine()->cold_statistics();
  set("cold", static_cast<double>(cold.stacks));
  set("coldScavenges", static_cast<double>(cold.scavenges));
  info.GetReturnValue().Set(result);
}

void Initialize(Local<Object> exports, Local<Context> context) {
  Isolate* isolate = Isolate::GetCurrent();
  // SAFETY: never deleted. Parked stacks hold frames that point here, and they
  // stay roots of the isolate until it is disposed, after the environment.
  auto* runtime = new Runtime(isolate, context);
  Local<External> data = Wrap(isolate, runtime);
  const auto method = [&](const char* name, v8::FunctionCallback callback) {
    ExportMethod(context, exports, name, callback, data);
  };
  method("openStacks", OpenStacks);
  method("unsafeFlag", GetUnsafeFlag);
  method("setEntry", SetEntry);
  method("create", Create);
  method("switchTo", SwitchTo);
  method("getContext", GetContext);
  method("setContext", SetContext);
  method("swapContext", SwapContext);
  method("drainMicrotasks", DrainMicrotasks);
  method("inMicrotasks", InMicrotasks);
  method("terminate", Terminate);
  method("findObject", FindObject);
  // The index of the stack that runs, where JavaScript can read it without a
  // call. It stays right when a script is terminated, which runs no `finally`.
  // SAFETY: the word lives as long as the runtime, which is for ever.
  auto store = v8::ArrayBuffer::NewBackingStore(
      runtime->running_index(), sizeof(uint32_t),
      [](void*, size_t, void*) {}, nullptr);
  exports
      ->Set(context, Text(isolate, "running"),
            v8::Uint32Array::New(
                v8::ArrayBuffer::New(isolate, std::move(store)), 0, 1))
      .Check();
  method("statistics", Statistics);
  ExportBatchedReads(isolate, context, exports);
  ExportChildPipe(context, exports);
  ExportDirectSend(context, exports);
  ExportFdPoll(isolate, context, exports);
  ExportSignalGuard(context, exports);
}

}  // namespace

}  // namespace greenroom

// A function that Node looks up by name at each load, not one registered by a
// static constructor: this library is linked never to be unloaded (frames on
// parked stacks and callbacks of the heap outlive the Worker that loaded it),
// so its constructors run once, and the second Worker would find nothing.
NODE_MODULE_INIT() {
  (void)module;
  greenroom::Initialize(exports, context);
}
