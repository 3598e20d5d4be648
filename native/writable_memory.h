#ifndef GREENROOM_WRITABLE_MEMORY_H_
#define GREENROOM_WRITABLE_MEMORY_H_

#include <vector>

namespace greenroom {

struct AddressRange {
  const char* start;
  const char* end;
};

// Where the process may write: heaps, stacks and data, and no code. In order;
// empty if the system does not tell.
std::vector<AddressRange> WritableMemory();

// Whether an address lies in one of the ranges, which are in order.
bool Lies(const char* address, const std::vector<AddressRange>& in);

}  // namespace greenroom

#endif  // GREENROOM_WRITABLE_MEMORY_H_
