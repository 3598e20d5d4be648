#include "writable_memory.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace greenroom {

std::vector<AddressRange> WritableMemory() {
  std::vector<AddressRange> ranges;
  FILE* maps = fopen("/proc/self/maps", "re");
  if (maps == nullptr) return ranges;
  char line[512];
  while (fgets(line, sizeof line, maps) != nullptr) {
    uintptr_t start, end;
    char may_write;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*c%c", &start, &end,
               &may_write) == 3 &&
        may_write == 'w') {
      ranges.push_back({reinterpret_cast<const char*>(start),
                        reinterpret_cast<const char*>(end)});
    }
  }
  fclose(maps);
  return ranges;
}

bool Lies(const char* address, const std::vector<AddressRange>& in) {
  const auto after = std::ranges::upper_bound(
      in, address, {}, [](const AddressRange& range) { return range.start; });
  return after != in.begin() && address < std::prev(after)->end;
}

}  // namespace greenroom
