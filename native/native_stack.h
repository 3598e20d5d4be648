#ifndef GREENROOM_NATIVE_STACK_H_
#define GREENROOM_NATIVE_STACK_H_

#include <cstddef>
#include <cstdint>

#include <new>

#include "engine.h"
#include "stack_memory.h"
#include "thread_state.h"

namespace greenroom {

// How long a parked stack has been as it is, counted in scavenges that have
// visited it (cold_stacks.h).
enum class StackAge : uint8_t {
  kRunning,
  kFresh,    // none since it parked
  kVisited,  // one
  kSettled,  // two or more; the digest is of what it held after the last one
  kCold,     // one that has changed nothing: it holds nothing young
};

// What the direct hand-over keeps of a stack: V8's record of it as a parked
// thread, and the block that the record points to.
struct ParkedState {
  thread_state::Record record{};
  uint64_t digest = 0;
  StackAge age = StackAge::kFresh;
  bool debugged = false;
  char call_hook = 0;
  alignas(16) char archive[thread_state::kArchiveSize];
};

// A stack of our own on the isolate's OS thread. Lies in the engine for the main
// one, else where NewNativeStack() puts it. (16-aligned, as a stack that begins
// below it must be.)
struct alignas(16) NativeStack : Stack, ParkedState {
  void* saved = nullptr;  // stack pointer while parked
  StackMemory memory;
  void* stack_start = nullptr;  // as V8 takes it: the upper end
  class StackEngine* engine = nullptr;

  int thread_id = 0;  // for the hand-over by V8's lock: whom V8 takes it for
};

// The memory of a stack, from its top: V8's first block of handles, which begins
// with so many bytes of the page that the stack begins in; the NativeStack, where
// there is room for it in that page; and the stack.
//
// Few greenlets have more handles than that, so that the page is all that one
// touches that is parked in a wait. The frames that lead there take 3,064 bytes
// in V8 14, and 192 more before, so that the page would overflow.
constexpr bool kRecordInPage = V8_MAJOR_VERSION >= 14;
constexpr size_t kHandlesInPage = kRecordInPage ? 128 : 256;
constexpr size_t kHandleRoom =
    (thread_state::kHandleBlockBytes + kPageSize - 1) / kPageSize * kPageSize +
    kHandlesInPage;

inline char* FirstHandles(const StackMemory& memory) {
  return memory.top - kHandleRoom;
}

inline NativeStack* NewNativeStack(const StackMemory& memory) {
  char* block = FirstHandles(memory);
  auto* stack = kRecordInPage ? new (block - sizeof(NativeStack)) NativeStack
                              : new NativeStack;
  stack->memory = memory;
  stack->stack_start = kRecordInPage ? reinterpret_cast<char*>(stack) : block;
  return stack;
}

inline void DeleteNativeStack(NativeStack* stack) {
  if (!kRecordInPage) delete stack;
}

// Below it V8 must not let JavaScript go. Native recursion under JavaScript
// (regular expressions, JSON, structured clone) does not look at V8's limit, so
// it needs room.
constexpr size_t kMargin = 48 * 1024;
inline char* StackLimit(const NativeStack& stack) {
  return stack.memory.bottom + kPageSize + kMargin;
}

}  // namespace greenroom

#endif  // GREENROOM_NATIVE_STACK_H_
