#ifndef GREENROOM_ENGINE_H_
#define GREENROOM_ENGINE_H_

#include <v8.h>

#include <memory>
#include <string>

namespace greenroom {

// One C stack with its place in V8's multi-thread protocol. Index 0 is the
// stack that the isolate's thread was born with: the main stack.
struct Stack {
  virtual ~Stack() = default;
  int index = 0;
  // Whether a microtask drain was under way when the stack was last resumed;
  // see Runtime::MaySwitch.
  bool resumed_in_microtasks = false;
};

// Whether parked stacks that hold nothing young are left out of scavenges, or
// visited all the same to see whether that is so (cold_stacks.h).
enum class ColdMode { kOff, kOn, kVerify };

struct ColdStatistics {
  size_t stacks = 0;       // that are left out now
  uint64_t scavenges = 0;  // that went as leaving them out needs it
};

// How a stack is made, left and continued. Two implementations: StackEngine
// swaps stack pointers on one OS thread, ThreadEngine hands V8's lock from one
// OS thread to another.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Stack* main_stack() = 0;
  // A stack that runs `body(argument)` when first continued. Null when memory,
  // mappings or threads ran out; `error` then says what and how to get more.
  virtual Stack* Create(std::string* error) = 0;
  // Leaves `from`, which runs now and holds V8's lock, for `to`. Returns when
  // somebody continues `from`, again with the lock.
  virtual void Switch(Stack* from, Stack* to) = 0;
  virtual size_t stack_size() const = 0;
  virtual size_t reserved_bytes() const { return 0; }
  virtual ColdStatistics cold_statistics() const { return {}; }
};

// What runs on a new stack. The engine calls Run() with V8's lock held and the
// stack limit set; it returns the stack to continue when this one has ended.
class Body {
 public:
  virtual ~Body() = default;
  virtual Stack* Run(Stack* self) = 0;
};

// How a StackEngine tells V8 which stack runs (hand_over.h).
enum class HandOverKind { kDirect, kLocker };

struct EngineOptions {
  HandOverKind hand_over = HandOverKind::kDirect;
  ColdMode cold = ColdMode::kOff;
  size_t stack_size = 256 * 1024;
  // What V8 believes to be the size of the main stack, in bytes.
  size_t main_stack_size = 984 * 1024;
  // Whether the isolate is a Worker's, which can be ended from outside.
  bool in_worker = false;
};

// Null where the platform or this Node cannot do it; `why` says the reason.
std::unique_ptr<Engine> NewStackEngine(v8::Isolate*, Body*, const EngineOptions&,
                                       std::string* why);
std::unique_ptr<Engine> NewThreadEngine(v8::Isolate*, Body*,
                                        const EngineOptions&, std::string* why);

}  // namespace greenroom

#endif  // GREENROOM_ENGINE_H_
