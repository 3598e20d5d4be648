#include "thread_state.h"

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
