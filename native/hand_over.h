#ifndef GREENROOM_HAND_OVER_H_
#define GREENROOM_HAND_OVER_H_

#include <v8.h>

#include <memory>
#include <string>

#include "engine.h"
#include "native_stack.h"
#include "thread_words.h"

namespace greenroom {

// How V8 is told that another of our stacks runs. Two implementations: one that
// has V8 park and restore its state of a thread (Unlocker, Locker), and one that
// does the same itself, in a fraction of the time, where it could prove that it
// knows that state (thread_state.h).
class HandOver {
 public:
  virtual ~HandOver() = default;
  // The main stack, which runs now.
  virtual void Adopt(NativeStack* main) = 0;
  // A stack that is new.
  virtual void Prepare(NativeStack*) = 0;
  // Leaves `from` for `to`. Returns when somebody has continued `from`.
  virtual void Switch(NativeStack* from, NativeStack* to) = 0;
  // Runs the body on the new stack `self`, where nothing of V8's stands yet,
  // and returns the stack to continue, of which V8 knows already.
  virtual NativeStack* Run(NativeStack* self, Body* body) = 0;
  // `stack` has ended; another one runs.
  virtual void Forget(NativeStack* stack) = 0;
  // The isolate is being disposed of, after its last collection.
  virtual void Close() {}
  virtual ColdStatistics cold_statistics() const { return {}; }
};

std::unique_ptr<HandOver> NewLockerHandOver(v8::Isolate*, ThreadWords*,
                                            size_t main_stack_size);
// Null where V8's state of a thread is not what is known; `why` says so.
std::unique_ptr<HandOver> NewDirectHandOver(v8::Isolate*, ThreadWords*,
                                            ColdMode, std::string* why);

}  // namespace greenroom

#endif  // GREENROOM_HAND_OVER_H_
