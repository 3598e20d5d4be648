#ifndef GREENROOM_EXTERNAL_H_
#define GREENROOM_EXTERNAL_H_

#include <v8.h>

namespace greenroom {

// A pointer of ours as a value of JavaScript's. V8 14 wants a tag with it.
inline v8::Local<v8::External> Wrap(v8::Isolate* isolate, void* pointer) {
#if V8_MAJOR_VERSION >= 14
  return v8::External::New(isolate, pointer, v8::kExternalPointerTypeTagDefault);
#else
  return v8::External::New(isolate, pointer);
#endif
}

template <typename T>
T* PointerIn(v8::Local<v8::Value> value) {
#if V8_MAJOR_VERSION >= 14
  return static_cast<T*>(
      value.As<v8::External>()->Value(v8::kExternalPointerTypeTagDefault));
#else
  return static_cast<T*>(value.As<v8::External>()->Value());
#endif
}

}  // namespace greenroom

#endif  // GREENROOM_EXTERNAL_H_
