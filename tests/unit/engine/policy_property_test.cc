// The gate over random people, consents, clocks and playbooks: whatever is told in whatever order, with two workers
// that claim, outcomes that come late or never, and a fold that dies, no hand-over breaks what the judge knows of
// consent, hours, labels and caps; and what was deferred does not stay so.
#include <random>

#include "tests/unit/engine/policy_judge.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Random = std::mt19937_64;

int64_t Between(Random& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}
bool Chance(Random& random, int percent) { return Between(random, 1, 100) <= percent; }
template <typename T>
const T& OneOf(Random& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

struct PersonFacts {
  std::string id, timezone;
  int utc_offset_minutes = 0;
};
// In the winter of 2026.
const std::vector<PersonFacts> kPeople = {{"ann", "", 0},
                                          {"bob", "America/New_York", -5 * 60},
                                          {"cho", "Asia/Seoul", 9 * 60},
                                          {"dev", "Asia/Kolkata", 5 * 60 + 30}};
const std::vector<std::string> kChannels = {"sms", "email", "web_push", "kakao"};

JudgedCap DrawCap(Random& random) {
  JudgedCap cap;
  cap.max = Between(random, 1, 3);
  cap.message_class = Chance(random, 70) ? "ad" : "";
  if (Chance(random, 20)) cap.purpose = "cart";
  if (Chance(random, 15)) cap.channel = "sms";
  if (Chance(random, 15)) cap.journey = "cart";
  cap.per = OneOf<std::string>(random, {"customer", "customer", "journey", "purpose", "channel"});
  if (Chance(random, 60))
    cap.within_ms = Between(random, 1, 72) * kHourMs;
  else
    cap.calendar = OneOf<std::string>(random, {"day", "week", "month"});
  const bool reserves = cap.max > 1 && cap.purpose.empty() && cap.journey.empty() && cap.per == "customer";
  if (reserves && Chance(random, 50)) {
    cap.reserved = "cart";
    cap.keep = Between(random, 1, cap.max - 1);
  }
  return cap;
}

struct Plan {
  PolicyJudge::Facts facts;
  std::string playbook;
};

std::string Hour(int64_t minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

Plan DrawPlan(Random& random) {
  PolicyJudge::Facts facts;
  facts.assumed = Chance(random, 15);
  std::string policy = R"("rules": ["KR"], "domestic": true)";
  if (facts.assumed) policy += R"(, "consent": "assumed_by_shop")";
  policy += fmt::format(R"(, "opening_spread": "{}")", OneOf<std::string>(random, {"0s", "30m", "2h"}));
  if (Chance(random, 25)) {
    facts.opens_minute = 9 * 60 + 30;
    facts.closes_minute = Between(random, 12, 22) * 60;
    policy += fmt::format(R"(, "hours": "{}-{}")", Hour(facts.opens_minute), Hour(facts.closes_minute));
  }
  std::string caps, reserves;
  for (int64_t i = Between(random, 0, 2); i > 0; --i) {
    facts.caps.push_back(DrawCap(random));
    const JudgedCap& cap = facts.caps.back();
    caps += (caps.empty() ? "" : ",") + cap.Json();
    if (!cap.reserved.empty())
      reserves += fmt::format(R"({}{{"cap":{},"purpose":"{}","keep":{}}})", reserves.empty() ? "" : ",",
                              facts.caps.size() - 1, cap.reserved, cap.keep);
  }
  if (!caps.empty()) policy += fmt::format(R"(, "caps": [{}])", caps);
  if (!reserves.empty()) policy += fmt::format(R"(, "reserve": [{}])", reserves);
  for (const PersonFacts& person : kPeople)
    if (!person.timezone.empty()) facts.utc_offset_minutes[person.id] = person.utc_offset_minutes;
  const std::string first =
      OneOf<std::string>(random, {R"(["sms","email"])", R"(["web_push","sms"])", R"(["kakao","sms"])"});
  const std::string second = OneOf<std::string>(random, {R"(["email","kakao"])", R"(["kakao","email"])"});
  const std::string latest = OneOf<std::string>(random, {"2h", "12h", "24h"});
  const std::string closed = Chance(random, 20) ? R"(,"closed":"skip")" : "";
  std::string playbook = fmt::format(
      R"json({{"playbook": 1, "revision": 1,
    "policy": {{{}, "notices": {{"result": {{"i_have_checked": "ours"}}, "reconfirm": {{"i_have_checked": "ours"}}}}, "opt_out": {{"sms": "080-123-4567", "email": "https://s.kr/o/{{token}}"}}}},
    "shop": {{"name": "온도상점", "contact": "02-123-4567", "email": "cs@s.kr", "address": "서울시 중구 1", "currency": "KRW", "country": "KR", "timezone": "Asia/Seoul"}},
    "templates": {{
      "remind": {{"purpose": "cart", "fresh_for": "3h", "sms": "1", "kakao": {{"text": "1"}}, "email": {{"subject": "1", "text": "1"}}, "push": {{"title": "1", "body": "1"}}}},
      "last": {{"purpose": "cart", "sms": "2", "kakao": {{"text": "2"}}, "email": {{"subject": "2", "text": "2"}}}},
      "news": {{"purpose": "newsletter", "sms": "n", "push": {{"title": "n", "body": "n"}}}},
      "order": {{"class": "transactional", "purpose": "order", "sms": "주문 3"}}}},
    "channels": {{"sms": {{"certified": true}}}},
    "journeys": {{
      "cart": {{"enter": {{"on": "product_added", "key": "cart.id"}}, "reenter": "after_exit", "exit": [{{"on": "order_completed"}}, {{"on": "cart_emptied"}}],
        "steps": [{{"wait": "1h"}}, {{"send": "remind", "via": {}, "latest": "{}"{}}}, {{"wait": "5h"}}, {{"send": "last", "via": {}, "latest": "{}"}}]}},
      "news": {{"enter": {{"on": "signed_up"}}, "reenter": "always", "steps": [{{"send": "news", "via": ["sms", "web_push"], "latest": "{}"}}]}},
      "note": {{"enter": {{"on": "order_completed"}}, "reenter": "always", "steps": [{{"send": "order", "via": ["sms"], "latest": "2h"}}]}}}}}})json",
      policy, first, latest, closed, second, latest, latest);
  return {std::move(facts), std::move(playbook)};
}

// A shop with two workers, and a judge who hears what is told and sees what is handed over.
class Market {
 public:
  explicit Market(uint64_t seed)
      : random_(seed), plan_(DrawPlan(random_)), shop_(NewMemoryStore(), plan_.playbook), judge_(plan_.facts) {
    shop_.NeedAddresses();
    second_ = NewEngine(shop_.store(), shop_.options());
    second_->impl().SetAddressById(false);
    now().Set(kDay0 + Between(random_, 0, 23) * kHourMs);
    for (size_t i = 0; i < kPeople.size(); ++i) {
      const PersonFacts& person = kPeople[i];
      for (const std::string& channel : kChannels)
        Tell("endpoint_added", person.id, 0,
             fmt::format(R"({{"channel":"{}","address":"{}"}})", channel, AddressOf(i, channel)));
      if (!person.timezone.empty())
        Tell("identify", person.id, 0, fmt::format(R"({{"timezone":"{}"}})", person.timezone));
      for (const std::string& channel : kChannels)
        if (Chance(random_, 75)) Grant(person.id, channel, "ad", 0);
    }
  }

  void Step() {
    const int64_t roll = Between(random_, 1, 100);
    if (roll <= 30) return Shopping();
    if (roll <= 40) return Talk();
    if (roll <= 60) return Fold();
    if (roll <= 80) {
      for (const std::string& channel : kChannels)
        if (Chance(random_, 70)) Hand(AnyEngine(), channel, false);
      return;
    }
    if (roll <= 84) return SettleLate();
    if (roll <= 86) return Die();
    shop_.clock().Pass(Chance(random_, 80) ? Between(random_, 1, 90) * kMinuteMs : Between(random_, 1, 14) * kHourMs);
  }

  // Everything works for longer than any message may wait.
  void Heal() {
    now().Pass(shop_.options().fold_lease_ms + 1);
    for (const int64_t end = now().NowMs() + 5 * kDayMs; now().NowMs() < end;) {
      const int64_t due_ms = shop_.AdvanceTo(now().NowMs()).next_due_ms;
      for (const std::string& channel : kChannels) Hand(&shop_.engine(), channel, true);
      const int64_t soon_ms = now().NowMs() + 17 * kMinuteMs;
      const int64_t next_ms = due_ms > now().NowMs() ? std::min(due_ms, soon_ms) : soon_ms;
      now().Pass(next_ms - now().NowMs());
    }
    shop_.AdvanceTo(now().NowMs());
    for (const PersonFacts& person : kPeople) CheckNothingWaits(person.id);
  }

  const PolicyJudge& judge() const { return judge_; }
  const std::vector<std::string>& forgotten() const { return forgotten_; }
  int64_t deferred() const { return deferred_; }
  std::string story() const { return story_ + plan_.playbook; }

 private:
  ManualClock& now() { return shop_.clock(); }
  static std::string AddressOf(size_t person, const std::string& channel) {
    if (channel == "email") return fmt::format("p{}@x.kr", person);
    if (channel == "web_push") return fmt::format("https://push/{}", person);
    return fmt::format("010-1234-000{}", person);
  }
  Engine* AnyEngine() { return Chance(random_, 50) ? &shop_.engine() : second_.get(); }
  const PersonFacts& Anybody() { return OneOf(random_, kPeople); }
  void Note(std::string line) {
    story_ += fmt::format("{:.3f}h {}\n", static_cast<double>(now().NowMs() - kDay0) / kHourMs, line);
  }

  // Ingested by either process; a clock that lies dates it `ago_ms` back.
  void Tell(std::string_view type, const std::string& customer, int64_t ago_ms, std::string_view properties) {
    const std::string who = customer.empty() ? "" : fmt::format(R"("customer":"{}",)", customer);
    const std::string event = fmt::format(R"({{"id":"t{}","type":"{}",{}"at":{},"properties":{}}})", next_++, type, who,
                                          now().NowMs() - ago_ms, properties);
    Note(event);
    auto result = AnyEngine()->Ingest(event, {});
    REQUIRE(result.ok());
    REQUIRE(result->accepted == 1);
  }
  int64_t Lie() { return Chance(random_, 50) ? 0 : Between(random_, 0, 80 * 60) * kMinuteMs; }

  void Shopping() {
    const std::string& who = Anybody().id;
    const std::string cart = fmt::format(R"("cart_id":"k{}")", Between(random_, 1, 2));
    const int64_t roll = Between(random_, 1, 100);
    if (roll <= 60) return Tell("product_added", who, 0, fmt::format(R"({{{},"product_id":"p","price":1000}})", cart));
    if (roll <= 82) return Tell("signed_up", who, 0, "{}");
    if (roll <= 90) return Tell("cart_emptied", who, 0, fmt::format("{{{}}}", cart));
    Tell("order_completed", who, 0, fmt::format(R"({{"order_id":"o{}",{}}})", next_, cart));
  }

  void Grant(const std::string& who, const std::string& medium, const std::string& scope, int64_t ago_ms,
             const std::string& topic = "") {
    Tell("consent_granted", who, ago_ms, Properties(medium, scope, topic, ""));
    judge_.Said(who, {true, medium, scope.empty() ? "ad" : scope, topic, now().NowMs() - ago_ms});
  }
  static std::string Properties(const std::string& medium, const std::string& scope, const std::string& topic,
                                const std::string& more) {
    std::string members = more;
    auto member = [&](std::string_view key, const std::string& value) {
      if (!value.empty()) members += fmt::format("{}\"{}\":\"{}\"", members.empty() ? "" : ",", key, value);
    };
    member("medium", medium);
    member("scope", scope);
    member("topic", topic);
    return fmt::format("{{{}}}", members);
  }

  // Of consent, or what was opened: with clocks that lie.
  void Talk() {
    const size_t person = random_() % kPeople.size();
    const std::string who = kPeople[person].id, topic = Chance(random_, 10) ? "newsletter" : "";
    const std::string medium = OneOf(random_, kChannels);
    const int64_t ago_ms = Lie(), roll = Between(random_, 1, 100), at_ms = now().NowMs() - ago_ms;
    if (roll <= 60) return Grant(who, medium, OneOf<std::string>(random_, {"", "ad", "ad", "ad_night"}), ago_ms, topic);
    if (roll <= 69) {
      const std::string medium_or_all = Chance(random_, 8) ? "" : medium, scope = Chance(random_, 50) ? "ad" : "";
      Tell(OneOf<std::string>(random_, {"consent_refused", "consent_withdrawn", "unsubscribed"}), who, ago_ms,
           Properties(medium_or_all, scope, topic, ""));
      return judge_.Said(who, {false, medium_or_all, scope, topic, at_ms});
    }
    if (roll <= 74) {
      Tell("consent_withdrawn", "", ago_ms,
           Properties(medium, "", "", fmt::format(R"("address":"{}")", AddressOf(person, medium))));
      return judge_.Said(who, {false, medium, "", "", at_ms});
    }
    if (roll <= 77) {
      Tell("message_received", who, ago_ms, fmt::format(R"({{"medium":"{}","text":"수신거부"}})", medium));
      return judge_.Said(who, {false, medium, "", "", at_ms});
    }
    if (out_.empty()) return;
    const Message& message = OneOf(random_, out_);
    Tell("message_opened", message.customer, ago_ms, fmt::format(R"({{"message_id":{}}})", message.id));
  }

  void Fold() {
    Engine& engine = *AnyEngine();
    while (true) {
      auto result = engine.Advance();
      if (absl::IsUnavailable(result.status()) || absl::IsAborted(result.status())) return;
      REQUIRE(result.ok());
      if (!result->more || Chance(random_, 10)) return;
    }
  }

  void Hand(Engine* engine, const std::string& channel, bool healed) {
    ClaimOptions options{.channel = channel, .max = static_cast<size_t>(Between(random_, 1, 5))};
    if (healed) options.max = 1000;
    options.lease_ms = Between(random_, 30, 240) * kSecondMs;
    options.idempotency_ms = Chance(random_, 40) ? 20 * kMinuteMs : 0;
    auto claimed = engine->Claim(options);
    INFO(StatusText(claimed.status()));
    REQUIRE(claimed.ok());
    for (const Message& message : claimed->messages) {
      Note(fmt::format("handed over: {} {} to {} by {}", message.id, message.step, message.customer, message.channel));
      judge_.HandedOver(message, now().NowMs(), now().NowMs() + options.lease_ms);
      out_.push_back(message);
      const int64_t roll = healed ? 1 : Between(random_, 1, 100);
      if (roll > 85) continue;  // nothing is heard of it, or too late
      Settle(engine, message, roll <= 45 ? OutcomeCode::kAccepted : DrawOutcome());
    }
  }
  OutcomeCode DrawOutcome() {
    return OneOf<OutcomeCode>(
        random_, {OutcomeCode::kAccepted, OutcomeCode::kDelivered, OutcomeCode::kRetry, OutcomeCode::kUnknown,
                  OutcomeCode::kFailedFinal, OutcomeCode::kRejectMsg, OutcomeCode::kReleased, OutcomeCode::kNotSent});
  }
  void Settle(Engine* engine, const Message& message, OutcomeCode code) {
    Note(fmt::format("settled: {} {}", message.id, static_cast<int>(code)));
    judge_.Settled(message, code, now().NowMs());
    REQUIRE(engine->Settle({{message.id, message.token, code}}).status().ok());
  }
  void SettleLate() {
    if (!out_.empty()) Settle(AnyEngine(), OneOf(random_, out_), DrawOutcome());
  }

  // The process of the first worker dies; the other one takes its place when the lease has lapsed.
  void Die() {
    shop_.Crash();
    Note("a crash");
  }

  // In the trail of a customer nothing follows a deferral but its end, and the outbox is at rest.
  void CheckNothingWaits(const std::string& who) {
    const std::string customer = shop_.Query("customer", who);
    if (!Has(customer, R"("enrolments":[])")) forgotten_.push_back(who + " still walks: " + customer);
    for (const std::string& line : shop_.Outbox())
      if (Has(line, ":waiting") || Has(line, ":claimed")) forgotten_.push_back(line);
    CheckDeferrals(shop_.Query("why", who));
  }

  // The trail of a customer. After a deferral its walk must speak again: a message, a drop, a skip, another deferral,
  // or its end.
  void CheckDeferrals(const std::string& why) {
    constexpr std::string_view kDecision = R"("decision":")", kJourney = R"("journey":")";
    auto value = [&](std::string_view key, size_t from) {
      const size_t begin = why.find(key, from) + key.size();
      return why.substr(begin, why.find('"', begin) - begin);
    };
    std::map<std::string, int64_t> waiting;  // by journey
    for (size_t at = why.find(kDecision); at != why.npos; at = why.find(kDecision, at + 1)) {
      const std::string decision = value(kDecision, at), journey = value(kJourney, at);
      if (decision == "deferred") {
        ++waiting[journey];
        ++deferred_;
      }
      if (decision == "message" || decision == "dropped" || decision == "skipped" || decision == "exited" ||
          decision == "completed" || decision == "revoked")
        waiting[journey] = 0;
    }
    for (const auto& [journey, count] : waiting)
      if (count > 0) forgotten_.push_back(fmt::format("{} of {} stays deferred: {}", journey, count, why));
  }

  Random random_;
  const Plan plan_;
  Shop shop_;
  std::unique_ptr<Engine> second_;
  PolicyJudge judge_;
  std::vector<Message> out_;
  std::vector<std::string> forgotten_;
  std::string story_;
  int64_t next_ = 1, deferred_ = 0;
};

constexpr uint64_t kSeeds = 80;
constexpr int kSteps = 300;

}  // namespace

TEST_CASE("KR-01, KR-03, KR-04, KR-05: no hand-over breaks consent, hours, labels or caps, whatever happens",
          "[property]") {
  int64_t handed_over = 0, deferred = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Market market(seed);
    for (int step = 0; step < kSteps && market.judge().broken().empty(); ++step) market.Step();
    if (market.judge().broken().empty()) market.Heal();
    INFO("seed " << seed << "\n" << (market.judge().broken().empty() ? "" : market.story()));
    REQUIRE(market.judge().broken() == std::vector<std::string>{});
    REQUIRE(market.forgotten() == std::vector<std::string>{});
    handed_over += market.judge().handed_over();
    deferred += market.deferred();
  }
  // It is not silence that keeps the rules.
  CHECK(handed_over > static_cast<int64_t>(kSeeds) * 10);
  CHECK(deferred > static_cast<int64_t>(kSeeds));
}

}  // namespace cartwheel
