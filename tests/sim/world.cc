#include "tests/sim/world.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace cartwheel::sim {
namespace {

constexpr size_t kActionsKept = 30;
constexpr size_t kOutboxMax = 100'000;
constexpr int kCallsMax = 100'000;  // an engine that never says "no more" is stuck

int64_t SecondAfter(int64_t at_ms) { return (at_ms + kSecondMs - 1) / kSecondMs * kSecondMs; }

// A channel of a shop that has bad days: it reports to the observer what it was given, and may throw.
class MoodyChannel final : public Channel {
 public:
  using Sender = std::vector<Outcome> (*)(void*, absl::Span<const Message>);
  MoodyChannel(std::string name, ChannelTraits traits, Sender sender, void* world)
      : name_(std::move(name)), traits_(traits), sender_(sender), world_(world) {}
  std::string_view name() const override { return name_; }
  ChannelTraits traits() const override { return traits_; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override { return sender_(world_, messages); }

 private:
  std::string name_;
  ChannelTraits traits_;
  Sender sender_;
  void* world_;
};

}  // namespace

World::World(Random& random, const Nature& nature, bool verbose)
    : random_(random), nature_(nature), verbose_(verbose), observer_(spec_, nature.endpoints) {
  options_.clock = &clock_;
  options_.address_by_id = !nature.endpoints;
  options_.work_max = nature.work_max;
  options_.claim_tail_max = nature.claim_tail_max;
  options_.durability = Durability::kNormal;
  if (nature.sqlite) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cartwheel_sim_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  } else {
    shared_ = NewMemoryStore();
  }
  for (int i = 0; i < nature.engines; ++i) engines_[i] = Open();
}

World::~World() {
  for (auto& engine : engines_) engine.reset();
  dead_.clear();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::unique_ptr<EngineImpl> World::Open() {
  std::unique_ptr<EngineImpl> engine;
  if (nature_.sqlite) {
    auto opened = Engine::Open(folder_ + "/cartwheel.db", options_);
    if (!opened.ok()) throw std::runtime_error(StatusText(opened.status()));
    engine.reset(static_cast<EngineImpl*>(opened->release()));
  } else {
    engine = NewEngine(shared_, options_);
  }
  if (nature_.batch_max == 0) return engine;
  engine->SetCommitHelper(&helper_);
  engine->SetBatchMax(nature_.batch_max);
  return engine;
}

void World::Note(std::string action) {
  std::string line = fmt::format("[{:8.3f}h wall {:+.1f}h] {}", static_cast<double>(true_ms - kDay0Ms) / kHourMs,
                                 static_cast<double>(clock_.NowMs() - true_ms) / kHourMs, action);
  if (verbose_) fmt::print("{}\n", line);
  actions_.push_back(std::move(line));
  if (actions_.size() > kActionsKept) actions_.pop_front();
}

void World::Pass(int64_t ms) {
  clock_.Pass(ms);
  true_ms += ms;
}

void World::Load(int64_t revision, const std::vector<int64_t>& waits_h) {
  Note(fmt::format("load revision {} with waits of {} h", revision, fmt::join(waits_h, ", ")));
  revision_ = revision;
  auto loaded = engines_[0]->Load(spec_.Add(revision, waits_h, nature_.extra_journeys));
  if (!loaded.ok()) observer_.Break("load: " + StatusText(loaded.status()));
  else if (!loaded->note.empty()) observer_.Break("load: " + loaded->note);
}

void World::Ingest(int engine, const std::vector<ShopEvent>& events) {
  std::string batch;
  for (const ShopEvent& event : events) {
    Note(fmt::format("engine {} ingests {} (at {:.3f}h)", engine, event.Json(), static_cast<double>(event.at_ms - kDay0Ms) / kHourMs));
    batch += event.Json() + "\n";
  }
  auto result = engines_[engine]->Ingest(batch, {});
  if (!result.ok()) return observer_.Break("ingest: " + StatusText(result.status()));
  std::vector<bool> taken(events.size(), true);
  for (const RejectedEvent& rejected : result->rejected) {
    taken[rejected.record] = false;
    if (rejected.code != "too_far_ahead" && events[rejected.record].at_ms <= clock_.NowMs() + kEventAheadMaxMs)
      observer_.Break(fmt::format("ingest rejected an event: {} {}", rejected.code, rejected.message));
  }
  for (size_t i = 0; i < events.size(); ++i)
    if (taken[i]) observer_.Ingested(events[i], clock_.NowMs());
}

bool World::Advance(int engine, bool to_the_end) {
  latest_clock_ms_ = std::max(latest_clock_ms_, clock_.NowMs());
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
    sum.events += result->events;
    sum.messages += result->messages;
    sum.exits += result->exits;
    sum.enrolments += result->enrolments;
    sum.more = result->more;
    sum.next_due_ms = result->next_due_ms;
    if (!result->more || !to_the_end) break;
    if (call > kCallsMax) {
      observer_.Break("advance never comes to an end");
      return false;
    }
  }
  Note(fmt::format("engine {} advances: {} events, {} enrolments, {} messages, {} exits, next {:.3f}h{}", engine, sum.events,
                   sum.enrolments, sum.messages, sum.exits, static_cast<double>(sum.next_due_ms - kDay0Ms) / kHourMs,
                   sum.more ? ", more" : ""));
  if (!sum.more) CheckAlarms(engine, sum.next_due_ms);
  return true;
}

// The wheel against the rows: nothing due is left, and nothing comes before `next_due_ms`.
void World::CheckAlarms(int engine, int64_t next_due_ms) {
  const int64_t now = clock_.NowMs();
  auto rows = store(engine).Customers(0, kOutboxMax);
  if (!rows.ok()) return observer_.Break("customers: " + StatusText(rows.status()));
  if (next_due_ms != 0 && next_due_ms <= now)
    observer_.Break(fmt::format("next_due lies {} ms in the past", now - next_due_ms));
  for (const auto& row : *rows) {
    auto customer = DecodeCustomer(row.row, row.data);
    if (!customer.ok()) {
      observer_.Break(StatusText(customer.status()));
      continue;
    }
    int64_t due = customer->NextAlarm(options_.cart_idle_ms);
    if (due == 0) continue;
    // What was overdue when it was filed is filed for then. A clock that is set back makes a future of it: it is not early, and comes no later.
    if (customer->filed_at_ms > due && customer->filed_at_ms <= latest_clock_ms_) due = customer->filed_at_ms;
    if (SecondAfter(due) / kSecondMs <= now / kSecondMs)
      observer_.Break(fmt::format("customer {} was due {} ms ago and was not looked at", customer->id, now - due));
    else if (next_due_ms == 0 || next_due_ms > SecondAfter(due))
      observer_.Break(fmt::format("customer {} is due at {}, but next_due is {}", customer->id, due, next_due_ms));
    auto entries = store(engine).Alarms(0, customer->filed_at_ms / kHourMs + 1);
    bool filed = customer->filed_at_ms != 0 && customer->filed_at_ms <= due && entries.ok() &&
                 std::any_of(entries->begin(), entries->end(), [&](const AlarmEntry& entry) {
                   return entry.customer == row.row && entry.due_at_ms <= customer->filed_at_ms;
                 });
    if (!filed)
      observer_.Break(fmt::format("customer {} is due at {} and filed at {}, which no entry promises", customer->id, due,
                                  customer->filed_at_ms));
  }
}

Outcome World::DrawOutcome(const Message& message) {
  struct Share {
    int percent;
    OutcomeCode code;
  };
  constexpr Share kShares[] = {{12, OutcomeCode::kRetry},   {8, OutcomeCode::kUnknown},    {5, OutcomeCode::kGone},
                               {8, OutcomeCode::kFailedFinal}, {8, OutcomeCode::kDefer},   {4, OutcomeCode::kConfig},
                               {2, OutcomeCode::kSuppressed}, {3, OutcomeCode::kRejectMsg}, {5, OutcomeCode::kDelivered}};
  Outcome outcome{message.id, message.token};
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
    Note(fmt::format("engine {} settles message {} token {}: {}", engine, outcome.message_id, outcome.token, OutcomeName(outcome.code)));
    observer_.Settled(outcome, true_ms);
  }
  auto result = engines_[engine]->Settle(outcomes, 0);
  if (!result.ok()) observer_.Break("settle: " + StatusText(result.status()));
}

size_t World::Dispatch(int engine, const std::string& channel, bool careless) {
  ClaimOptions claim{.channel = channel, .max = careless ? static_cast<size_t>(random_.Between(1, 20)) : 1000};
  claim.lease_ms = random_.Between(10, 120) * kSecondMs;
  claim.honours_idempotency_keys = channel == "sms" && nature_.idempotent_sms;
  auto sizes = store(engine).Measure();
  auto claimed = engines_[engine]->Claim(claim);
  if (!claimed.ok() || !sizes.ok()) return observer_.Break("claim: " + StatusText(claimed.status())), 0;
  int64_t unfolded = sizes->head.last - sizes->cursor;
  Note(fmt::format("engine {} claims {} by {} ({} held back, {} unfolded{})", engine, claimed->messages.size(), channel,
                   claimed->held_back, unfolded, claimed->behind ? ", behind" : ""));
  std::vector<Outcome> now;
  for (const Message& message : claimed->messages) {
    Note(fmt::format("  message {}: {} to {} {}", message.id, message.template_name, message.customer, message.payload));
    observer_.HandedOver(message, clock_.NowMs(), true_ms, claim.lease_ms, claim.honours_idempotency_keys);
    if (unfolded > nature_.claim_tail_max) observer_.Behind(message, unfolded);
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
    if (random_.Chance(3)) now.push_back(outcome);
    if (random_.Chance(3)) now.push_back({message.id + random_.Between(-3, 3), outcome.token + 1000, OutcomeCode::kRetry});
  }
  Settle(engine, now);
  return claimed->messages.size();
}

void World::DispatchByDispatcher(int engine, const std::string& channel) {
  ChannelTraits traits;
  traits.honours_idempotency_keys = channel == "sms" && nature_.idempotent_sms;
  traits.batch_max = static_cast<size_t>(random_.Between(1, 5));
  Note(fmt::format("engine {} dispatches {}", engine, channel));
  auto sender = [](void* self, absl::Span<const Message> messages) {
    World& world = *static_cast<World*>(self);
    std::vector<Outcome> outcomes;
    bool idempotent = world.nature_.idempotent_sms && messages[0].channel == "sms";
    for (const Message& message : messages) {
      world.Note(fmt::format("  message {}: {} to {} {}", message.id, message.template_name, message.customer, message.payload));
      world.observer_.HandedOver(message, world.clock_.NowMs(), world.true_ms, 40'000, idempotent);
    }
    // What is not spoken of is unknown.
    auto silent = [&](const Message& message) { world.observer_.Settled({message.id, message.token, OutcomeCode::kUnknown}, world.true_ms); };
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
      world.Note(fmt::format("  message {}: {}", message.id, OutcomeName(outcomes.back().code)));
      world.observer_.Settled(outcomes.back(), world.true_ms);
    }
    return outcomes;
  };
  Dispatcher dispatcher(engines_[engine].get(), &clock_);
  (void)dispatcher.Add(std::make_unique<MoodyChannel>(channel, traits, sender, this));
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

void World::Crash(int engine) {
  Note(fmt::format("engine {} crashes", engine));
  dead_.push_back(std::move(engines_[engine]));
  engines_[engine] = Open();
}

void World::Reboot() {
  clock_.Reboot();
  observer_.Rebooted();
  for (int i = 0; i < nature_.engines; ++i) Crash(i);
  Note("the machine is booted anew");
}

void World::LookAtOutbox() {
  auto rows = store(0).ListMessages({{}, 0, kOutboxMax});
  if (!rows.ok()) return observer_.Break("messages: " + StatusText(rows.status()));
  observer_.Outbox(*rows);
}

std::vector<std::string> World::Made() {
  std::vector<std::string> made;
  auto rows = store(0).ListMessages({{}, 0, kOutboxMax});
  for (const MessageRow& row : *rows) {
    Value body = ReadPacked(row.body);
    Value who = body.Find(body.Find("customer").is_string() ? "customer" : "anonymous_id");
    const StepPromise& step = spec_.steps.at(std::string(body.Find("template").text()));
    made.push_back(fmt::format("{} {} step{} {}", who.text(), body.Find("enrolment_key").text(), step.place, row.made_at_ms));
  }
  return made;
}

void World::Attend(int engine, int64_t until_ms) {
  for (int turn = 0; turn < kCallsMax; ++turn) {
    if (!Advance(engine, true)) Pass(options_.fold_lease_ms + 1);
    size_t sent = 0;
    for (const char* channel : {"web_push", "sms"}) sent += Dispatch(engine, channel, false);
    if (sent > 0) continue;  // their receipts may have something due
    if (clock_.NowMs() >= until_ms) return;
    auto next = engines_[engine]->Advance(0);
    int64_t due = next.ok() && next->next_due_ms != 0 ? next->next_due_ms : until_ms;
    Pass(std::max<int64_t>(std::min(due, until_ms) - clock_.NowMs(), 1));
  }
  observer_.Break("an attentive worker is never done");
}

void World::CheckSegments() {
  Attend(0, clock_.NowMs() + kSecondMs - clock_.NowMs() % kSecondMs);  // an alarm is kept to the second
  auto names = [](const std::string& answer) {
    std::vector<std::string> found;
    for (std::string_view mark : {"\"customer\":\"", "\"anonymous_id\":\""})
      for (size_t at = answer.find(mark); at != answer.npos; at = answer.find(mark, at + 1)) {
        const size_t begin = at + mark.size();
        found.push_back(std::string(mark) + answer.substr(begin, answer.find('"', begin) - begin));
      }
    std::sort(found.begin(), found.end());
    return found;
  };
  const std::vector<std::string> conditions = Spec::Segments(revision_);
  auto counts = engines_[0]->Query({.query = "segments"});
  for (size_t i = 0; i < conditions.size(); ++i) {
    const std::string name = fmt::format("s{}", i);
    auto kept = engines_[0]->Query({.query = "segment", .limit = kOutboxMax, .segment = name});
    auto judged = engines_[0]->Query({.query = "evaluate", .limit = kOutboxMax, .expression = conditions[i]});
    if (!kept.ok() || !judged.ok() || !counts.ok()) return observer_.Break("segments: " + StatusText(kept.status()) + StatusText(judged.status()));
    const std::vector<std::string> members = names(*kept);
    if (members != names(*judged))
      observer_.Break(fmt::format("segment {} ({}) is kept as {}, and judged as {}", name, conditions[i], *kept, *judged));
    const std::string counted = fmt::format("\"state\":\"ready\",\"members\":{}}}", members.size());
    const size_t at = counts->find(fmt::format("\"segment\":\"{}\"", name));
    if (at == counts->npos || counts->substr(0, counts->find('}', at) + 1).find(counted, at) == counts->npos)
      observer_.Break(fmt::format("segment {} has {} members, and is counted otherwise: {}", name, members.size(), *counts));
  }
}

void World::CheckEnd() {
  SettleLate();
  CheckSegments();
  CheckCustomers();
  CheckTallies();
  auto rows = store(0).ListMessages({{}, 0, kOutboxMax});
  for (const MessageRow& row : *rows)
    if (row.state == MessageState::kWaiting || row.state == MessageState::kClaimed)
      observer_.Break(fmt::format("message {} is still {}", row.id, MessageStateName(row.state)));
}

void World::CheckCustomers() {
  auto rows = store(0).Customers(0, kOutboxMax);
  std::map<std::string, Customer> by_name;
  for (const auto& row : *rows) {
    auto customer = DecodeCustomer(row.row, row.data);
    if (!customer.ok()) return observer_.Break(StatusText(customer.status()));
    for (const Enrolment& enrolment : customer->enrolments)
      observer_.Break(fmt::format("an enrolment of {} in \"{}\" never ended (wakes at {})", customer->id, enrolment.key, enrolment.wake_at_ms));
    for (const std::string& name : customer->names) by_name[name] = *customer;
  }
  std::vector<Person*> people = observer_.people().All();
  if (people.size() != rows->size()) observer_.Break(fmt::format("{} customers, but {} people", rows->size(), people.size()));
  for (const Person* person : people) {
    for (const std::string& name : person->names) {
      auto found = by_name.find(name);
      if (found == by_name.end()) {
        observer_.Break(fmt::format("folded once: nobody is known as {}", name));
        continue;
      }
      const Customer& customer = found->second;
      if (customer.id != person->id) observer_.Break(fmt::format("{} leads to {}, not to {}", name, customer.id, person->id));
      // Who ordered more often than orders are remembered may have one reported again that is counted again.
      const auto made = static_cast<int64_t>(person->orders.size());
      if (customer.orders != made && (customer.orders < made || person->orders.size() <= kOrdersMax))
        observer_.Break(fmt::format("folded once: {} has {} orders, but made {}", customer.id, customer.orders, person->orders.size()));
      for (const auto& [id, cart] : person->carts) {
        if (person->blurred) break;
        auto kept = std::find_if(customer.carts.begin(), customer.carts.end(), [&](const Cart& c) { return c.id == id; });
        bool engine_has = kept != customer.carts.end() && kept->open() && kept->quantity() > 0;
        if (engine_has != cart.HasItems())
          observer_.Break(fmt::format("folded once: cart \"{}\" of {} {}", id, customer.id, engine_has ? "holds items that are gone" : "lost its items"));
      }
    }
  }
}

void World::CheckTallies() {
  auto tallies = store(0).Tallies();
  std::map<std::string, int64_t> entered, ended, made;
  int64_t customers = 0, merged = 0, duplicates = 0;
  for (const TallyDelta& tally : *tallies) {
    size_t tab = tally.name.find('\t');
    std::string head = tally.name.substr(0, tab), rest = tab == std::string::npos ? "" : tally.name.substr(tab + 1);
    if (head == "entered") entered[rest] += tally.count;
    if (head == "completed" || head == "exited") ended[rest.substr(0, rest.find('\t'))] += tally.count;
    if (head == "messages") made[rest] += tally.count;
    if (tally.name == "customers") customers = tally.count;
    if (tally.name == "merged") merged = tally.count;
    if (tally.name == "duplicates") duplicates = tally.count;
    if (head == "refused" && rest == "quarantined") observer_.Break("an event or alarm was quarantined");
  }
  if (entered != ended)
    for (const auto& [journey, count] : entered)
      observer_.Break(fmt::format("tallies: {} entered {}, but {} ended", count, journey, ended[journey]));
  auto people = static_cast<int64_t>(observer_.people().All().size());
  if (customers - merged != people)
    observer_.Break(fmt::format("tallies: {} customers less {} merged, but {} people", customers, merged, people));
  std::multiset<std::string> sent = observer_.people().duplicates();
  if (duplicates != static_cast<int64_t>(sent.size())) {
    auto refused = store(0).Refused(kRefusedKeptMax);
    for (const RefusedRow& row : *refused) {
      if (row.code != "duplicate") continue;
      if (auto found = sent.find(row.event_id); found != sent.end()) sent.erase(found);
      else sent.insert("not " + row.event_id);
    }
    observer_.Break(fmt::format("folded once: duplicates that were not seen as such: {}", fmt::join(sent, ", ")));
  }
  std::map<std::string, int64_t> rows;
  auto messages = store(0).ListMessages({{}, 0, kOutboxMax});
  for (const MessageRow& row : *messages) {
    Value body = ReadPacked(row.body);
    ++rows[fmt::format("{}\t{}", body.Find("journey").text(), body.Find("step").text())];
  }
  if (rows != made) observer_.Break("tallies: the messages counted are not those of the outbox");
}

}  // namespace cartwheel::sim
