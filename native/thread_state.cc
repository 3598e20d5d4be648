#include "thread_state.h"

#include <cstring>
#include <memory>

#include "external.h"
#include "thread_state_search.h"

namespace greenroom {

namespace {

// Identities that V8 never gets to, and no stack is given.
constexpr int kFirstStranger = 0x5eed0001;
constexpr int kSecondStranger = 0x5eed0002;

// Leads V8 through the situations that the search wants to see, all on this C
// stack: V8 takes it for three threads, one after another.
class Tour {
 public:
  Tour(v8::Isolate* isolate, ThreadWords* words, ThreadStateSearch* search)
      : isolate_(isolate), words_(words), search_(search) {}

  // Whether V8 has called the getter.
  bool Run() {
    using namespace v8;
    HandleScope handles(isolate_);
    TryCatch caught(isolate_);
    Local<Context> context = isolate_->GetCurrentContext();
    Local<ObjectTemplate> shape = ObjectTemplate::New(isolate_);
    Local<String> key = String::NewFromUtf8Literal(isolate_, "tour");
    shape->SetNativeDataProperty(key, Get, nullptr, Wrap(isolate_, this));
    Local<Object> object;
    if (!shape->NewInstance(context).ToLocal(&object)) return false;
    search_->Outside();
    return !object->Get(context, key).IsEmpty() && called_;
  }

 private:
  static void Get(v8::Local<v8::Name>,
                  const v8::PropertyCallbackInfo<v8::Value>& info) {
    PointerIn<Tour>(info.Data())->InGetter();
  }

  void InGetter() {
    called_ = true;
    search_->InGetter();
    if (search_->why() != nullptr) return;
    As(kFirstStranger, [this] {
      search_->Parked();
      if (search_->why() != nullptr) return;
      As(kSecondStranger, [this] {
        search_->BlankParked(kFirstStranger);
        LeaveSpareHandles();
        if (search_->why() == nullptr) LendHandles();
        Interrupt();
        search_->Interrupted();
      });
    });
    if (search_->why() == nullptr) PassOnInterrupts();
  }

  // Parks the thread for which V8 takes this one, and runs `action` as another.
  template <typename F>
  void As(int stranger, F&& action) {
    const int own = words_->thread_id();
    void* const start = words_->stack_start();
    v8::Unlocker unlocked(isolate_);
    // SAFETY: V8 looks at the word in Locker and Unlocker only, and there each
    // time finds the identity whose turn it is. The C stack stays the same one.
    words_->Set(stranger, start);
    {
      v8::Locker locked(isolate_);
      // V8 13 makes a handle where it restores the debugger's part.
      v8::HandleScope handles(isolate_);
      action();
      interrupts_ |= *Interrupts();
    }
    isolate_->DiscardThreadSpecificMetadata();
    words_->Set(own, start);
  }

  uint32_t* Interrupts() {
    return reinterpret_cast<uint32_t*>(
        reinterpret_cast<char*>(isolate_) + thread_state::kGuardAt +
        thread_state::kInterruptsWord * sizeof(void*));
  }

  // What other threads requested meanwhile, they requested of a stranger.
  void PassOnInterrupts() {
    *Interrupts() |= interrupts_;
    // Has V8 look at all that is requested.
    Interrupt();
  }

  void Interrupt() {
    isolate_->RequestInterrupt([](v8::Isolate*, void*) {}, nullptr);
  }

  // V8 gets a block that is not its own, needs one more than that, and gives that
  // one back.
  void LendHandles() {
    const auto block = std::make_unique<char[]>(thread_state::kHandleBlockBytes);
    const ThreadStateLayout& layout = search_->layout();
    // The scope that is open was opened before the block comes. When it is
    // closed, all is as it was.
    char words[thread_state::kSpareWord * sizeof(void*)];
    char handles[thread_state::kHandlesSize];
    memcpy(words, layout.handle_scopes, sizeof words);
    memcpy(handles, layout.handles(), sizeof handles);
    layout.LendHandles(block.get());
    for (int round = 0; round < 2; round++) {
      v8::HandleScope scope(isolate_);
      for (size_t k = 0; k <= thread_state::kHandleBlock; k++) {
        v8::Integer::New(isolate_, 1);
      }
      search_->LentInUse(block.get());
    }
    search_->LentKept(block.get());
    search_->FreeLists();
    memcpy(layout.handle_scopes, words, sizeof words);
    memcpy(layout.handles(), handles, sizeof handles);
  }

  void LeaveSpareHandles() {
    char* block;
    {
      v8::HandleScope handles(isolate_);
      v8::Integer::New(isolate_, 1);
      block = search_->BlockOfHandles();
    }
    search_->SpareKept(block);
  }

  v8::Isolate* isolate_;
  ThreadWords* words_;
  ThreadStateSearch* search_;
  bool called_ = false;
  uint32_t interrupts_ = 0;
};

}  // namespace

void ThreadStateLayout::LendHandles(char* block) const {
  using namespace thread_state;
  auto* words = reinterpret_cast<void**>(handle_scopes);
  // V8 makes a longer one when it needs that, and frees this. Its own begin with
  // room for 8, and most stacks need one.
  for (const size_t vector : {kBlocksWord, kEnteredWord, kSavedWord}) {
    words[vector] = new char*[1];
    words[vector + 1] = reinterpret_cast<void*>(size_t{1});
  }
  static_cast<char**>(words[kBlocksWord])[0] = block;
  words[kBlockCountWord] = reinterpret_cast<void*>(size_t{1});
  auto** data = reinterpret_cast<char**>(handles());
  data[0] = block;
  data[1] = block + kHandleBlockBytes;
}

bool ThreadStateLayout::Find(v8::Isolate* in, ThreadWords* words,
                             std::string* why) {
  ThreadStateSearch search(in, words->thread_id(), words->stack_start(), this);
  if (!Tour(in, words, &search).Run()) {
    *why = "V8 did not call a getter";
    return false;
  }
  if (search.why() == nullptr) return true;
  *why = search.why();
  return false;
}

}  // namespace greenroom
