#include "stack_digest.h"

#include <cstddef>

namespace greenroom {

using namespace thread_state;

namespace {

// Four lanes, because a multiplication takes longer than a load.
class Digest {
 public:
  // The words from `from` up to `to`.
  void Add(const void* from, const void* to) {
    const auto* word = static_cast<const uint64_t*>(from);
    const auto* end = static_cast<const uint64_t*>(to);
    for (; end - word >= kLanes; word += kLanes) {
      for (int lane = 0; lane < kLanes; lane++) Mix(lane, word[lane]);
    }
    for (; word < end; word++) Mix(0, *word);
  }

  uint64_t Value() {
    for (int lane = 1; lane < kLanes; lane++) Mix(0, lanes_[lane]);
    return lanes_[0];
  }

 private:
  static constexpr int kLanes = 4;

  // One to one in the lane for each word, and in the word for each lane: what
  // differs once stays different until another word differs.
  void Mix(int lane, uint64_t word) {
    const uint64_t mixed = (lanes_[lane] ^ word) * 0x9e3779b97f4a7c15u;
    lanes_[lane] = mixed ^ (mixed >> 29);
  }

  uint64_t lanes_[kLanes] = {1, 2, 3, 4};
};

}  // namespace

uint64_t DigestOf(const NativeStack& stack) {
  Digest digest;
  digest.Add(stack.saved, stack.stack_start);
  const char* archive = stack.archive;
  digest.Add(archive, archive + kArchiveSize);
  auto* words = reinterpret_cast<char* const*>(archive);
  const auto size = [&](size_t word) {
    return reinterpret_cast<size_t>(words[word]);
  };
  // All blocks but the last are full of handles.
  auto* blocks = reinterpret_cast<char* const*>(words[kBlocksWord]);
  const size_t count = size(kBlockCountWord);
  for (size_t k = 0; k < count; k++) {
    digest.Add(blocks[k], k + 1 < count ? blocks[k] + kHandleBlockBytes
                                        : words[kHandlesCopyAt / sizeof(void*)]);
  }
  for (const size_t vector : {kEnteredWord, kSavedWord}) {
    digest.Add(words[vector], words[vector] + size(vector + 2) * sizeof(void*));
  }
  return digest.Value();
}

}  // namespace greenroom
