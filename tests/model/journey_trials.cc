#include "tests/model/journey_trials.h"

#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"
#include "tests/model/journey_reference.h"

namespace cartwheel::model {

// Waits are of 2 h, a wait_for is within 3 h.
const std::array<std::array<int64_t, kInstants>, kPatterns> kInstantsMs = {
    {{30 * kMinuteMs, 90 * kMinuteMs, 160 * kMinuteMs, 280 * kMinuteMs},
     {10 * kMinuteMs, 2 * kHourMs, 3 * kHourMs, 5 * kHourMs},
     {kHourMs, 4 * kHourMs, 6 * kHourMs, 30 * kHourMs}}};

std::vector<std::string> WalkByReference(const Steps& program, const Trial& trial, size_t pattern,
                                         const std::map<std::string, std::string>& arms, bool capped) {
  Reference reference(program, arms, capped);
  reference.Enter();
  reference.AdvanceTo(0);
  for (size_t i = 0; i < trial.inputs.size(); ++i) {
    const int64_t now_ms = kInstantsMs[pattern][i];
    reference.AdvanceTo(now_ms);
    switch (trial.inputs[i]) {
      case 's':
        reference.Hear("looked", now_ms);
        break;
      case 'o':
        reference.Hear("looked", now_ms - kEarlierMs);
        break;
      case 'l':
        reference.Leave("gave_up", now_ms);
        break;
      case 'm':
        reference.Leave("gave_up", now_ms - kEarlierMs);
        break;
      case 'b':
        reference.Enter();
        break;
      case 'c':
        reference.Click();
        break;
      case 'y':
        reference.Answer(kMany, now_ms);
        break;
      case 'n':
        reference.Answer(kFew, now_ms);
        break;
      case 'p':
        reference.Answer(kMany, now_ms - kEarlierMs);
        break;
      case 'q':
        reference.Answer(std::nullopt, now_ms);
        break;
      case 'e':
        reference.AnswerAll(kMany, now_ms);
        break;
      default:
        break;
    }
    reference.AdvanceTo(now_ms);
    reference.Claim();
    reference.AdvanceTo(now_ms);
    reference.Claim();
    switch (trial.inputs[i]) {
      case 'a':
        reference.Accept();
        break;
      case 'd':
        reference.Deliver();
        break;
      case 'f':
        reference.Fail();
        break;
      default:
        break;
    }
    reference.AdvanceTo(now_ms);
  }
  reference.AdvanceTo(kRestMs);
  return reference.Lines();
}

Verdict Compare(const std::vector<Steps>& programs, const std::vector<Trial>& trials, size_t pattern,
                const std::string& salt, bool capped, size_t tell) {
  Verdict verdict;
  const std::vector<Outcomes> walked = WalkByEngine(programs, trials, pattern, salt, capped);
  for (size_t i = 0; i < trials.size(); ++i) {
    ++verdict.walked;
    const Steps& program = programs[trials[i].program];
    const std::vector<std::string> expected = WalkByReference(program, trials[i], pattern, walked[i].arms, capped);
    if (expected == walked[i].lines) continue;
    if (++verdict.differ > tell) continue;
    verdict.told += fmt::format("program {}\n  inputs \"{}\" at pattern {} of run {}{}\n", WriteSteps(program),
                                trials[i].inputs, pattern, salt, capped ? ", with caps" : "");
    for (const std::string& line : expected)
      if (!std::binary_search(walked[i].lines.begin(), walked[i].lines.end(), line))
        verdict.told += "  reference: " + line + "\n";
    for (const std::string& line : walked[i].lines)
      if (!std::binary_search(expected.begin(), expected.end(), line)) verdict.told += "  engine:    " + line + "\n";
    verdict.told += fmt::format("  whole of the engine: {}\n", fmt::join(walked[i].lines, "; "));
  }
  return verdict;
}

}  // namespace cartwheel::model
