#ifndef GREENROOM_UNSAFE_FLAGS_H_
#define GREENROOM_UNSAFE_FLAGS_H_

#include <string>

namespace greenroom {

// The flag of V8, if the process was started with one, under which a scavenge
// may leave young objects where they are, or other isolates may collect this
// one's objects: leaving parked stacks out is not safe then. Empty for none.
//
// V8 does not tell its flags, so they are looked for on the command line, which
// all threads share (Node takes none of them from NODE_OPTIONS). A program's own
// argument of that name counts as well, and costs nothing but time.
std::string UnsafeFlag();

}  // namespace greenroom

#endif  // GREENROOM_UNSAFE_FLAGS_H_
