#ifndef GREENROOM_NATIVE_STACK_H_
#define GREENROOM_NATIVE_STACK_H_

#include <cstddef>
#include <cstdint>

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
  struct NativeStack* stack = nullptr;
  uint64_t digest = 0;
  StackAge age = StackAge::kFresh;
  uintptr_t limit = 0;
  uintptr_t interrupt_scopes = 0;
  bool debugged = false;
  char call_hook = 0;
  alignas(16) char archive[thread_state::kArchiveSize];
};

// A stack of our own on the isolate's OS thread. Lies at the top of the memory
// that it describes, in a page that is in use anyway (16-aligned, as a stack
// that begins below it must be); the main one in the engine.
struct alignas(16) NativeStack : Stack {
  void* saved = nullptr;  // stack pointer while parked
  StackMemory memory;
  void* stack_start = nullptr;  // as V8 takes it: the upper end
  class StackEngine* engine = nullptr;

  int thread_id = 0;   // for the hand-over by V8's lock: whom V8 takes it for
  ParkedState parked;  // for the direct one
};

// Below it V8 must not let JavaScript go. Native recursion under JavaScript
// (regular expressions, JSON, structured clone) does not look at V8's limit, so
// it needs room.
constexpr size_t kMargin = 48 * 1024;
inline char* StackLimit(const NativeStack& stack) {
  return stack.memory.bottom + kPageSize + kMargin;
}

}  // namespace greenroom

#endif  // GREENROOM_NATIVE_STACK_H_
