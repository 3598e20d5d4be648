#ifndef GREENROOM_RUNTIME_H_
#define GREENROOM_RUNTIME_H_

#include <v8.h>

#include <memory>
#include <string>
#include <vector>

#include "embedder_data.h"
#include "engine.h"
#include "worker_end.h"

namespace greenroom {

// The stacks of one isolate (the main thread and every Worker have their own),
// and what changes hands between them beside the C stack: the async context,
// and a termination that one of them owes to whoever called it.
class Runtime final : public Body {
 public:
  Runtime(v8::Isolate* isolate, v8::Local<v8::Context> context);

  // Opens the engine of that kind: "thread", or native stacks with the hand-over
  // "direct" or "locker". On failure returns false and says why.
  bool Open(const std::string& kind, EngineOptions options,
            std::string* why);

  // What runs on every new stack, and what runs when a script was terminated
  // on it. Both return the index of the stack to continue.
  void SetEntry(v8::Local<v8::Function> entry,
                v8::Local<v8::Function> terminated);

  // The index of a new stack, or -1 and the error.
  int Create(std::string* error);

  // Null when no such stack lives.
  Stack* at(uint32_t index) const {
    return index < stacks_.size() ? stacks_[index] : nullptr;
  }

  // Whether the running stack may be left now.
  bool MaySwitch() const;
  void Switch(Stack* to);

  // Body: the first frame of V8's on a new stack.
  Stack* Run(Stack* self) override;

  const Engine* engine() const { return engine_.get(); }
  size_t live() const { return stacks_.size() - free_indices_.size() - 1; }
  // Where JavaScript reads the index of the running stack without a call.
  uint32_t* running_index() { return &running_index_; }

 private:
  void Arrive(Stack* stack);
  // Whether the end of the Worker was requested and nobody has noticed, as far
  // as that has to be asked now.
  bool MissedWorkerEnd(bool after_long_switch);
  Stack* CallEntry(v8::Local<v8::Context> context);
  bool CallForIndex(v8::Local<v8::Context> context,
                    const v8::Global<v8::Function>& function, uint32_t* index);

  v8::Isolate* isolate_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Function> entry_;
  v8::Global<v8::Function> terminated_entry_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EmbedderDataGuard> embedder_data_guard_;
  // Null on the main thread, which nobody ends.
  std::unique_ptr<WorkerEnd> worker_end_;
  // Until the next time that it is asked.
  int switches_left_ = 0;
  bool hands_over_slowly_ = false;
  Stack* current_ = nullptr;
  // By index; null where a stack has ended, and that index is free again.
  std::vector<Stack*> stacks_;
  std::vector<int> free_indices_;
  // A script was terminated on a stack that has ended since.
  bool owes_termination_ = false;
  uint32_t running_index_ = 0;
};

}  // namespace greenroom

#endif  // GREENROOM_RUNTIME_H_
