#ifndef GREENROOM_HEAP_SEARCH_H_
#define GREENROOM_HEAP_SEARCH_H_

#include <v8.h>

namespace greenroom {

// The one object of the heap that has both properties of its own, or an empty
// handle if there is none or more than one. Collects garbage and walks the
// whole heap: tens of milliseconds.
v8::MaybeLocal<v8::Object> FindObjectWith(v8::Isolate* isolate,
                                          v8::Local<v8::Context> context,
                                          v8::Local<v8::String> first,
                                          v8::Local<v8::String> second);

}  // namespace greenroom

#endif  // GREENROOM_HEAP_SEARCH_H_
