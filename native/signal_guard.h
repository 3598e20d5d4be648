// Ends the process by a signal that nobody hears.

#ifndef GREENROOM_SIGNAL_GUARD_H_
#define GREENROOM_SIGNAL_GUARD_H_

#include <v8.h>

namespace greenroom {

// Adds guardSignal, signalHeard, signalsEnd, signalWaits and
// releaseSignal to the addon's exports.
void ExportSignalGuard(v8::Local<v8::Context> context,
                       v8::Local<v8::Object> exports);

}  // namespace greenroom

#endif  // GREENROOM_SIGNAL_GUARD_H_
