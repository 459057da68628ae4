// Law 8: nothing leaves after its moment, and a playbook without a policy does not load.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

// A message that expires at 48 hours.
void Remind(Shop& shop) {
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
}

}  // namespace

TEST_CASE("law 8: a claim at expires_at hands out nothing") {
  Shop shop;
  Remind(shop);
  shop.clock().Set(kDay0 + 48 * kHourMs - 1);
  SECTION("a millisecond before it does") { CHECK(shop.Claim("web_push").size() == 1); }
  SECTION("at it") {
    shop.clock().Set(kDay0 + 48 * kHourMs);
    CHECK(shop.Claim("web_push").empty());
    CHECK(shop.Outbox() == Lines{"ann/first@24:expired"});
    shop.AdvanceTo(kDay0 + 48 * kHourMs);
    CHECK(Has(shop.Query("why", "ann"), R"("detail":"expired)"));
  }
}

TEST_CASE("law 8: what has expired does not hide the others from a small claim") {
  Shop shop;
  for (std::string_view who : {"ann", "bob", "cleo"}) shop.Event("product_added", who, kDay0, kTea);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("product_added", "dan", kDay0 + kHourMs, kTea);
  shop.RunTo(kDay0 + 25 * kHourMs);
  shop.clock().Set(kDay0 + 48 * kHourMs);
  const auto messages = shop.Claim("web_push", 1);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].customer == "dan");
}

TEST_CASE("law 8: no retry passes expires_at") {
  Shop shop;
  Remind(shop);
  shop.clock().Set(kDay0 + 47 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  Outcome outcome{messages[0].id, messages[0].token, OutcomeCode::kRetry};
  std::string state = "expired";
  SECTION("retry at it") { outcome.retry_after_ms = kHourMs; }
  SECTION("retry before it") {
    outcome.retry_after_ms = kHourMs - 1;
    state = "waiting";
  }
  SECTION("defer past it") {
    outcome.code = OutcomeCode::kDefer;
    outcome.retry_after_ms = kHourMs;
  }
  SECTION("config past it") {
    outcome.code = OutcomeCode::kConfig;
    outcome.retry_after_ms = 2 * kHourMs;
  }
  REQUIRE(shop.engine().Settle({{outcome}}).ok());
  CHECK(shop.Outbox() == Lines{"ann/first@24:" + state});
}

TEST_CASE("law 8: the message of a fallback channel expires with its step") {
  Shop shop;
  Remind(shop);
  shop.clock().Set(kDay0 + 40 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kFailedFinal}}}).ok());
  SECTION("in time") {
    shop.AdvanceTo(kDay0 + 41 * kHourMs);
    auto fallback = shop.Claim("sms");
    REQUIRE(fallback.size() == 1);
    CHECK(fallback[0].expires_at_ms == kDay0 + 48 * kHourMs);
  }
  SECTION("folded too late") {
    shop.AdvanceTo(kDay0 + 48 * kHourMs);
    CHECK(shop.Claim("sms").empty());
  }
}

TEST_CASE("law 8: a playbook that does not speak of consent does not load") {
  std::string playbook = RemindersOnly();
  Shop shop;
  size_t begin = playbook.find(R"("policy")");
  size_t end = playbook.find("},", begin) + 2;
  playbook.erase(begin, end - begin);
  playbook.replace(playbook.find(R"("revision": 1)"), 13, R"("revision": 2)");
  auto loaded = shop.engine().Load(playbook);
  CHECK(absl::IsInvalidArgument(loaded.status()));
  CHECK(Has(StatusText(loaded.status()), "policy"));
  CHECK(Has(shop.Query("health"), R"("playbook_revision":1)"));
}

TEST_CASE("law 8: reports say that consent is the shop's word") {
  Shop shop;
  CHECK(Has(shop.Query("report"), R"("consent":"assumed_by_shop")"));
}

TEST_CASE("law 8: a recipient whom the provider suppressed gets no advertisement there") {
  Shop shop;
  Remind(shop);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kSuppressed}}}).ok());
  shop.RunTo(kDay0 + 100 * kHourMs);
  auto rows = shop.store()->ListMessages({{}, MessageId(0), 100});
  REQUIRE(rows.ok());
  Lines channels;
  for (const MessageRow& row : *rows) channels.push_back(row.channel);
  CHECK(channels == Lines{"web_push", "sms", "sms", "sms"});
}

}  // namespace cartwheel
