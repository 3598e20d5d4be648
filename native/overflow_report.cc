#include "overflow_report.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace greenroom {

namespace {

constexpr size_t kGuardBytes = 4096;

// Read by a signal handler, so: a list that only grows, of atomics. A slab that
// is forgotten leaves an entry with no bytes, which the next one takes over.
struct Slab {
  std::atomic<uintptr_t> start{0};
  std::atomic<size_t> bytes{0};
  std::atomic<size_t> stack_size{0};
  Slab* next = nullptr;
};
std::atomic<Slab*> slabs{nullptr};
std::mutex writing;

struct sigaction previous;

bool IsGuard(uintptr_t address) {
  for (Slab* slab = slabs.load(std::memory_order_acquire); slab != nullptr;
       slab = slab->next) {
    const size_t offset = address - slab->start.load(std::memory_order_relaxed);
    if (offset >= slab->bytes.load(std::memory_order_acquire)) continue;
    return offset % slab->stack_size.load(std::memory_order_relaxed) <
           kGuardBytes;
  }
  return false;
}

void OnFault(int signal, siginfo_t* info, void* context) {
  if (IsGuard(reinterpret_cast<uintptr_t>(info->si_addr))) {
    constexpr char kText[] =
        "greenroom: the stack of a greenlet overflowed in native code, which "
        "cannot be turned into an error. Set a larger stack with "
        "setStackSize() before the first greenlet starts.\n";
    if (write(STDERR_FILENO, kText, sizeof kText - 1) < 0) {
      // Nothing is left to be tried.
    }
    // Returning repeats the access, and this time it ends the process.
    struct sigaction last {};
    last.sa_handler = SIG_DFL;
    sigaction(signal, &last, nullptr);
    return;
  }
  // Not ours: Node's own handler turns faults of WebAssembly into traps.
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    sigaction(signal, &previous, nullptr);
  }
}

// The overflowed stack has no room for the handler: it runs on one of its own,
// which belongs to the OS thread.
class SignalStack {
 public:
  SignalStack() {
    stack_t current{};
    if (sigaltstack(nullptr, &current) != 0) return;
    if ((current.ss_flags & SS_DISABLE) == 0) return;
    memory_ = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) return;
    stack_t mine{};
    mine.ss_sp = memory_;
    mine.ss_size = kBytes;
    sigaltstack(&mine, nullptr);
  }
  ~SignalStack() {
    if (memory_ == MAP_FAILED) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
    munmap(memory_, kBytes);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr size_t kBytes = 64 * 1024;
  void* memory_ = MAP_FAILED;
};

}  // namespace

void ReportOverflows() {
  static thread_local SignalStack signal_stack;
  (void)signal_stack;
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction mine {};
    mine.sa_sigaction = OnFault;
    mine.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&mine.sa_mask);
    sigaction(SIGSEGV, &mine, &previous);
  });
}

void RememberGuards(const char* start, size_t bytes, size_t stack_size) {
  std::lock_guard<std::mutex> lock(writing);
  Slab* slab = slabs.load(std::memory_order_relaxed);
  while (slab != nullptr && slab->bytes.load(std::memory_order_relaxed) != 0) {
    slab = slab->next;
  }
  const bool fresh = slab == nullptr;
  if (fresh) slab = new Slab;
  slab->start.store(reinterpret_cast<uintptr_t>(start),
                    std::memory_order_relaxed);
  slab->stack_size.store(stack_size, std::memory_order_relaxed);
  slab->bytes.store(bytes, std::memory_order_release);
  if (fresh) {
    slab->next = slabs.load(std::memory_order_relaxed);
    slabs.store(slab, std::memory_order_release);
  }
}

void ForgetGuards(const char* start) {
  std::lock_guard<std::mutex> lock(writing);
  for (Slab* slab = slabs.load(std::memory_order_relaxed); slab != nullptr;
       slab = slab->next) {
    if (slab->start.load(std::memory_order_relaxed) ==
        reinterpret_cast<uintptr_t>(start)) {
      slab->bytes.store(0, std::memory_order_release);
    }
  }
}

}  // namespace greenroom
