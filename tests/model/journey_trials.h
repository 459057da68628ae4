// Trials of journeys: a program, and what happens to one customer who walks it. Many are run by one engine at once, a
// customer each, and compared with the reference interpreter.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/model/journey_program.h"

namespace cartwheel::model {

// What may happen at an instant: nothing; the awaited event, now or dated earlier; the exit, now or dated earlier; the
// event that enters; the channels take what waits, deliver it, or fail; a click.
inline constexpr char kInputs[] = ".solmbadfc";
// The same of programs that call. The call that was claimed last is answered: many are left, few, many as dated
// earlier, with no number; another call that is none; and all calls under the keys of this visit of the walk, also
// those that it has not made.
inline constexpr char kCallInputs[] = ".slbafynpqwe";
// Of random programs that call.
inline constexpr char kAllInputs[] = ".solmbadfcyynpqwe";
inline constexpr int64_t kEarlierMs = 90 * 60'000;
inline constexpr int kMany = 5, kFew = 1;                         // what answers say is left
inline constexpr int64_t kRestMs = int64_t{60} * 24 * 3'600'000;  // everything has come to rest

struct Trial {
  size_t program = 0;
  std::string inputs;  // one for each instant
};

struct Outcomes {
  std::vector<std::string> lines;           // as Reference::Lines says them
  std::map<std::string, std::string> arms;  // the first way of each step that chooses
};

// The instants of inputs since the entry, by pattern: between what is due, and at the very moments.
inline constexpr size_t kPatterns = 3;
inline constexpr size_t kInstants = 4;
extern const std::array<std::array<int64_t, kInstants>, kPatterns> kInstantsMs;

// Walks each trial by the engine. `salt` tells customers of different runs apart, and so the arms they are given.
// `capped`: the policy has the caps of kCaps.
std::vector<Outcomes> WalkByEngine(const std::vector<Steps>& programs, const std::vector<Trial>& trials, size_t pattern,
                                   const std::string& salt, bool capped);
// The same by the reference interpreter, with the arms that the engine drew.
std::vector<std::string> WalkByReference(const Steps& program, const Trial& trial, size_t pattern,
                                         const std::map<std::string, std::string>& arms, bool capped);

// Runs both; returns what is told of every trial on which they disagree, at most `tell` of them.
struct Verdict {
  size_t walked = 0, differ = 0;
  std::string told;
};
Verdict Compare(const std::vector<Steps>& programs, const std::vector<Trial>& trials, size_t pattern,
                const std::string& salt, bool capped, size_t tell);

}  // namespace cartwheel::model
