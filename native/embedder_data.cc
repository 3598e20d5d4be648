#include "embedder_data.h"

namespace greenroom {

EmbedderDataGuard::EmbedderDataGuard(v8::Isolate* isolate) : isolate_(isolate) {
  isolate->AddGCPrologueCallback(Before, this);
  isolate->AddGCEpilogueCallback(After, this);
}

EmbedderDataGuard::~EmbedderDataGuard() {
  isolate_->RemoveGCPrologueCallback(Before, this);
  isolate_->RemoveGCEpilogueCallback(After, this);
}

void EmbedderDataGuard::Before(v8::Isolate* isolate, v8::GCType,
                               v8::GCCallbackFlags, void* self) {
  auto* guard = static_cast<EmbedderDataGuard*>(self);
  // A collection may trigger another (a weak callback that allocates): only
  // the outermost pair moves the value.
  if (guard->depth_++ > 0) return;
  v8::HandleScope scope(isolate);
  guard->kept_.Reset(isolate, GetEmbedderData(isolate));
  SetEmbedderData(isolate, v8::Undefined(isolate));
}

void EmbedderDataGuard::After(v8::Isolate* isolate, v8::GCType,
                              v8::GCCallbackFlags, void* self) {
  auto* guard = static_cast<EmbedderDataGuard*>(self);
  if (--guard->depth_ > 0) return;
  v8::HandleScope scope(isolate);
  SetEmbedderData(isolate, guard->kept_.Get(isolate));
  guard->kept_.Reset();
}

}  // namespace greenroom
