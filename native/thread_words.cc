#include "thread_words.h"

#if defined(__linux__)

#include <link.h>
#include <pthread.h>

#include <cstring>
#include <vector>

extern "C" {
// Where the main thread's stack ends. musl has none, hence weak.
extern void* __libc_stack_end __attribute__((weak));
}

namespace greenroom {

namespace {

struct TlsBlock {
  int module;     // position among the loaded modules
  char* address;  // of this thread's copy
  size_t size;
};

int CollectBlock(dl_phdr_info* info, size_t, void* data) {
  auto* blocks = static_cast<std::vector<TlsBlock>*>(data);
  size_t size = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type == PT_TLS) size = info->dlpi_phdr[i].p_memsz;
  }
  blocks->push_back({static_cast<int>(blocks->size()),
                     static_cast<char*>(info->dlpi_tls_data), size});
  return 0;
}

// Every loaded module's thread-local block on the calling thread. A Node that
// was built against a shared libnode.so keeps the words in that module, which
// is why all of them are searched.
std::vector<TlsBlock> CollectBlocks() {
  std::vector<TlsBlock> blocks;
  dl_iterate_phdr(CollectBlock, &blocks);
  return blocks;
}

struct Probe {
  v8::Isolate* isolate;
  std::vector<std::pair<int, size_t>> candidates;  // module, offset
};

void* ProbeThreadId(void* data) {
  auto* probe = static_cast<Probe*>(data);
  // The block of a module loaded at run time does not exist on a fresh thread
  // before something touches it.
  v8::Isolate::TryGetCurrent();
  std::vector<TlsBlock> blocks = CollectBlocks();
  std::vector<std::vector<char>> before;
  for (const TlsBlock& block : blocks) {
    before.emplace_back(block.address, block.address == nullptr
                                           ? block.address
                                           : block.address + block.size);
  }
  // SAFETY: IsLocked() only compares identities under V8's own atomic; its one
  // effect is that this thread gets an identity, a small positive int.
  v8::Locker::IsLocked(probe->isolate);
  for (size_t b = 0; b < blocks.size(); b++) {
    for (size_t at = 0; at + sizeof(int) <= before[b].size();
         at += sizeof(int)) {
      int was, is;
      memcpy(&was, before[b].data() + at, sizeof(int));
      memcpy(&is, blocks[b].address + at, sizeof(int));
      if (was == 0 && is > 0) probe->candidates.push_back({blocks[b].module, at});
    }
  }
  return nullptr;
}

}  // namespace

bool ThreadWords::Find(v8::Isolate* isolate, std::string* why) {
  Probe probe{isolate, {}};
  pthread_t thread;
  if (pthread_create(&thread, nullptr, ProbeThreadId, &probe) != 0) {
    *why = "no thread could be started to look for V8's thread identity";
    return false;
  }
  pthread_join(thread, nullptr);
  if (probe.candidates.size() != 1) {
    *why = "V8's thread identity has " +
           std::to_string(probe.candidates.size()) +
           " candidates in thread-local storage instead of one";
    return false;
  }
  std::vector<TlsBlock> blocks = CollectBlocks();
  auto [module, offset] = probe.candidates[0];
  thread_id_ = reinterpret_cast<volatile int*>(
      blocks[static_cast<size_t>(module)].address + offset);

  // Proof: another value must make V8 believe that another thread runs, and
  // the old value must undo that.
  if (!v8::Locker::IsLocked(isolate)) {
    *why = "this thread does not hold the isolate's lock";
    return false;
  }
  const int own = *thread_id_;
  *thread_id_ = 0x5eed0000;
  const bool stranger = v8::Locker::IsLocked(isolate);
  *thread_id_ = own;
  if (stranger || !v8::Locker::IsLocked(isolate)) {
    *why = "V8 did not follow the word taken for its thread identity";
    return false;
  }

  pthread_attr_t attributes;
  void* base = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
  }
  void* const end = base == nullptr ? nullptr : static_cast<char*>(base) + size;
  void* const libc_end = &__libc_stack_end == nullptr ? nullptr : __libc_stack_end;
  int found = 0;
  for (const TlsBlock& block : blocks) {
    if (block.address == nullptr) continue;
    for (size_t at = 0; at + sizeof(void*) <= block.size; at += sizeof(void*)) {
      void* value;
      memcpy(&value, block.address + at, sizeof value);
      if (value == nullptr || (value != end && value != libc_end)) continue;
      found++;
      stack_start_ = reinterpret_cast<void* volatile*>(block.address + at);
    }
  }
  if (found != 1) {
    *why = "V8's record of the stack start has " + std::to_string(found) +
           " candidates in thread-local storage instead of one";
    return false;
  }
  return true;
}

}  // namespace greenroom

#else

namespace greenroom {
bool ThreadWords::Find(v8::Isolate*, std::string* why) {
  *why = "stack switching is written for Linux only";
  return false;
}
}  // namespace greenroom

#endif
