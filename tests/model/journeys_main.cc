// journeys [--steps N] [--inputs N] [--share K] | --random N [--seed K]: walks programs of journeys by the engine and
// by a reference interpreter, and tells where they disagree.
//
// --steps: every program of up to so many steps of the alphabet, over every sequence of up to --inputs inputs; --share:
// only every K-th program of the longest and every K-th sequence; --acting: of the alphabet of steps that act;
// --calling: of the one of calls and of sends that caps stand against.
// --random: so many programs of 4 to 8 steps.
#include <cstdlib>
#include <cstring>

#include "fmt/format.h"
#include "tests/model/journey_trials.h"

namespace cartwheel::model {
namespace {

constexpr size_t kTold = 3;        // disagreements of a run that are told in full
constexpr size_t kTogether = 255;  // programs of one playbook
constexpr size_t kTrialsMax = 2;   // of a random program

struct Task {
  size_t steps = 2, inputs = 4, share = 1, random = 0;
  uint64_t seed = 1;
  std::string spelled;  // one program alone
  bool stop = false;    // at the first disagreement
  const char* alphabet = kAlphabet;
  bool calls() const { return alphabet == kCallingAlphabet; }
};

// Every sequence over the kinds of inputs, filled with "nothing".
std::vector<Trial> Sequences(std::string_view kinds, size_t inputs, size_t share, size_t from) {
  std::vector<Trial> trials;
  size_t count = 1;
  for (size_t i = 0; i < inputs; ++i) count *= kinds.size();
  for (size_t number = from % share; number < count; number += share) {
    Trial trial{.inputs = std::string(kInstants, '.')};
    size_t rest = number;
    for (size_t i = 0; i < inputs; ++i, rest /= kinds.size()) trial.inputs[i] = kinds[rest % kinds.size()];
    trials.push_back(std::move(trial));
  }
  return trials;
}

class Tally {
 public:
  explicit Tally(size_t tell) : tell_(tell) {}
  void Add(const Verdict& verdict) {
    walked_ += verdict.walked;
    differ_ += verdict.differ;
    tell_ -= std::min(tell_, verdict.differ);
    fmt::print("{}", verdict.told);
  }
  size_t tell() const { return tell_; }
  size_t walked() const { return walked_; }
  size_t differ() const { return differ_; }

 private:
  size_t tell_, walked_ = 0, differ_ = 0;
};

void WalkSpelled(const std::string& letters, const Task& task, size_t number, Tally* tally) {
  const std::optional<Steps> program = Spell(letters);
  if (!program.has_value()) return;
  const Verdict verdict =
      Compare({*program}, Sequences(task.calls() ? kCallInputs : kInputs, task.inputs, task.share, number),
              number % kPatterns, letters, task.calls(), tally->tell());
  if (verdict.differ > 0) fmt::print("{}: {} of {} differ\n", letters, verdict.differ, verdict.walked);
  tally->Add(verdict);
}

void WalkAll(const Task& task, Tally* tally) {
  for (size_t length = 1; length <= task.steps; ++length) {
    size_t count = 1;
    for (size_t i = 0; i < length; ++i) count *= kLetters;
    for (size_t number = 0; number < count; ++number) {
      if (length == 3 && number % task.share != 0) continue;
      std::string letters;
      for (size_t i = 0, rest = number; i < length; ++i, rest /= kLetters) letters += task.alphabet[rest % kLetters];
      WalkSpelled(letters, task, number, tally);
      if (task.stop && tally->differ() > 0) return;
    }
  }
}

void WalkRandom(const Task& task, Tally* tally) {
  for (size_t from = 0; from < task.random; from += kTogether) {
    sim::Random random(task.seed + from / kTogether);
    const bool calls = random.Chance(50), capped = calls && random.Chance(60);
    const std::string_view kinds = calls ? kAllInputs : kInputs;
    std::vector<Steps> programs;
    std::vector<Trial> trials;
    for (size_t i = 0; i < std::min(kTogether, task.random - from); ++i) {
      programs.push_back(DrawProgram(random, static_cast<int>(random.Between(4, 8)), calls));
      for (size_t j = 0; j < kTrialsMax; ++j) {
        Trial trial{.program = i};
        for (size_t k = 0; k < kInstants; ++k) trial.inputs += kinds[random.Below(kinds.size())];
        trials.push_back(std::move(trial));
      }
    }
    tally->Add(Compare(programs, trials, random.Below(kPatterns), fmt::format("r{}x", task.seed + from / kTogether),
                       capped, tally->tell()));
    if (task.stop && tally->differ() > 0) return;
  }
}

int Main(int argc, char** argv) {
  Task task;
  for (int i = 1; i < argc; ++i) {
    auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (std::strcmp(argv[i], "--steps") == 0)
      task.steps = number();
    else if (std::strcmp(argv[i], "--inputs") == 0)
      task.inputs = std::min<size_t>(number(), kInstants);
    else if (std::strcmp(argv[i], "--share") == 0)
      task.share = std::max<size_t>(number(), 1);
    else if (std::strcmp(argv[i], "--random") == 0)
      task.random = number();
    else if (std::strcmp(argv[i], "--seed") == 0)
      task.seed = number();
    else if (std::strcmp(argv[i], "--program") == 0 && i + 1 < argc)
      task.spelled = argv[++i];
    else if (std::strcmp(argv[i], "--stop") == 0)
      task.stop = true;
    else if (std::strcmp(argv[i], "--acting") == 0)
      task.alphabet = kActingAlphabet;
    else if (std::strcmp(argv[i], "--calling") == 0)
      task.alphabet = kCallingAlphabet;
    else
      return fmt::print(
                 "usage: journeys [--steps N] [--inputs N] [--share K] [--program LETTERS] [--random N] [--seed K] "
                 "[--acting | --calling] [--stop]\n"),
             2;
  }
  Tally tally(kTold);
  if (!task.spelled.empty())
    WalkSpelled(task.spelled, task, task.seed, &tally);
  else if (task.random > 0)
    WalkRandom(task, &tally);
  else
    WalkAll(task, &tally);
  fmt::print("{} walks, {} disagree\n", tally.walked(), tally.differ());
  return tally.differ() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cartwheel::model

int main(int argc, char** argv) { return cartwheel::model::Main(argc, argv); }
