// The judge of calls, from seed 61,500,000 on: what a walk of `ask` does must follow from what was answered to its
// call. It shares no line with src/core.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cartwheel/channel.h"
#include "tests/sim/people.h"
#include "tests/sim/spec.h"

namespace cartwheel::sim {

class CallJudge {
 public:
  CallJudge(const Spec& spec, const People& people) : spec_(spec), people_(people) {}

  // Why a call cannot be of a walk of that person, or is a second one of it; empty: nothing is known against it.
  std::string FindFlaw(const Person& person, const Message& call) const;
  // Why a message of `ask` to that person does not follow from what was answered.
  std::string FindMisheard(const Person& person, const Message& message) const;

  void HandedOver(const Message& message, const Person* person);
  void Settled(const Outcome& outcome);
  // An answer that is no duplicate, by that person.
  void Answered(const ShopEvent& event, const Person& person, int64_t heard_ms);
  int64_t skew_max_ms = 0;  // between two engines
  bool clocks_lie = false;  // by more than that

 private:
  struct Call {
    const Person* person = nullptr;
    int64_t start_ms = 0, made_ms = 0;
    std::string key;
    bool failed = false;
  };
  struct Answer {
    const Person* person = nullptr;
    int64_t n = 0, at_ms = 0, heard_ms = 0;
    int64_t order = 0;  // of its ingest
  };
  // The calls of the walks of a person that began then.
  std::vector<const Call*> CallsOf(const Person& person, int64_t start_ms) const;
  // Those answers to a call that are dated within its time.
  std::vector<const Answer*> AnswersTo(const Call& call) const;
  std::string FindUnheard(const Call& call, int64_t made_ms) const;
  std::string FindUnsaid(const std::vector<const Call*>& calls, const std::string& said) const;

  const Spec& spec_;
  const People& people_;
  std::map<int64_t, Call> calls_;                                                        // by message id
  std::map<std::string, std::vector<Answer>> answers_;                                   // by key
  std::map<const Person*, std::map<int64_t, std::vector<std::string>>> answered_steps_;  // by start of the walk
};

}  // namespace cartwheel::sim
