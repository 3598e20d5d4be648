#include "memory_snapshot.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace greenroom {

namespace {
// What a pipe takes at once at least. No real page is smaller, so all of it can
// be read or nothing.
constexpr size_t kPage = 4096;
}  // namespace

MemorySnapshot::MemorySnapshot() {
  if (pipe(pipe_) != 0) {
    pipe_[0] = pipe_[1] = -1;
    return;
  }
  for (const int end : pipe_) fcntl(end, F_SETFD, FD_CLOEXEC);
}

MemorySnapshot::~MemorySnapshot() {
  for (const int end : pipe_) {
    if (end >= 0) close(end);
  }
}

const std::vector<char>& MemorySnapshot::Page(uintptr_t address) {
  const auto [entry, is_new] = pages_.try_emplace(address / kPage);
  std::vector<char>& page = entry->second;
  if (is_new) {
    const uintptr_t start = address / kPage * kPage;
    // Not write(): a sanitizer would look at the bytes first.
    if (syscall(SYS_write, pipe_[1], start, kPage) == static_cast<long>(kPage)) {
      page.resize(kPage);
      if (read(pipe_[0], page.data(), kPage) != static_cast<ssize_t>(kPage)) {
        page.clear();
      }
    }
  }
  return page;
}

bool MemorySnapshot::Read(const void* from, void* to, size_t bytes) {
  auto address = reinterpret_cast<uintptr_t>(from);
  auto* target = static_cast<char*>(to);
  while (bytes > 0) {
    const std::vector<char>& page = Page(address);
    if (page.empty()) return false;
    const size_t chunk = std::min(bytes, kPage - address % kPage);
    memcpy(target, page.data() + address % kPage, chunk);
    address += chunk;
    target += chunk;
    bytes -= chunk;
  }
  return true;
}

std::vector<char> MemorySnapshot::Copy(const void* from, size_t most) {
  const auto* start = static_cast<const char*>(from);
  std::vector<char> copy(most);
  size_t done = 0;
  while (done < most) {
    const size_t in_page = reinterpret_cast<uintptr_t>(start + done) % kPage;
    const size_t chunk = std::min(most - done, kPage - in_page);
    if (!Read(start + done, copy.data() + done, chunk)) break;
    done += chunk;
  }
  copy.resize(done);
  return copy;
}

}  // namespace greenroom
