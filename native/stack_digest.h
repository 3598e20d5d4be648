#ifndef GREENROOM_STACK_DIGEST_H_
#define GREENROOM_STACK_DIGEST_H_

#include <cstdint>

#include "native_stack.h"

namespace greenroom {

// A digest of everything of a parked stack in which V8 visits anything: its
// frames and what C++ keeps among them, what is archived of it, its handles, the
// contexts that it has entered and left. If one word of it changes the digest
// does; if several do, it stays the same once in 2^64 times.
uint64_t DigestOf(const NativeStack& stack);

}  // namespace greenroom

#endif  // GREENROOM_STACK_DIGEST_H_
