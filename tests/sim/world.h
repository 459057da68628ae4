// The stage of a simulation: the store, the engines over it, the clock, the channels, and the observer who sees what
// passes between them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cartwheel/clock.h"
#include "cartwheel/options.h"
#include "engine/engine_impl.h"
#include "store/store.h"
#include "tests/sim/observer.h"
#include "tests/sim/random.h"
#include "tests/sim/shop_events.h"
#include "tests/sim/spec.h"

namespace cartwheel::sim {

inline constexpr int64_t kDay0Ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
inline constexpr int kEnginesMax = 4;
inline constexpr size_t kOutboxMax = 100'000;     // rows that a look takes in
inline constexpr int64_t kHeardTogether = 1'000;  // events of the log that are read at a time

// What kind of world the seed has drawn.
struct Nature {
  bool sqlite = false;
  int engines = 1;
  bool endpoints = false;
  bool late_events = false;
  bool flaky = false;
  bool clock_steps = false;
  bool extra_journeys = false;
  bool idempotent_sms = false;
  int64_t work_max = 10'000;
  int64_t claim_tail_max = 10'000;
  int64_t batch_max = 0;    // of a fold that commits beside the next batch; 0: one that does not
  int64_t overlap_h = 0;    // of the spec
  bool reactions = false;   // customers open and click what they get
  bool campaigns = false;   // journeys with every kind of step, notices, holds
  bool calls = false;       // a journey that asks a system of the shop, and the guard against surges
  bool policy = false;      // consents, hours, caps, and playbooks that ask for them
  bool providers = false;   // outcomes are those of the adapters' tables
  int64_t skew_max_ms = 0;  // how far an engine's clock is from the machine's at most, either way
  bool sealed = false;      // at rest, in a file
  uint32_t threads = 1;     // that step customers: nothing depends on it
};

// An engine's own idea of the time, while leases are counted alike.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(ManualClock* machine) : machine_(machine) {}
  int64_t NowMs() override { return machine_->NowMs() + skew_ms; }
  int64_t MonotonicMs() override { return machine_->MonotonicMs(); }
  uint64_t BootId() override { return machine_->BootId(); }
  int64_t skew_ms = 0;

 private:
  ManualClock* machine_;
};

class World {
 public:
  World(Random& random, const Nature& nature, bool verbose);
  ~World();

  // Of the playbooks that are loaded from now on.
  void SetTerms(Terms terms) { spec_.terms = std::move(terms); }
  void SetCampaigns(Campaigns campaigns) { spec_.campaigns = std::move(campaigns); }
  void SetCampaignTerms(CampaignTerms terms) { spec_.campaign_terms = std::move(terms); }
  const Spec& spec() const { return spec_; }
  void Load(int64_t revision, const std::vector<int64_t>& waits_h);
  // The verb of an operator; `journey` empty: of the whole shop.
  void Hold(int engine, const std::string& action, const std::string& journey);
  // An advertisement that waits, chosen at random; a row without an id: none does.
  MessageRow DrawWaiting();
  void Ingest(int engine, const std::vector<ShopEvent>& events);
  // One call, or as many as it takes. False: this engine does not hold the lease.
  bool Advance(int engine, bool to_the_end);
  // Claims, sends, settles. `channel` by name; careless: some outcomes are bad, late, or never come.
  size_t Dispatch(int engine, const std::string& channel, bool careless);
  // The same by way of the Dispatcher and a channel that may throw.
  void DispatchByDispatcher(int engine, const std::string& channel);
  void SettleLate();
  // What customers did with what they got.
  void IngestReactions(int engine);
  void Crash(int engine);
  void Reboot();
  // Of a sealed world (sealed_world.cc): a copy of the database, and one of its keys, take their places; another key of
  // the shop takes the place of the one that it had.
  void Restore();
  void RotateKey();
  void Pass(int64_t ms);

  // Moves on to `until_ms` as an attentive worker does, everything accepted.
  void Attend(int engine, int64_t until_ms);
  // No fault happens from now on.
  void BeWell() { well_since_ms_ = true_ms; }
  // After everything has come to rest.
  void CheckEnd();
  void LookAtOutbox();
  // Everybody's standing in every segment, kept by events and alarms, is what a judgement from nothing says at this
  // moment.
  void CheckSegments();
  // Every reminder of the outbox as the reference writes it: "customer cart step at".
  std::vector<std::string> Made();

  void Note(std::string action);
  ManualClock& clock() { return clock_; }
  void SetClock(int64_t now_ms);
  // The machine's is right, and so is every engine's.
  void SetClocksRight();
  Observer& observer() { return observer_; }
  const std::deque<std::string>& actions() const { return actions_; }
  int64_t true_ms = kDay0Ms;  // the time as it really is; the machine's clock may lie

 private:
  int64_t latest_clock_ms_ = 0;  // that any advance was told
  struct LateOutcome {
    int64_t due_ms;
    Outcome outcome;
  };
  std::unique_ptr<Engine> Open(int engine);
  int64_t Now(int engine) { return clocks_[engine].NowMs(); }
  Store& store(int engine) { return engines_[engine]->impl().store(); }
  Outcome DrawOutcome(const Message& message);
  // The customer may open or click it, soon or much later, more than once.
  void DrawReactions(const Message& message);
  // The system that a call asks may answer: in time or late, more than once, to another key.
  void DrawAnswers(const Message& call);
  void Settle(int engine, const std::vector<Outcome>& outcomes);
  void CheckAlarms(int engine, int64_t next_due_ms);
  void CheckCounters();
  void CheckCustomers();
  void CheckErasures();
  // An event as the shop of a sealed world sends it: with something personal.
  static std::string WithSecret(const ShopEvent& event);
  // What is personal is read, and found nowhere in the files.
  void CheckSealed();
  void RestartAll();
  // What was deferred was decided later, or its walk ended.
  void CheckDeferrals();
  int64_t LastMessage();
  // Tells the judge what walks have told since it was asked last (emitted.cc).
  void HearEmitted();
  // What the trails of customers say of the time without faults (trail_checks.cc).
  void CheckTrails();
  // The channel reports later what became of what it took.
  void DrawReport(const Message& message, const Outcome& outcome);

  Random& random_;
  const Nature nature_;
  const bool verbose_;
  Spec spec_;
  Observer observer_;
  ManualClock clock_{kDay0Ms};
  SkewedClock clocks_[kEnginesMax]{SkewedClock(&clock_), SkewedClock(&clock_), SkewedClock(&clock_),
                                   SkewedClock(&clock_)};
  Options options_;
  std::string folder_;
  std::shared_ptr<Store> shared_;   // the memory store
  BackgroundThread commit_thread_;  // of one engine at a time, as they take turns
  StepThreads step_threads_;        // the same
  std::unique_ptr<Engine> engines_[kEnginesMax];
  std::vector<std::unique_ptr<Engine>> dead_;  // crashed: a dead process runs no destructor
  std::deque<LateOutcome> late_;
  struct Reaction {
    int64_t due_ms;
    ShopEvent event;
    int64_t ago_ms = 0;  // it is dated so much earlier
  };
  std::deque<Reaction> reactions_;
  int64_t next_reaction_ = 1;
  std::deque<std::string> actions_;
  int64_t revision_ = 0;  // loaded last
  int64_t well_since_ms_ = 0;
  bool always_tells_ = true;  // every playbook sends notices of consents
  size_t addresses_ = 0;      // rows of addresses that no customer had
  Position heard_until_;      // of the log, by the judge
  int rotations_ = 0;
  std::set<std::string> identified_, erased_;  // customers, ever; of a sealed world
};

}  // namespace cartwheel::sim
