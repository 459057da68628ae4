// What must be true of the store, whatever was done to it: the wheel against the rows, the standings against a
// judgement from nothing, the rows against the people, the counters against both.
#include <algorithm>
#include <map>
#include <set>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "engine/common/erased_names.h"
#include "fmt/format.h"
#include "tests/sim/world.h"

namespace cartwheel::sim {
namespace {

int64_t SecondAfter(int64_t at_ms) { return (at_ms + kSecondMs - 1) / kSecondMs * kSecondMs; }

}  // namespace

// The wheel against the rows: nothing due is left, and nothing comes before `next_due_ms`.
void World::CheckAlarms(int engine, int64_t next_due_ms) {
  const int64_t now = Now(engine);
  auto rows = store(engine).Customers(CustomerRow(0), kOutboxMax);
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
    // What was overdue when it was filed is filed for then. A clock that is set back makes a future of it: it is not
    // early, and comes no later.
    if (customer->filed_at_ms > due && customer->filed_at_ms <= latest_clock_ms_) due = customer->filed_at_ms;
    if (SecondAfter(due) / kSecondMs <= now / kSecondMs)
      observer_.Break(fmt::format("customer {} was due {} ms ago and was not looked at", customer->id, now - due));
    else if (next_due_ms == 0 || next_due_ms > SecondAfter(due))
      observer_.Break(fmt::format("customer {} is due at {}, but next_due is {}", customer->id, due, next_due_ms));
    bool promised = false;
    const absl::Status read =
        store(engine).Alarms(0, customer->filed_at_ms / kHourMs + 1, [&](const AlarmEntry& entry) {
          promised |= entry.customer == row.row && entry.due_at_ms <= customer->filed_at_ms;
        });
    if (!read.ok() || !promised || customer->filed_at_ms == 0 || customer->filed_at_ms > due)
      observer_.Break(fmt::format("customer {} is due at {} and filed at {}, which no entry promises", customer->id,
                                  due, customer->filed_at_ms));
  }
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
  const std::vector<std::string> conditions = Spec::Segments(revision_, spec_.campaigns.on);
  auto counts = engines_[0]->Query({.query = "segments"});
  for (size_t i = 0; i < conditions.size(); ++i) {
    const std::string name = fmt::format("s{}", i);
    auto kept = engines_[0]->Query({.query = "segment", .limit = kOutboxMax, .segment = name});
    auto judged = engines_[0]->Query({.query = "evaluate", .limit = kOutboxMax, .expression = conditions[i]});
    if (!kept.ok() || !judged.ok() || !counts.ok())
      return observer_.Break("segments: " + StatusText(kept.status()) + StatusText(judged.status()));
    const std::vector<std::string> members = names(*kept);
    if (members != names(*judged))
      observer_.Break(
          fmt::format("segment {} ({}) is kept as {}, and judged as {}", name, conditions[i], *kept, *judged));
    const std::string counted = fmt::format("\"state\":\"ready\",\"members\":{}}}", members.size());
    const size_t at = counts->find(fmt::format("\"segment\":\"{}\"", name));
    if (at == counts->npos || counts->substr(0, counts->find('}', at) + 1).find(counted, at) == counts->npos)
      observer_.Break(
          fmt::format("segment {} has {} members, and is counted otherwise: {}", name, members.size(), *counts));
  }
}

void World::CheckEnd() {
  HearEmitted();
  SettleLate();
  CheckSegments();
  CheckErasures();
  CheckCustomers();
  if (nature_.sealed) CheckSealed();
  CheckCounters();
  if (nature_.policy && !nature_.clock_steps) CheckDeferrals();
  if (nature_.campaigns) CheckTrails();
  auto rows = store(0).ListMessages({{}, MessageId(0), kOutboxMax});
  for (const MessageRow& row : *rows)
    if (row.state == MessageState::kWaiting || row.state == MessageState::kClaimed)
      observer_.Break(fmt::format("message {} is still {}", row.id.value(), MessageStateName(row.state)));
}

void World::CheckErasures() {
  LookAtOutbox();
  auto erasures = engines_[0]->Query({.query = "erasures", .limit = 1});
  if (!erasures.ok() || erasures->find(R"("pending":0)") == erasures->npos)
    observer_.Break("forgetting is complete: an erasure is still pending");
  observer_.CheckErased();
}

void World::CheckCustomers() {
  auto rows = store(0).Customers(CustomerRow(0), kOutboxMax);
  std::map<std::string, Customer> by_name;
  addresses_ = 0;
  for (const auto& row : *rows) {
    auto customer = DecodeCustomer(row.row, row.data);
    if (!customer.ok()) return observer_.Break(StatusText(customer.status()));
    for (const Enrolment& enrolment : customer->enrolments)
      observer_.Break(fmt::format("an enrolment of {} in \"{}\" never ended (wakes at {})", customer->id, enrolment.key,
                                  enrolment.wake_at_ms));
    if (customer->names.front()[0] == 'e') ++addresses_;
    for (const std::string& name : customer->names) by_name[name] = *customer;
  }
  auto key_of = [&](const Person& person, const std::string& name) {
    return person.hashed.count(name) == 0 ? name : ErasedKey(store(0).hash_key(), name);
  };
  std::vector<Person*> people = observer_.people().All();
  if (people.size() + addresses_ != rows->size())
    observer_.Break(fmt::format("{} customers, {} of them addresses alone, but {} people", rows->size(), addresses_,
                                people.size()));
  for (const Person* person : people) {
    for (const std::string& name : person->names) {
      auto found = by_name.find(key_of(*person, name));
      if (found == by_name.end()) {
        observer_.Break(fmt::format("folded once: nobody is known as {}", name));
        continue;
      }
      const Customer& customer = found->second;
      if (customer.id != person->KnownAs())
        observer_.Break(fmt::format("{} leads to {}, not to {}", name, customer.id, person->KnownAs()));
      // Who ordered more often than orders are remembered may have one reported again that is counted again.
      const auto made = static_cast<int64_t>(person->orders.size());
      if (customer.orders != made && (customer.orders < made || person->orders.size() <= kOrdersMax))
        observer_.Break(fmt::format("folded once: {} has {} orders, but made {}", customer.id, customer.orders,
                                    person->orders.size()));
      for (const auto& [id, cart] : person->story.carts) {
        if (person->blurred || cart.uncertain) continue;
        auto kept =
            std::find_if(customer.carts.begin(), customer.carts.end(), [&](const Cart& c) { return c.id == id; });
        const int64_t pieces = kept != customer.carts.end() && kept->open() ? kept->quantity() / kOnePiece : 0;
        if (pieces != cart.Pieces())
          observer_.Break(fmt::format("folded once: cart \"{}\" of {} holds {} pieces, and should hold {}", id,
                                      customer.id, pieces, cart.Pieces()));
      }
    }
  }
}

void World::CheckDeferrals() {
  constexpr std::string_view kDecision = R"({"at":")";
  constexpr size_t kDecisionsMax = 10'000;
  constexpr int64_t kExitsLateMs = 3 * kDayMs;  // an exit may be heard so long after its time
  for (const Person* person : observer_.people().All()) {
    if (person->merges > 0) continue;
    QueryRequest request{.query = "why", .limit = kDecisionsMax};
    (person->anonymous ? request.anonymous_id : request.customer) = person->id;
    auto why = engines_[0]->Query(request);
    if (absl::IsNotFound(why.status())) continue;  // erased
    if (!why.ok()) return observer_.Break("why: " + StatusText(why.status()));
    std::map<std::pair<std::string, std::string>, int64_t> waiting;  // journey and step: when it was planned
    std::map<std::string, int64_t> exits;  // the newest of a journey; dated by their events, so they may stand before
    for (size_t at = why->find(kDecision); at != why->npos; at = why->find(kDecision, at + 1)) {
      const std::string decision = why->substr(at, why->find('}', at) - at);
      auto value = [&](std::string_view key) {
        const std::string mark = fmt::format("\"{}\":\"", key);
        const size_t begin = decision.find(mark);
        if (begin == decision.npos) return std::string();
        return decision.substr(begin + mark.size(), decision.find('"', begin + mark.size()) - begin - mark.size());
      };
      const std::string what = value("decision"), journey = value("journey"),
                        step = StepOfAnyRevision(journey, value("step"));
      auto instant = [&](std::string_view key) { return ParseInstant(value(key)).value_or(0); };
      if (what == "deferred") waiting[{journey, step}] = instant("planned_at");
      if (what == "adopted" && !step.empty())  // by its new name, which begins with another letter
        for (const char* letter : {"p", "q"})
          if (auto renamed = waiting.extract({journey, letter + step.substr(1)}); !renamed.empty())
            waiting[{journey, step}] = renamed.mapped();
      if (what == "message" || what == "dropped" || what == "skipped") waiting.erase({journey, step});
      if (what == "exited") exits[journey] = std::max(exits[journey], instant("at"));
    }
    for (const auto& [what, planned_ms] : waiting)
      if (exits[what.first] < planned_ms - kExitsLateMs)
        observer_.Break(fmt::format("{} of {} was deferred for {}, and nothing came of it: {}", what.second, what.first,
                                    person->id, *why));
  }
}

void World::CheckCounters() {
  auto counters = store(0).Counters();
  std::map<std::string, int64_t> entered, ended, made;
  for (const CounterRow& row : *counters) {
    const Counter& counter = row.counter;
    if (counter.metric == Metric::kEntered) entered[counter.journey] += row.count;
    if (counter.metric == Metric::kCompleted || counter.metric == Metric::kExited) ended[counter.journey] += row.count;
    if (counter.metric == Metric::kMessages) made[counter.journey + "\t" + counter.step] += row.count;
    if (counter.reason == Reason::kQuarantined) observer_.Break("an event or alarm was quarantined");
  }
  const int64_t customers = CountOf(*counters, Metric::kCustomers), merged = CountOf(*counters, Metric::kMerged),
                duplicates = CountOf(*counters, Metric::kDuplicates), opened = CountOf(*counters, Metric::kOpened),
                clicked = CountOf(*counters, Metric::kClicked);
  if (entered != ended)
    for (const auto& [journey, count] : entered)
      observer_.Break(fmt::format("counters: {} entered {}, but {} ended", count, journey, ended[journey]));
  if (opened > observer_.opened() || clicked > observer_.clicked())
    observer_.Break(fmt::format("counters: {} messages opened and {} clicked, but {} and {} were", opened, clicked,
                                observer_.opened(), observer_.clicked()));
  if (nature_.reactions)
    Note(fmt::format("opened {} of {}, clicked {} of {}", opened, observer_.opened(), clicked, observer_.clicked()));
  auto people = static_cast<int64_t>(observer_.people().All().size());
  if (customers - merged != people + static_cast<int64_t>(addresses_))
    observer_.Break(fmt::format("counters: {} customers less {} merged, but {} people", customers, merged, people));
  std::multiset<std::string> sent = observer_.people().duplicates();
  if (duplicates != static_cast<int64_t>(sent.size())) {
    auto refused = store(0).Refused(kRefusedKeptMax);
    for (const RefusedRow& row : *refused) {
      if (row.code != "duplicate") continue;
      if (auto found = sent.find(row.event_id); found != sent.end())
        sent.erase(found);
      else
        sent.insert("not " + row.event_id);
    }
    observer_.Break(fmt::format("folded once: duplicates that were not seen as such: {}", fmt::join(sent, ", ")));
  }
  std::map<std::string, int64_t> rows;
  auto messages = store(0).ListMessages({{}, MessageId(0), kOutboxMax});
  for (const MessageRow& row : *messages) {
    if (row.message_class == MessageClass::kCall) continue;  // no message to a person
    const MessageBody body = DecodeMessageBody(row.body);
    ++rows[fmt::format("{}\t{}", body.journey, body.step)];
  }
  if (rows != made) observer_.Break("counters: the messages counted are not those of the outbox");
}

}  // namespace cartwheel::sim
