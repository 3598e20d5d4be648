// What a libuv stream receives, taken before Node sees it.

#ifndef GREENROOM_STREAM_TAP_H_
#define GREENROOM_STREAM_TAP_H_

#include <uv.h>

#include <cstddef>
#include <cstdint>

namespace greenroom {

// Gets what streams receive.
class Receiver {
 public:
  // Where the next bytes go. Of no length when there is no room: then the
  // stream asks again in the next poll.
  virtual uv_buf_t Room() = 0;
  // So many have been put there.
  virtual void Received(uint32_t slot, size_t count) = 0;
  // A stream has ended, or failed: Node is told next.
  virtual void BeforeEnd() = 0;

 protected:
  ~Receiver() = default;
};

// Stands before what Node has told a stream to call. It has to stay where it is.
class StreamTap {
 public:
  // The stream of `fd`, which has just begun to read in Node's way and has no
  // tap; null if it is not found as expected. Whoever asks knows that it is a
  // TCP or pipe handle, and that it reads.
  static uv_stream_t* StreamOf(uv_loop_t* loop, int fd);

  StreamTap(uv_stream_t* stream, int fd, uint32_t slot, Receiver* receiver);
  ~StreamTap();
  StreamTap(const StreamTap&) = delete;
  StreamTap& operator=(const StreamTap&) = delete;

  // Node reads again. The stream has to be open.
  void GiveBack();

 private:
  static StreamTap* Of(uv_handle_t* stream);
  static void OnAlloc(uv_handle_t* stream, size_t suggested, uv_buf_t* buffer);
  static void OnRead(uv_stream_t* stream, ssize_t count, const uv_buf_t*);

  bool Receive(uv_buf_t room);
  void End(ssize_t status);

  Receiver* const receiver_;
  uv_stream_t* const stream_;
  const int fd_;
  const uint32_t slot_;
  // Node's.
  const uv_alloc_cb alloc_;
  const uv_read_cb read_;
  // Between OnAlloc and OnRead.
  size_t received_ = 0;
  // What the kernel has said, and says only once.
  int error_ = 0;
};

}  // namespace greenroom

#endif  // GREENROOM_STREAM_TAP_H_
