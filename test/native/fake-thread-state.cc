// Leads the search for V8's state of a thread through a stand-in for V8's
// memory, so that it can be seen to fail. After a step that failed the others
// are still taken: they must do nothing.
//
// FAKE_V8 says in which way the memory differs from V8's.

#include "fake-thread-state.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "../../native/memory_snapshot.cc"
#include "../../native/thread_state_search.cc"
#include "../../native/writable_memory.cc"

namespace {

enum Step {
  kSetUp,
  kOutside,
  kInGetter,
  kParked,
  kBlankParked,
  kBlockOfHandles,
  kSpareKept,
  kLentInUse,
  kLentKept,
  kInterrupted
};

// What is changed of the memory before a step looks at it.
struct Difference {
  Step before;
  std::string_view name;
  void (*make)();
};

void OpenNoMoreFiles() {
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// In the block of the thread that was parked last.
template <typename T = void*>
T& In(size_t offset) {
  return *reinterpret_cast<T*>(Parked()->data + offset);
}

// One name has several lines where it takes more to differ in one way only.
const Difference differences[] = {
    {kSetUp, "no pipe", OpenNoMoreFiles},
    {kOutside, "no pipe at first", OpenNoMoreFiles},
    {kInGetter, "no list of its memory", OpenNoMoreFiles},

    {kInGetter, "no relocatable", [] { At(kRelocatableAt) = nullptr; }},
    {kInGetter, "a copy of the relocatable top",
     [] { At(kOtherAt) = relocatable; }},
    {kInGetter, "two relocatable tops", [] { At(kOtherAt) = relocatable; }},
    {kParked, "two relocatable tops", [] { At(kOtherAt) = nullptr; }},
    {kOutside, "a relocatable in use before",
     [] { At(kRelocatableAt) = relocatable; }},
    {kInGetter, "a relocatable on no stack",
     [] { At(kRelocatableAt) = new Relocatable(*relocatable); }},
    {kSetUp, "a relocatable on an older stack",
     [] { stack_end = reinterpret_cast<char*>(relocatable); }},
    {kInGetter, "a relocatable at an odd address",
     [] {
       char* odd = reinterpret_cast<char*>(relocatable) + 4;
       At(kRelocatableAt) = memmove(odd, relocatable, sizeof *relocatable);
     }},
    {kInGetter, "a relocatable of another isolate",
     [] { relocatable->isolate = nullptr; }},
    {kInGetter, "a relocatable out of the chain",
     [] { relocatable->previous = relocatable; }},
    {kOutside, "an older relocatable",
     [] { At(kRelocatableAt) = new Relocatable{}; }},

    {kInGetter, "no manager",
     [] { At(kManagerAt[0]) = At(kManagerAt[1]) = nullptr; }},
    {kInGetter, "two managers", [] { At(kOtherAt) = NewManager(kMutex); }},
    {kInGetter, "a manager of another isolate",
     [] { manager->isolate = nullptr; }},
    {kInGetter, "a manager that another thread owns",
     [] { manager->owner = kFirst; }},
    {kInGetter, "a record in the ring before", [] { Link(-1, nullptr); }},
    {kInGetter, "a ring that leads elsewhere",
     [] { manager->parked->next = new Record{}; }},
    {kInGetter, "a ring without a way back",
     [] { manager->parked->previous = nullptr; }},
    {kInGetter, "a ring with an identity", [] { manager->parked->id = kOwn; }},
    {kInGetter, "a ring with a block",
     [] { manager->parked->data = new char[1]; }},
    {kInGetter, "a ring of another manager",
     [] { manager->parked->manager = nullptr; }},
    {kInGetter, "a free ring with an identity",
     [] { manager->free->id = kOwn; }},
    {kInGetter, "a free ring that cannot be read",
     [] { manager->free = reinterpret_cast<Record*>(sizeof(Record)); }},
    {kSetUp, "a small mutex", [] { SetManager(8); }},
    {kSetUp, "an immense mutex", [] { SetManager(64); }},

    {kParked, "no record", [] { manager->parked->next = manager->parked; }},
    {kParked, "a record of another thread", [] { Parked()->id = kFirst; }},
    {kParked, "a record of another manager",
     [] { Parked()->manager = nullptr; }},
    {kParked, "two records", [] { Parked()->next = Parked(); }},

    {kParked, "another thread-local top parked",
     [] { In(kArchivedRelocatable - kWord) = isolate; }},
    {kParked, "an empty block",
     [] { Parked()->data = new char[kArchiveSize](); }},
    {kParked, "another relocatable parked",
     [] { In(kArchivedRelocatable) = nullptr; }},
    {kParked, "a relocatable left", [] { At(kRelocatableAt) = relocatable; }},

    {kParked, "another limit parked", [] { In(kArchivedGuard) = isolate; }},
    {kParked, "another C limit parked",
     [] { In(kArchivedGuard + kWord) = isolate; }},
    {kOutside, "a guard without its isolate", [] { Guard()[0] = 0; }},
    {kParked, "a limit that is not tested", [] { Guard()[kLimitWord] = 0; }},
    {kParked, "a limit above the stack pointer",
     [] {
       Guard()[kRealLimitWord] = Guard()[kLimitWord] =
           reinterpret_cast<uintptr_t>(stack_end);
     }},
    {kParked, "a C limit that is not tested",
     [] { Guard()[kCLimitWord] = 0; }},
    {kParked, "an interrupt scope left",
     [] { Guard()[kInterruptScopesWord] = Guard()[kLimitWord]; }},

    {kParked, "other handles parked", [] { In(kHandlesCopyAt) = isolate; }},
    {kInGetter, "no handle scopes",
     [] { At(kScopesAt[0]) = At(kScopesAt[1]) = nullptr; }},
    {kOutside, "handle scopes of another isolate",
     [] { scopes->isolate = nullptr; }},
    {kInGetter, "two handle scopes",
     [] { At(kOtherAt) = other_scopes = new HandleScopes(*scopes); }},
    {kParked, "two handle scopes", [] { Reset(other_scopes); }},
    {kInGetter, "a copy of the handle scopes",
     [] { At(kOtherAt) = new HandleScopes(*scopes); }},
    {kParked, "handle scopes left", [] { *scopes = In<HandleScopes>(0); }},
    {kParked, "other handle scopes parked",
     [] { In(kSpareWord * kWord) = nullptr; }},
    {kOutside, "an empty vector with room",
     [] { scopes->entered = {nullptr, 1, 0}; }},
    {kOutside, "a vector without room",
     [] { scopes->saved = {new char*[1], 0, 0}; }},
    {kOutside, "a vector beyond its room",
     [] { scopes->saved = {new char*[1], 1, 2}; }},
    {kOutside, "no blocks", [] { scopes->blocks = {}; }},
    {kOutside, "no count of blocks",
     [] {
       scopes->blocks.data += scopes->blocks.size;
       scopes->blocks.size = 0;
     }},
    {kOutside, "smaller blocks", [] { Handles().limit -= kWord; }},

    {kInGetter, "no debugger",
     [] { At(kDebugsAt[0]) = At(kDebugsAt[1]) = nullptr; }},
    {kInGetter, "two debuggers",
     [] {
       other_debug = static_cast<char*>(calloc(1, 2 * kDebugAt));
       memcpy(other_debug, debug, 2 * kDebugAt);
       At(kOtherAt) = other_debug;
     }},
    {kParked, "two debuggers",
     [] { memcpy(other_debug, debug, 2 * kDebugAt); }},
    {kOutside, "a debugger of another isolate",
     [] { memset(debug + kDebugIsolateAt, 0, kWord); }},
    {kParked, "another debugger parked",
     [] { In<char>(kArchivedDebug + kDebugSize - 1) ^= 1; }},
    {kParked, "a pause left", [] { debug[kDebugAt + kPauseAt] = 1; }},
    {kParked, "a step left", [] { debug[kDebugAt + kStepAt] = 1; }},
    {kParked, "a hook left", [] { debug[kCallHookAt] = 1; }},

    {kBlankParked, "no second record", [] { Parked()->id = kOwn; }},
    {kParked, "a smaller archive",
     [] { Parked()->data = new char[kArchivedGuard]; }},
    {kBlankParked, "a top without an identity",
     [] { In<int>(kArchivedTop + kIdAt) = 0; }},
    {kBlankParked, "a top with two identities",
     [] { In<int>(kArchivedTop) = kFirst; }},
    {kBlankParked, "a new thread without an isolate",
     [] { In(0) = nullptr; }},
    {kBlankParked, "a new thread with spare handles",
     [] { In(kSpareWord * kWord) = new char[1]; }},
    {kBlankParked, "a new thread with a relocatable",
     [] { In(kArchivedRelocatable) = relocatable; }},

    {kSpareKept, "no spare", [] { scopes->spare = nullptr; }},
    {kLentInUse, "a lent block that stays empty",
     [] { scopes->blocks.size = 1; }},
    {kLentInUse, "a lent block at another place",
     [] { std::swap(scopes->blocks.data[0], scopes->blocks.data[1]); }},
    {kLentKept, "a lent block taken out", [] { scopes->blocks.size = 0; }},
    {kLentKept, "a lent block replaced",
     [] { scopes->blocks.data[0] = scopes->spare; }},
    {kLentKept, "a lent block kept as the spare one",
     [] { scopes->spare = scopes->blocks.data[0]; }},
    {kLentKept, "a lent block that is not used again",
     [] { Handles().next += kWord; }},
    {kLentKept, "a lent block with another limit",
     [] { Handles().limit -= kWord; }},
    {kInterrupted, "no request", [] { Guard()[kInterruptsWord] = 0; }},
    {kInterrupted, "a limit that lets it go on",
     [] { Guard()[kLimitWord] = Guard()[kRealLimitWord]; }},
    {kBlockOfHandles, "no block and no spare",
     [] { scopes->blocks.data = nullptr; }},
    {kSpareKept, "no block and no spare", [] { scopes->spare = nullptr; }},
};

bool IsKnown(std::string_view name) {
  return name.empty() ||
         std::ranges::count(differences, name, &Difference::name) > 0;
}

void Differ(std::string_view name, Step step) {
  for (const Difference& difference : differences) {
    if (difference.before == step && difference.name == name) {
      difference.make();
    }
  }
}

}  // namespace

int main() {
  const char* way = getenv("FAKE_V8");
  if (!IsKnown(way)) return 3;
  Relocatable room[2] = {};
  relocatable = room;
  SetUp();
  Differ(way, kSetUp);
  greenroom::ThreadStateLayout layout;
  greenroom::ThreadStateSearch search(isolate, kOwn, stack_end, &layout);
  Differ(way, kOutside);
  search.Outside();
  EnterGetter();
  Differ(way, kInGetter);
  search.InGetter();
  Park();
  Start(kFirst);
  Differ(way, kParked);
  search.Parked();
  Park();
  Start(kSecond);
  Differ(way, kBlankParked);
  search.BlankParked(kFirst);
  UseBlocks(1);
  Differ(way, kBlockOfHandles);
  const char* block = search.BlockOfHandles();
  LeaveBlocks();
  Differ(way, kSpareKept);
  search.SpareKept(block);
  static char lent[kBlockSize];
  LendBlock(lent);
  Differ(way, kLentInUse);
  search.LentInUse(lent);
  LeaveAllBut(lent);
  Differ(way, kLentKept);
  search.LentKept(lent);
  Interrupt();
  Differ(way, kInterrupted);
  search.Interrupted();
  if (search.why() != nullptr) {
    puts(search.why());
    return 1;
  }
  if (!IsRight(layout)) return 2;
  puts("found");
  return 0;
}
