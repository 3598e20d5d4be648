// An addon with an object whose property `value` is a native getter: it calls
// the function that it was made with, and returns that function, which it takes
// out of what V8 gave it once more.

#include <node.h>

namespace {

using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Name;
using v8::Object;
using v8::ObjectTemplate;
using v8::PropertyCallbackInfo;
using v8::String;
using v8::Value;

void Get(Local<Name>, const PropertyCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> unused;
  if (info.Data()
          .As<Function>()
          ->Call(context, v8::Undefined(isolate), 0, nullptr)
          .ToLocal(&unused)) {
    info.GetReturnValue().Set(info.Data());
  }
}

// make(called): the object
void Make(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<ObjectTemplate> shape = ObjectTemplate::New(isolate);
  shape->SetNativeDataProperty(String::NewFromUtf8Literal(isolate, "value"),
                               Get, nullptr, info[0]);
  Local<Object> object;
  if (shape->NewInstance(isolate->GetCurrentContext()).ToLocal(&object)) {
    info.GetReturnValue().Set(object);
  }
}

}  // namespace

NODE_MODULE_INIT() {
  (void)module;
  Isolate* isolate = Isolate::GetCurrent();
  exports
      ->Set(context, String::NewFromUtf8Literal(isolate, "make"),
            Function::New(context, Make).ToLocalChecked())
      .Check();
}
