// What several sockets receive in one poll, told to JavaScript in one call.

#ifndef GREENROOM_BATCHED_READS_H_
#define GREENROOM_BATCHED_READS_H_

#include <v8.h>

namespace greenroom {

// Adds readsOpen, readsUse, readsTake and readsLeave to the addon's exports.
void ExportBatchedReads(v8::Isolate* isolate, v8::Local<v8::Context> context,
                        v8::Local<v8::Object> exports);

}  // namespace greenroom

#endif  // GREENROOM_BATCHED_READS_H_
