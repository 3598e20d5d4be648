#ifndef GREENROOM_TEST_OWN_STACK_H_
#define GREENROOM_TEST_OWN_STACK_H_

#include <pthread.h>

#include <cstddef>

struct OwnStack {
  char* base;
  char* end;
};

// Where the stack of this thread lies.
inline OwnStack FindOwnStack() {
  pthread_attr_t attributes;
  void* base = nullptr;
  size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_destroy(&attributes);
  return {static_cast<char*>(base), static_cast<char*>(base) + size};
}

#endif  // GREENROOM_TEST_OWN_STACK_H_
