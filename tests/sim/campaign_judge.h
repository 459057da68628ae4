// The judge of journeys from seed 60,000,000 on: who may walk them, what is held, which journey goes before another,
// how often a step speaks. It shares no line with src/core.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cartwheel/channel.h"
#include "tests/sim/people.h"
#include "tests/sim/spec.h"

namespace cartwheel::sim {

class CampaignJudge {
 public:
  CampaignJudge(const Spec& spec, const People& people) : spec_(spec), people_(people) {}

  // Why no walk of a campaign can send this to that person; empty: nothing is known against it.
  std::string FindIntruder(const Person& person, const Message& message, const StepPromise& promise) const;
  // Why no message may leave now, to any customer.
  std::string FindHold(const Message& message) const;
  // Of who walks `till`, nothing of the journeys leaves that it outranks. `latest_ms`: the latest instant that any
  // engine was told.
  std::string FindOutranking(const Person& person, const Message& message, int64_t latest_ms) const;
  // What the walk of this message sent before that stands against it. A step speaks once a visit, and by another
  // channel only where the first one surely failed.
  std::string FindCopy(const Person& person, const Message& message, const StepPromise& promise,
                       int64_t elapsed_ms) const;
  // That the customer clicked what the walk had sent, before its wait was over.
  std::string FindReaction(const Person& person, const Message& message, const StepPromise& promise) const;
  // Of a text that says what a step set before it; empty: it says so.
  std::string FindForgotten(const Message& message) const;
  // At the end: more customers entered in an hour or a day than a journey takes.
  std::string FindCrowd() const;

  void HandedOver(const Message& message, const Person* person, const StepPromise& promise, int64_t now_ms,
                  int64_t elapsed_ms, int64_t lease_ms);
  void Settled(const Outcome& outcome, int64_t elapsed_ms);
  void Clicked(int64_t message, int64_t at_ms, int64_t heard_ms);
  void Rebooted();
  // The verb of an operator.
  void Held(const std::string& action, const std::string& journey, int64_t now_ms);
  // A playbook with these holds of journeys is in force.
  void Loaded();
  // All that was told is folded.
  void Folded();
  int64_t skew_max_ms = 0;  // between two engines
  bool clocks_lie = false;  // by more than that

 private:
  enum class Fate { kOut, kBack, kArrived, kFailed, kMaybe };
  struct Sent {
    Message message;
    const Person* person = nullptr;
    int64_t merges = 0;  // of that person, then
    int64_t order = 0;   // how much was told before its first hand-over
    size_t closings = 0;
    int64_t stops = 0;
    int64_t start_ms = 0, first_ms = 0;
    int place = 0;
    Fate fate = Fate::kOut;
    int64_t lease_until_ms = 0;
    bool vague = false;  // an outcome came late: whether it counted is the engine's to say
  };
  struct Verb {
    std::string hold;  // empty: none
    int64_t stopped_at_ms = -1;
  };
  struct Click {
    int64_t at_ms = 0, heard_ms = 0;
  };
  bool IsOf(const Sent& sent, const Person& person) const { return people_.Now(sent.person) == &person; }
  // Whether two messages are of one walk.
  bool IsSameWalk(const Sent& sent, const Person& person, const Message& message, int64_t start_ms) const;
  std::string FindStart(const Person& person, const Message& message, const StepPromise& promise,
                        int64_t start_ms) const;
  std::string FindConsentTold(const Person& person, int64_t start_ms) const;
  void NoteClosed();
  // Entries of `api`, each with how many entered at its time.
  std::string FindCrowdOf(int64_t max, int64_t span_ms, int64_t zone_ms) const;

  const Spec& spec_;
  const People& people_;
  std::map<int64_t, Sent> sent_;  // by message id
  std::map<int64_t, Click> clicks_;
  std::map<std::string, Verb> verbs_;  // by journey; "": the whole shop
  int64_t stops_ = 0;                  // how often anything was stopped
  // Of what was told: how much is folded; since when no customer enters `api`, -1: they do; and what was folded
  // meanwhile, from the first of each pair to before the second.
  int64_t folded_ = 0, closed_since_ = -1;
  std::vector<std::pair<int64_t, int64_t>> kept_out_;
};

}  // namespace cartwheel::sim
