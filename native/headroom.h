#ifndef GREENROOM_HEADROOM_H_
#define GREENROOM_HEADROOM_H_

#include <cstddef>

namespace greenroom {

// V8 does not survive an mmap() or mprotect() that fails: it ends the process.
// So stacks must never take the last of the address space or of the mappings;
// whoever asks for one too many is refused before, with an error that can be
// caught. Asked by trying: the limits (ulimit -v, vm.max_map_count, control
// groups) and how much of them is used cannot all be read anywhere.

// Whether `bytes` more can be mapped and some megabytes still be left to V8.
bool HasSpareMemory(size_t bytes);

// Whether thousands of mappings are left for V8. Takes a millisecond, so it is
// asked for each 128 mappings that stacks may have spent.
bool HasSpareMappings();
constexpr int kMappingsBetweenChecks = 128;

}  // namespace greenroom

#endif  // GREENROOM_HEADROOM_H_
