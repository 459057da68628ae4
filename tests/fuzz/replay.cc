// The target without libFuzzer. `fuzz_X FILE...` runs inputs that were found, `fuzz_X --write DIRECTORY` writes the
// seeds there, and `fuzz_X --mutate N [--seed K]` runs the seeds and N inputs made of them by slips: bytes changed,
// pieces cut, doubled, swapped between seeds, and words that parsers stumble over. It knows nothing of coverage;
// libFuzzer does.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr std::string_view kWords[] = {
    "{",   "}",    "[",  "]",  "\"",  "\\u0000", "\\ud800", "null",  "-",        "1e999", "9223372036854775808",
    "0.1", "\xff", "\n", ",",  ":",   "{{",      "}}",      "{%",    "%}",       "|",     "true",
    "(",   ")",    "'",  "\\", "NaN", "가",      "-1",      "9999d", "\xf0\x9f", " ",     "0000-00-00T00:00:00Z"};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed), seeds_(Seeds()) {}

  std::string Next() {
    std::string text = Any();
    for (size_t slips = 1 + Below(4); slips > 0; --slips) Slip(text);
    return text;
  }

 private:
  size_t Below(size_t count) { return count == 0 ? 0 : random_() % count; }
  const std::string& Any() { return seeds_[Below(seeds_.size())]; }
  std::string Piece(const std::string& text) {
    const size_t begin = Below(text.size());
    return text.substr(begin, Below(std::min<size_t>(text.size() - begin, 40)) + 1);
  }
  void Slip(std::string& text) {
    const size_t at = Below(text.size() + 1);
    const size_t rest = text.size() - at;
    switch (Below(7)) {
      case 0:
        if (rest > 0) text[at] ^= static_cast<char>(1 << Below(8));
        break;
      case 1:
        if (rest > 0) text[at] = static_cast<char>(Below(256));
        break;
      case 2:
        text.erase(at, Below(std::min<size_t>(rest, 20) + 1));
        break;
      case 3:
        text.insert(at, kWords[Below(std::size(kWords))]);
        break;
      case 4:
        if (!text.empty()) text.insert(at, Piece(text));
        break;
      case 5:
        text.insert(at, Piece(Any()));
        break;
      default:
        text.resize(at);
    }
  }

  std::mt19937_64 random_;
  const std::vector<std::string> seeds_;
};

int Mutate(long count, uint64_t seed) {
  for (const std::string& input : Seeds()) Fuzz(input);
  Mutator mutator(seed);
  for (long i = 0; i < count; ++i) {
    const std::string input = mutator.Next();
    std::ofstream("fuzz_last_input", std::ios::binary) << input;  // what remains after a crash
    Fuzz(input);
  }
  std::remove("fuzz_last_input");
  std::cout << Seeds().size() << " seeds and " << count << " inputs made of them\n";
  return 0;
}

int Run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--write") {
    size_t number = 0;
    for (const std::string& seed : Seeds())
      std::ofstream(arguments[1] + "/seed" + std::to_string(number++), std::ios::binary) << seed;
    return 0;
  }
  if (arguments.size() >= 2 && arguments[0] == "--mutate")
    return Mutate(std::stol(arguments[1]), arguments.size() == 4 ? std::stoull(arguments[3]) : 1);
  for (const std::string& path : arguments) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::cerr << path << ": cannot be read\n", 2;
    Fuzz(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return 0;
}

}  // namespace
}  // namespace cartwheel::fuzz

int main(int argc, char** argv) { return cartwheel::fuzz::Run(argc, argv); }
