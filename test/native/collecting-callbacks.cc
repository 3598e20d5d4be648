// An addon whose callbacks before and after collections cause a full collection,
// as one does whose callbacks allocate when the heap is nearly full. V8 tells
// nobody of that one.

#include <node.h>

namespace {

using v8::GCCallbackFlags;
using v8::GCType;
using v8::Isolate;

int scavenges = 0;

void Before(Isolate* isolate, GCType, GCCallbackFlags) {
  if (++scavenges % 3 == 0) isolate->LowMemoryNotification();
}

void After(Isolate* isolate, GCType, GCCallbackFlags) {
  if (scavenges % 3 == 1) isolate->LowMemoryNotification();
}

}  // namespace

NODE_MODULE_INIT() {
  (void)exports;
  (void)module;
  (void)context;
  Isolate* isolate = Isolate::GetCurrent();
  isolate->AddGCPrologueCallback(Before, v8::kGCTypeScavenge);
  isolate->AddGCEpilogueCallback(After, v8::kGCTypeScavenge);
}
