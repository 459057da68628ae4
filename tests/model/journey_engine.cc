// Trials as the engine walks them, over the store in memory.
#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "core/message/message_key.h"
#include "core/model/customer.h"
#include "core/model/decision.h"
#include "engine/common/trail.h"
#include "engine/engine_impl.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "store/memory/memory_store.h"
#include "tests/model/journey_trials.h"

namespace cartwheel::model {
namespace {

constexpr int64_t kStartMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr size_t kDecisionsMax = 1000;           // of one customer
constexpr std::string_view kChannels[] = {"web_push", "sms", "webhook"};

std::string WriteCaps() {
  std::string list;
  for (const Cap& cap : kCaps) {
    const std::string channel = cap.channel;
    list += fmt::format(R"({}{{"count":"messages","class":"ad"{},"max":{},"within":"{}s"}})", list.empty() ? "" : ",",
                        channel.empty() ? "" : fmt::format(R"(,"channel":"{}")", channel), cap.max,
                        cap.within_ms / kSecondMs);
  }
  return fmt::format(R"(,"caps":[{}])", list);
}

std::string WritePlaybook(const std::vector<Steps>& programs, bool capped) {
  // One that is never entered names the channels, whatever the others send by.
  std::string journeys = R"("channels":{"enter":{"on":"never"},"steps":[{"send":"ad","via":["web_push","sms"]},)"
                         R"({"call":"webhook","payload":{"n":1},"within":"1m","timeout":[]}]})";
  for (size_t i = 0; i < programs.size(); ++i)
    journeys += fmt::format(R"(,"j{}":{{"enter":{{"on":"began_{}"}},"exit":[{{"on":"gave_up"}}],"steps":{}}})", i, i,
                            WriteSteps(programs[i]));
  return fmt::format(
      R"({{"playbook":1,"revision":1,"policy":{{"consent":"assumed_by_shop","rules":[]{}}},"shop":{{"name":"S","timezone":"UTC"}},)"
      R"("templates":{{"ad":{{"purpose":"news","push":{{"title":"a","body":"a"}},"sms":"a","email":{{"subject":"a","text":"a"}}}},)"
      R"("note":{{"class":"transactional","purpose":"account","push":{{"title":"b","body":"b"}},"sms":"b"}}}},)"
      R"("journeys":{{{}}}}})",
      capped ? WriteCaps() : "", journeys);
}

template <typename Result>
auto Must(absl::StatusOr<Result> result) {
  if (!result.ok()) throw std::runtime_error(StatusText(result.status()));
  return *std::move(result);
}

class Engines {
 public:
  Engines(const std::vector<Steps>& programs, const std::vector<Trial>& trials, size_t pattern, const std::string& salt,
          bool capped)
      : programs_(programs), trials_(trials), pattern_(pattern), salt_(salt) {
    options_.clock = &clock_;
    engine_ = NewEngine(store_, options_);
    engine_->impl().SetAddressById(false);
    engine_->impl().SetGuardsSurges(false);
    Must(engine_->Load(WritePlaybook(programs, capped)));
    handed_.resize(trials.size());
    calls_.resize(trials.size());
  }

  void Run() {
    for (size_t i = 0; i < trials_.size(); ++i) {
      Tell(i, "endpoint_added", kStartMs, fmt::format(R"({{"channel":"web_push","address":"p{}{}"}})", salt_, i));
      Tell(i, "endpoint_added", kStartMs, fmt::format(R"({{"channel":"sms","address":"t{}{}"}})", salt_, i));
      Tell(i, Began(i), kStartMs);
    }
    Ingest();
    AdvanceTo(kStartMs);
    for (size_t instant = 0; instant < kInstants; ++instant) {
      const int64_t now_ms = kStartMs + kInstantsMs[pattern_][instant];
      RunTo(now_ms);
      for (size_t i = 0; i < trials_.size(); ++i) TellOf(i, instant, now_ms);
      Ingest();
      AdvanceTo(now_ms);
      Dispatch(kInstants);  // what has expired is told, and folded
      AdvanceTo(now_ms);
      Dispatch(instant);
      AdvanceTo(now_ms);
    }
    RunTo(kStartMs + kRestMs);
    Dispatch(kInstants);
  }

  Outcomes Read(size_t trial) {
    Outcomes outcomes;
    const Customer customer = Must(FindCustomer(*store_, {.customer = Name(trial)}));
    const std::vector<Decision> trail = Must(ReadTrail(*store_, customer.last_decision, kDecisionsMax));
    for (const Decision& decision : trail) {
      if (decision.kind == DecisionKind::kWay) outcomes.arms.try_emplace(decision.step, decision.detail);
      if (std::string line = Write(decision); !line.empty()) outcomes.lines.push_back(std::move(line));
    }
    std::sort(outcomes.lines.begin(), outcomes.lines.end());
    return outcomes;
  }

 private:
  std::string Name(size_t trial) const { return fmt::format("c{}{}", salt_, trial); }
  std::string Began(size_t trial) const { return fmt::format("began_{}", trials_[trial].program); }

  void Tell(size_t trial, std::string_view type, int64_t at_ms, std::string_view properties = "{}") {
    events_ += fmt::format(R"({{"id":"e{}","type":"{}","customer":"{}","at":{},"properties":{}}})", next_event_++, type,
                           Name(trial), at_ms, properties);
    events_ += '\n';
    if (++told_ >= kEventsOfABatch) Ingest();
  }

  void TellOf(size_t trial, size_t instant, int64_t now_ms) {
    switch (trials_[trial].inputs[instant]) {
      case 's':
        return Tell(trial, "looked", now_ms);
      case 'o':
        return Tell(trial, "looked", now_ms - kEarlierMs);
      case 'l':
        return Tell(trial, "gave_up", now_ms);
      case 'm':
        return Tell(trial, "gave_up", now_ms - kEarlierMs);
      case 'b':
        return Tell(trial, Began(trial), now_ms);
      case 'c': {
        const auto last = std::find_if(handed_[trial].rbegin(), handed_[trial].rend(),
                                       [&](const Outcome& taken) { return key_of_.count(taken.message_id) == 0; });
        if (last != handed_[trial].rend())
          Tell(trial, "message_clicked", now_ms, fmt::format(R"({{"message_id":{}}})", last->message_id));
        return;
      }
      case 'y':
        return Answer(trial, LastCall(trial), now_ms, fmt::format("{}", kMany));
      case 'n':
        return Answer(trial, LastCall(trial), now_ms, fmt::format("{}", kFew));
      case 'p':
        return Answer(trial, LastCall(trial), now_ms - kEarlierMs, fmt::format("{}", kMany));
      case 'q':
        return Answer(trial, LastCall(trial), now_ms, R"("many")");
      case 'w':
        return Answer(trial, std::string(32, '0'), now_ms, fmt::format("{}", kMany));
      case 'e':
        return AnswerAll(trial, now_ms);
      default:
        return;
    }
  }

  // The key of the call that was made last of those which the channel knows; empty: it knows none.
  std::string LastCall(size_t trial) const { return calls_[trial].empty() ? "" : key_of_.at(*calls_[trial].rbegin()); }

  void Answer(size_t trial, const std::string& key, int64_t at_ms, const std::string& left) {
    if (!key.empty()) Tell(trial, "call_answered", at_ms, fmt::format(R"({{"call":"{}","left":{}}})", key, left));
  }

  void AnswerAll(size_t trial, int64_t now_ms) {
    const Customer customer = Must(FindCustomer(*store_, {.customer = Name(trial)}));
    for (const Enrolment& walk : customer.enrolments)
      for (const std::string& name : CallNames(programs_[trials_[trial].program]))
        if (!walk.finished)
          Answer(trial, ToHex(MessageKey(walk.id, name, walk.visit(), "webhook")), now_ms, fmt::format("{}", kMany));
  }

  void Ingest() {
    if (events_.empty()) return;
    const IngestResult result = Must(engine_->Ingest(events_));
    if (!result.rejected.empty()) throw std::runtime_error(result.rejected[0].message);
    if (!result.warnings.empty()) throw std::runtime_error("an event has a warning");
    events_.clear();
    told_ = 0;
  }

  AdvanceResult AdvanceTo(int64_t now_ms) {
    clock_.Set(now_ms);
    while (true) {
      const AdvanceResult result = Must(engine_->Advance());
      if (!result.more) return result;
    }
  }

  void RunTo(int64_t now_ms) {
    while (true) {
      const int64_t due_ms = AdvanceTo(clock_.NowMs()).next_due_ms;
      if (due_ms == 0 || due_ms > now_ms) break;
      clock_.Set(std::max(due_ms, clock_.NowMs() + 1));
    }
    AdvanceTo(now_ms);
  }

  // What the channels do at an instant: they take what its customers' inputs say, and give the rest back.
  void Dispatch(size_t instant) {
    std::vector<Outcome> outcomes;
    for (const std::string_view channel : kChannels) {
      while (true) {
        const ClaimResult claimed =
            Must(engine_->Claim({.channel = std::string(channel), .max = 1000, .lease_ms = 600'000}));
        if (claimed.messages.empty()) break;
        for (const Message& message : claimed.messages) outcomes.push_back(OutcomeOf(message, instant));
      }
    }
    Hand(outcomes);
    for (size_t i = 0; instant < kInstants && i < trials_.size(); ++i) {
      if (trials_[i].inputs[instant] != 'd') continue;
      for (const Outcome& before : handed_[i])
        if (before.code == OutcomeCode::kAccepted)
          outcomes.push_back({before.message_id, before.token, OutcomeCode::kDelivered});
    }
    Must(engine_->Settle(outcomes));
  }

  Outcome OutcomeOf(const Message& message, size_t instant) {
    const size_t trial = std::stoul(message.customer.substr(1 + salt_.size()));
    Outcome outcome{message.id, message.token, OutcomeCode::kReleased};
    const char input = instant < kInstants ? trials_[trial].inputs[instant] : '.';
    if (input == 'a') outcome.code = OutcomeCode::kAccepted;
    if (input == 'd') outcome.code = OutcomeCode::kDelivered;
    if (input == 'f') outcome.code = OutcomeCode::kFailedFinal;
    trial_of_[message.id] = trial;
    if (message.channel == "webhook") {
      calls_[trial].insert(message.id);
      key_of_[message.id] = message.key;
    }
    return outcome;
  }

  // Keeps what was taken, in the order in which it was made.
  void Hand(std::vector<Outcome>& outcomes) {
    std::sort(outcomes.begin(), outcomes.end(),
              [](const Outcome& a, const Outcome& b) { return a.message_id < b.message_id; });
    for (const Outcome& outcome : outcomes)
      if (outcome.code == OutcomeCode::kAccepted || outcome.code == OutcomeCode::kDelivered)
        handed_[trial_of_[outcome.message_id]].push_back(outcome);
  }

  std::string Write(const Decision& decision) {
    auto seconds = [](int64_t at_ms) { return (at_ms - kStartMs) / kSecondMs; };
    const int64_t at = seconds(decision.at_ms), planned = seconds(decision.planned_at_ms);
    switch (decision.kind) {
      case DecisionKind::kEntered:
        return fmt::format("entered at {}", at);
      case DecisionKind::kCompleted:
        return fmt::format("completed at {}", at);
      case DecisionKind::kExited:
        return fmt::format("exited {} at {}", CauseText(decision.cause()), at);
      case DecisionKind::kWay:
        return fmt::format("way {} {} at {}", decision.step, decision.detail, at);
      case DecisionKind::kSkipped:
        return fmt::format("skipped {} {} planned {} at {}", decision.step, CauseText(decision.cause()), planned, at);
      case DecisionKind::kDropped:
        return fmt::format("dropped {} {} planned {} at {}", decision.step, CauseText(decision.cause()), planned, at);
      case DecisionKind::kMessage: {
        const MessageRow row = Must(store_->Messages({&decision.message, 1})).at(0);
        std::string end(MessageStateName(row.state));
        if (row.state == MessageState::kRevoked) end += " " + CauseText(row.cause());
        return fmt::format("message {} {} planned {} made {} ended {}", decision.step, decision.detail, planned, at,
                           end);
      }
      case DecisionKind::kSet:
      case DecisionKind::kEmitted:
      case DecisionKind::kAddedTo:
      case DecisionKind::kRemovedFrom:
        return fmt::format("{} {} {} planned {} at {}", DecisionName(decision.kind), decision.step, decision.detail,
                           planned, at);
      case DecisionKind::kRevoked:
      case DecisionKind::kReceipt:
      case DecisionKind::kDeferred:  // how often a send looks again
        return "";
      default:
        return fmt::format("{} at {}", DecisionName(decision.kind), at);
    }
  }

  static constexpr size_t kEventsOfABatch = 10'000;
  const std::vector<Steps>& programs_;
  const std::vector<Trial>& trials_;
  const size_t pattern_;
  const std::string salt_;
  Options options_;
  ManualClock clock_{kStartMs};
  std::shared_ptr<Store> store_ = NewMemoryStore();
  std::unique_ptr<Engine> engine_;
  std::vector<std::vector<Outcome>> handed_;  // by trial, what its channels took
  std::vector<std::set<int64_t>> calls_;      // by trial, those that its channel knows
  std::map<int64_t, size_t> trial_of_;        // by message
  std::map<int64_t, std::string> key_of_;     // by message that is a call
  std::string events_;
  size_t told_ = 0;
  int64_t next_event_ = 1;
};

}  // namespace

std::vector<Outcomes> WalkByEngine(const std::vector<Steps>& programs, const std::vector<Trial>& trials, size_t pattern,
                                   const std::string& salt, bool capped) {
  Engines engines(programs, trials, pattern, salt, capped);
  engines.Run();
  std::vector<Outcomes> list;
  for (size_t i = 0; i < trials.size(); ++i) list.push_back(engines.Read(i));
  return list;
}

}  // namespace cartwheel::model
