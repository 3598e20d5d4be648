#include "stack_memory.h"

#include <sys/mman.h>

#include <cstdlib>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102  // Linux 6.13
#endif

namespace greenroom {

namespace {
constexpr size_t kSlabStacks = 64;
// How many stacks share one mprotect()ed guard where the kernel is too old
// for MADV_GUARD_INSTALL.
constexpr size_t kSparseGuardEvery = 16;
// What a released stack keeps resident for its next user.
constexpr size_t kKeepResident = 16 * 1024;
}  // namespace

StackPool::StackPool(size_t stack_size)
    : stack_size_(stack_size), slab_bytes_(stack_size * kSlabStacks) {
  // The sparse kind can be forced, so that a new kernel can test it.
  const char* forced = getenv("GREENROOM_STACK_GUARD");
  if (forced != nullptr && forced[0] == 's') guard_kind_ = GuardKind::kSparse;
}

StackPool::~StackPool() {
  for (char* slab : slabs_) munmap(slab, slab_bytes_);
}

bool StackPool::AddSlab() {
  void* raw = mmap(nullptr, slab_bytes_, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return false;
  char* slab = static_cast<char*>(raw);
  // A huge page under a stack would commit 2 MB for the one page it uses.
  madvise(slab, slab_bytes_, MADV_NOHUGEPAGE);
  for (size_t i = 0; i < kSlabStacks; i++) {
    char* bottom = slab + i * stack_size_;
    if (guard_kind_ == GuardKind::kMadvise &&
        madvise(bottom, kPageSize, MADV_GUARD_INSTALL) != 0) {
      guard_kind_ = GuardKind::kSparse;
    }
    if (guard_kind_ == GuardKind::kSparse && i % kSparseGuardEvery == 0) {
      // May fail when mappings are short; Release() still looks at the page.
      mprotect(bottom, kPageSize, PROT_NONE);
    }
  }
  slabs_.push_back(slab);
  // Handed out from the back: the lowest stack first.
  for (size_t i = kSlabStacks; i-- > 0;) {
    char* bottom = slab + i * stack_size_;
    free_.push_back({bottom, bottom + stack_size_});
  }
  return true;
}

bool StackPool::Acquire(StackMemory* out) {
  if (free_.empty() && !AddSlab()) return false;
  *out = free_.back();
  free_.pop_back();
  return true;
}

bool StackPool::Release(const StackMemory& stack) {
  bool intact = true;
  if (guard_kind_ == GuardKind::kSparse) {
    for (char* slab : slabs_) {
      if (stack.bottom < slab || stack.bottom >= slab + slab_bytes_) continue;
      size_t i = static_cast<size_t>(stack.bottom - slab) / stack_size_;
      if (i % kSparseGuardEvery == 0) break;  // a real guard, not readable
      // Read, never write: a read maps the shared zero page only.
      const auto* word = reinterpret_cast<volatile uintptr_t*>(stack.bottom);
      for (size_t k = 0; k < kPageSize / sizeof(uintptr_t); k++) {
        if (word[k] != 0) intact = false;
      }
    }
  }
  if (stack_size_ > kKeepResident + kPageSize) {
    madvise(stack.bottom + kPageSize, stack_size_ - kKeepResident - kPageSize,
            MADV_DONTNEED);
  }
  free_.push_back(stack);
  return intact;
}

}  // namespace greenroom
