// Watches file descriptors on Node's own libuv loop, for JavaScript.

#ifndef GREENROOM_FD_POLL_H_
#define GREENROOM_FD_POLL_H_

#include <v8.h>

namespace greenroom {

// Adds pollOpen, pollWatch and pollClose to the addon's exports.
void ExportFdPoll(v8::Isolate* isolate, v8::Local<v8::Context> context,
                  v8::Local<v8::Object> exports);

}  // namespace greenroom

#endif  // GREENROOM_FD_POLL_H_
