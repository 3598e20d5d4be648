// A stand-in for V8, with thread-local words of its own, so that the search for
// them can be seen to fail. It is a library loaded at run time, as a libnode.so
// may be: its thread-local block does not exist on a thread that never used it.
//
// FAKE_V8 says in which way it differs from V8.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../../native/thread_words.cc"
#include "own-stack.h"

namespace {

thread_local int thread_id = 0;
thread_local volatile int second_id = 0;
thread_local void* stack_start = nullptr;
thread_local void* volatile second_start = nullptr;

int next_id = 0;
int owner = 0;

bool Differs(const char* in) {
  const char* way = getenv("FAKE_V8");
  return way != nullptr && strcmp(way, in) == 0;
}

int OwnId() {
  if (thread_id == 0) {
    thread_id = ++next_id;
    if (Differs("two identities")) second_id = thread_id;
  }
  return thread_id;
}

}  // namespace

bool v8::Locker::IsLocked(v8::Isolate*) {
  if (Differs("no identity")) return true;
  const bool owns = OwnId() == owner;
  return Differs("deaf identity") || owns;
}

v8::Isolate* v8::Isolate::TryGetCurrent() {
  return stack_start == nullptr ? nullptr : reinterpret_cast<v8::Isolate*>(1);
}

extern "C" int Find() {
  owner = OwnId();
  const auto [base, end] = FindOwnStack();
  if (!Differs("no stack start")) stack_start = end;
  if (Differs("two stack starts")) second_start = end;

  greenroom::ThreadWords words;
  std::string why;
  if (!words.Find(nullptr, &why)) {
    puts(why.c_str());
    return 1;
  }
  // Both words are the right ones, and follow.
  words.Set(42, base);
  if (thread_id != 42 || stack_start != base) return 2;
  puts("found");
  return 0;
}
