// The order in which events arrive does not matter: what is known of a customer after any permutation, duplication and
// split of a set of events with ids and distinct instants is what is known after the sorted one; the walks are the same
// or fewer, and no step speaks that would not have spoken.
#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

struct Action {
  std::string id, type, properties;
  int64_t at_ms;
};

using Random = std::mt19937_64;

constexpr std::string_view kSegments = R"json("segments": {
    "big": "carts.exists(c, c.quantity >= 3)", "adder": "events('product_added').within(duration('24h')).count() >= 2",
    "buyer": "customer.orders >= 1 && customer.revenue > 1.0", "named": "customer.name == 'Kim'", "reached": "customer.endpoints.size() > 0"},
  )json";

std::string Playbook() {
  std::string text = RemindersOnly();
  const size_t at = text.find("\"templates\"");
  return text.substr(0, at) + std::string(kSegments) + text.substr(at);
}

std::string OneOf(Random& random, std::initializer_list<std::string_view> texts) {
  return std::string(*(texts.begin() + static_cast<int64_t>(random() % texts.size())));
}

// A product as shops name it: in full, by its variant, or with less.
std::string ProductMembers(Random& random) {
  std::string members = fmt::format(R"("product_id":"p{}")", random() % 3);
  if (random() % 2 == 0) members += fmt::format(R"(,"sku":"s{}")", random() % 2);
  if (random() % 3 == 0) members += fmt::format(R"(,"name":"{}")", OneOf(random, {"Coat", "Cup"}));
  if (random() % 3 != 0) members += fmt::format(R"(,"price":{})", 1 + random() % 50);
  if (random() % 4 == 0) members += R"(,"currency":"KRW")";
  if (random() % 3 == 0) members += fmt::format(R"(,"quantity":{})", 1 + random() % 3);
  return members;
}

std::string ProductList(Random& random, size_t least) {
  std::string list;
  for (size_t i = 0, count = least + random() % 3; i < count; ++i)
    list += fmt::format("{}{{{}}}", list.empty() ? "" : ",", ProductMembers(random));
  return fmt::format(R"("products":[{}])", list);
}

Action RandomAction(Random& random, size_t i) {
  Action action{.id = fmt::format("e{}", i),
                .type = "",
                .properties = "",
                .at_ms = kDay0 + static_cast<int64_t>(i + 1) * kMinuteMs};
  const std::string cart = random() % 3 == 0 ? R"("cart_id":"7")" : "";
  auto with_cart = [&](const std::string& members) {
    action.properties = fmt::format("{{{}{}{}}}", cart, cart.empty() || members.empty() ? "" : ",", members);
  };
  switch (random() % 14) {
    case 0:
    case 1:
    case 2:
    case 3:
      action.type = "product_added";
      with_cart(ProductMembers(random));
      break;
    case 4:
    case 5:
      action.type = "product_removed";
      with_cart(ProductMembers(random));
      break;
    case 6:
      action.type = "cart_updated";
      with_cart(ProductList(random, 0));
      break;
    case 7:
      action.type = "cart_emptied";
      with_cart("");
      break;
    case 8: {
      action.type = "order_completed";
      std::string members = fmt::format(R"("order_id":"o{}","total":{})", random() % 3, 1 + i);
      if (random() % 2 == 0) members += "," + ProductList(random, 1);
      with_cart(members);
      break;
    }
    case 9:
      action.type = OneOf(random, {"order_cancelled", "order_refunded"});
      action.properties =
          fmt::format(R"({{"order_id":"o{}"{}}})", random() % 3, random() % 2 == 0 ? R"(,"total":2)" : "");
      break;
    case 10:
      action.type = OneOf(random, {"checkout_started", "cart_viewed", "product_viewed"});
      with_cart("");
      break;
    case 11:
      action.type = "identify";
      action.properties = fmt::format(R"({{"{}":"{}","{}":{}}})", OneOf(random, {"name", "city"}),
                                      OneOf(random, {"Kim", "Seoul"}), OneOf(random, {"tier", "points"}), random() % 5);
      break;
    default:
      action.type = OneOf(random, {"endpoint_added", "endpoint_removed"});
      action.properties = fmt::format(R"({{"channel":"web_push","address":"a{}"}})", random() % 2);
  }
  return action;
}

// What must not depend on the order of arrival, and what may only become less.
struct Known {
  std::string customer;
  std::map<std::string, int> steps;  // messages that were made, by step
};

std::string MembersOf(Shop& shop) {
  std::string members;
  for (std::string_view segment : {"big", "adder", "buyer", "named", "reached"}) {
    QueryRequest request{.query = "segment"};
    request.segment = segment;
    auto answer = shop.engine().Query(request);
    REQUIRE(answer.ok());
    if (Has(*answer, R"("customer":"ann")")) members += fmt::format(" {}", segment);
  }
  return members;
}

Known Folded(const std::vector<Action>& actions, uint64_t folds) {
  Shop shop(NewMemoryStore(), Playbook());
  shop.clock().Set(kDay0 + kHourMs);
  for (size_t i = 0; i < actions.size(); ++i) {
    const Action& action = actions[i];
    shop.Event(action.type, "ann", action.at_ms, action.properties, action.id);
    if ((folds >> (i % 64) & 1) != 0) shop.AdvanceTo(kDay0 + kHourMs);
  }
  shop.AdvanceTo(kDay0 + kHourMs);
  Known known;
  const std::string answer = shop.Query("customer", "ann");
  known.customer = answer.substr(0, answer.find(R"("enrolments")")) + MembersOf(shop);
  shop.RunTo(kDay0 + 80 * kHourMs);
  for (const std::string& line : shop.Outbox()) ++known.steps[line.substr(0, line.find('@'))];
  return known;
}

}  // namespace

TEST_CASE(
    "order independence: carts, orders, attributes, endpoints and segments, in any permutation, duplication and "
    "split") {
  Random random(3);
  for (int set = 0; set < 400; ++set) {
    std::vector<Action> actions;
    for (size_t i = 0, count = 2 + random() % 8; i < count; ++i) actions.push_back(RandomAction(random, i));
    const Known expected = Folded(actions, UINT64_MAX);
    for (int i = 0; i < 4; ++i) {
      std::vector<Action> permuted = actions;
      if (random() % 2 == 0) permuted.push_back(actions[random() % actions.size()]);
      std::shuffle(permuted.begin(), permuted.end(), random);
      std::string story;
      for (const Action& action : permuted)
        story += fmt::format("{} {} {}\n", action.type, (action.at_ms - kDay0) / kMinuteMs, action.properties);
      INFO("set " << set << "\n" << story);
      const Known known = Folded(permuted, random());
      REQUIRE(known.customer == expected.customer);
      for (const auto& [step, count] : known.steps) {
        INFO(step);
        const auto sorted = expected.steps.find(step);
        REQUIRE(count <= (sorted == expected.steps.end() ? 0 : sorted->second));
      }
    }
  }
}

namespace {

constexpr std::string_view kConsentBook = R"json({"playbook": 1, "revision": 1,
  "policy": {"rules": ["KR"], "domestic": true, "notices": {"result": {"i_have_checked": "ours"}, "reconfirm": {"i_have_checked": "ours"}}, "opt_out": {"sms": "080-123-4567", "email": "https://s.kr/o"}},
  "shop": {"name": "온도상점", "contact": "02-123-4567", "email": "cs@s.kr", "address": "서울시 중구 1", "country": "KR"},
  "templates": {"a": {"purpose": "newsletter", "sms": "1"}, "b": {"purpose": "newsletter", "email": {"subject": "1", "text": "1"}},
                "c": {"purpose": "event", "sms": "1"}},
  "channels": {"sms": {"certified": true}},
  "journeys": {"a": {"enter": {"on": "asked"}, "steps": [{"send": "a", "via": ["sms"], "latest": "1h"}]},
               "b": {"enter": {"on": "asked"}, "steps": [{"send": "b", "via": ["email"], "latest": "1h"}]},
               "c": {"enter": {"on": "asked"}, "steps": [{"send": "c", "via": ["sms"], "latest": "1h"}]}}})json";

Action RandomConsent(Random& random, size_t i, int64_t apart_ms) {
  std::string members;
  auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) members += fmt::format(R"({}"{}":{})", members.empty() ? "" : ",", key, value);
  };
  const bool grants = random() % 2 == 0;
  member("medium", OneOf(random, {R"("sms")", R"("email")", R"(["sms","email"])"}));
  if (random() % 3 == 0) member("topic", OneOf(random, {R"("newsletter")", R"("event")"}));
  if (random() % 3 == 0) member("scope", R"("ad")");
  return {.id = fmt::format("e{}", i),
          .type = grants ? "consent_granted" : OneOf(random, {"consent_refused", "consent_withdrawn", "unsubscribed"}),
          .properties = fmt::format("{{{}}}", members),
          .at_ms = kDay0 + static_cast<int64_t>(i + 1) * apart_ms};
}

// What may be sent by day at last, step by step.
std::vector<std::string> Reachable(const std::vector<Action>& actions, uint64_t folds) {
  Shop shop(NewMemoryStore(), kConsentBook);
  const int64_t end_ms = kDay0 + 40 * kDayMs;
  shop.clock().Set(end_ms);
  for (size_t i = 0; i < actions.size(); ++i) {
    shop.Event(actions[i].type, "ann", actions[i].at_ms, actions[i].properties, actions[i].id);
    if ((folds >> (i % 64) & 1) != 0) shop.AdvanceTo(end_ms);
  }
  shop.Event("asked", "ann", end_ms);
  shop.RunTo(end_ms + kMinuteMs);
  std::vector<std::string> steps;
  for (const std::string& line : shop.Outbox()) steps.push_back(line.substr(0, line.find('@')));
  std::sort(steps.begin(), steps.end());
  return steps;
}

}  // namespace

TEST_CASE(
    "order independence: consents more than 48 hours apart are the same in any permutation, duplication and split, and "
    "those that are closer send nothing that the sorted ones would not") {
  Random random(5);
  size_t sent = 0;
  for (int set = 0; set < 300; ++set) {
    const bool far = set % 2 == 0;
    std::vector<Action> actions;
    for (size_t i = 0, count = 2 + random() % 6; i < count; ++i)
      actions.push_back(RandomConsent(random, i, far ? 49 * kHourMs : 7 * kHourMs));
    const std::vector<std::string> expected = Reachable(actions, UINT64_MAX);
    sent += expected.size();
    for (int i = 0; i < 4; ++i) {
      std::vector<Action> permuted = actions;
      if (random() % 2 == 0) permuted.push_back(actions[random() % actions.size()]);
      std::shuffle(permuted.begin(), permuted.end(), random);
      std::string story;
      for (const Action& action : permuted)
        story += fmt::format("{} {} {}\n", action.type, (action.at_ms - kDay0) / kHourMs, action.properties);
      INFO("set " << set << "\n" << story);
      const std::vector<std::string> reachable = Reachable(permuted, random());
      if (far) REQUIRE(reachable == expected);
      REQUIRE(std::includes(expected.begin(), expected.end(), reachable.begin(), reachable.end()));
    }
  }
  CHECK(sent > 100);
}

}  // namespace cartwheel
