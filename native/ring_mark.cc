#include "ring_mark.h"

#include <cstring>

namespace greenroom {

using namespace thread_state;

// V8's class has four virtual functions (two of them the destructor's), and a
// walk calls one. Which one, is not asked: all entries lead here.
const void* const* RingMark::Functions() {
  static const void* const functions[] = {
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
      reinterpret_cast<const void*>(&Visit),
  };
  return functions;
}

void RingMark::Visit(Relocatable* self) { self->reached(self->data); }

void RingMark::Init(const ThreadStateLayout& v8, Reached reached, void* data) {
  relocatable_ = {Functions(), v8.isolate, nullptr, reached, data};
  memcpy(archive_, v8.blank, kArchiveSize);
  const auto set = [this](size_t at, auto value) {
    static_assert(sizeof value == sizeof(void*));
    memcpy(archive_ + at, &value, sizeof value);
  };
  set(kBlocksWord * sizeof(void*), &blocks_[0]);
  set((kBlocksWord + 1) * sizeof(void*), size_t{1});
  set(kBlockCountWord * sizeof(void*), size_t{1});
  // Where the next handle would come, and the end of the block.
  set(kHandlesCopyAt, &handle_ + 1);
  set(kHandlesCopyAt + sizeof(void*), &handle_ + 1);
  set(kArchivedRelocatable, &relocatable_);
  record_.id = -1;
  record_.data = archive_;
  record_.manager = v8.manager;
}

}  // namespace greenroom
