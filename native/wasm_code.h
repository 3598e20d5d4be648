#ifndef GREENROOM_WASM_CODE_H_
#define GREENROOM_WASM_CODE_H_

#include <v8.h>

namespace greenroom {

// V8's collector of wasm code ends the process ("archived threads in combination
// with wasm not supported") when it finds parked stacks. The flag
// --no-wasm-code-gc keeps it from starting again (src/stack/engine.ts sets it);
// a run that had started before (Node's own type stripping is wasm) waits as a
// task for this thread, and has to be over before the first stack parks.
void FinishWasmCodeCollection(v8::Isolate* isolate,
                              v8::Local<v8::Context> context);

}  // namespace greenroom

#endif  // GREENROOM_WASM_CODE_H_
