// One uv_poll_t per watched descriptor, on the loop that Node runs, so that
// waiting for it is part of Node's own wait.
//
// libuv takes each descriptor once per loop. One that Node watches itself (the
// descriptor of a socket, say) is therefore watched through a duplicate, which
// is the same file and is closed with the watcher.
//
// The callback runs on the main stack, from libuv, and must not park there: all
// it may do is to put handles into the loop's ready queue.

#include "fd_poll.h"

#include <fcntl.h>
#include <node.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <memory>
#include <set>

#include "export_method.h"
#include "external.h"

namespace greenroom {

namespace {

using v8::Context;
using v8::External;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Global;
using v8::HandleScope;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

class Polls;

// One watched descriptor. `handle` comes first only for the reader: libuv gets
// back here through `handle.data`.
struct Poll {
  uv_poll_t handle;
  Polls* owner;
  // -1, or the descriptor of our own that is watched in place of the given one.
  int duplicate;
  Global<Function> callback;
};

// Those of one isolate.
class Polls {
 public:
  Polls(Isolate* isolate, Local<Context> context, uv_loop_t* loop)
      : isolate_(isolate), context_(isolate, context), loop_(loop) {
    hook_ = node::AddEnvironmentCleanupHook(isolate, &Polls::CleanUp, this);
  }

  // Null, and a libuv error in *error, if the descriptor cannot be watched.
  Poll* Open(int fd, Local<Function> callback, int* error) {
    auto poll = std::make_unique<Poll>();
    poll->owner = this;
    poll->duplicate = -1;
    *error = uv_poll_init(loop_, &poll->handle, fd);
    if (*error == UV_EEXIST) {
      poll->duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 0);
      if (poll->duplicate < 0) {
        *error = uv_translate_sys_error(errno);
        return nullptr;
      }
      *error = uv_poll_init(loop_, &poll->handle, poll->duplicate);
    }
    if (*error != 0) {
      if (poll->duplicate >= 0) close(poll->duplicate);
      return nullptr;
    }
    poll->handle.data = poll.get();
    poll->callback.Reset(isolate_, callback);
    open_.insert(poll.get());
    return poll.release();
  }

  int Watch(Poll* poll, int events) {
    if (events == 0) return uv_poll_stop(&poll->handle);
    return uv_poll_start(&poll->handle, events, &Polls::OnEvents);
  }

  void Close(Poll* poll) {
    open_.erase(poll);
    poll->callback.Reset();
    closing_++;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle), &Polls::OnClosed);
  }

  bool Has(Poll* poll) const { return open_.count(poll) != 0; }

 private:
  static void OnEvents(uv_poll_t* handle, int status, int events) {
    auto* poll = static_cast<Poll*>(handle->data);
    Isolate* isolate = poll->owner->isolate_;
    HandleScope scope(isolate);
    Local<Context> context = poll->owner->context_.Get(isolate);
    Context::Scope context_scope(context);
    Local<Value> args[] = {Integer::New(isolate, status),
                           Integer::New(isolate, events)};
    // What it throws has become an uncaught exception when this returns.
    (void)node::MakeCallback(isolate, context->Global(),
                             poll->callback.Get(isolate), 2, args,
                             node::async_context{0, 0});
  }

  static void OnClosed(uv_handle_t* handle) {
    auto* poll = static_cast<Poll*>(handle->data);
    Polls* owner = poll->owner;
    if (poll->duplicate >= 0) close(poll->duplicate);
    delete poll;
    owner->closing_--;
    owner->FinishCleanUp();
  }

  // The environment ends (a Worker's, or the process): its loop may not be left
  // with open handles, and it waits for them to close.
  static void CleanUp(void* data, void (*done)(void*), void* argument) {
    auto* self = static_cast<Polls*>(data);
    self->cleaned_ = done;
    self->cleaned_argument_ = argument;
    while (!self->open_.empty()) self->Close(*self->open_.begin());
    self->FinishCleanUp();
  }

  void FinishCleanUp() {
    if (cleaned_ == nullptr || closing_ > 0) return;
    auto done = cleaned_;
    cleaned_ = nullptr;
    context_.Reset();
    done(cleaned_argument_);
  }

  Isolate* isolate_;
  Global<Context> context_;
  uv_loop_t* loop_;
  std::set<Poll*> open_;
  int closing_ = 0;
  node::AsyncCleanupHookHandle hook_;
  void (*cleaned_)(void*) = nullptr;
  void* cleaned_argument_ = nullptr;
};

// pollOpen(fd, callback): a watcher, or a negative libuv error
void PollOpen(const FunctionCallbackInfo<Value>& info) {
  int error = 0;
  Poll* poll = PointerIn<Polls>(info.Data())
                   ->Open(info[0].As<v8::Int32>()->Value(),
                          info[1].As<Function>(), &error);
  if (poll == nullptr) {
    info.GetReturnValue().Set(error);
  } else {
    info.GetReturnValue().Set(Wrap(info.GetIsolate(), poll));
  }
}

// pollWatch(watcher, events): 0, or a negative libuv error
void PollWatch(const FunctionCallbackInfo<Value>& info) {
  auto* polls = PointerIn<Polls>(info.Data());
  auto* poll = PointerIn<Poll>(info[0]);
  info.GetReturnValue().Set(
      polls->Has(poll) ? polls->Watch(poll, info[1].As<v8::Int32>()->Value())
                       : static_cast<int>(UV_EBADF));
}

// pollClose(watcher)
void PollClose(const FunctionCallbackInfo<Value>& info) {
  auto* polls = PointerIn<Polls>(info.Data());
  auto* poll = PointerIn<Poll>(info[0]);
  if (polls->Has(poll)) polls->Close(poll);
}

}  // namespace

void ExportFdPoll(Isolate* isolate, Local<Context> context,
                  Local<Object> exports) {
  // SAFETY: never deleted, since the exported functions point here; it holds
  // nothing once the environment has been cleaned up.
  auto* polls =
      new Polls(isolate, context, node::GetCurrentEventLoop(isolate));
  Local<External> data = Wrap(isolate, polls);
  ExportMethod(context, exports, "pollOpen", PollOpen, data);
  ExportMethod(context, exports, "pollWatch", PollWatch, data);
  ExportMethod(context, exports, "pollClose", PollClose, data);
}

}  // namespace greenroom
