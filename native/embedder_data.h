#ifndef GREENROOM_EMBEDDER_DATA_H_
#define GREENROOM_EMBEDDER_DATA_H_

#include <v8.h>

namespace greenroom {

// "Continuation preserved embedder data": one value of the whole isolate in
// which Node 24 and later keep AsyncLocalStorage's current frame. Its accessors
// were renamed in V8 14.
#if V8_MAJOR_VERSION >= 14
using EmbedderData = v8::Data;
inline v8::Local<EmbedderData> GetEmbedderData(v8::Isolate* isolate) {
  return isolate->GetContinuationPreservedEmbedderDataV2();
}
inline void SetEmbedderData(v8::Isolate* isolate, v8::Local<EmbedderData> data) {
  isolate->SetContinuationPreservedEmbedderDataV2(data);
}
#else
using EmbedderData = v8::Value;
inline v8::Local<EmbedderData> GetEmbedderData(v8::Isolate* isolate) {
  return isolate->GetContinuationPreservedEmbedderData();
}
inline void SetEmbedderData(v8::Isolate* isolate, v8::Local<EmbedderData> data) {
  isolate->SetContinuationPreservedEmbedderData(data);
}
#endif

// Keeps that value out of the collector's sight while it runs.
//
// Isolate::Iterate visits the value as a root once for the running thread and
// once more for every archived one. The scavenger takes the second visit for a
// fresh object and copies it again: two objects where one was, and a crash
// later. So a prologue callback moves it into a Global, which is visited once,
// and an epilogue callback moves it back.
class EmbedderDataGuard {
 public:
  explicit EmbedderDataGuard(v8::Isolate* isolate);
  ~EmbedderDataGuard();
  EmbedderDataGuard(const EmbedderDataGuard&) = delete;
  EmbedderDataGuard& operator=(const EmbedderDataGuard&) = delete;

 private:
  static void Before(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* self);
  static void After(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* self);

  v8::Isolate* isolate_;
  v8::Global<EmbedderData> kept_;
  int depth_ = 0;
};

}  // namespace greenroom

#endif  // GREENROOM_EMBEDDER_DATA_H_
