// The hand-over by our own means: V8's state of a thread is copied where V8
// would copy it.
//
// V8 gives a parked thread a record in a ring, and a block that holds what it
// had of that thread: the collector, the deoptimizer and the debugger walk the
// ring and read the blocks. Every stack of ours has such a record for as long
// as it lives, at its own top. Invariants:
//
//   - The block of a parked stack holds its state, as V8 would have archived
//     it.
//   - The block of the running stack is blank: V8 visits it and finds nothing.
//   - Between a save and the next load the isolate describes the stack that was
//     left. Nothing of V8's runs then but a profiler's signal, and those frames
//     are all there: it charges a moment to the wrong one of two stacks.
//   - V8's thread identity is the OS thread's, always; the isolate's lock is
//     never given up.
//
// The debugger's part changes hands only if there is something in it: a stack
// that is paused, or stepped through, keeps that to itself.
//
// What V8 archives beyond this is left where it is, because it is either empty
// whenever JavaScript can call out (the regular expressions' stack, the
// bootstrapper's depth) or serves better when all stacks share it: the
// interrupts that other threads request, which thus reach whichever stack runs.

#include <atomic>
#include <cstring>

#include "cold_stacks.h"
#include "context_switch.h"
#include "hand_over.h"
#include "thread_state.h"

namespace greenroom {

using namespace thread_state;

namespace {

class DirectHandOver final : public HandOver {
 public:
  DirectHandOver(v8::Isolate* isolate, ThreadWords* words, ColdMode cold)
      : isolate_(isolate), words_(words), cold_(isolate, &v8_, cold) {}

  bool Find(std::string* why) { return v8_.Find(isolate_, words_, why); }

  void Adopt(NativeStack* main) override {
    cold_.Open();
    InitRecord(main);
    // In front of the others: it is one, and never cold.
    Link(&main->record, v8_.parked);
  }

  void Prepare(NativeStack* stack) override {
    InitRecord(stack);
    cold_.Add(stack);
  }

  void Switch(NativeStack* from, NativeStack* to) override {
    Save(from);
    cold_.Parks(from);
    SetStackStart(to);
    greenroom_switch_context(&from->saved, to->saved);
    cold_.Runs(from);
    Load(from);
  }

  NativeStack* Run(NativeStack* self, Body* body) override {
    cold_.Runs(self);
    LoadBlank();
    v8_.LendHandles(FirstHandles(self->memory));
    SetLimit(reinterpret_cast<uintptr_t>(StackLimit(*self)));
    auto* next = static_cast<NativeStack*>(body->Run(self));
    Clear();
    SetStackStart(next);
    return next;
  }

  void Forget(NativeStack* stack) override { cold_.Remove(stack); }

  ColdStatistics cold_statistics() const override {
    return cold_.statistics();
  }

  void Close() override {
    cold_.Close();
    // V8 would delete the records that it finds in its ring.
    Record* next;
    for (Record* record = v8_.parked->next; record != v8_.parked;
         record = next) {
      next = record->next;
      if (IsOurs(*record)) Unlink(record);
    }
  }

 private:
  void InitRecord(NativeStack* stack) {
    memcpy(stack->archive, v8_.blank, kArchiveSize);
    Record& record = stack->record;
    record.id = -1;
    record.data = stack->archive;
    record.manager = v8_.manager;
  }

  // Ours lie in one with their blocks.
  static bool IsOurs(const Record& record) {
    return record.data == reinterpret_cast<const char*>(&record) -
                              offsetof(ParkedState, record) +
                              offsetof(ParkedState, archive);
  }

  // Part by part, not as one block: the parts lie apart in V8, and a long copy
  // of a fixed length becomes a slow string instruction.
  void Save(NativeStack* state) {
    char* archive = state->archive;
    memcpy(archive, v8_.handle_scopes, kHandlesCopyAt);
    memcpy(archive + kHandlesCopyAt, v8_.handles(), kHandlesSize);
    memcpy(archive + kArchivedTop, v8_.top(), kTopSize);
    memcpy(archive + kArchivedRelocatable, v8_.relocatable_top, sizeof(void*));
    const uintptr_t* guard = v8_.guard();
    memcpy(archive + kArchivedLimit, &guard[kRealLimitWord], sizeof(void*));
    memcpy(archive + kArchivedInterruptScopes, &guard[kInterruptScopesWord],
           sizeof(void*));
    if (IsDebugged()) SaveDebug(state);
  }

  // Somebody is paused here, or steps through this.
  bool IsDebugged() const {
    const char* part = v8_.debug + kDebugAt;
    return *reinterpret_cast<void* const*>(part + kPauseAt) != nullptr ||
           static_cast<signed char>(part[kStepAt]) != -1 ||
           v8_.debug[kCallHookAt] != 0;
  }

  void SaveDebug(NativeStack* state) {
    memcpy(state->archive + kArchivedDebug, v8_.debug + kDebugAt, kDebugSize);
    state->call_hook = v8_.debug[kCallHookAt];
    state->debugged = true;
    LoadBlankDebug();
  }

  // SAFETY: V8 checks that functions stop where they are called only while
  // somebody steps into them, so the two change together.
  void LoadDebug(NativeStack* state) {
    memcpy(v8_.debug + kDebugAt, state->archive + kArchivedDebug, kDebugSize);
    v8_.debug[kCallHookAt] = state->call_hook;
    state->debugged = false;
    memcpy(state->archive + kArchivedDebug, v8_.blank + kArchivedDebug,
           kDebugSize);
  }

  void LoadBlankDebug() {
    memcpy(v8_.debug + kDebugAt, v8_.blank + kArchivedDebug, kDebugSize);
    v8_.debug[kCallHookAt] = 0;
  }

  void Load(NativeStack* state) {
    char* archive = state->archive;
    memcpy(v8_.handle_scopes, archive, kHandlesCopyAt);
    memcpy(v8_.handles(), archive + kHandlesCopyAt, kHandlesSize);
    memcpy(v8_.relocatable_top, archive + kArchivedRelocatable, sizeof(void*));
    uintptr_t limit;
    memcpy(&limit, archive + kArchivedLimit, sizeof limit);
    SetLimit(limit);
    memcpy(&v8_.guard()[kInterruptScopesWord],
           archive + kArchivedInterruptScopes, sizeof(void*));
    memcpy(v8_.top(), archive + kArchivedTop, kTopSize);
    memcpy(archive, v8_.blank, kHandleScopesSize);
    memcpy(archive + kArchivedTop, v8_.blank + kArchivedTop, kTopSize);
    memset(archive + kArchivedRelocatable, 0, sizeof(void*));
    if (state->debugged) LoadDebug(state);
  }

  // After a body has run: what is left of it is memory, which V8 would free. The
  // block that was lent to it is none of that.
  void Clear() {
    auto* words = reinterpret_cast<char**>(v8_.handle_scopes);
    for (size_t word : {kBlocksWord, kEnteredWord, kSavedWord, kSpareWord}) {
      // SAFETY: V8 allocates these with operator new[], and no handle scope is
      // open that needs them.
      delete[] words[word];
    }
    LoadBlank();
    if (IsDebugged()) LoadBlankDebug();
  }

  void LoadBlank() {
    memcpy(v8_.handle_scopes, v8_.blank, kHandlesCopyAt);
    memcpy(v8_.handles(), v8_.blank + kHandlesCopyAt, kHandlesSize);
    *v8_.relocatable_top = nullptr;
    v8_.guard()[kInterruptScopesWord] = 0;
    memcpy(v8_.top(), v8_.blank + kArchivedTop, kTopSize);
  }

  // V8 compares the stack pointer with a limit. Another thread that wants to
  // interrupt it overwrites that with an impossible one, under a lock, and the
  // exchange keeps such a request. To take the lock would cost as much as the
  // whole switch.
  void SetLimit(uintptr_t limit) {
    uintptr_t* guard = v8_.guard();
    SetLimitPair(&guard[kRealLimitWord], &guard[kLimitWord], limit);
    if (kHasCLimit) {
      SetLimitPair(&guard[kRealCLimitWord], &guard[kCLimitWord], limit);
    }
  }

  static void SetLimitPair(uintptr_t* real, uintptr_t* tested,
                           uintptr_t limit) {
    uintptr_t was = *real;
    std::atomic_ref(*real).store(limit, std::memory_order_relaxed);
    std::atomic_ref(*tested).compare_exchange_strong(was, limit,
                                                     std::memory_order_relaxed);
  }

  // SAFETY: Enter() on an isolate that the OS thread has entered only counts and
  // copies the stack start into the heap's own record; without it the
  // conservative scan would walk from one stack to another's end.
  void SetStackStart(NativeStack* to) {
    words_->set_stack_start(to->stack_start);
    isolate_->Enter();
    isolate_->Exit();
  }

  v8::Isolate* isolate_;
  ThreadWords* words_;
  ThreadStateLayout v8_;
  ColdStacks cold_;
};

}  // namespace

std::unique_ptr<HandOver> NewDirectHandOver(v8::Isolate* isolate,
                                            ThreadWords* words, ColdMode cold,
                                            std::string* why) {
  auto hand_over = std::make_unique<DirectHandOver>(isolate, words, cold);
  if (!hand_over->Find(why)) return nullptr;
  return hand_over;
}

}  // namespace greenroom
