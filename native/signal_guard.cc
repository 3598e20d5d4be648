// A listener for a signal is JavaScript, so the event loop calls it: while a
// program computes, it does not hear the signal; and because it listens, the
// signal does not end it either. So this stands before libuv's handler, lets
// the first signal through, and ends the process by the second one if
// JavaScript has not heard the first: what a person who presses Ctrl-C twice
// wants. While the whole thread is blocked, on purpose and alone, the first one
// ends the process: nobody could hear it.

#include "signal_guard.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "export_method.h"

namespace greenroom {

using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// The process's, as its signals are.
struct Guard {
  struct sigaction before = {};
  std::atomic<int> unheard{0};
};
Guard guards[NSIG];
std::atomic<bool> deaf{false};
// One was let through, and JavaScript has not heard of it.
std::atomic<bool> waiting{false};

void OnSignal(int number, siginfo_t* info, void* context) {
  // SAFETY: called between any two instructions, on any thread and any stack.
  // Only what is async-signal-safe is called, and what it reads was written
  // before the handler was installed.
  const int saved = errno;
  Guard& guard = guards[number];
  if (guard.unheard.fetch_add(1) > 0 || deaf) {
    struct sigaction fatal = {};
    fatal.sa_handler = SIG_DFL;
    sigaction(number, &fatal, nullptr);
    // It is blocked while its handler runs, and ends the process after that.
    kill(getpid(), number);
  } else {
    waiting = true;
    if ((guard.before.sa_flags & SA_SIGINFO) != 0) {
      guard.before.sa_sigaction(number, info, context);
    } else {
      guard.before.sa_handler(number);
    }
  }
  errno = saved;
}

bool IsOurs(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == OnSignal;
}

// The signal's number, or 0 for what is none.
int NumberOf(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsInt32()) return 0;
  const int number = info[0].As<v8::Int32>()->Value();
  return number > 0 && number < NSIG ? number : 0;
}

// guardSignal(number): whether somebody listens for it, so that it is guarded
void GuardSignal(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(false);
  const int number = NumberOf(info);
  struct sigaction now = {};
  if (number == 0 || sigaction(number, nullptr, &now) != 0) return;
  if (!IsOurs(now)) {
    const bool has_handler =
        (now.sa_flags & SA_SIGINFO) != 0 ||
        (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
    if (!has_handler) return;
    guards[number].before = now;
    guards[number].unheard = 0;
    struct sigaction action = now;
    action.sa_flags |= SA_SIGINFO;
    action.sa_sigaction = OnSignal;
    if (sigaction(number, &action, nullptr) != 0) return;
  }
  info.GetReturnValue().Set(true);
}

// signalHeard(number, last): JavaScript knows of it; the next one may wait as
// well, or, if this was the last, ends the process
void SignalHeard(const FunctionCallbackInfo<Value>& info) {
  guards[NumberOf(info)].unheard = info[1]->IsTrue() ? 1 : 0;
  waiting = false;
}

// signalsEnd(on): from now on the first signal that is guarded ends the process
void SignalsEnd(const FunctionCallbackInfo<Value>& info) {
  deaf = info[0]->IsTrue();
}

// signalWaits(): whether a guarded signal was let through and is not heard yet
void SignalWaits(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(waiting.load());
}

// releaseSignal(number): it is libuv's alone again
void ReleaseSignal(const FunctionCallbackInfo<Value>& info) {
  const int number = NumberOf(info);
  struct sigaction now = {};
  // libuv may have taken its own away meanwhile.
  if (number == 0 || sigaction(number, nullptr, &now) != 0 || !IsOurs(now)) {
    return;
  }
  sigaction(number, &guards[number].before, nullptr);
  waiting = false;
}

}  // namespace

void ExportSignalGuard(Local<Context> context, Local<Object> exports) {
  ExportMethod(context, exports, "guardSignal", GuardSignal);
  ExportMethod(context, exports, "signalHeard", SignalHeard);
  ExportMethod(context, exports, "signalsEnd", SignalsEnd);
  ExportMethod(context, exports, "signalWaits", SignalWaits);
  ExportMethod(context, exports, "releaseSignal", ReleaseSignal);
}

}  // namespace greenroom
