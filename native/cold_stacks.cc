#include "cold_stacks.h"

#include <node.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "stack_digest.h"

namespace greenroom {

using namespace thread_state;

namespace {

NativeStack* StackOf(Record* record) {
  return static_cast<NativeStack*>(reinterpret_cast<ParkedState*>(
      reinterpret_cast<char*>(record) - offsetof(ParkedState, record)));
}

}  // namespace

void ColdStacks::Open() {
  begin_.Init(*v8_, [](void*) {}, this);
  middle_.Init(
      *v8_, [](void* data) { static_cast<ColdStacks*>(data)->ReachMiddle(); },
      this);
  end_.Init(
      *v8_, [](void* data) { static_cast<ColdStacks*>(data)->ReachEnd(); },
      this);
  Record* after = v8_->parked;
  for (RingMark* mark : {&begin_, &middle_, &end_}) {
    Link(mark->record(), after);
    after = mark->record();
  }
  if (mode_ == ColdMode::kOff) return;
  isolate_->AddGCPrologueCallback(Before, this);
  isolate_->AddGCEpilogueCallback(After, this);
  // SAFETY: disposing of the isolate may finish a collection that is under way
  // (Node 24 does), and then nothing may be allocated any more. Without a bait
  // every walk sees all stacks.
  node::AddEnvironmentCleanupHook(
      isolate_,
      [](void* data) {
        auto* cold = static_cast<ColdStacks*>(data);
        cold->disposed_ = true;
        cold->bait_ = 0;
        cold->begin_.Hold(0);
      },
      this);
  LayBait();
}

void ColdStacks::Close() {
  for (RingMark* mark : {&begin_, &middle_, &end_}) Unlink(mark->record());
}

void ColdStacks::Add(NativeStack* stack) {
  Link(&stack->record, begin_.record());
}

void ColdStacks::Remove(NativeStack* stack) {
  if (stack->age == StackAge::kCold) cold_--;
  Unlink(&stack->record);
}

void ColdStacks::MakeCold(NativeStack* stack) {
  stack->age = StackAge::kCold;
  Unlink(&stack->record);
  Link(&stack->record, middle_.record());
  cold_++;
}

void ColdStacks::Warm(NativeStack* stack) {
  cold_--;
  Unlink(&stack->record);
  Link(&stack->record, begin_.record());
}

void ColdStacks::LayBait() {
  bait_ = 0;
  begin_.Hold(0);
  if (disposed_) return;
  v8::HandleScope handles(isolate_);
  // No small integer, which would be no object.
  v8::Local<v8::Number> object = v8::Number::New(isolate_, 0.5);
  bait_ = v8::internal::ValueHelper::ValueAsAddress(*object);
  begin_.Hold(bait_);
}

void ColdStacks::ReachMiddle() {
  middles_++;
  const bool scavenges = armed_ && begin_.held() != bait_;
  armed_ = false;
  if (!scavenges) return;
  bait_taken_ = true;
  if (mode_ != ColdMode::kOn || exact_ == 0) return;
  left_out_ = middle_.record()->next;
  middle_.record()->next = end_.record();
}

void ColdStacks::ReachEnd() {
  ends_++;
  if (left_out_ == nullptr) return;
  middle_.record()->next = left_out_;
  left_out_ = nullptr;
}

void ColdStacks::Before(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags,
                        void* data) {
  auto* cold = static_cast<ColdStacks*>(data);
  cold->armed_ = type == v8::kGCTypeScavenge && cold->bait_ != 0 &&
                 cold->begin_.held() == cold->bait_;
  cold->nested_ = cold->depth_ > 0;
  if (cold->depth_++ > 0) return;
  cold->middles_ = cold->ends_ = 0;
  cold->bait_taken_ = false;
  if (cold->mode_ == ColdMode::kVerify && type == v8::kGCTypeScavenge) {
    cold->KeepDigests();
  }
}

void ColdStacks::After(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags,
                       void* data) {
  auto* cold = static_cast<ColdStacks*>(data);
  cold->armed_ = false;
  if (--cold->depth_ > 0) return;
  const bool exact = type == v8::kGCTypeScavenge && !cold->nested_ &&
                     cold->bait_taken_ && cold->middles_ == 1 &&
                     cold->ends_ == 1;
  if (exact) {
    cold->exact_++;
    if (cold->mode_ == ColdMode::kVerify) cold->CompareDigests();
    cold->GrowOlder();
  } else if (type == v8::kGCTypeMarkSweepCompact && cold->NothingYoung()) {
    cold->AllGrowCold();
  }
  cold->comparable_ = exact;
  cold->LayBait();
}

template <typename F>
void ColdStacks::EachFrom(RingMark* from, RingMark* to, F&& visit) {
  Record* next;
  for (Record* record = from->record()->next; record != to->record();
       record = next) {
    // The visit may put it elsewhere in the ring.
    next = record->next;
    visit(StackOf(record));
  }
}

void ColdStacks::GrowOlder() {
  EachFrom(&begin_, &middle_, [this](NativeStack* stack) {
    if (stack->age == StackAge::kFresh) {
      stack->age = StackAge::kVisited;
    } else if (stack->age == StackAge::kVisited) {
      stack->age = StackAge::kSettled;
      stack->digest = DigestOf(*stack);
    } else if (stack->age == StackAge::kSettled) {
      const uint64_t before = stack->digest;
      stack->digest = DigestOf(*stack);
      if (comparable_ && stack->digest == before) MakeCold(stack);
    }
  });
}

bool ColdStacks::NothingYoung() const {
  for (size_t k = 0; k < isolate_->NumberOfHeapSpaces(); k++) {
    v8::HeapSpaceStatistics space;
    if (isolate_->GetHeapSpaceStatistics(&space, k) &&
        strncmp(space.space_name(), "new_", 4) == 0 &&
        space.space_used_size() != 0) {
      return false;
    }
  }
  return true;
}

void ColdStacks::AllGrowCold() {
  EachFrom(&begin_, &middle_, [this](NativeStack* stack) {
    if (stack->age != StackAge::kRunning) MakeCold(stack);
  });
}

void ColdStacks::KeepDigests() {
  EachFrom(&middle_, &end_, [](NativeStack* stack) {
    stack->digest = DigestOf(*stack);
  });
}

void ColdStacks::CompareDigests() {
  EachFrom(&middle_, &end_, [](NativeStack* stack) {
    if (DigestOf(*stack) == stack->digest) return;
    fprintf(stderr,
            "greenroom: a scavenge has changed a parked stack that was taken to "
            "hold nothing young (GREENROOM_COLD=verify). Please report this; "
            "GREENROOM_COLD=off does without.\n");
    abort();
  });
}

}  // namespace greenroom
