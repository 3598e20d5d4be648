#include "heap_search.h"

#include <v8-profiler.h>

#include <vector>

namespace greenroom {

namespace {

class HasBoth final : public v8::QueryObjectPredicate {
 public:
  HasBoth(v8::Local<v8::Context> context, v8::Local<v8::String> first,
          v8::Local<v8::String> second)
      : context_(context), first_(first), second_(second) {}

  bool Filter(v8::Local<v8::Object> object) override {
    // SAFETY: the heap is being walked, so nothing may run or be allocated
    // here. A "real named" lookup calls no getter, interceptor or proxy.
    return object->HasRealNamedProperty(context_, first_).FromMaybe(false) &&
           object->HasRealNamedProperty(context_, second_).FromMaybe(false);
  }

 private:
  v8::Local<v8::Context> context_;
  v8::Local<v8::String> first_;
  v8::Local<v8::String> second_;
};

}  // namespace

v8::MaybeLocal<v8::Object> FindObjectWith(v8::Isolate* isolate,
                                          v8::Local<v8::Context> context,
                                          v8::Local<v8::String> first,
                                          v8::Local<v8::String> second) {
  HasBoth predicate(context, first, second);
  std::vector<v8::Global<v8::Object>> found;
  isolate->GetHeapProfiler()->QueryObjects(context, &predicate, &found);
  if (found.size() != 1) return {};
  return found[0].Get(isolate);
}

}  // namespace greenroom
