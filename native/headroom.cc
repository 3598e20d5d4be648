#include "headroom.h"

#include <sys/mman.h>
#include <unistd.h>

namespace greenroom {

namespace {

// What V8 may ask for at once: its heap grows by pages of 256 KB, and by a few
// megabytes where an array or a code space grows.
constexpr size_t kSpareBytes = 64 * 1024 * 1024;
// A heap grows by a mapping for each of its pages of 256 KB, at worst: this is
// enough for a gigabyte.
constexpr size_t kSpareMappings = 4096;

void* Reserve(size_t bytes) {
  void* raw = mmap(nullptr, bytes, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return raw == MAP_FAILED ? nullptr : raw;
}

}  // namespace

bool HasSpareMemory(size_t bytes) {
  void* raw = Reserve(bytes + kSpareBytes);
  if (raw == nullptr) return false;
  munmap(raw, bytes + kSpareBytes);
  return true;
}

bool HasSpareMappings() {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* raw = Reserve(kSpareMappings * page);
  if (raw == nullptr) return false;
  // Every second page readable makes each page a mapping of its own.
  bool enough = true;
  for (size_t i = 1; enough && i < kSpareMappings; i += 2) {
    enough = mprotect(static_cast<char*>(raw) + i * page, page, PROT_READ) == 0;
  }
  munmap(raw, kSpareMappings * page);
  return enough;
}

}  // namespace greenroom
