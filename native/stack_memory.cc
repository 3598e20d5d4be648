#include "stack_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "headroom.h"
#include "overflow_report.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102  // Linux 6.13
#endif

namespace greenroom {

namespace {

// So many stacks make a slab, or fewer if they are large: a slab must not ask
// for more address space than is left.
constexpr size_t kSlabStacks = 64;
constexpr size_t kSlabBytes = 64 * 1024 * 1024;
constexpr size_t kSparseGuardEvery = 16;
// Each sparse guard splits a mapping in three.
constexpr size_t kSlabsBetweenChecks =
    kMappingsBetweenChecks / (2 * kSlabStacks / kSparseGuardEvery);

// The first stacks of the pool keep their topmost pages for the next user: a
// page fault costs more than a switch. (Two of the six are room for handles,
// which few greenlets touch.) Those beyond give back all, so that a
// crowd that has gone leaves no memory behind.
constexpr size_t kWarmStacks = 1024;
constexpr size_t kKeepWarm = 24 * 1024;

bool IsZero(const char* from, size_t bytes) {
  // Read, never write: a read of a page that was never written maps the one
  // zero page that all share, a write would commit 4 KB.
  const auto* word = reinterpret_cast<const volatile uintptr_t*>(from);
  for (size_t k = 0; k < bytes / sizeof(uintptr_t); k++) {
    if (word[k] != 0) return false;
  }
  return true;
}

}  // namespace

bool LooksOverrun(const StackMemory& stack) {
  constexpr size_t kGlance = 128;
  return !IsZero(stack.bottom + kPageSize - kGlance, kGlance);
}

StackPool::StackPool(size_t stack_size)
    : stack_size_(stack_size),
      slab_stacks_(std::clamp<size_t>(kSlabBytes / stack_size, 1, kSlabStacks)),
      slab_bytes_(stack_size * slab_stacks_) {
  // The sparse kind can be forced, so that a new kernel can test it.
  const char* forced = getenv("GREENROOM_STACK_GUARD");
  if (forced != nullptr && forced[0] == 's') guard_kind_ = GuardKind::kSparse;
}

StackPool::~StackPool() {
  for (char* slab : slabs_) {
    ForgetGuards(slab);
    munmap(slab, slab_bytes_);
  }
}

bool StackPool::AddSlab() {
  if (!HasSpareMemory(slab_bytes_) ||
      (slabs_.size() % kSlabsBetweenChecks == 0 && !HasSpareMappings())) {
    errno = ENOMEM;
    return false;
  }
  void* raw = mmap(nullptr, slab_bytes_, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return false;
  char* slab = static_cast<char*>(raw);
  // A huge page under a stack would commit 2 MB for the one page it uses.
  madvise(slab, slab_bytes_, MADV_NOHUGEPAGE);
  // The lowest stack first: it is taken from the back.
  for (size_t i = slab_stacks_; i-- > 0;) {
    char* bottom = slab + i * stack_size_;
    bool guarded = false;
    if (guard_kind_ == GuardKind::kDense) {
      guarded = madvise(bottom, kPageSize, MADV_GUARD_INSTALL) == 0;
      if (!guarded) guard_kind_ = GuardKind::kSparse;
    }
    if (guard_kind_ == GuardKind::kSparse && i % kSparseGuardEvery == 0) {
      guarded = mprotect(bottom, kPageSize, PROT_NONE) == 0;
    }
    free_.push_back({bottom, bottom + stack_size_, guarded});
  }
  slabs_.push_back(slab);
  RememberGuards(slab, slab_bytes_, stack_size_);
  return true;
}

bool StackPool::Acquire(StackMemory* out) {
  if (free_.empty() && !AddSlab()) return false;
  *out = free_.back();
  free_.pop_back();
  return true;
}

bool StackPool::Release(const StackMemory& stack) {
  const bool intact = stack.guarded || IsZero(stack.bottom, kPageSize);
  char* lowest = stack.bottom + kPageSize;
  const size_t keep = free_.size() < kWarmStacks ? kKeepWarm : 0;
  if (stack.top - lowest > static_cast<ptrdiff_t>(keep)) {
    madvise(lowest, static_cast<size_t>(stack.top - lowest) - keep,
            MADV_DONTNEED);
  }
  free_.push_back(stack);
  return intact;
}

}  // namespace greenroom
