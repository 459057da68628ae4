// A fuzz target: a function that takes any bytes, and must come back. Each target is one file; what runs it is either
// libFuzzer (the fuzz preset) or replay.cc, which any compiler builds and ctest runs.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::fuzz {

// Runs one input. A broken promise ends the process (Check); whatever the sanitizers see does too.
void Fuzz(std::string_view input);
// Inputs to begin with: right ones, of every kind the target knows.
std::vector<std::string> Seeds();

inline void Check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

// Takes the input's first byte as a choice among `count`.
inline size_t Choose(std::string_view& input, size_t count) {
  if (input.empty()) return 0;
  const size_t choice = static_cast<unsigned char>(input[0]) % count;
  input.remove_prefix(1);
  return choice;
}

}  // namespace cartwheel::fuzz
