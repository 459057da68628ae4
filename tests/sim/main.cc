// sim [--seeds N] [--from K] [--seed K [--verbose]]: runs simulations; a seed that breaks a law is printed with what
// led to it.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "tests/sim/run.h"

namespace {

using namespace cartwheel::sim;

bool Report(uint64_t seed, const char* kind, const Verdict& verdict) {
  if (verdict.broken.empty()) return true;
  fmt::print("seed {} ({}) breaks a law:\n", seed, kind);
  for (const std::string& action : verdict.actions) fmt::print("    {}\n", action);
  for (const std::string& law : verdict.broken) fmt::print("  {}\n", law);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t from = 1, seeds = 30;
  bool verbose = false, only_faultless = false, only_faulty = false;
  for (int i = 1; i < argc; ++i) {
    auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (std::strcmp(argv[i], "--seeds") == 0)
      seeds = number();
    else if (std::strcmp(argv[i], "--from") == 0)
      from = number();
    else if (std::strcmp(argv[i], "--seed") == 0)
      from = number(), seeds = 1;
    else if (std::strcmp(argv[i], "--verbose") == 0)
      verbose = true;
    else if (std::strcmp(argv[i], "--faulty") == 0)
      only_faulty = true;
    else if (std::strcmp(argv[i], "--faultless") == 0)
      only_faultless = true;
    else
      return fmt::print("usage: sim [--seeds N] [--from K] [--seed K] [--verbose] [--faulty | --faultless]\n"), 2;
  }
  uint64_t failed = 0;
  int64_t events = 0, messages = 0;
  for (uint64_t seed = from; seed < from + seeds; ++seed) {
    for (bool faulty : {true, false}) {
      if (faulty ? only_faultless : only_faulty) continue;
      Verdict verdict = faulty ? RunFaulty(seed, verbose) : RunFaultless(seed, verbose);
      if (!Report(seed, faulty ? "faulty" : "faultless", verdict)) ++failed;
      events += verdict.events;
      messages += verdict.messages;
    }
  }
  fmt::print("{} seeds from {}: {} events, {} messages handed over, {} runs failed\n", seeds, from, events, messages,
             failed);
  return failed == 0 ? 0 : 1;
}
