#ifndef GREENROOM_TEST_FAKE_THREAD_STATE_H_
#define GREENROOM_TEST_FAKE_THREAD_STATE_H_

// A stand-in for V8's memory: an isolate, what it points to, and what V8 does
// to them when it parks a thread. Sizes and order are those of V8.

#include <cstdlib>
#include <cstring>
#include <iterator>

#include "../../native/thread_state.h"
#include "own-stack.h"

namespace {

using namespace greenroom::thread_state;

constexpr int kOwn = 1, kFirst = 0x5eed0001, kSecond = 0x5eed0002;
constexpr size_t kIsolateSize = 100 * 1024;
constexpr size_t kWord = sizeof(void*);
constexpr size_t kBlockSize = 1022 * kWord;  // of handles
constexpr size_t kMutex = 40;
constexpr size_t kIdAt = 2 * kWord;  // in the thread-local top

// Words of the isolate. V8 may name its parts more than once.
constexpr size_t kRelocatableAt = 40 * 1024, kOtherAt = 41 * 1024;
constexpr size_t kScopesAt[] = {42 * 1024, 44 * 1024};
constexpr size_t kManagerAt[] = {43 * 1024, 45 * 1024};
constexpr size_t kDebugsAt[] = {46 * 1024, 47 * 1024};
constexpr size_t kNowhereAt = 48 * 1024;

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
// The Debug: a hook, the part that belongs to a thread, the isolate.
char* const debug = static_cast<char*>(calloc(1, 2 * kDebugAt));
char* other_debug = nullptr;
char *stack_base = nullptr, *stack_end = nullptr;

template <typename T = void*>
T& At(size_t offset) {
  return *reinterpret_cast<T*>(isolate + offset);
}
HandleData& Handles() { return At<HandleData>(kHandlesAt); }
uintptr_t* Guard() { return &At<uintptr_t>(kGuardAt); }
Record* Parked() { return manager->parked->next; }

Record* NewAnchor(void* start) {
  auto* anchor = new Record{-1, nullptr, nullptr, nullptr, start};
  return anchor->next = anchor->previous = anchor;
}

char* NewManager(size_t mutex) {
  auto* start = static_cast<char*>(calloc(1, mutex + sizeof(Manager)));
  *reinterpret_cast<Manager*>(start + mutex) = {
      kOwn, 0, nullptr, NewAnchor(start), NewAnchor(start), isolate};
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
  for (size_t i = 0; i < count; i++) blocks[i] = new char[kBlockSize];
  scopes->blocks = {blocks, 8, count};
  char* last = blocks[count - 1];
  Handles() = {last + kWord, last + kBlockSize, 1, 1};
}

// When the scope of all handles closes, V8 keeps a block for the next.
void LeaveBlocks() {
  scopes->spare = Handles().limit - kBlockSize;
  scopes->blocks.size = 0;
  Handles() = {nullptr, nullptr, 1, 1};
}

// A block that is not V8's own, and one of its own behind it.
void LendBlock(char* block) {
  auto** blocks = new char*[8]();
  blocks[0] = block;
  blocks[1] = scopes->spare;
  scopes->blocks = {blocks, 8, 2};
  scopes->spare = nullptr;
  Handles() = {blocks[1] + kWord, blocks[1] + kBlockSize, 1, 1};
}

void LeaveAllBut(char* block) {
  scopes->spare = scopes->blocks.data[1];
  scopes->blocks.size = 1;
  Handles() = {block, block + kBlockSize, 1, 1};
}

void ResetDebug() {
  memset(debug + kDebugAt, 0, kDebugSize);
  debug[kDebugAt + kStepAt] = -1;
  debug[kCallHookAt] = 0;
}

// What V8 knows of a thread at first, and a handle scope.
void Start(int id) {
  ResetDebug();
  manager->owner = id;
  memset(isolate + kTopAt, 0, kTopSize);
  At(kTopAt) = isolate;
  At<int>(kTopAt + kIdAt) = id;
  Guard()[0] = reinterpret_cast<uintptr_t>(isolate);
  for (size_t word = kRealLimitWord; word <= kCLimitWord; word++) {
    Guard()[word] = reinterpret_cast<uintptr_t>(stack_base);
  }
  Guard()[kInterruptScopesWord] = Guard()[kInterruptsWord] = 0;
  Handles() = {nullptr, nullptr, 1, 1};
}

// A limit that no stack keeps.
void Interrupt() {
  Guard()[kInterruptsWord] = 8;
  Guard()[kLimitWord] = Guard()[kCLimitWord] = ~uintptr_t{1};
}

// Nothing is freed: the archived copy owns it now. An optional mark keeps its
// value, and says that it has none.
void Reset(HandleScopes* live) {
  live->blocks = live->entered = live->saved = {};
  live->spare = nullptr;
  live->mark[std::size(live->mark) - 1] = 0;
}

void Park() {
  // Behind the debugger's part V8 keeps two more.
  constexpr size_t kSize = kArchiveSize + 64;
  auto* data = static_cast<char*>(malloc(kSize));
  memset(data, 0xdb, kSize);
  scopes->copy = Handles();
  memcpy(data, scopes, sizeof *scopes);
  memcpy(data + kArchivedTop, isolate + kTopAt, kTopSize);
  memcpy(data + kArchivedRelocatable, isolate + kRelocatableAt, kWord);
  memcpy(data + kArchivedGuard, Guard() + 1, kGuardThreadSize);
  memcpy(data + kArchivedDebug, debug + kDebugAt, kDebugSize);
  Reset(scopes);
  At(kRelocatableAt) = nullptr;
  Link(manager->owner, data);
}

void SetUp() {
  const auto [base, end] = FindOwnStack();
  stack_base = base;
  stack_end = end;

  SetManager(kMutex);
  for (const size_t at : kScopesAt) At(at) = scopes;
  for (const size_t at : kDebugsAt) At(at) = debug;
  memcpy(debug + kDebugIsolateAt, &isolate, kWord);
  At<uintptr_t>(kNowhereAt) = 4096;
  Start(kOwn);
  scopes->isolate = isolate;
  scopes->entered = {new char*[8](), 8, 1};
  scopes->spare = new char[kBlockSize];
  scopes->mark[0] = 1;
  // Somebody steps through this thread.
  debug[kDebugAt + kStepAt] = 1;
  UseBlocks(2);
}

void EnterGetter() {
  *relocatable = {isolate, isolate, At(kRelocatableAt)};
  At(kRelocatableAt) = relocatable;
  // The thread-local top has chains of its own, of objects that look alike.
  At(kTopAt + kTopSize - kWord) = relocatable;
  Handles().next += kWord;
  Handles().level++;
}

bool IsRight(const greenroom::ThreadStateLayout& layout) {
  const char* first = Parked()->data;
  char blank[kArchiveSize] = {};
  memcpy(blank, first, kArchivedEnd);
  memcpy(blank + kArchivedTop + kIdAt, &kOwn, sizeof kOwn);
  memset(blank + kHandlesCopyAt, 0, kHandlesSize);
  return layout.isolate == isolate && layout.manager == manager_start &&
         layout.handle_scopes == reinterpret_cast<char*>(scopes) &&
         layout.debug == debug && layout.relocatable_top == &At(kRelocatableAt) &&
         layout.parked == manager->parked &&
         layout.top() == isolate + kTopAt &&
         layout.handles() == isolate + kHandlesAt &&
         layout.guard() == Guard() &&
         memcmp(layout.blank, blank, sizeof blank) == 0 &&
         memcmp(first + kArchivedTop + kIdAt, &kFirst, sizeof kFirst) == 0;
}

}  // namespace

#endif  // GREENROOM_TEST_FAKE_THREAD_STATE_H_
