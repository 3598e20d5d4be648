// What libuv's uv_try_write does, without Node's bookkeeping around it, which
// for a small message is a third of what it costs to call the kernel. It is the
// caller who knows that nothing waits in front of these bytes, and whose turn
// it is to send what the kernel has not taken.

#include "direct_send.h"

#include <sys/socket.h>

#include <cerrno>

#include "export_method.h"

namespace greenroom {

namespace {

using v8::ArrayBufferView;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

// send(fd, bytes): how many the kernel has taken, which may be none; -1 if it
// refuses them
void Send(const FunctionCallbackInfo<Value>& info) {
  auto bytes = info[1].As<ArrayBufferView>();
  const char* data =
      static_cast<char*>(bytes->Buffer()->Data()) + bytes->ByteOffset();
  // It never blocks, whatever the descriptor's mode, and raises no SIGPIPE. A
  // pipe is refused: libuv's own are sockets.
  const ssize_t count = send(info[0].As<v8::Int32>()->Value(), data,
                             bytes->ByteLength(), MSG_DONTWAIT | MSG_NOSIGNAL);
  const bool later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK ||
                                   errno == EINTR || errno == ENOBUFS);
  // Linux takes less than 2 GB in one call.
  info.GetReturnValue().Set(later ? 0 : static_cast<int32_t>(count));
}

}  // namespace

void ExportDirectSend(Local<Context> context, Local<Object> exports) {
  ExportMethod(context, exports, "send", Send);
}

}  // namespace greenroom
