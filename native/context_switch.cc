#include "context_switch.h"

#include <cstdint>
#include <cstring>

namespace greenroom {

void* PrepareContext(void* top, void (*entry)(void*), void* argument) {
#if defined(__x86_64__) && GREENROOM_HAS_CONTEXT_SWITCH
  // From low to high: r15 r14 r13 r12 rbx rbp, then the return address. After
  // the switch's `ret` the pointer is `top` itself, 16-aligned, as the ABI
  // wants it where greenroom_enter_context makes its call.
  auto* frame = static_cast<uintptr_t*>(top) - 7;
  memset(frame, 0, 7 * sizeof(uintptr_t));
  frame[2] = reinterpret_cast<uintptr_t>(argument);
  frame[3] = reinterpret_cast<uintptr_t>(entry);
  frame[6] = reinterpret_cast<uintptr_t>(&greenroom_enter_context);
  return frame;
#elif defined(__aarch64__) && GREENROOM_HAS_CONTEXT_SWITCH
  auto* frame = static_cast<uintptr_t*>(top) - 20;
  memset(frame, 0, 20 * sizeof(uintptr_t));
  frame[0] = reinterpret_cast<uintptr_t>(entry);
  frame[1] = reinterpret_cast<uintptr_t>(argument);
  frame[11] = reinterpret_cast<uintptr_t>(&greenroom_enter_context);
  return frame;
#else
  (void)top;
  (void)entry;
  (void)argument;
  return nullptr;
#endif
}

}  // namespace greenroom
