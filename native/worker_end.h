#ifndef GREENROOM_WORKER_END_H_
#define GREENROOM_WORKER_END_H_

#include <v8.h>

namespace greenroom {

// Whether a Worker was asked to end.
//
// worker.terminate() makes one request for termination, which V8 keeps with
// the stack that it takes for the running one. If that stack is just being
// left, the request sleeps with it, and greenlets that never return to the
// stack go on for ever. No function of V8's tells of a request that sleeps;
// but Node, once it wants a Worker to end, calls no JavaScript any more. So a
// callback is made through Node, and it is looked whether it answers.
class WorkerEnd {
 public:
  WorkerEnd(v8::Isolate* isolate, v8::Local<v8::Context> context);
  WorkerEnd(const WorkerEnd&) = delete;
  WorkerEnd& operator=(const WorkerEnd&) = delete;

  // Takes about a third of a microsecond. Not for a stack on which JavaScript
  // cannot be called.
  bool Requested();

 private:
  static void Answer(const v8::FunctionCallbackInfo<v8::Value>& info);

  v8::Isolate* isolate_;
  v8::Global<v8::Object> receiver_;
  v8::Global<v8::Function> callback_;
};

}  // namespace greenroom

#endif  // GREENROOM_WORKER_END_H_
