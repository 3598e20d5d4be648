#include "unsafe_flags.h"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace greenroom {

namespace {

// Parts of names, so that those to come are covered, and each also with "no-".
constexpr std::string_view kUnsafe[] = {
    "object-pinning",    "conservative-stack-scanning", "direct-handle",
    "quarantined-pages", "shared-heap",                 "shared-string-table",
    "harmony-struct",
};

bool IsUnsafe(std::string argument) {
  if (!argument.starts_with("--")) return false;
  std::ranges::replace(argument, '_', '-');
  return std::ranges::any_of(kUnsafe, [&](std::string_view part) {
    return argument.find(part) != std::string::npos;
  });
}

}  // namespace

std::string UnsafeFlag() {
  std::ifstream arguments("/proc/self/cmdline", std::ios::binary);
  for (std::string argument; std::getline(arguments, argument, '\0');) {
    if (IsUnsafe(argument)) return argument;
  }
  return {};
}

}  // namespace greenroom
