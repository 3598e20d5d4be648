// libuv asks a stream for memory and tells it of data through two pointers that
// are in its public struct; Node sets them when it starts to read, and they are
// replaced at once, the originals kept. What is not data (the end, an error)
// goes to the originals.
//
// The data is received when libuv asks for memory, by recv(), and libuv given
// none: its own read() finds the same bytes, but on their way through the
// kernel's layer of files, which for a small message is a tenth of what it
// costs to receive it. Only when nothing has come so is libuv given memory, and
// finds out what is the matter.

#include "stream_tap.h"

#include <sys/socket.h>

#include <atomic>
#include <cerrno>

namespace greenroom {

namespace {

constexpr size_t kChunk = 64 * 1024;

// By descriptor, which is the process's. Not by `stream->data`, which is
// Node's, and not by loop: two copies of this package may share one. Untouched
// pages of it cost nothing.
constexpr int kDescriptors = 1 << 20;
std::atomic<StreamTap*> taps[kDescriptors];

}  // namespace

uv_stream_t* StreamTap::StreamOf(uv_loop_t* loop, int fd) {
  if (fd < 0 || fd >= kDescriptors) return nullptr;
  if (static_cast<unsigned>(fd) >= loop->nwatchers) return nullptr;
  // What reads is in libuv's table of watchers.
  auto* watcher = reinterpret_cast<char*>(loop->watchers[fd]);
  if (watcher == nullptr) return nullptr;
  auto* stream = reinterpret_cast<uv_stream_t*>(
      watcher - offsetof(uv_stream_t, io_watcher));
  const bool expected =
      (stream->type == UV_TCP || stream->type == UV_NAMED_PIPE) &&
      stream->loop == loop && stream->io_watcher.fd == fd &&
      stream->alloc_cb != nullptr && stream->read_cb != nullptr &&
      stream->read_cb != &StreamTap::OnRead;
  if (!expected) return nullptr;
  // Descriptors come with its data, and are libuv's to receive.
  const bool passes_descriptors =
      stream->type == UV_NAMED_PIPE &&
      reinterpret_cast<uv_pipe_t*>(stream)->ipc != 0;
  return passes_descriptors ? nullptr : stream;
}

StreamTap::StreamTap(uv_stream_t* stream, int fd, uint32_t slot,
                     Receiver* receiver)
    : receiver_(receiver),
      stream_(stream),
      fd_(fd),
      slot_(slot),
      alloc_(stream->alloc_cb),
      read_(stream->read_cb) {
  taps[fd].store(this, std::memory_order_release);
  stream->alloc_cb = &StreamTap::OnAlloc;
  stream->read_cb = &StreamTap::OnRead;
}

StreamTap::~StreamTap() {
  StreamTap* expected = this;
  // Another stream may have got the descriptor meanwhile.
  taps[fd_].compare_exchange_strong(expected, nullptr);
}

void StreamTap::GiveBack() {
  // When it does not read, libuv has set them to null.
  if (stream_->read_cb != &StreamTap::OnRead) return;
  stream_->alloc_cb = alloc_;
  stream_->read_cb = read_;
}

// Null when the environment ends and its streams are not closed yet. Else not,
// since libuv calls back for open streams only, and what has these callbacks
// has a tap.
StreamTap* StreamTap::Of(uv_handle_t* stream) {
  const int fd = reinterpret_cast<uv_stream_t*>(stream)->io_watcher.fd;
  return taps[fd].load(std::memory_order_acquire);
}

void StreamTap::OnAlloc(uv_handle_t* stream, size_t /*suggested*/,
                        uv_buf_t* buffer) {
  // No memory: libuv reads nothing, and calls OnRead to say so.
  *buffer = uv_buf_init(nullptr, 0);
  StreamTap* tap = Of(stream);
  if (tap == nullptr) return;
  const uv_buf_t room = tap->receiver_->Room();
  if (room.len > 0 && !tap->Receive(room)) *buffer = room;
}

// Whether any bytes have come.
bool StreamTap::Receive(uv_buf_t room) {
  const ssize_t count = recv(fd_, room.base, room.len, MSG_DONTWAIT);
  if (count > 0) {
    received_ = static_cast<size_t>(count);
    return true;
  }
  // A FIFO is refused. The end can be found as often as one likes; not so an
  // error, in place of which libuv will find the end.
  const bool found_again = count == 0 || errno == EAGAIN ||
                           errno == EWOULDBLOCK || errno == EINTR ||
                           errno == ENOTSOCK;
  if (!found_again) error_ = errno;
  return false;
}

void StreamTap::OnRead(uv_stream_t* stream, ssize_t count,
                       const uv_buf_t* /*buffer*/) {
  StreamTap* tap = Of(reinterpret_cast<uv_handle_t*>(stream));
  if (tap == nullptr) return;
  // Both are told of from here, where libuv expects a callback to do anything
  // to the stream, and not where memory is asked for, where it does not.
  if (count == UV_ENOBUFS) {
    const size_t received = tap->received_;
    tap->received_ = 0;
    if (received > 0) tap->receiver_->Received(tap->slot_, received);
  } else if (count > 0) {
    tap->error_ = 0;
    tap->receiver_->Received(tap->slot_, static_cast<size_t>(count));
  } else if (tap->error_ != 0) {
    tap->End(-tap->error_);
  } else if (count < 0) {
    tap->End(count);
  }
}

void StreamTap::End(ssize_t status) {
  // Copies, because JavaScript may take the tap away.
  uv_stream_t* const stream = stream_;
  const uv_alloc_cb alloc = alloc_;
  const uv_read_cb read = read_;
  receiver_->BeforeEnd();
  if (uv_is_closing(reinterpret_cast<uv_handle_t*>(stream))) return;
  uv_buf_t nothing;
  alloc(reinterpret_cast<uv_handle_t*>(stream), kChunk, &nothing);
  read(stream, status, &nothing);
}

}  // namespace greenroom
