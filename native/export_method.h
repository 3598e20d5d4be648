#ifndef GREENROOM_EXPORT_METHOD_H_
#define GREENROOM_EXPORT_METHOD_H_

#include <v8.h>

namespace greenroom {

// Makes `callback` a function of the addon. It gets `data` as its data.
inline void ExportMethod(v8::Local<v8::Context> context,
                         v8::Local<v8::Object> exports, const char* name,
                         v8::FunctionCallback callback,
                         v8::Local<v8::Value> data = {}) {
  exports
      ->Set(context,
            v8::String::NewFromUtf8(v8::Isolate::GetCurrent(), name,
                                    v8::NewStringType::kNormal)
                .ToLocalChecked(),
            v8::Function::New(context, callback, data).ToLocalChecked())
      .Check();
}

}  // namespace greenroom

#endif  // GREENROOM_EXPORT_METHOD_H_
