// Preloaded into a process: leaves it only so many of the mappings that the
// kernel grants it (vm.max_map_count) as LEAVE_MAPPINGS says.

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

__attribute__((constructor)) static void Eat() {
  const char* leave = getenv("LEAVE_MAPPINGS");
  FILE* file = fopen("/proc/sys/vm/max_map_count", "r");
  long limit = 0;
  if (leave == nullptr || file == nullptr || fscanf(file, "%ld", &limit) != 1) return;
  fclose(file);
  const long pages = limit - atol(leave);
  void* raw = mmap(nullptr, static_cast<size_t>(pages) * 4096, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return;
  char* start = static_cast<char*>(raw);
  // Every second page readable makes each page a mapping of its own.
  for (long i = 1; i < pages; i += 2) mprotect(start + i * 4096, 4096, PROT_READ);
}
