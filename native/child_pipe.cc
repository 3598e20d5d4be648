// What libuv makes for a child are pairs of sockets, which it alone can hand
// over, each to one descriptor, and which no program can open again by name
// (/dev/stdin). A pipe has neither limit.

#include "child_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "export_method.h"

namespace greenroom {

namespace {

using v8::ArrayBufferView;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

// openPipe(ends): 0 and the two descriptors, that to read first, or a negative
// error of libuv's. Both block, and are closed in children that are not given
// them.
void OpenPipe(const FunctionCallbackInfo<Value>& info) {
  auto ends = info[0].As<ArrayBufferView>();
  auto* fds = reinterpret_cast<int32_t*>(
      static_cast<char*>(ends->Buffer()->Data()) + ends->ByteOffset());
  info.GetReturnValue().Set(pipe2(fds, O_CLOEXEC) == 0 ? 0 : -errno);
}

}  // namespace

void ExportChildPipe(Local<Context> context, Local<Object> exports) {
  ExportMethod(context, exports, "openPipe", OpenPipe);
}

}  // namespace greenroom
