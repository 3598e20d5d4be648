#include "thread_state_search.h"

#include <malloc.h>

#include <algorithm>
#include <cstring>

#include "writable_memory.h"

namespace greenroom {

using namespace thread_state;

namespace {

// More than any isolate takes: 71 KB in V8 14. What lies behind it is read and
// ignored.
constexpr size_t kMostOfIsolate = 96 * 1024;

template <typename T>
T Read(const char* from) {
  T value;
  memcpy(&value, from, sizeof value);
  return value;
}

// Word number `index` from there on.
template <typename T = char*>
T Word(const char* from, size_t index) {
  return Read<T>(from + index * sizeof(void*));
}

bool AllZero(const char* from, size_t bytes) {
  return std::all_of(from, from + bytes, [](char byte) { return byte == 0; });
}

// Handle scopes without a handle. What is no vector and no block of them may be
// anything: V8 resets a mark, and not the value that it guards.
bool IsBlank(const char* handle_scopes) {
  return AllZero(handle_scopes + sizeof(void*), kSpareWord * sizeof(void*));
}

}  // namespace

ThreadStateSearch::ThreadStateSearch(void* isolate, int own_id,
                                     const void* stack_start,
                                     ThreadStateLayout* layout)
    : isolate_(static_cast<char*>(isolate)),
      own_id_(own_id),
      stack_start_(static_cast<const char*>(stack_start)),
      layout_(layout) {
  layout_->isolate = isolate_;
}

void ThreadStateSearch::Check(bool holds, const char* otherwise) {
  if (!holds && why_ == nullptr) why_ = otherwise;
}

void ThreadStateSearch::Outside() {
  outside_ = MemorySnapshot().Copy(isolate_, kMostOfIsolate);
}

void ThreadStateSearch::InGetter() {
  inside_ = memory_.Copy(isolate_, kMostOfIsolate);
  Check(inside_.size() == outside_.size() &&
            inside_.size() >= kHandlesAt + kHandlesSize,
        "the process cannot look at its own memory");
  if (why_ != nullptr) return;
  CollectRelocatableTops();
  LookAtPointers();
}

// The words that point to an object on this stack now and did not before. What
// lies behind the isolate is looked at, too, and there may lie what was copied
// out of it just now.
void ThreadStateSearch::CollectRelocatableTops() {
  const char* here = reinterpret_cast<const char*>(&here);
  for (size_t at = 0; at + sizeof(void*) <= inside_.size();
       at += sizeof(void*)) {
    if (at >= kTopAt && at < kHandlesAt + kHandlesSize) continue;
    char* now = Read<char*>(inside_.data() + at);
    char* before = Read<char*>(outside_.data() + at);
    if (now == before || now <= here || now + 3 * sizeof(void*) > stack_start_ ||
        reinterpret_cast<uintptr_t>(now) % alignof(void*) != 0) {
      continue;
    }
    // Behind its virtual table come the isolate and the one before it.
    if (Word(now, 1) == isolate_ && Word(now, 2) == before) {
      relocatable_tops_.push_back(at);
    }
  }
}

// The one that was parked and is empty now.
void ThreadStateSearch::FindRelocatableTop(const char* data) {
  int found = 0;
  for (const size_t at : relocatable_tops_) {
    void* left;
    if (memcmp(inside_.data() + at, data + kArchivedRelocatable,
               sizeof(void*)) != 0 ||
        !parked_.Read(isolate_ + at, &left, sizeof left) || left != nullptr) {
      continue;
    }
    found++;
    layout_->relocatable_top = reinterpret_cast<void**>(isolate_ + at);
  }
  Check(found == 1, "V8's chain of relocatable objects was not found");
}

// Each word of the isolate may be the address of something of its own on the
// C++ heap.
void ThreadStateSearch::LookAtPointers() {
  // Most words are the addresses of code.
  const std::vector<AddressRange> memory = WritableMemory();
  int managers = 0;
  for (size_t at = 0; at + sizeof(void*) <= inside_.size();
       at += sizeof(void*)) {
    char* p = Read<char*>(inside_.data() + at);
    if (reinterpret_cast<uintptr_t>(p) % alignof(void*) != 0 ||
        !Lies(p, memory)) {
      continue;
    }
    Candidate candidate{p, {}};
    if (!memory_.Read(p, candidate.bytes, sizeof candidate.bytes)) continue;
    if (Word(candidate.bytes, 0) == isolate_) {
      handle_scopes_.push_back(candidate);
    }
    CollectDebug(p);
    if (p != layout_->manager && IsManager(candidate)) {
      managers++;
      layout_->manager = p;
    }
  }
  Check(managers == 1, "V8's record of parked threads was not found");
}

void ThreadStateSearch::CollectDebug(char* p) {
  const char* isolate;
  DebugCandidate candidate{p, {}};
  if (memory_.Read(p + kDebugIsolateAt, &isolate, sizeof isolate) &&
      isolate == isolate_ &&
      memory_.Read(p + kDebugAt, candidate.part, kDebugSize) &&
      std::ranges::find(debugs_, p, &DebugCandidate::at) == debugs_.end()) {
    debugs_.push_back(candidate);
  }
}

bool ThreadStateSearch::ReadAnchor(const char* at, const char* manager,
                                   Record* anchor) {
  return memory_.Read(at, anchor, sizeof *anchor) && anchor->id == -1 &&
         anchor->data == nullptr && anchor->manager == manager;
}

// ThreadManager: a mutex, the owner's identity and whom it archives lazily, the
// rings of free and of parked records, the isolate.
bool ThreadStateSearch::IsManager(const Candidate& candidate) {
  constexpr size_t kFirst = 5, kLast = 12;  // where the isolate may come
  for (size_t k = kFirst; k < kLast; k++) {
    char* const parked_at = Word(candidate.bytes, k - 1);
    Record free, parked, first;
    if (Word(candidate.bytes, k) == isolate_ &&
        Word<int>(candidate.bytes, k - 4) == own_id_ &&
        ReadAnchor(Word(candidate.bytes, k - 2), candidate.at, &free) &&
        ReadAnchor(parked_at, candidate.at, &parked) &&
        memory_.Read(parked.next, &first, sizeof first) &&
        first.manager == candidate.at &&
        reinterpret_cast<char*>(first.previous) == parked_at) {
      layout_->parked = reinterpret_cast<Record*>(parked_at);
      // Another copy of this library may have stacks in the ring already.
      parked_before_ = parked.next;
      return true;
    }
  }
  return false;
}

void ThreadStateSearch::Parked() {
  if (why_ != nullptr) return;
  const Record* record = layout_->parked->next;
  Check(record != layout_->parked && record->id == own_id_ &&
            record->manager == layout_->manager &&
            record->next == parked_before_,
        "V8 did not record this thread as parked");
  if (why_ != nullptr) return;
  const char* data = record->data;
  Check(malloc_usable_size(record->data) >= kArchivedEnd,
        "V8 parks less than was expected");
  if (why_ != nullptr) return;
  Check(memcmp(data + kArchivedTop, inside_.data() + kTopAt, kTopSize) == 0,
        "V8 parked something else than its thread-local top");
  FindRelocatableTop(data);
  CheckGuard(data);
  FindHandleScopes(data);
  FindDebug(data);
}

// The stranger's limits are those of this C stack, and nobody interrupts it.
void ThreadStateSearch::CheckGuard(const char* data) {
  const char* before = inside_.data() + kGuardAt;
  const uintptr_t* guard = layout_->guard();
  const auto here = reinterpret_cast<uintptr_t>(&before);
  Check(memcmp(data + kArchivedGuard, before + sizeof(void*),
               2 * sizeof(void*)) == 0 &&
            Word(before, 0) == isolate_ &&
            guard[kRealLimitWord] == guard[kLimitWord] &&
            guard[kRealLimitWord] < here &&
            (!kHasCLimit || guard[kRealCLimitWord] == guard[kCLimitWord]) &&
            guard[kInterruptScopesWord] == 0,
        "V8's stack guard is not what was expected");
}

void ThreadStateSearch::FindHandleScopes(const char* data) {
  Check(memcmp(data + kHandlesCopyAt, inside_.data() + kHandlesAt,
               kHandlesSize) == 0,
        "V8 parked something else than its handle scopes");
  int found = 0;
  for (const Candidate& candidate : handle_scopes_) {
    char left[kHandleScopesSize];
    if (candidate.at == layout_->handle_scopes ||
        memcmp(candidate.bytes, data, kHandlesCopyAt) != 0 ||
        !parked_.Read(candidate.at, left, sizeof left) || !IsBlank(left)) {
      continue;
    }
    found++;
    layout_->handle_scopes = candidate.at;
  }
  Check(found == 1, "V8's handle scopes were not found");
  if (why_ != nullptr) return;
  for (const size_t at : {kBlocksWord, kEnteredWord, kSavedWord}) {
    const auto capacity = Word<size_t>(data, at + 1);
    Check((Word(data, at) == nullptr) == (capacity == 0) &&
              Word<size_t>(data, at + 2) <= capacity,
          "V8's handle scopes have other vectors than was expected");
  }
  // The last block is the one that the next handle comes from.
  auto* blocks = Word<char**>(data, kBlocksWord);
  const auto count = Word<size_t>(data, kBlockCountWord);
  char* const limit = Word(data + kHandlesCopyAt, 1);
  Check(blocks != nullptr && count > 0 &&
            blocks[count - 1] + kHandleBlockBytes == limit,
        "V8's blocks of handles are not what was expected");
}

// The one whose part was parked, and is that of somebody now whom nobody
// debugs.
void ThreadStateSearch::FindDebug(const char* data) {
  int found = 0;
  for (const DebugCandidate& candidate : debugs_) {
    char left[kDebugAt + kDebugSize];
    const char* part = left + kDebugAt;
    if (memcmp(candidate.part, data + kArchivedDebug, kDebugSize) != 0 ||
        !parked_.Read(candidate.at, left, sizeof left) ||
        Read<void*>(part + kPauseAt) != nullptr ||
        Read<signed char>(part + kStepAt) != -1 || left[kCallHookAt] != 0) {
      continue;
    }
    found++;
    layout_->debug = candidate.at;
  }
  Check(found == 1, "V8's debugger was not found");
}

void ThreadStateSearch::BlankParked(int id) {
  if (why_ != nullptr) return;
  const Record* record = layout_->parked->next;
  Check(record->id == id, "V8 did not record a second thread as parked");
  if (why_ != nullptr) return;
  char* blank = layout_->blank;
  memcpy(blank, record->data, kArchivedEnd);
  int ids = 0;
  for (size_t at = kArchivedTop; at < kArchivedRelocatable; at += sizeof(int)) {
    if (Read<int>(blank + at) != id) continue;
    ids++;
    memcpy(blank + at, &own_id_, sizeof own_id_);
  }
  Check(ids == 1, "V8's thread-local top does not name its thread");
  // But for the scope that is open while it is parked.
  memset(blank + kHandlesCopyAt, 0, kHandlesSize);
  Check(Word(blank, 0) == isolate_ && IsBlank(blank) &&
            Read<void*>(blank + kArchivedRelocatable) == nullptr,
        "a thread that did nothing left something parked");
}

char* ThreadStateSearch::BlockOfHandles() {
  if (why_ != nullptr) return nullptr;
  auto* blocks = Word<char**>(layout_->handle_scopes, kBlocksWord);
  return blocks == nullptr ? nullptr : blocks[0];
}

void ThreadStateSearch::SpareKept(const char* block) {
  if (why_ != nullptr) return;
  Check(block != nullptr && Word(layout_->handle_scopes, kSpareWord) == block,
        "V8 keeps its spare handles elsewhere");
}

char** ThreadStateSearch::ListOfBlocks() {
  return Word<char**>(layout_->handle_scopes, kBlocksWord);
}

void ThreadStateSearch::LentInUse(const char* block) {
  if (why_ != nullptr) return;
  Check(Word<size_t>(layout_->handle_scopes, kBlockCountWord) == 2 &&
            ListOfBlocks()[0] == block && ListOfBlocks()[1] != block,
        "V8 does not use handles that are lent to it");
}

void ThreadStateSearch::LentKept(const char* block) {
  if (why_ != nullptr) return;
  Check(Word<size_t>(layout_->handle_scopes, kBlockCountWord) == 1 &&
            ListOfBlocks()[0] == block &&
            Word(layout_->handle_scopes, kSpareWord) != block &&
            Word(layout_->handles(), 0) == block &&
            Word(layout_->handles(), 1) == block + kHandleBlockBytes,
        "V8 does not leave handles that are lent to it where they are");
}

void ThreadStateSearch::FreeLists() {
  for (const size_t vector : {kBlocksWord, kEnteredWord, kSavedWord}) {
    delete[] Word<char**>(layout_->handle_scopes, vector);
  }
}

void ThreadStateSearch::Interrupted() {
  if (why_ != nullptr) return;
  const uintptr_t* guard = layout_->guard();
  Check(guard[kInterruptsWord] != 0 &&
            guard[kLimitWord] > guard[kRealLimitWord] &&
            (!kHasCLimit || guard[kCLimitWord] > guard[kRealCLimitWord]),
        "V8 keeps requests to interrupt it elsewhere");
}

}  // namespace greenroom
