#ifndef GREENROOM_CONTEXT_SWITCH_H_
#define GREENROOM_CONTEXT_SWITCH_H_

// The instructions that leave one C stack and continue on another: fifteen on
// x64.
//
// Only what the ABI calls callee-saved is kept: the compiler saves the rest
// around the call, and V8 itself parks its own state in the hand-over that
// surrounds it (see stack_engine.cc). No system call, no signal mask.

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define GREENROOM_HAS_CONTEXT_SWITCH 1

extern "C" {
// Saves the running context below the stack pointer, stores that pointer in
// *save, and continues where `load` was saved. Returns when somebody loads
// what was stored in *save.
void greenroom_switch_context(void** save, void* load);
// The first instructions of a new stack; only its address is used.
void greenroom_enter_context();
}
#else
#define GREENROOM_HAS_CONTEXT_SWITCH 0
#endif

namespace greenroom {

// Writes a first context on the empty stack that ends at `top` (16-aligned),
// so that loading the returned pointer calls entry(argument). The entry must
// never return.
void* PrepareContext(void* top, void (*entry)(void*), void* argument);

}  // namespace greenroom

#endif  // GREENROOM_CONTEXT_SWITCH_H_
