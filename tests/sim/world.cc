#include "tests/sim/world.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/limits.h"
#include "core/model/message_body.h"
#include "fmt/format.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/sim/provider_outcomes.h"

namespace cartwheel::sim {
namespace {

constexpr size_t kActionsKept = 30;
#ifdef CARTWHEEL_ADAPTERS
constexpr int kProviderPercent = 75;  // of outcomes where providers are drawn; the rest is what no table has
constexpr int kTakenPercent = 40;     // of those
#endif
constexpr int kCallsMax = 100'000;  // an engine that never says "no more" is stuck

// A channel of a shop that has bad days: it reports to the observer what it was given, and may throw.
class MoodyChannel final : public Channel {
 public:
  using Sender = std::vector<Outcome> (*)(void*, absl::Span<const Message>);
  MoodyChannel(std::string name, ChannelTraits traits, Sender sender, void* caller)
      : name_(std::move(name)), traits_(traits), sender_(sender), caller_(caller) {}
  std::string_view name() const override { return name_; }
  ChannelTraits traits() const override { return traits_; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override { return sender_(caller_, messages); }

 private:
  std::string name_;
  ChannelTraits traits_;
  Sender sender_;
  void* caller_;
};

}  // namespace

World::World(Random& random, const Nature& nature, bool verbose)
    : random_(random),
      nature_(nature),
      verbose_(verbose),
      observer_(spec_, nature.endpoints),
      step_threads_(nature.threads, /*worth_min=*/2) {
  spec_.overlap_h = nature.overlap_h;
  spec_.lawful = nature.policy;
  observer_.gate().skew_max_ms = observer_.campaigns().skew_max_ms = 2 * nature.skew_max_ms;
  observer_.calls().skew_max_ms = 2 * nature.skew_max_ms;
  observer_.campaigns().clocks_lie = observer_.calls().clocks_lie = nature.clock_steps;
  options_.work_max = nature.work_max;
  options_.claim_tail_max = nature.claim_tail_max;
  options_.durability = Durability::kNormal;
  if (nature.sealed) options_.seal_key = std::string(64, 'a');
  if (nature.campaigns) options_.cart_idle_ms = 200 * kDayMs;  // longer than a run
  if (nature.sqlite) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cartwheel_sim_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  } else {
    shared_ = NewMemoryStore();
  }
  for (int i = 0; i < nature.engines; ++i) {
    if (nature.skew_max_ms > 0) clocks_[i].skew_ms = random.Between(-nature.skew_max_ms, nature.skew_max_ms);
    engines_[i] = Open(i);
  }
}

World::~World() {
  for (auto& engine : engines_) engine.reset();
  dead_.clear();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::unique_ptr<Engine> World::Open(int engine) {
  Options options = options_;
  options.clock = &clocks_[engine];
  std::unique_ptr<Engine> fresh;
  if (nature_.sqlite) {
    auto opened = Engine::Open(folder_ + "/cartwheel.db", options);
    if (!opened.ok()) throw std::runtime_error(StatusText(opened.status()));
    fresh = *std::move(opened);
  } else {
    fresh = NewEngine(shared_, options);
  }
  fresh->impl().SetAddressById(!nature_.endpoints);
  fresh->impl().SetStepThreads(&step_threads_);
  if (nature_.batch_max == 0) return fresh;
  fresh->impl().SetCommitThread(&commit_thread_);
  fresh->impl().SetBatchMax(nature_.batch_max);
  return fresh;
}

void World::Note(std::string action) {
  std::string line = fmt::format("[{:8.3f}h wall {:+.1f}h] {}", static_cast<double>(true_ms - kDay0Ms) / kHourMs,
                                 static_cast<double>(clock_.NowMs() - true_ms) / kHourMs, action);
  if (verbose_) fmt::print("{}\n", line);
  actions_.push_back(std::move(line));
  if (actions_.size() > kActionsKept) actions_.pop_front();
}

void World::SetClock(int64_t now_ms) {
  clock_.Set(now_ms);
  observer_.gate().ClockShows(now_ms);
}

int64_t World::LastMessage() {
  auto rows = store(0).ListMessages({{}, MessageId(0), kOutboxMax});
  return rows.ok() && !rows->empty() ? rows->back().id.value() : 0;
}

void World::SetClocksRight() {
  SetClock(true_ms);
  for (SkewedClock& clock : clocks_) clock.skew_ms = 0;
}

void World::Pass(int64_t ms) {
  clock_.Pass(ms);
  true_ms += ms;
}

void World::Load(int64_t revision, const std::vector<int64_t>& waits_h) {
  Note(fmt::format("load revision {} with waits of {} h", revision, fmt::join(waits_h, ", ")));
  revision_ = revision;
  if (nature_.policy) Note(fmt::format("its policy: {}", spec_.terms.Json()));
  observer_.gate().Loaded(LastMessage());
  always_tells_ &= spec_.campaigns.tells_results && spec_.terms.korea && !spec_.terms.assumed;
  auto loaded = engines_[0]->Load(spec_.Add(revision, waits_h, nature_.extra_journeys));
  if (!loaded.ok())
    observer_.Break("load: " + StatusText(loaded.status()));
  else if (!loaded->note.empty() && !nature_.campaigns)  // else it says which steps are not adopted
    observer_.Break("load: " + loaded->note);
  observer_.campaigns().Loaded();
}

void World::Hold(int engine, const std::string& action, const std::string& journey) {
  Note(fmt::format("engine {} holds \"{}\": {}", engine, journey, action));
  const absl::Status held = engines_[engine]->Hold({.action = action, .journey = journey, .why = "drawn"});
  if (!held.ok()) return observer_.Break("hold: " + StatusText(held));
  if (action == "release") return observer_.surge().Released(Now(engine));
  observer_.campaigns().Held(action, journey, Now(engine));
}

MessageRow World::DrawWaiting() {
  auto rows = store(0).ListMessages({{MessageState::kWaiting}, MessageId(0), kOutboxMax});
  if (!rows.ok()) {
    observer_.Break("messages: " + StatusText(rows.status()));
    return {};
  }
  std::erase_if(*rows, [](const MessageRow& row) { return row.message_class != MessageClass::kAdvertisement; });
  return rows->empty() ? MessageRow{} : (*rows)[random_.Below(rows->size())];
}

void World::Ingest(int engine, const std::vector<ShopEvent>& events) {
  HearEmitted();
  std::string batch;
  for (const ShopEvent& event : events) {
    Note(fmt::format("engine {} ingests {} (at {:.3f}h)", engine, event.Json(),
                     static_cast<double>(event.at_ms - kDay0Ms) / kHourMs));
    batch += (nature_.sealed ? WithSecret(event) : event.Json()) + "\n";
  }
  for (const ShopEvent& event : events) {
    if (event.type == "identify") identified_.insert(event.customer);
    if (event.type == "erase") erased_.insert(event.customer);
  }
  auto result = engines_[engine]->Ingest(batch, {});
  if (!result.ok()) return observer_.Break("ingest: " + StatusText(result.status()));
  std::vector<bool> taken(events.size(), true);
  for (const RejectedEvent& rejected : result->rejected) {
    taken[rejected.record] = false;
    observer_.Break(fmt::format("ingest rejected an event: {} {}", rejected.code, rejected.message));
  }
  for (size_t i = 0; i < events.size(); ++i)
    if (taken[i]) observer_.Ingested(events[i].Heard(Now(engine)), Now(engine));
}

bool World::Advance(int engine, bool to_the_end) {
  latest_clock_ms_ = std::max(latest_clock_ms_, Now(engine));
  observer_.ClockWas(latest_clock_ms_);
  AdvanceResult sum;
  for (int call = 0;; ++call) {
    auto result = engines_[engine]->Advance(0);
    if (absl::IsUnavailable(result.status()) || absl::IsAborted(result.status())) {
      Note(fmt::format("engine {} advances: {}", engine, StatusText(result.status())));
      return false;
    }
    if (!result.ok()) {
      observer_.Break("advance: " + StatusText(result.status()));
      return false;
    }
    sum.Add(*result);
    if (!sum.more || !to_the_end) break;
    if (call > kCallsMax) {
      observer_.Break("advance never comes to an end");
      return false;
    }
  }
  Note(fmt::format("engine {} advances: {} events, {} enrolments, {} messages, {} exits, next {:.3f}h{}", engine,
                   sum.events, sum.enrolments, sum.messages, sum.exits,
                   static_cast<double>(sum.next_due_ms - kDay0Ms) / kHourMs, sum.more ? ", more" : ""));
  if (!sum.more) CheckAlarms(engine, sum.next_due_ms);
  if (nature_.policy && !sum.more) {
    auto sizes = store(engine).Status();
    if (sizes.ok() && sizes->head.last == sizes->cursor) {
      observer_.gate().Folded(LastMessage());
      observer_.campaigns().Folded();
    }
  }
  return true;
}

namespace {
constexpr int64_t kIdempotencyMs =
    10 * kMinuteMs;  // of the channel that recognises keys: shorter than the longest backoffs
}  // namespace

Outcome World::DrawOutcome(const Message& message) {
  struct Share {
    int percent;
    OutcomeCode code;
  };
  constexpr Share kShares[] = {
      {12, OutcomeCode::kRetry},      {8, OutcomeCode::kUnknown},   {5, OutcomeCode::kGone},
      {8, OutcomeCode::kFailedFinal}, {8, OutcomeCode::kDefer},     {4, OutcomeCode::kConfig},
      {2, OutcomeCode::kSuppressed},  {3, OutcomeCode::kRejectMsg}, {5, OutcomeCode::kDelivered},
      {4, OutcomeCode::kReleased},    {6, OutcomeCode::kNotSent}};
  Outcome outcome{message.id, message.token};
#ifdef CARTWHEEL_ADAPTERS
  if (nature_.providers && random_.Chance(kProviderPercent)) {
    DrawProviderOutcome(random_, message.channel, kTakenPercent, &outcome);
    return outcome;
  }
#endif
  int roll = static_cast<int>(random_.Between(1, 100));
  for (const Share& share : kShares) {
    if (roll <= 0) break;
    roll -= share.percent;
    if (roll <= 0) outcome.code = share.code;
  }
  if (random_.Chance(50)) outcome.retry_after_ms = random_.Between(1, 600) * kSecondMs;
  return outcome;
}

void World::Settle(int engine, const std::vector<Outcome>& outcomes) {
  if (outcomes.empty()) return;
  for (const Outcome& outcome : outcomes) {
    Note(fmt::format("engine {} settles message {} token {}: {}", engine, outcome.message_id, outcome.token,
                     OutcomeName(outcome.code)));
    observer_.Settled(outcome, Now(engine), true_ms);
  }
  auto result = engines_[engine]->Settle(outcomes, 0);
  if (!result.ok()) observer_.Break("settle: " + StatusText(result.status()));
}

size_t World::Dispatch(int engine, const std::string& channel, bool careless) {
  ClaimOptions claim{.channel = channel, .max = careless ? static_cast<size_t>(random_.Between(1, 20)) : 1000};
  claim.lease_ms = random_.Between(10, 120) * kSecondMs;
  claim.idempotency_ms = channel == "sms" && nature_.idempotent_sms ? kIdempotencyMs : 0;
  auto sizes = store(engine).Status();
  auto claimed = engines_[engine]->Claim(claim);
  if (!claimed.ok() || !sizes.ok()) return observer_.Break("claim: " + StatusText(claimed.status())), 0;
  int64_t unfolded = sizes->head.last - sizes->cursor;
  Note(fmt::format("engine {} claims {} by {} ({} held back, {} unfolded{})", engine, claimed->messages.size(), channel,
                   claimed->held_back, unfolded, claimed->behind ? ", behind" : ""));
  std::vector<Outcome> now;
  for (const Message& message : claimed->messages) {
    Note(
        fmt::format("  message {}: {} to {} {}", message.id, message.template_name, message.customer, message.payload));
    observer_.HandedOver(message, Now(engine), true_ms, claim.lease_ms, claim.idempotency_ms);
    if (unfolded > nature_.claim_tail_max) observer_.Behind(message, unfolded);
    DrawReactions(message);
    if (!careless) {
      now.push_back({message.id, message.token, OutcomeCode::kAccepted});
      continue;
    }
    Outcome outcome = DrawOutcome(message);
    if (random_.Chance(15)) {  // it comes late, twice, or never
      if (random_.Chance(60)) late_.push_back({true_ms + random_.Between(1, 4000) * kSecondMs, outcome});
      continue;
    }
    now.push_back(outcome);
    DrawReport(message, outcome);
    if (random_.Chance(3)) now.push_back(outcome);
    if (random_.Chance(3))
      now.push_back({message.id + random_.Between(-3, 3), outcome.token + 1000, OutcomeCode::kRetry});
  }
  Settle(engine, now);
  return claimed->messages.size();
}

void World::DispatchByDispatcher(int engine, const std::string& channel) {
  ChannelTraits traits;
  traits.idempotency_ms = channel == "sms" && nature_.idempotent_sms ? kIdempotencyMs : 0;
  traits.batch_max = static_cast<size_t>(random_.Between(1, 5));
  Note(fmt::format("engine {} dispatches {}", engine, channel));
  struct Caller {
    World& world;
    int engine;
  } caller{*this, engine};
  auto sender = [](void* self, absl::Span<const Message> messages) {
    auto& [world, engine] = *static_cast<Caller*>(self);
    std::vector<Outcome> outcomes;
    const int64_t idempotency_ms = world.nature_.idempotent_sms && messages[0].channel == "sms" ? kIdempotencyMs : 0;
    for (const Message& message : messages) {
      world.Note(fmt::format("  message {}: {} to {} {}", message.id, message.template_name, message.customer,
                             message.payload));
      world.observer_.HandedOver(message, world.Now(engine), world.true_ms, 40'000, idempotency_ms);
      world.DrawReactions(message);
    }
    // What is not spoken of is unknown.
    auto silent = [&](const Message& message) {
      world.observer_.Settled({message.id, message.token, OutcomeCode::kUnknown}, world.Now(engine), world.true_ms);
    };
    if (world.random_.Chance(15)) {
      for (const Message& message : messages) silent(message);
      throw std::runtime_error("the provider's library threw");
    }
    for (const Message& message : messages) {
      if (world.random_.Chance(10)) {
        silent(message);
        continue;
      }
      outcomes.push_back(world.DrawOutcome(message));
      if (outcomes.back().code == OutcomeCode::kConfig) outcomes.back().code = OutcomeCode::kAccepted;
      world.DrawReport(message, outcomes.back());
      world.Note(fmt::format("  message {}: {}", message.id, OutcomeName(outcomes.back().code)));
      world.observer_.Settled(outcomes.back(), world.Now(engine), world.true_ms);
    }
    return outcomes;
  };
  Dispatcher dispatcher(engines_[engine].get(), &clocks_[engine]);
  (void)dispatcher.Add(std::make_unique<MoodyChannel>(channel, traits, sender, &caller));
  auto result = dispatcher.Run();
  if (!result.ok()) observer_.Break("dispatcher: " + StatusText(result.status()));
}

void World::SettleLate() {
  std::vector<Outcome> outcomes;
  std::erase_if(late_, [&](const LateOutcome& late) {
    if (late.due_ms > true_ms) return false;
    outcomes.push_back(late.outcome);
    return true;
  });
  Settle(0, outcomes);
}

void World::DrawReport(const Message& message, const Outcome& outcome) {
  if (!nature_.campaigns || message.channel != "sms" || outcome.code != OutcomeCode::kAccepted) return;
  if (!random_.Chance(35)) return;
  const OutcomeCode code = random_.Chance(60) ? OutcomeCode::kFailedFinal : OutcomeCode::kDelivered;
  late_.push_back({true_ms + random_.Between(1, 4 * 3600) * kSecondMs, {message.id, message.token, code}});
}

void World::DrawAnswers(const Message& call) {
  const int64_t within_s = spec_.campaigns.answer_within_ms / kSecondMs;
  int64_t due_ms = 0;
  for (int64_t answers = random_.Chance(25) ? 0 : random_.Between(1, 2); answers > 0; --answers) {
    if (due_ms == 0 || random_.Chance(50))  // else two at once
      due_ms = true_ms + random_.Between(0, random_.Chance(75) ? within_s : 3 * within_s) * kSecondMs;
    ShopEvent event{.id = fmt::format("r{}", next_reaction_++),
                    .type = "call_answered",
                    .call = random_.Chance(95) ? call.key : std::string(call.key.rbegin(), call.key.rend()),
                    .answer = random_.Between(1, 2 * kManyAnswered)};
    (call.customer[0] == 'c' ? event.customer : event.anonymous_id) = call.customer;
    const int64_t ago_ms = random_.Chance(30) ? random_.Between(1, 900) * kSecondMs : 0;
    reactions_.push_back({due_ms, event, ago_ms});
    if (random_.Chance(5)) reactions_.push_back({due_ms + kMinuteMs, event, ago_ms});  // told again
  }
}

void World::DrawReactions(const Message& message) {
  if (message.message_class == "call") return DrawAnswers(message);
  if (!nature_.reactions) return;
  while (random_.Chance(40)) {
    const int64_t due_ms =
        true_ms + (random_.Chance(70) ? random_.Between(0, 3600) : random_.Between(0, 100 * 3600)) * kSecondMs;
    ShopEvent event{.id = fmt::format("r{}", next_reaction_++),
                    .type = random_.Chance(50) ? "message_opened" : "message_clicked",
                    .message = message.id};
    (message.customer[0] == 'c' ? event.customer : event.anonymous_id) = message.customer;
    reactions_.push_back({due_ms, std::move(event)});
  }
}

void World::IngestReactions(int engine) {
  std::vector<ShopEvent> events;
  std::erase_if(reactions_, [&](Reaction& reaction) {
    if (reaction.due_ms > true_ms) return false;
    reaction.event.at_ms = (Now(engine) - reaction.ago_ms) / kSecondMs * kSecondMs;
    events.push_back(std::move(reaction.event));
    return true;
  });
  if (!events.empty()) Ingest(engine, events);
}

void World::Crash(int engine) {
  Note(fmt::format("engine {} crashes", engine));
  dead_.push_back(std::move(engines_[engine]));
  engines_[engine] = Open(engine);
}

void World::Reboot() {
  clock_.Reboot();
  observer_.Rebooted();
  for (int i = 0; i < nature_.engines; ++i) Crash(i);
  Note("the machine is booted anew");
}

void World::LookAtOutbox() {
  auto rows = store(0).ListMessages({{}, MessageId(0), kOutboxMax});
  if (!rows.ok()) return observer_.Break("messages: " + StatusText(rows.status()));
  observer_.Outbox(*rows);
}

std::vector<std::string> World::Made() {
  std::vector<std::string> made;
  auto rows = store(0).ListMessages({{}, MessageId(0), kOutboxMax});
  for (const MessageRow& row : *rows) {
    const std::string_view first = observer_.FirstBody(row.id);  // of who was erased since nothing else tells it
    const MessageBody body = DecodeMessageBody(first.empty() ? std::string_view(row.body) : first);
    const StepPromise& step = spec_.steps.at(std::string(body.template_name));
    made.push_back(fmt::format("{} {} step{} {}", body.recipient(), body.enrolment_key, step.place, row.made_at_ms));
  }
  return made;
}

void World::Attend(int engine, int64_t until_ms) {
  for (int turn = 0; turn < kCallsMax; ++turn) {
    if (!Advance(engine, true)) Pass(options_.fold_lease_ms + 1);
    size_t sent = 0;
    for (const char* channel : {"web_push", "sms"}) sent += Dispatch(engine, channel, false);
    if (nature_.policy) sent += Dispatch(engine, "email", false);
    if (nature_.calls) sent += Dispatch(engine, "webhook", false);
    if (sent > 0) continue;  // their receipts may have something due
    if (Now(engine) >= until_ms) return;
    auto next = engines_[engine]->Advance(0);
    int64_t due = next.ok() && next->next_due_ms != 0 ? next->next_due_ms : until_ms;
    Pass(std::max<int64_t>(std::min(due, until_ms) - Now(engine), 1));
  }
  observer_.Break("an attentive worker is never done");
}

}  // namespace cartwheel::sim
