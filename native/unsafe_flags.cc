#include "unsafe_flags.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>

namespace greenroom {

namespace {

// Parts of names, so that those to come are covered, and each also with "no-".
constexpr std::string_view kUnsafe[] = {
    "object-pinning",    "conservative-stack-scanning", "direct-handle",
    "quarantined-pages", "shared-heap",                 "shared-string-table",
    "harmony-struct",
};

bool IsUnsafe(std::string flag) {
  if (!flag.starts_with("--")) return false;
  std::ranges::replace(flag, '_', '-');
  return std::ranges::any_of(kUnsafe, [&](std::string_view part) {
    return flag.find(part) != std::string::npos;
  });
}

std::string FirstUnsafe(std::string text) {
  // What ends an argument: a zero byte, and in NODE_OPTIONS blanks and quotes.
  std::ranges::replace_if(
      text, [](char c) { return c == '\0' || c == '"'; }, ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (IsUnsafe(word)) return word;
  }
  return {};
}

std::string ReadAll(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// As it was when the process began: a program may have changed it since.
std::string NodeOptions() {
  std::istringstream variables(ReadAll("/proc/self/environ"));
  constexpr std::string_view kName = "NODE_OPTIONS=";
  for (std::string variable; std::getline(variables, variable, '\0');) {
    if (variable.starts_with(kName)) return variable.substr(kName.size());
  }
  return {};
}

}  // namespace

std::string UnsafeFlag() {
  const std::string given = FirstUnsafe(ReadAll("/proc/self/cmdline"));
  return given.empty() ? FirstUnsafe(NodeOptions()) : given;
}

}  // namespace greenroom
