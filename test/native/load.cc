// Loads the library that its argument names, and calls Find() in it.

#include <dlfcn.h>

#include <cstdio>

int main(int, char** arguments) {
  void* library = dlopen(arguments[1], RTLD_NOW);
  if (library == nullptr) {
    fputs(dlerror(), stderr);
    return 3;
  }
  return reinterpret_cast<int (*)()>(dlsym(library, "Find"))();
}
