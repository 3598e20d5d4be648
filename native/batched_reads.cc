// Node enters JavaScript for every chunk that a socket receives, and looks
// after ticks and promise jobs when it comes back: about a microsecond each,
// as much as the system call that read the chunk. Here the chunks of one poll
// are put side by side, and JavaScript is entered once for all of them, when
// the poll is over.
//
// A socket stays Node's in everything else. Rejected: a poll handle and read()
// of our own beside Node's stream, since libuv takes a descriptor once per
// loop, and writing, closing, half-open ends and TLS would all have to be done
// again.
//
// The order of what one stream receives is the order of its records; between
// streams it is that of the poll. Other callbacks of the same poll (a
// connection, a signal) may be told before.

#include "batched_reads.h"

#include <node.h>
#include <uv.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_map>

#include "export_method.h"
#include "external.h"
#include "read_memory.h"
#include "stream_tap.h"

namespace greenroom {

namespace {

using v8::ArrayBufferView;
using v8::BackingStore;
using v8::Context;
using v8::External;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Global;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Uint32;
using v8::Value;

// How much room a stream is given, at least and at most.
constexpr size_t kLeastRoom = 16 * 1024;
constexpr size_t kMostRoom = 64 * 1024;

// What the records begin with: how many chunks there are, how many of them have
// been told, and where the bytes of the next one begin. JavaScript writes the
// latter two.
enum State { kChunks, kToldChunks, kToldBytes, kWords };

// Those of one isolate.
class BatchedReads final : public Receiver {
 public:
  BatchedReads(Isolate* isolate, Local<Context> context, uv_loop_t* loop)
      : isolate_(isolate), context_(isolate, context), loop_(loop) {}

  // `slab` is where the bytes go, one chunk after the other. `records` begins
  // with the three words of State, followed by a slot and a length per chunk.
  // `tell` calls Use when there is little room left.
  void Open(Local<ArrayBufferView> slab, Local<ArrayBufferView> records,
            Local<Function> tell) {
    Use(slab);
    records_store_ = records->Buffer()->GetBackingStore();
    records_ = reinterpret_cast<uint32_t*>(
        static_cast<char*>(records_store_->Data()) + records->ByteOffset());
    most_ = (records->ByteLength() / sizeof(uint32_t) - kWords) / 2;
    tell_.Reset(isolate_, tell);
    uv_check_init(loop_, &polled_);
    polled_.data = this;
    uv_check_start(&polled_, &BatchedReads::OnPolled);
    uv_unref(reinterpret_cast<uv_handle_t*>(&polled_));
    hook_ = node::AddEnvironmentCleanupHook(isolate_, &BatchedReads::CleanUp,
                                            this);
  }

  // The stream of `fd` has just begun to read in Node's way. False if it is not
  // found as expected: then it goes on so.
  bool Take(int fd, uint32_t slot) {
    if (tell_.IsEmpty()) return false;
    uv_stream_t* stream = StreamTap::StreamOf(loop_, fd);
    if (stream == nullptr) return false;
    std::unique_ptr<StreamTap>& tap = by_slot_[slot];
    tap.reset();
    tap = std::make_unique<StreamTap>(stream, fd, slot, this);
    return true;
  }

  // What is in `slot` is read in Node's way again, if it is still open.
  void Leave(uint32_t slot, bool open) {
    const auto found = by_slot_.find(slot);
    if (found == by_slot_.end()) return;
    if (open) found->second->GiveBack();
    by_slot_.erase(found);
  }

  // The next chunk comes at the beginning of `slab`. All before it were told.
  void Use(Local<ArrayBufferView> slab) {
#if V8_MAJOR_VERSION >= 13
    // Nobody has the key, so that `transfer()` throws. (V8 12 would abort.)
    slab->Buffer()->SetDetachKey(v8::Symbol::New(isolate_));
#endif
    slab_store_ = slab->Buffer()->GetBackingStore();
    slab_ = static_cast<char*>(slab_store_->Data()) + slab->ByteOffset();
    slab_size_ = slab->ByteLength();
    used_ = 0;
  }

 private:
  // Nothing when the slab is full: for somebody who runs the loop inside of a
  // callback.
  uv_buf_t Room() override {
    const size_t size = std::min(kMostRoom, slab_size_ - used_);
    return uv_buf_init(slab_ + used_, static_cast<unsigned>(size));
  }

  void Received(uint32_t slot, size_t count) override {
    const uint32_t record = records_[kChunks]++;
    records_[kWords + 2 * record] = slot;
    records_[kWords + 2 * record + 1] = static_cast<uint32_t>(count);
    used_ += count;
    if (record + 1 == most_ || slab_size_ - used_ < kLeastRoom) Tell();
  }

  void BeforeEnd() override { Tell(); }

  static void OnPolled(uv_check_t* polled) {
    static_cast<BatchedReads*>(polled->data)->Tell();
  }

  void Tell() {
    if (records_[kChunks] == 0) return;
    HandleScope scope(isolate_);
    Local<Context> context = context_.Get(isolate_);
    Context::Scope context_scope(context);
    // Whatever it throws has become an uncaught exception when this returns.
    (void)node::MakeCallback(isolate_, context->Global(), tell_.Get(isolate_),
                             0, nullptr, node::async_context{0, 0});
    // All has been told, also what came meanwhile, if some library runs the
    // loop inside a callback.
    records_[kChunks] = 0;
    records_[kToldChunks] = 0;
    records_[kToldBytes] = static_cast<uint32_t>(used_);
  }

  // The environment ends: Node closes its streams, and this its handle.
  static void CleanUp(void* data, void (*done)(void*), void* argument) {
    auto* self = static_cast<BatchedReads*>(data);
    // Streams may have been freed without a word to JavaScript.
    self->by_slot_.clear();
    self->slab_store_.reset();
    self->slab_ = nullptr;
    self->slab_size_ = 0;
    self->used_ = 0;
    self->cleaned_ = done;
    self->cleaned_argument_ = argument;
    self->tell_.Reset();
    self->context_.Reset();
    uv_close(reinterpret_cast<uv_handle_t*>(&self->polled_),
             [](uv_handle_t* handle) {
               auto* closed = static_cast<BatchedReads*>(handle->data);
               closed->cleaned_(closed->cleaned_argument_);
             });
  }

  Isolate* isolate_;
  Global<Context> context_;
  uv_loop_t* loop_;
  Global<Function> tell_;
  std::shared_ptr<BackingStore> slab_store_;
  char* slab_ = nullptr;
  size_t slab_size_ = 0;
  // How much of the slab has been given away.
  size_t used_ = 0;
  std::shared_ptr<BackingStore> records_store_;
  uint32_t* records_ = nullptr;
  uint32_t most_ = 0;
  std::unordered_map<uint32_t, std::unique_ptr<StreamTap>> by_slot_;
  uv_check_t polled_;
  node::AsyncCleanupHookHandle hook_;
  void (*cleaned_)(void*) = nullptr;
  void* cleaned_argument_ = nullptr;
};

// readsOpen(slab, records, tell)
void ReadsOpen(const FunctionCallbackInfo<Value>& info) {
  PointerIn<BatchedReads>(info.Data())
      ->Open(info[0].As<ArrayBufferView>(), info[1].As<ArrayBufferView>(),
             info[2].As<Function>());
}

// readsSlab(): an ArrayBuffer for the chunks of the next slab, or undefined if
// there is none left that V8 need not count
void ReadsSlab(const FunctionCallbackInfo<Value>& info) {
  if (std::shared_ptr<BackingStore> slab = TakeSlab()) {
    info.GetReturnValue().Set(
        v8::ArrayBuffer::New(info.GetIsolate(), std::move(slab)));
  }
}

// readsUse(slab)
void ReadsUse(const FunctionCallbackInfo<Value>& info) {
  PointerIn<BatchedReads>(info.Data())->Use(info[0].As<ArrayBufferView>());
}

// readsTake(fd, slot): whether it was taken
void ReadsTake(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(
      PointerIn<BatchedReads>(info.Data())
          ->Take(info[0].As<v8::Int32>()->Value(),
                 info[1].As<Uint32>()->Value()));
}

// readsLeave(slot, open)
void ReadsLeave(const FunctionCallbackInfo<Value>& info) {
  PointerIn<BatchedReads>(info.Data())
      ->Leave(info[0].As<Uint32>()->Value(), info[1]->IsTrue());
}

}  // namespace

void ExportBatchedReads(Isolate* isolate, Local<Context> context,
                        Local<Object> exports) {
  // SAFETY: never deleted, since the exported functions point here.
  auto* reads = new BatchedReads(isolate, context,
                                 node::GetCurrentEventLoop(isolate));
  Local<External> data = Wrap(isolate, reads);
  ExportMethod(context, exports, "readsOpen", ReadsOpen, data);
  ExportMethod(context, exports, "readsSlab", ReadsSlab);
  ExportMethod(context, exports, "readsUse", ReadsUse, data);
  ExportMethod(context, exports, "readsTake", ReadsTake, data);
  ExportMethod(context, exports, "readsLeave", ReadsLeave, data);
}

}  // namespace greenroom
