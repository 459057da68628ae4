// Programs of journeys as the reference interpreter walks them: a tree of steps, written as JSON for the engine. They
// are built of the letters of one alphabet, or drawn at random.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/random.h"

namespace cartwheel::model {

inline constexpr int64_t kNone = -1;

// What counts for the advertisements of programs that call: so many within the time, by one channel or by all.
struct Cap {
  const char* channel;  // empty: all
  int64_t max, within_ms;
};
inline constexpr Cap kCaps[] = {{"web_push", 1, int64_t{4} * 3'600'000}, {"", 2, int64_t{7} * 3'600'000}};

struct Step;
using Steps = std::vector<Step>;

enum class StepKind {
  kWait,
  kWaitUntil,
  kSend,
  kExit,
  kBranch,
  kSplit,
  kWaitFor,
  kGoto,
  kSet,
  kEmit,
  kAddTo,
  kRemoveFrom,
  kCall
};

// An arm of a branch, a split or a call's answer, one of the things that a wait_for waits for, or what a send does
// instead.
struct Arm {
  std::string name;      // of a branch, split or call; of a send "unreachable", "failed" or "capped"
  std::string on;        // of a wait_for: an event's type, or empty
  std::string fate;      // of a wait_for: "accepted", "delivered", "opened", "clicked", "failed", "unreachable"
  std::string message;   // the name of the step that sent it, of `fate` and of a branch's condition
  std::string stage;     // of a branch: an attribute has this value
  std::string audience;  // of a branch: the customer is in it
  std::string call;      // of a branch: the step whose answer was "many"
  int64_t weight = 1;
  bool holdout = false;
  bool exits = false;  // of a send: the walk ends
  std::string does;    // of a send that is capped: "next_channel", "defer", "skip"; empty: it exits, or walks the steps
  Steps steps;
};

struct Step {
  StepKind kind = StepKind::kWait;
  std::string name;
  int64_t span_ms = 0;  // of a wait, `within` of a wait_for or a call, the time of the day of a wait until
  bool advertises = true;
  std::vector<std::string> via;
  std::optional<int64_t> latest_ms, min_gap_ms;  // nullopt: the default
  std::vector<Arm> arms;
  Steps otherwise;     // `else`, or `timeout` of a wait_for
  Steps timeout;       // of a call
  std::string target;  // of a goto
  std::string value;   // of the attribute that is set, empty: it is taken away; the type of the event; the audience
  int max = 1;
};

// Returns the steps as the JSON list of a journey.
std::string WriteSteps(const Steps& steps);
// Returns what a step sets, as JSON.
std::string WriteStage(const Step& step);
// Returns the names of all steps that send, in the order of the text.
std::vector<std::string> SendNames(const Steps& steps);
// Returns those of all steps that call.
std::vector<std::string> CallNames(const Steps& steps);
// Returns how many there are, with those of all arms.
size_t CountSteps(const Steps& steps);

// The alphabet: each letter is a step with its arms.
inline constexpr char kAlphabet[] = "WATEXBHVCDUG";
inline constexpr size_t kLetters = sizeof(kAlphabet) - 1;
// The second one: steps that act, and sends that say what is done where no message is made or arrives.
inline constexpr char kActingAlphabet[] = "WASMPRQZFNYV";
// The third one: calls, and sends that say what is done where a cap stands against them.
inline constexpr char kCallingAlphabet[] = "WAGVklopsdet";
static_assert(sizeof(kActingAlphabet) == sizeof(kAlphabet) && sizeof(kCallingAlphabet) == sizeof(kAlphabet));
// Spells a program; nullopt where the playbook would not load: something stands after an exit, or a step waits for a
// message that no step sends, or asks for an answer to no call.
std::optional<Steps> Spell(const std::string& letters);
// Draws a program of so many steps, those of arms not counted; `calls`: with calls, and sends that say what is done
// where they are capped.
Steps DrawProgram(sim::Random& random, int steps, bool calls);

}  // namespace cartwheel::model
