// The judge of the gate: consent, hours, labels and caps, worked out from what was told, handed over and settled. It
// shares no line with src/core/policy.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cartwheel/channel.h"
#include "tests/sim/people.h"
#include "tests/sim/spec.h"

namespace cartwheel::sim {

// When the walk of a message began, as its text says; -1: the text does not say so.
int64_t StartOf(const Message& message);
// What its text says between two bars, counted from 0.
std::string PartOf(const Message& message, int part);

class GateJudge {
 public:
  GateJudge(const Spec& spec, const People& people) : spec_(spec), people_(people) {}

  // Why this advertisement must not be handed over to that person now; empty: nothing is known against it.
  std::string FindRefusal(const Person& person, const Message& message, int64_t now_ms) const;
  // Why a notice must not be handed over now: it is night, or the shop is closed.
  std::string FindNight(const Message& message, int64_t now_ms) const;
  // What is wrong with the message itself.
  std::string FindFlaw(const Message& message) const;
  // The cap that a message to this person is over.
  std::string FindCap(const Person& person, const Message& message, int64_t now_ms) const;

  void HandedOver(const Message& message, const Person* person, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms);
  void Settled(const Outcome& outcome, int64_t now_ms, int64_t elapsed_ms);
  // Some engine's clock shows this now, where it was set: what comes of hand-overs that are open is dated by it.
  void ClockShows(int64_t now_ms);
  void Rebooted();
  // Another playbook is in force; so many messages were made before.
  void Loaded(int64_t last_message);
  // All that was told is folded; so many messages were made before.
  void Folded(int64_t last_message);
  int64_t skew_max_ms = 0;  // between two engines

 private:
  struct Hand {  // of a message
    Message message;
    const Person* person = nullptr;  // null: it is not known who of several
    int64_t order = 0;               // how much was told before it
    int64_t at_ms = 0;               // it counts from then or later
    int64_t lease_until_ms = 0;
    bool out = false, counts = false, uncertain = false;
  };
  struct Walk {
    std::string journey;
    int64_t entered_ms = 0, revision = 0, order = 0;
    std::string cart;
    bool operator==(const Walk& other) const {
      return journey == other.journey && entered_ms == other.entered_ms && cart == other.cart;
    }
  };
  bool IsUnconfirmed(const Person& person, const Message& message, int64_t now_ms) const;
  std::string FindHours(const Person& person, const Message& message, int64_t now_ms) const;
  std::string FindMessagesCap(const CapTerm& cap, const Person& person, const Message& message, int64_t now_ms) const;
  std::string FindEntriesCap(const CapTerm& cap, const Person& person, const Message& message) const;
  const Person* Now(const Person* person) const;  // whom a device has become

  const Spec& spec_;
  const People& people_;
  std::map<int64_t, Hand> hands_;  // by message id
  std::map<const Person*, std::vector<Walk>> walks_;
  std::map<const Person*, int64_t> reconfirmed_;    // when a notice of it was last handed over
  std::map<const Person*, int64_t> merges_;         // that are folded
  std::map<const Person*, int64_t> merged_before_;  // messages that were made before the last of them
  int64_t last_of_other_terms_ = 0, elapsed_ms_ = 0;
};

}  // namespace cartwheel::sim
