#include "tests/sim/call_judge.h"

#include <algorithm>

#include "fmt/format.h"
#include "tests/sim/gate_judge.h"

namespace cartwheel::sim {
namespace {

bool IsKnown(const Person& person) { return person.merges == 0 && person.erased_order < 0; }

size_t StartsAt(const Person& person, int64_t start_ms) {
  const auto [first, last] = person.starts.equal_range(start_ms);
  return static_cast<size_t>(
      std::count_if(first, last, [](const auto& start) { return start.second.type == kAskedBy; }));
}

}  // namespace

std::vector<const CallJudge::Call*> CallJudge::CallsOf(const Person& person, int64_t start_ms) const {
  std::vector<const Call*> calls;
  for (const auto& [id, call] : calls_)
    if (call.start_ms == start_ms && people_.Now(call.person) == &person) calls.push_back(&call);
  return calls;
}

std::vector<const CallJudge::Answer*> CallJudge::AnswersTo(const Call& call) const {
  std::vector<const Answer*> answers;
  const auto found = answers_.find(call.key);
  if (found == answers_.end()) return answers;
  for (const Answer& answer : found->second)
    if (answer.at_ms <= call.made_ms + spec_.campaigns.answer_within_ms &&
        people_.Now(answer.person) == people_.Now(call.person))
      answers.push_back(&answer);
  return answers;
}

std::string CallJudge::FindFlaw(const Person& person, const Message& call) const {
  if (!IsKnown(person)) return "";
  const int64_t start_ms = StartOf(call);
  const size_t starts = StartsAt(person, start_ms);
  if (starts == 0) return "no walk of that customer began then";
  for (const Call* other : CallsOf(person, start_ms))
    if (starts == 1 && other->key != call.key) return "its walk has called by another key";
  return "";
}

// That an answer came in time, although the walk goes on without one.
std::string CallJudge::FindUnheard(const Call& call, int64_t made_ms) const {
  if (clocks_lie || call.failed) return "";
  for (const Answer* answer : AnswersTo(call))
    if (answer->heard_ms + skew_max_ms < made_ms)
      return fmt::format("{} was answered to its call, dated {}, and heard {}", answer->n, answer->at_ms,
                         answer->heard_ms);
  return "";
}

// That what a text says was not answered, or not first.
std::string CallJudge::FindUnsaid(const std::vector<const Call*>& calls, const std::string& said) const {
  std::string others;
  for (const Call* call : calls) {
    const std::vector<const Answer*> answers = AnswersTo(*call);
    for (const Answer* answer : answers) {
      others += fmt::format(" {}", answer->n);
      if (fmt::format("{}", answer->n) != said) continue;
      const bool is_second = std::any_of(answers.begin(), answers.end(), [&](const Answer* other) {
        return other->order < answer->order && other->at_ms < answer->at_ms && other->n != answer->n;
      });
      if (!is_second) return "";
    }
  }
  return fmt::format("it says {}, and its call was answered by{}", said, others.empty() ? " none" : others);
}

std::string CallJudge::FindMisheard(const Person& person, const Message& message) const {
  if (!IsKnown(person)) return "";
  const int64_t start_ms = StartOf(message);
  if (StartsAt(person, start_ms) != 1) return "";
  const std::vector<const Call*> calls = CallsOf(person, start_ms);
  const std::string said = PartOf(message, 2);
  if (message.step == "k3") {
    for (const Call* call : calls)
      if (std::string why = FindUnheard(*call, message.made_at_ms); !why.empty()) return why;
    return "";
  }
  if (message.step == "k4" && said == "none") {
    const auto of = answered_steps_.find(&person);
    const bool went_by_answer = of != answered_steps_.end() && of->second.count(start_ms) > 0;
    return went_by_answer ? "its walk has gone on by an answer, which it has forgotten" : "";
  }
  if (std::string why = FindUnsaid(calls, said); !why.empty()) return why;
  const bool many = std::stoll(said) > kManyAnswered;
  if (message.step == "k4" || (message.step == "k1") == many) return "";
  return fmt::format("{} is the answer of another arm", said);
}

void CallJudge::HandedOver(const Message& message, const Person* person) {
  if (person == nullptr) return;
  if (message.step == "k1" || message.step == "k2") {
    answered_steps_[person][StartOf(message)].push_back(message.step);
    return;
  }
  if (message.message_class != "call") return;
  Call& call = calls_[message.id];
  call.person = person;
  call.start_ms = StartOf(message);
  call.made_ms = message.made_at_ms;
  call.key = message.key;
}

// Whether it arrived is not what counts: one that failed ends the wait.
void CallJudge::Settled(const Outcome& outcome) {
  const auto found = calls_.find(outcome.message_id);
  if (found == calls_.end()) return;
  found->second.failed |= outcome.code == OutcomeCode::kFailedFinal || outcome.code == OutcomeCode::kGone ||
                          outcome.code == OutcomeCode::kSuppressed || outcome.code == OutcomeCode::kRejectMsg;
}

void CallJudge::Answered(const ShopEvent& event, const Person& person, int64_t heard_ms) {
  answers_[event.call].push_back({&person, event.answer, event.at_ms, heard_ms, people_.told()});
}

}  // namespace cartwheel::sim
