// Switches between C stacks, and looks whether all that the ABI calls
// callee-saved survives, and whether exceptions can be thrown on them.

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "../../native/context_switch.cc"

namespace {

constexpr int kStacks = 5;
constexpr int kRounds = 1000;
constexpr size_t kBytes = 64 * 1024;

struct Context {
  void* saved = nullptr;
  int id = 0;
  int rounds = 0;
};
Context main_context;
Context contexts[kStacks];

// So many values alive across the switch that they fill the registers.
__attribute__((noinline)) bool Survives(Context* self, Context* to, int seed) {
  long a = seed, b = a * 3, c = b + 5, d = c * 7, e = d + 11, f = e * 13;
  double g = seed * 0.5, h = g + 1.25, i = h * 3, j = i - 7, k = j * 11;
  double l = k + 13, m = l * 0.25, n = m - 17;
  // The compiler must neither know the values nor compute them anew.
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
  greenroom_switch_context(&self->saved, to->saved);
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
  return a == seed && b == a * 3 && c == b + 5 && d == c * 7 && e == d + 11 &&
         f == e * 13 && g == seed * 0.5 && h == g + 1.25 && i == h * 3 &&
         j == i - 7 && k == j * 11 && l == k + 13 && m == l * 0.25 &&
         n == m - 17;
}

bool Throws(int id) {
  try {
    throw id;
  } catch (int caught) {
    return caught == id;
  }
}

void Entry(void* argument) {
  auto* self = static_cast<Context*>(argument);
  if (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) % 16 != 0) abort();
  for (;;) {
    Context* next =
        self->id + 1 < kStacks ? &contexts[self->id + 1] : &main_context;
    if (!Survives(self, next, self->id * 1000 + self->rounds)) abort();
    if (!Throws(self->id)) abort();
    self->rounds++;
  }
}

}  // namespace

int main() {
  std::vector<std::vector<char>> stacks(kStacks, std::vector<char>(kBytes));
  for (int id = 0; id < kStacks; id++) {
    contexts[id].id = id;
    auto top = reinterpret_cast<uintptr_t>(stacks[id].data()) + kBytes;
    contexts[id].saved = greenroom::PrepareContext(
        reinterpret_cast<void*>(top & ~uintptr_t{15}), Entry, &contexts[id]);
  }
  for (int round = 0; round <= kRounds; round++) {
    if (!Survives(&main_context, &contexts[0], -round)) return 1;
  }
  for (const Context& context : contexts) {
    if (context.rounds != kRounds) return 2;
  }
  puts("ok");
  return 0;
}
