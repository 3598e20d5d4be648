// V8 counts the memory of an ArrayBuffer as if it were part of its heap, and
// marks all of the heap when that has grown: for a program that receives much,
// every twenty megabytes, be they garbage or not. The objects around the bytes
// are young garbage, which V8 collects for a tenth of the price, and it finds
// the ArrayBuffers then, too. So a limited number of slabs is not counted (V8
// does not count what it would not free) and used again as soon as V8 has let
// go of them. That also spares them from being filled with zeros each time.
//
// Whether V8 has let go of one is told by the number of its owners, and not by
// a weak handle of the ArrayBuffer: that may be gone while another has taken
// the memory over (`transfer()`).

#include "read_memory.h"

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>

namespace greenroom {

namespace {

using v8::ArrayBuffer;
using v8::BackingStore;

// In all threads together: what is left of one that has ended serves the
// others.
constexpr size_t kMostSlabs = 256;

// How many are looked at before a new one is made. They are let go many at a
// time, and about in the order in which they were taken.
constexpr int kLooks = 4;

class Slabs {
 public:
  std::shared_ptr<BackingStore> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (int looks = 0; looks < kLooks && !all_.empty(); ++looks) {
      std::shared_ptr<BackingStore> oldest = std::move(all_.front());
      all_.pop_front();
      all_.push_back(oldest);
      // This one, and the one in the queue. Nobody can become an owner who
      // is not given it by another.
      if (oldest.use_count() > 2) continue;
      // After whatever the former owners did, in whatever threads.
      std::atomic_thread_fence(std::memory_order_acquire);
      return oldest;
    }
    if (all_.size() == kMostSlabs) return nullptr;
    // Zeros, because whoever has a chunk sees all of it: other chunks, but
    // nothing else of the process.
    void* memory = std::calloc(1, kSlabSize);
    if (memory == nullptr) return nullptr;
    all_.push_back(ArrayBuffer::NewBackingStore(
        memory, kSlabSize, BackingStore::EmptyDeleter, nullptr));
    return all_.back();
  }

 private:
  std::mutex mutex_;
  // The one that was taken longest ago is first.
  std::deque<std::shared_ptr<BackingStore>> all_;
};

}  // namespace

std::shared_ptr<BackingStore> TakeSlab() {
  // SAFETY: never deleted, since threads may go on when the process ends.
  static Slabs* const slabs = new Slabs;
  return slabs->Take();
}

}  // namespace greenroom
