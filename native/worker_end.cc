#include "worker_end.h"

#include <node.h>

namespace greenroom {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

WorkerEnd::WorkerEnd(Isolate* isolate, Local<Context> context)
    : isolate_(isolate),
      receiver_(isolate, Object::New(isolate)),
      callback_(isolate, Function::New(context, Answer).ToLocalChecked()) {}

bool WorkerEnd::Requested() {
  HandleScope handles(isolate_);
  // SAFETY: some stack is always inside a callback of Node's, which counts them
  // for all stacks together. So this one is an inner one, after which neither
  // ticks nor promise jobs are run. The callback is a native function: no
  // JavaScript runs, and no stack is left.
  Local<Value> answer;
  return !node::MakeCallback(isolate_, receiver_.Get(isolate_),
                             callback_.Get(isolate_), 0, nullptr, {0, 0})
              .ToLocal(&answer) ||
         !answer->IsTrue();
}

void WorkerEnd::Answer(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(true);
}

}  // namespace greenroom
