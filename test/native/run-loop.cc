// An addon that runs Node's loop inside of a callback, as some packages do to
// make blocking calls of others.

#include <node.h>
#include <uv.h>

namespace {

// runOnce(): polls, without waiting
void RunOnce(const v8::FunctionCallbackInfo<v8::Value>& info) {
  uv_run(node::GetCurrentEventLoop(info.GetIsolate()), UV_RUN_NOWAIT);
}

}  // namespace

NODE_MODULE_INIT() {
  (void)module;
  NODE_SET_METHOD(exports, "runOnce", RunOnce);
}
