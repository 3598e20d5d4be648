// Whether a digest of a parked stack minds each word that V8 visits, and no
// other. Prints "ok", or the first that is wrong.

#include "../../native/stack_digest.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace greenroom;
using namespace greenroom::thread_state;

namespace {

NativeStack stack;
uintptr_t memory[100];
uintptr_t first[kHandleBlock], last[kHandleBlock];
uintptr_t* blocks[] = {first, last};
uintptr_t entered[4], left[4];

void Expect(bool minded, const char* what, size_t at, void* where) {
  auto* word = static_cast<uintptr_t*>(where);
  const uint64_t before = DigestOf(stack);
  for (const uintptr_t change : {uintptr_t{1}, ~uintptr_t{0}, uintptr_t{1} << 63}) {
    *word ^= change;
    const bool changed = DigestOf(stack) != before;
    *word ^= change;
    if (changed == minded) continue;
    printf("%s %zu: %s\n", what, at, minded ? "not minded" : "minded");
    exit(1);
  }
}

void Set(size_t at, auto value) {
  memcpy(stack.archive + at, &value, sizeof value);
}

void SetVector(size_t word, void* data, size_t size) {
  Set(word * sizeof(void*), data);
  Set((word + 1) * sizeof(void*), size + 2);
  Set((word + 2) * sizeof(void*), size);
}

}  // namespace

int main() {
  stack.saved = &memory[10];
  stack.stack_start = &memory[93];
  SetVector(kBlocksWord, blocks, 2);
  SetVector(kEnteredWord, entered, 3);
  SetVector(kSavedWord, left, 1);
  Set(kHandlesCopyAt, &last[5]);
  for (size_t k = 0; k < 100; k++) {
    Expect(k >= 10 && k < 93, "word of the stack", k, &memory[k]);
  }
  for (size_t k = 0; k < kHandleBlock; k++) {
    Expect(true, "handle of the first block", k, &first[k]);
    Expect(k < 5, "handle of the last block", k, &last[k]);
  }
  for (size_t k = 0; k < 4; k++) {
    Expect(k < 3, "context entered", k, &entered[k]);
    Expect(k < 1, "context left", k, &left[k]);
  }
  // What V8 visits there; other words say where the digest is to look.
  for (size_t at = kArchivedTop; at < kArchivedEnd; at += sizeof(void*)) {
    Expect(true, "archived byte", at, stack.archive + at);
  }
  puts("ok");
}
