#ifndef GREENROOM_STACK_MEMORY_H_
#define GREENROOM_STACK_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace greenroom {

// One C stack: [bottom, top), the lowest page of it a guard where the kernel
// can make one without spending a mapping.
struct StackMemory {
  char* bottom = nullptr;
  char* top = nullptr;
};

enum class GuardKind { kMadvise, kSparse };

// Stacks of one size, reserved in slabs and pooled. Address space is reserved,
// memory is committed by the first touch of a page. A slab is one mapping, so
// a hundred thousand stacks spend a few hundred of the 65,530 mappings that a
// default Linux grants; one mprotect() a stack would run out at 32,696, and
// then V8 itself dies.
class StackPool {
 public:
  explicit StackPool(size_t stack_size);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // False when the kernel gives no more memory; errno tells why.
  bool Acquire(StackMemory* out);
  // Gives a stack back; its deep pages return to the kernel. False when the
  // page below the usable part was written: an overflow went unnoticed.
  bool Release(const StackMemory& stack);

  size_t stack_size() const { return stack_size_; }
  size_t reserved() const { return slabs_.size() * slab_bytes_; }
  GuardKind guard_kind() const { return guard_kind_; }

 private:
  bool AddSlab();

  size_t stack_size_;
  size_t slab_bytes_;
  GuardKind guard_kind_ = GuardKind::kMadvise;
  std::vector<char*> slabs_;
  std::vector<StackMemory> free_;
};

constexpr size_t kPageSize = 4096;
constexpr size_t kMinStackSize = 128 * 1024;
constexpr size_t kMaxStackSize = 64 * 1024 * 1024;

}  // namespace greenroom

#endif  // GREENROOM_STACK_MEMORY_H_
