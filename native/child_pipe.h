// Makes pipes of the system's own, for children to read and write.

#ifndef GREENROOM_CHILD_PIPE_H_
#define GREENROOM_CHILD_PIPE_H_

#include <v8.h>

namespace greenroom {

// Adds openPipe to the addon's exports.
void ExportChildPipe(v8::Local<v8::Context> context,
                     v8::Local<v8::Object> exports);

}  // namespace greenroom

#endif  // GREENROOM_CHILD_PIPE_H_
