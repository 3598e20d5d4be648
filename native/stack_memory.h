#ifndef GREENROOM_STACK_MEMORY_H_
#define GREENROOM_STACK_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace greenroom {

// One C stack: [bottom, top).
struct StackMemory {
  char* bottom = nullptr;
  char* top = nullptr;
  // Whether the lowest page cannot be touched. Where it can, it is looked at
  // when the stack is given back.
  bool guarded = false;
};

// Whether the stack was overrun, as far as a glance tells: for stacks without a
// guard, each time one is left.
bool LooksOverrun(const StackMemory& stack);

// Dense: every stack has a guard that costs no mapping (Linux 6.13 and later).
// Sparse: every sixteenth stack has one, and costs two mappings.
enum class GuardKind { kDense, kSparse };

// Stacks of one size, reserved in slabs and pooled. Address space is reserved,
// memory is committed by the first touch of a page. A slab is one mapping, so
// a hundred thousand stacks spend a few of the 65,530 mappings that a default
// Linux grants; one mprotect() a stack would run out at 32,696, and then V8
// itself dies.
class StackPool {
 public:
  explicit StackPool(size_t stack_size);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // False when there is no more memory, or so little that V8 would die of the
  // lack of it; errno tells why.
  bool Acquire(StackMemory* out);
  // Gives a stack back; what it used returns to the kernel. False when the
  // page below the usable part was written: an overflow went unnoticed.
  bool Release(const StackMemory& stack);

  size_t stack_size() const { return stack_size_; }
  size_t reserved() const { return slabs_.size() * slab_bytes_; }
  GuardKind guard_kind() const { return guard_kind_; }

 private:
  bool AddSlab();

  size_t stack_size_;
  size_t slab_stacks_;
  size_t slab_bytes_;
  GuardKind guard_kind_ = GuardKind::kDense;
  std::vector<char*> slabs_;
  std::vector<StackMemory> free_;
};

constexpr size_t kPageSize = 4096;

}  // namespace greenroom

#endif  // GREENROOM_STACK_MEMORY_H_
