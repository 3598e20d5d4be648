// The fallback: one OS thread per coroutine, V8's lock handed from one to the
// next, public API only. Exactly one thread runs at any time; the others wait
// on their own semaphore. 5 to 100 microseconds a switch: it exists so that
// programs still run where stacks cannot be switched.

#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "engine.h"
#include "headroom.h"

namespace greenroom {

namespace {

// V8 computes a new thread's limit from --stack-size (984 KB), so each thread
// needs that much and room for native recursion below it. Virtual memory only.
constexpr size_t kThreadStackSize = 2 * 1024 * 1024;

// A thread's stack and its guard.
constexpr int kThreadsBetweenChecks = kMappingsBetweenChecks / 2;

struct ThreadStack : Stack {
  pthread_t thread{};
  sem_t turn;
  class ThreadEngine* engine = nullptr;
  bool started = false;
};

class ThreadEngine final : public Engine {
 public:
  ThreadEngine(v8::Isolate* isolate, Body* body)
      : isolate_(isolate), body_(body) {
    sem_init(&main_.turn, 0, 0);
    main_.engine = this;
  }

  Stack* main_stack() override { return &main_; }
  size_t stack_size() const override { return kThreadStackSize; }

  Stack* Create(std::string* error) override {
    if (!HasSpareMemory(kThreadStackSize) ||
        (created_ % kThreadsBetweenChecks == 0 && !HasSpareMappings())) {
      return Refuse(ENOMEM, error);
    }
    auto* stack = new ThreadStack;
    stack->engine = this;
    sem_init(&stack->turn, 0, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kThreadStackSize);
    const int failed = pthread_create(&stack->thread, &attributes, Start, stack);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
      sem_destroy(&stack->turn);
      delete stack;
      return Refuse(failed, error);
    }
    created_++;
    return stack;
  }

  void Switch(Stack* from_base, Stack* to_base) override {
    auto* from = static_cast<ThreadStack*>(from_base);
    auto* to = static_cast<ThreadStack*>(to_base);
    isolate_->Exit();
    {
      v8::Unlocker unlocked(isolate_);
      sem_post(&to->turn);
      Await(from);
    }
    isolate_->Enter();
    Reap();
  }

 private:
  static Stack* Refuse(int reason, std::string* error) {
    *error = std::string("no thread for another stack: ") + strerror(reason) +
             ". End some greenlets first, or raise the limits on threads"
             " (ulimit -u, kernel.threads-max), address space (ulimit -v) or"
             " mappings (vm.max_map_count).";
    return nullptr;
  }

  static void Await(ThreadStack* stack) {
    while (sem_wait(&stack->turn) != 0 && errno == EINTR) {
    }
  }

  static void* Start(void* argument) {
    auto* stack = static_cast<ThreadStack*>(argument);
    Await(stack);
    stack->engine->RunOn(stack);
    return nullptr;
  }

  void RunOn(ThreadStack* stack) {
    ThreadStack* next;
    {
      v8::Locker lock(isolate_);
      v8::Isolate::Scope entered(isolate_);
      Reap();
      next = static_cast<ThreadStack*>(body_->Run(stack));
      ended_ = stack;
    }
    isolate_->DiscardThreadSpecificMetadata();
    sem_post(&next->turn);
  }

  void Reap() {
    if (ended_ == nullptr) return;
    ThreadStack* stack = ended_;
    ended_ = nullptr;
    pthread_join(stack->thread, nullptr);
    sem_destroy(&stack->turn);
    delete stack;
  }

  v8::Isolate* isolate_;
  Body* body_;
  ThreadStack main_;
  // It has ended, and its thread is about to; nobody has joined that yet.
  ThreadStack* ended_ = nullptr;
  int created_ = 0;
};

}  // namespace

std::unique_ptr<Engine> NewThreadEngine(v8::Isolate* isolate, Body* body,
                                        const EngineOptions&, std::string*) {
  return std::make_unique<ThreadEngine>(isolate, body);
}

}  // namespace greenroom
