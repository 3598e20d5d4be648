// Hands bytes to the kernel for a socket of Node's, if it takes them at once.

#ifndef GREENROOM_DIRECT_SEND_H_
#define GREENROOM_DIRECT_SEND_H_

#include <v8.h>

namespace greenroom {

// Adds send to the addon's exports.
void ExportDirectSend(v8::Local<v8::Context> context,
                      v8::Local<v8::Object> exports);

}  // namespace greenroom

#endif  // GREENROOM_DIRECT_SEND_H_
