#ifndef GREENROOM_MEMORY_SNAPSHOT_H_
#define GREENROOM_MEMORY_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace greenroom {

// The process's own memory, at addresses that may be anything, page by page as
// it was when a page was first asked for. Where nothing can be read, that is
// the answer, and not a crash.
//
// The kernel is asked, by writing pages into a pipe. (process_vm_readv() is made
// for this, but seccomp filters often forbid it.)
class MemorySnapshot {
 public:
  MemorySnapshot();
  ~MemorySnapshot();
  MemorySnapshot(const MemorySnapshot&) = delete;
  MemorySnapshot& operator=(const MemorySnapshot&) = delete;

  // False when not all of it could be read.
  bool Read(const void* from, void* to, size_t bytes);

  // As many of the `most` bytes from there on as could be read.
  std::vector<char> Copy(const void* from, size_t most);

 private:
  // The page at that address; empty if it cannot be read.
  const std::vector<char>& Page(uintptr_t address);

  int pipe_[2] = {-1, -1};
  std::unordered_map<uintptr_t, std::vector<char>> pages_;
};

}  // namespace greenroom

#endif  // GREENROOM_MEMORY_SNAPSHOT_H_
