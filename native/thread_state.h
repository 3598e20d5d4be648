#ifndef GREENROOM_THREAD_STATE_H_
#define GREENROOM_THREAD_STATE_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "thread_words.h"

namespace greenroom {

// What V8 keeps of a thread that is parked, and where it keeps the same things
// of the thread that runs. Sizes and order are those of V8 12.4, 13.6 and 14.6;
// nothing is written there before ThreadStateLayout::Find() has proven them in
// the running process.
namespace thread_state {

using v8::internal::Internals;

// Offsets in the isolate. V8 itself checks them against its own when it is
// built, since embedders inline code that uses them.
constexpr size_t kGuardAt = Internals::kIsolateStackGuardOffset;
constexpr size_t kTopAt = Internals::kIsolateThreadLocalTopOffset;
constexpr size_t kHandlesAt = Internals::kIsolateHandleScopeDataOffset;

constexpr size_t kTopSize = Internals::kThreadLocalTopSize;
constexpr size_t kHandlesSize = Internals::kHandleScopeDataSize;
// HandleScopeImplementer: the isolate, three vectors, a spare block, a mark
// (V8 13 made it an optional), and room for the handle scope data.
constexpr size_t kHandleScopesSize = V8_MAJOR_VERSION >= 13 ? 128 : 120;
constexpr size_t kHandlesCopyAt = kHandleScopesSize - kHandlesSize;

// Words of HandleScopeImplementer that own memory, from operator new[].
constexpr size_t kBlocksWord = 1;
constexpr size_t kBlockCountWord = 3;
constexpr size_t kEnteredWord = 4;
constexpr size_t kSavedWord = 7;
constexpr size_t kSpareWord = 10;
// V8 grows its handles by blocks of so many.
constexpr size_t kHandleBlock = 1022;
constexpr size_t kHandleBlockBytes = kHandleBlock * sizeof(void*);

// Words of StackGuard. The "climit" pair is in use up to V8 12 only.
constexpr size_t kRealLimitWord = 1;
constexpr size_t kRealCLimitWord = 2;
constexpr size_t kLimitWord = 3;
constexpr size_t kCLimitWord = 4;
constexpr size_t kInterruptScopesWord = 6;
constexpr size_t kInterruptsWord = 7;
constexpr size_t kGuardThreadSize = 7 * sizeof(void*);
constexpr bool kHasCLimit = V8_MAJOR_VERSION < 13;

// In Debug, an object that the isolate points to: a byte that makes functions
// stop where they are called, the part that belongs to a thread, the isolate.
constexpr size_t kCallHookAt = 9;
constexpr size_t kDebugAt = 128;
constexpr size_t kDebugSize = V8_MAJOR_VERSION >= 13 ? 96 : 88;
constexpr size_t kDebugIsolateAt = V8_MAJOR_VERSION >= 13 ? 240 : 232;
// In that part: the innermost pause, and which step is under way (-1: none).
constexpr size_t kPauseAt = 0;
constexpr size_t kStepAt = 12;

// The block that V8 archives a thread into begins so. V8 visits none of what
// follows.
constexpr size_t kArchivedTop = kHandleScopesSize;
constexpr size_t kArchivedRelocatable = kArchivedTop + kTopSize;
constexpr size_t kArchivedGuard = kArchivedRelocatable + sizeof(void*);
constexpr size_t kArchivedLimit =
    kArchivedGuard + (kRealLimitWord - 1) * sizeof(void*);
constexpr size_t kArchivedInterruptScopes =
    kArchivedGuard + (kInterruptScopesWord - 1) * sizeof(void*);
constexpr size_t kArchivedDebug = kArchivedGuard + kGuardThreadSize;
constexpr size_t kArchivedEnd = kArchivedDebug + kDebugSize;
constexpr size_t kArchiveSize = (kArchivedEnd + 15) / 16 * 16;

// V8's ThreadState, a member of a ring that ThreadManager keeps.
struct Record {
  int id;
  char* data;
  Record* next;
  Record* previous;
  void* manager;
};

inline void Link(Record* record, Record* after) {
  record->previous = after;
  record->next = after->next;
  record->next->previous = record;
  after->next = record;
}

inline void Unlink(Record* record) {
  record->previous->next = record->next;
  record->next->previous = record->previous;
}

}  // namespace thread_state

// The addresses, for one isolate.
struct ThreadStateLayout {
  char* isolate = nullptr;
  char* handle_scopes = nullptr;  // the HandleScopeImplementer
  char* debug = nullptr;          // the Debug
  void** relocatable_top = nullptr;
  thread_state::Record* parked = nullptr;  // the ring's anchor
  void* manager = nullptr;
  // What V8 archives of a thread that has done nothing yet.
  alignas(16) char blank[thread_state::kArchiveSize] = {};

  // Finds all of it and proves it: has V8 park this very thread, and compares
  // what it wrote with what it had kept. On failure returns false and says in
  // `why` what was not as expected. Changes nothing, and takes milliseconds.
  bool Find(v8::Isolate* isolate, ThreadWords* words, std::string* why);

  // Gives V8 its first block of handles for the running thread, kHandleBlockBytes
  // long, which it would allocate when the first handle is made, and short lists
  // of blocks and contexts.
  // SAFETY: no handle scope is open that V8 closes before it is told of other
  // ones. V8 takes a block out of its list, to keep it as the spare one or to
  // delete it, when a scope is closed that was opened before the block came:
  // where the scope's limit lies outside of it.
  void LendHandles(char* block) const;

  char* top() const { return isolate + thread_state::kTopAt; }
  char* handles() const { return isolate + thread_state::kHandlesAt; }
  uintptr_t* guard() const {
    return reinterpret_cast<uintptr_t*>(isolate + thread_state::kGuardAt);
  }
};

}  // namespace greenroom

#endif  // GREENROOM_THREAD_STATE_H_
