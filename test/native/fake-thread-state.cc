// A stand-in for V8's memory, so that the search for its state of a thread can
// be seen to fail: an isolate, what it points to, and what V8 does to them when
// it parks a thread. Every step of the search is taken, also after one failed.
//
// FAKE_V8 says in which way it differs from V8: some words of it are changed
// before a step looks at them.

#include <pthread.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "../../native/memory_snapshot.cc"
#include "../../native/thread_state_search.cc"
#include "../../native/writable_memory.cc"

namespace {

using namespace greenroom::thread_state;

constexpr int kOwn = 1, kFirst = 0x5eed0001, kSecond = 0x5eed0002;
constexpr size_t kIsolateSize = 100 * 1024;
constexpr size_t kBlock = 1022;
constexpr size_t kMutex = 40;
constexpr size_t kIdAt = 2 * sizeof(void*);  // in the thread-local top

// Words of the isolate. V8 may name its parts more than once.
constexpr size_t kRelocatableAt = 40 * 1024, kOtherAt = 41 * 1024;
constexpr size_t kScopesAt[] = {42 * 1024, 44 * 1024};
constexpr size_t kManagerAt[] = {43 * 1024, 45 * 1024};
constexpr size_t kNowhereAt = 46 * 1024;

struct HandleData {
  char* next;
  char* limit;
  int level, sealed_level;
};
static_assert(sizeof(HandleData) == kHandlesSize);

struct Vector {
  char** data;
  size_t capacity, size;
};

struct HandleScopes {
  char* isolate;
  Vector blocks, entered, saved;
  char* spare;
  size_t mark[V8_MAJOR_VERSION >= 13 ? 2 : 1];
  HandleData copy;
};
static_assert(sizeof(HandleScopes) == kHandleScopesSize);

// Behind a mutex, which takes 40 bytes in Node 22 and 8 later.
struct Manager {
  int owner, lazily_archived;
  Record* lazily_archived_record;
  Record *free, *parked;
  char* isolate;
};

struct Relocatable {
  const void* table;
  char* isolate;
  void* previous;
};

char* const isolate = static_cast<char*>(calloc(1, kIsolateSize));
HandleScopes* const scopes = new HandleScopes{};
HandleScopes* other_scopes = nullptr;
char* manager_start = nullptr;
Manager* manager = nullptr;
Relocatable* relocatable = nullptr;
char *stack_base = nullptr, *stack_end = nullptr;

template <typename T = void*>
T& At(size_t offset) {
  return *reinterpret_cast<T*>(isolate + offset);
}
HandleData& Handles() { return At<HandleData>(kHandlesAt); }
uintptr_t* Guard() { return &At<uintptr_t>(kGuardAt); }
Record* Parked() { return manager->parked->next; }

char* NewManager(size_t mutex) {
  auto* start = static_cast<char*>(calloc(1, kHandleScopesSize));
  auto* made = reinterpret_cast<Manager*>(start + mutex);
  auto** anchor = &made->free;
  for (int i = 0; i < 2; i++, anchor = &made->parked) {
    *anchor = new Record{-1, nullptr, nullptr, nullptr, start};
    (*anchor)->next = (*anchor)->previous = *anchor;
  }
  made->owner = kOwn;
  made->isolate = isolate;
  return start;
}

void SetManager(size_t mutex) {
  manager_start = NewManager(mutex);
  manager = reinterpret_cast<Manager*>(manager_start + mutex);
  for (const size_t at : kManagerAt) At(at) = manager_start;
}

void Link(int id, char* data) {
  Record* anchor = manager->parked;
  auto* record = new Record{id, data, anchor->next, anchor, manager_start};
  anchor->next = anchor->next->previous = record;
}

// The last block is the one that the next handle comes from.
void UseBlocks(size_t count) {
  auto** blocks = new char*[8]();
  for (size_t i = 0; i < count; i++) blocks[i] = new char[kBlock * 8];
  scopes->blocks = {blocks, 8, count};
  Handles().next = blocks[count - 1] + 8;
  Handles().limit = blocks[count - 1] + kBlock * 8;
}

// What V8 knows of a thread at first, and a handle scope.
void Start(int id) {
  manager->owner = id;
  memset(isolate + kTopAt, 0, kTopSize);
  At(kTopAt) = isolate;
  At<int>(kTopAt + kIdAt) = id;
  Guard()[0] = reinterpret_cast<uintptr_t>(isolate);
  for (size_t word = kRealLimitWord; word <= kCLimitWord; word++) {
    Guard()[word] = reinterpret_cast<uintptr_t>(stack_base);
  }
  Guard()[kInterruptScopesWord] = 0;
  Handles() = {nullptr, nullptr, 1, 1};
}

// V8 takes no memory from what it has archived, but for what it has copied. It
// resets its mark, and in an optional one not the value that it guards.
void Reset(HandleScopes* live) {
  live->blocks = live->entered = live->saved = {};
  live->spare = nullptr;
  live->mark[std::size(live->mark) - 1] = 0;
}

void Park() {
  // Behind the debugger's part V8 keeps two more.
  auto* data = static_cast<char*>(malloc(kArchiveSize + 64));
  memset(data, 0xdb, kArchiveSize + 64);
  scopes->copy = Handles();
  memcpy(data, scopes, sizeof *scopes);
  memcpy(data + kArchivedTop, isolate + kTopAt, kTopSize);
  memcpy(data + kArchivedRelocatable, isolate + kRelocatableAt, sizeof(void*));
  memcpy(data + kArchivedGuard, Guard() + 1, kGuardThreadSize);
  Reset(scopes);
  At(kRelocatableAt) = nullptr;
  Link(manager->owner, data);
}

void SetUp() {
  pthread_attr_t attributes;
  void* base = nullptr;
  size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_destroy(&attributes);
  stack_base = static_cast<char*>(base);
  stack_end = stack_base + size;

  SetManager(kMutex);
  for (const size_t at : kScopesAt) At(at) = scopes;
  At<uintptr_t>(kNowhereAt) = 4096;
  Start(kOwn);
  scopes->isolate = isolate;
  scopes->entered = {new char*[8](), 8, 1};
  scopes->spare = new char[kBlock * 8];
  scopes->mark[0] = 1;
  UseBlocks(2);
}

void EnterGetter() {
  *relocatable = {isolate, isolate, At(kRelocatableAt)};
  At(kRelocatableAt) = relocatable;
  // The thread-local top has chains of its own, of objects that look alike.
  At(kTopAt + kTopSize - sizeof(void*)) = relocatable;
  Handles().next += 8;
  Handles().level++;
}

bool IsRight(const greenroom::ThreadStateLayout& layout) {
  const char* first = Parked()->data;
  char blank[kArchiveSize];
  memcpy(blank, first, sizeof blank);
  memcpy(blank + kArchivedTop + kIdAt, &kOwn, sizeof kOwn);
  memset(blank + kHandlesCopyAt, 0, kHandlesSize);
  return layout.isolate == isolate && layout.manager == manager_start &&
         layout.handle_scopes == reinterpret_cast<char*>(scopes) &&
         layout.relocatable_top == &At(kRelocatableAt) &&
         layout.parked == manager->parked &&
         layout.top() == isolate + kTopAt &&
         layout.handles() == isolate + kHandlesAt &&
         layout.guard() == Guard() &&
         memcmp(layout.blank, blank, sizeof blank) == 0 &&
         memcmp(first + kArchivedTop + kIdAt, &kFirst, sizeof kFirst) == 0;
}

#include "fake-thread-state-differences.h"

}  // namespace
