#include "wasm_code.h"

#include <node.h>

namespace greenroom {

void FinishWasmCodeCollection(v8::Isolate* isolate,
                              v8::Local<v8::Context> context) {
  node::Environment* environment = node::GetCurrentEnvironment(context);
  if (environment == nullptr) return;
  node::MultiIsolatePlatform* platform =
      node::GetMultiIsolatePlatform(environment);
  // A finished run may have another one queued behind it; a task that queues
  // itself anew for ever must not keep us.
  constexpr int kRounds = 8;
  for (int i = 0; i < kRounds && platform->FlushForegroundTasks(isolate); i++) {
  }
}

}  // namespace greenroom
