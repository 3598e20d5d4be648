// The memory that sockets are read into.

#ifndef GREENROOM_READ_MEMORY_H_
#define GREENROOM_READ_MEMORY_H_

#include <v8.h>

#include <cstddef>
#include <memory>

namespace greenroom {

constexpr size_t kSlabSize = 64 * 1024;

// A slab that nobody uses; its bytes are zeros, or what was received before.
// Null when there are as many as there may be, and all of them are in use.
std::shared_ptr<v8::BackingStore> TakeSlab();

}  // namespace greenroom

#endif  // GREENROOM_READ_MEMORY_H_
