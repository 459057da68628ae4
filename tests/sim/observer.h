// The judge of a simulation. It stands outside: it knows what was ingested, what was handed over and what was settled,
// and the laws of docs/laws.md as they concern messages. It never asks the engine why.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cartwheel/channel.h"
#include "core/model/message.h"
#include "tests/sim/call_judge.h"
#include "tests/sim/campaign_judge.h"
#include "tests/sim/gate_judge.h"
#include "tests/sim/people.h"
#include "tests/sim/spec.h"
#include "tests/sim/surge_judge.h"

namespace cartwheel::sim {

class Observer {
 public:
  Observer(const Spec& spec, bool endpoints)
      : spec_(spec), endpoints_(endpoints), gate_(spec, people_), campaigns_(spec, people_), calls_(spec, people_) {}

  void Ingested(const ShopEvent& event, int64_t ingested_at_ms);
  // A walk told it, and the log has it.
  void Emitted(const ShopEvent& event, int64_t logged_at_ms) { people_.Tell(event, logged_at_ms); }
  void HandedOver(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms, int64_t idempotency_ms);
  void Settled(const Outcome& outcome, int64_t now_ms, int64_t elapsed_ms);
  // The latest instant that any engine was told.
  void ClockWas(int64_t latest_ms) { latest_ms_ = latest_ms; }
  void Rebooted();  // every lease of before has lapsed
  void Outbox(const std::vector<MessageRow>& rows);
  // The body with which a message was first seen; empty: it was not.
  std::string_view FirstBody(MessageId message) const;
  // When all has come to rest: what was made of a person before an erasure is blank.
  void CheckErased();
  // An advertisement left although so many events were not folded.
  void Behind(const Message& message, int64_t unfolded);

  GateJudge& gate() { return gate_; }
  CampaignJudge& campaigns() { return campaigns_; }
  CallJudge& calls() { return calls_; }
  SurgeJudge& surge() { return surge_; }
  const People& people() const { return people_; }
  // How many messages were ever opened or clicked, as far as was told.
  int64_t opened() const { return static_cast<int64_t>(opened_.size()); }
  int64_t clicked() const { return static_cast<int64_t>(clicked_.size()); }
  int64_t ingested() const { return ingested_; }
  int64_t handed_over() const { return static_cast<int64_t>(keys_.size()); }
  const std::vector<std::string>& broken() const { return broken_; }
  void Break(std::string law) { broken_.push_back(std::move(law)); }

 private:
  struct Hand {  // one message key
    bool out = false, closed = false;
    bool uncertain = false;  // of one hand-over it is not known whether it arrived
    bool late = false;       // an outcome came after its lease: whether it counted is the engine's to say
    int64_t message = 0;     // the latest
    int64_t token = 0;
    int64_t lease_until_ms = 0;
    int64_t first_ms = 0;        // when it was first handed over and may have left; 0: never
    int64_t idempotency_ms = 0;  // of the latest hand-over
    std::string customer, channel, address;
  };
  struct Reminder {
    std::string customer, cart;
    int64_t made_at_ms = 0;
    int64_t min_gap_ms = 0;
    int64_t expires_at_ms = 0;
    int64_t start_ms = 0;  // where the waits of its walk begin
    std::string template_name, channel;
    int place = 0;
    size_t closings = 0;  // of whom it was for, until then
    std::string what;
  };
  // What forbids this advertisement to this person; empty: nothing.
  std::string Forbidden(Person& person, const Message& message, const StepPromise& promise, const std::string& cart,
                        int64_t base_ms) const;
  // What forbids it because of its recipient's address; empty: nothing.
  std::string ForbiddenAddress(Person& person, const Message& message) const;
  void CheckCampaigns(const Message& message, const StepPromise& promise, int64_t now_ms, int64_t elapsed_ms,
                      int64_t lease_ms);
  void CheckKey(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms, int64_t idempotency_ms);
  // Before CheckKey.
  void CheckFresh(const Message& message, const StepPromise& promise, int64_t now_ms);
  // Within one walk: another walk of the same cart, entered by a late event, may come sooner.
  void CheckGap(const Message& message, const StepPromise& promise, const std::string& cart);
  // Within one walk too: not after a later reminder. A closing since then may have begun another, from the same start.
  void CheckOrder(const Message& message, const StepPromise& promise, const std::string& cart);
  // Of a call, which goes to no person.
  void CheckCall(const Message& call, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms, int64_t idempotency_ms);
  void CheckGate(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms);
  // Whether a body is what is left of another one after an erasure, and whether its recipient was erased.
  bool WasErased(std::string_view before, std::string_view after) const;
  std::set<Person*> Recipients(const std::string& customer) const;
  size_t ClosingsOf(const std::string& customer) const;

  const Spec& spec_;
  bool endpoints_;
  People people_;
  GateJudge gate_;
  CampaignJudge campaigns_;
  CallJudge calls_;
  SurgeJudge surge_;
  int64_t ingested_ = 0, latest_ms_ = 0;
  std::map<std::string, Hand> keys_;
  std::map<int64_t, std::string> key_of_;  // by message id
  std::vector<Reminder> reminders_;
  std::map<Person*, std::set<std::string>> suppressed_;
  std::set<int64_t> opened_, clicked_;
  std::map<MessageId, MessageRow> outbox_;
  struct FirstSight {
    std::string body;
    int64_t order = 0;  // how much was told before it
  };
  std::map<MessageId, FirstSight> first_seen_;
  std::vector<std::string> broken_;
};

}  // namespace cartwheel::sim
