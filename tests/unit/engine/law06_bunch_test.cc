// Law 6: steps never bunch up.
#include <map>

#include "core/model/message_body.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

// The cart journey with other steps.
std::string WithSteps(std::string_view steps) {
  std::string text = RemindersOnly();
  size_t begin = text.find("\"steps\":");
  size_t end = text.find("]}}", begin);
  return text.substr(0, begin) + "\"steps\": [" + std::string(steps) + text.substr(end);
}

int Count(std::string_view text, std::string_view piece) {
  int count = 0;
  for (size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("law 6: a worker stopped for 60 hours inside the sequence sends no burst") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 10 * kHourMs);
  // Steps were planned at 24, 48 and 72; the first two may be made before 48 and 72 (latest: 24 h). At 70 the first is
  // too late.
  AdvanceResult result = shop.AdvanceTo(kDay0 + 70 * kHourMs);
  CHECK(result.messages == 1);
  CHECK(shop.Outbox() == Lines{"ann/second@70:waiting"});
  // The third was planned for 72, and keeps half a wait of distance.
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/second@70:expired", "ann/third@82:expired"});
  std::string why = shop.Query("why", "ann");
  INFO(why);
  CHECK(Has(
      why,
      R"("decision":"skipped","journey":"cart","step":"first","detail":"late","planned_at":"2026-01-02T00:00:00Z")"));
  CHECK(Has(shop.Query("report"), R"("skipped":{"first":{"late":1}})"));
}

TEST_CASE("law 6: after an outage longer than the whole sequence nothing is sent") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 10 * kHourMs);
  shop.AdvanceTo(kDay0 + 200 * kHourMs);
  shop.RunTo(kDay0 + 300 * kHourMs);
  CHECK(shop.Outbox().empty());
  CHECK(Count(shop.Query("why", "ann"), R"("detail":"late")") == 3);
}

TEST_CASE("law 6: waits count from planned instants, however late the worker looks") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  for (int hour = 0; hour <= 120; hour += 7) shop.AdvanceTo(kDay0 + hour * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@28:expired", "ann/second@49:expired", "ann/third@77:expired"});
}

TEST_CASE("law 6: a wait counts from the trigger's `at`, not from its arrival") {
  Shop shop;
  shop.clock().Set(kDay0 + 20 * kHourMs);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
}

TEST_CASE("law 6: the import of a year of history sends nothing stale and no burst") {
  Shop shop;
  std::string batch;
  int64_t now = kDay0 + 365 * kDayMs;
  shop.clock().Set(now);
  for (int day = 0; day < 365; ++day)
    for (int i = 0; i < 4; ++i)
      batch += fmt::format(R"({{"type":"product_added","customer":"c{}","at":{},"properties":{}}})", day * 4 + i,
                           kDay0 + day * kDayMs + i * kHourMs, kTea) +
               "\n";
  shop.Raw(batch);
  AdvanceResult imported = shop.AdvanceTo(now);
  CHECK(imported.enrolments == 4 * 365);
  // Carts lie 21 to 24, 45 to 48, 69 to 72 and 93 to 96 hours back. Due: one first, three firsts and one second, three
  // seconds and one third, three thirds.
  CHECK(imported.messages == 12);
  shop.RunTo(now + 200 * kHourMs);
  auto rows = shop.store()->ListMessages({{}, MessageId(0), 100'000});
  REQUIRE(rows.ok());
  std::map<std::string, std::vector<int64_t>> made;
  for (const MessageRow& row : *rows) {
    made[std::string(DecodeMessageBody(row.body).customer)].push_back(row.made_at_ms);
    CHECK(row.made_at_ms < row.expires_at_ms);
  }
  CHECK(made.size() ==
        15);  // of the last four days; the cart of exactly 96 hours ago is past its third reminder's latest
  for (const auto& [customer, instants] : made)
    for (size_t i = 1; i < instants.size(); ++i) CHECK(instants[i] - instants[i - 1] >= 12 * kHourMs);
}

TEST_CASE("law 6: min_gap from the last message made") {
  Shop shop(NewMemoryStore(), WithSteps(R"({"wait":"1h"},{"send":"first","via":["web_push"],"latest":"30h"},
                                          {"wait":"24h"},{"send":"second","via":["web_push"],"min_gap":"10h"})"));
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 20 * kHourMs);
  shop.RunTo(kDay0 + 60 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@20:revoked", "ann/second@30:expired"});
}

TEST_CASE("law 6: min_gap counts from a message of the second channel too") {
  Shop shop(NewMemoryStore(), WithSteps(R"({"wait":"1h"},{"send":"first","via":["web_push","sms"],"latest":"30h"},
                                          {"wait":"24h"},{"send":"second","via":["web_push"],"min_gap":"10h"})"));
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 20 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kFailedFinal}}}).ok());
  shop.RunTo(kDay0 + 60 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@1:failed", "ann/first@20:revoked", "ann/second@30:expired"});
}

// Made 24 hours after the cart and good for 48; the next comes four hours later. The first of two channels is down.
const std::string kOverlapping = WithSteps(R"({"wait":"24h"},{"send":"first","via":["web_push","sms"],"latest":"48h"},
                                              {"wait":"4h"},{"send":"second","via":["web_push","sms"]})");

TEST_CASE("law 6: a channel that was down for two steps sends the later one") {
  Shop shop(NewMemoryStore(), kOverlapping);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 27 * kHourMs);
  REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting"});
  shop.RunTo(kDay0 + 28 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked", "ann/second@28:waiting"});
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"revoked","journey":"cart","step":"first","detail":"overtaken")"));
  // The purchase takes back what waits, and nothing twice.
  shop.Event("order_completed", "ann", kDay0 + 28 * kHourMs);
  shop.AdvanceTo(kDay0 + 28 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked", "ann/second@28:revoked"});
  CHECK(Count(shop.Query("why", "ann"), R"("decision":"revoked")") == 2);
}

TEST_CASE("law 6: a step whose message is out when the next one speaks is not tried again, nor by another channel") {
  const OutcomeCode outcome = GENERATE(OutcomeCode::kRetry, OutcomeCode::kFailedFinal);
  const bool heard_before = GENERATE(false, true);  // the outcome is folded before the later step's moment
  Shop shop(NewMemoryStore(), kOverlapping);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 27 * kHourMs);
  const std::vector<Message> first = shop.Claim("web_push", 1, 3 * kHourMs);
  REQUIRE(first.size() == 1);
  if (!heard_before) shop.RunTo(kDay0 + 28 * kHourMs);
  REQUIRE(shop.engine().Settle({{{first[0].id, first[0].token, outcome}}}).ok());
  shop.RunTo(kDay0 + 28 * kHourMs);
  Lines expected{outcome == OutcomeCode::kRetry ? "ann/first@24:revoked" : "ann/first@24:failed"};
  if (heard_before && outcome == OutcomeCode::kFailedFinal)
    expected.push_back("ann/first@27:revoked");  // by sms, an hour too early for it
  expected.push_back(heard_before && outcome == OutcomeCode::kFailedFinal ? "ann/second@29:waiting"
                                                                          : "ann/second@28:waiting");
  shop.RunTo(kDay0 + 29 * kHourMs);
  CHECK(shop.Outbox() == expected);
}

TEST_CASE("law 6: a step whose text is stale is not decided anew once a later one spoke") {
  std::string playbook = kOverlapping;
  playbook.replace(playbook.find(R"("first": {)"), 10, R"("first": {"fresh_for":"3h",)");
  const bool overtaken = GENERATE(false, true);
  Shop shop(NewMemoryStore(), playbook);
  shop.Event("product_added", "ann", kDay0, kTea);
  const int64_t now_ms = kDay0 + (overtaken ? 28 : 27) * kHourMs;
  shop.RunTo(now_ms);
  shop.Claim("web_push");  // ends what is stale
  shop.AdvanceTo(now_ms);
  if (overtaken)
    CHECK(shop.Outbox() == Lines{"ann/first@24:revoked", "ann/second@28:claimed"});
  else
    CHECK(shop.Outbox() == Lines{"ann/first@24:expired", "ann/first@27:waiting"});
}

TEST_CASE("law 6: a later step that says nothing overtakes nobody") {
  std::string playbook = kOverlapping;
  playbook.replace(playbook.find(R"("second": {)"), 11, R"("second": {"require":"false",)");
  Shop shop(NewMemoryStore(), playbook);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 30 * kHourMs);
  const std::vector<Message> first = shop.Claim("web_push");
  REQUIRE(first.size() == 1);
  REQUIRE(shop.engine().Settle({{{first[0].id, first[0].token, OutcomeCode::kFailedFinal}}}).ok());
  shop.AdvanceTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:failed", "ann/first@30:waiting"});
}

TEST_CASE("law 6: sends without a wait between them stand beside each other, each with all of its channels") {
  Shop shop(
      NewMemoryStore(),
      WithSteps(R"({"wait":"24h"},{"send":"first","via":["web_push","sms"]},{"send":"second","via":["app_push"]})"));
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting", "ann/second@24:waiting"});
  const std::vector<Message> first = shop.Claim("web_push");
  REQUIRE(first.size() == 1);
  REQUIRE(shop.engine().Settle({{{first[0].id, first[0].token, OutcomeCode::kFailedFinal}}}).ok());
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:failed", "ann/second@24:waiting", "ann/first@24:waiting"});
}

TEST_CASE("law 6: a step whose time was over when the next one spoke stays so when the clock is set back") {
  const bool claimed = GENERATE(false, true);
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 47 * kHourMs);
  const std::vector<Message> first = claimed ? shop.Claim("web_push", 1, 100 * kHourMs) : std::vector<Message>();
  shop.AdvanceTo(kDay0 + 48 * kHourMs);
  shop.clock().Set(kDay0 + 47 * kHourMs);
  for (const Message& message : first)
    REQUIRE(shop.engine().Settle({{{message.id, message.token, OutcomeCode::kFailedFinal}}}).ok());
  shop.AdvanceTo(kDay0 + 47 * kHourMs);
  CHECK(shop.Outbox() == Lines{claimed ? "ann/first@24:failed" : "ann/first@24:expired", "ann/second@48:waiting"});
}

TEST_CASE("law 6: of a message that was out when the next one was made it is remembered that it arrived") {
  Shop shop(NewMemoryStore(), kOverlapping);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 27 * kHourMs);
  const std::vector<Message> first = shop.Claim("web_push", 1, 3 * kHourMs);
  REQUIRE(first.size() == 1);
  shop.RunTo(kDay0 + 28 * kHourMs);
  shop.Accept(first);
  shop.RunTo(kDay0 + 29 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:accepted", "ann/second@28:waiting"});
  shop.Event("message_clicked", "ann", kDay0 + 29 * kHourMs, fmt::format(R"({{"message_id":{}}})", first[0].id));
  shop.AdvanceTo(kDay0 + 29 * kHourMs);
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
}

TEST_CASE("law 6: a step pushed past its latest by min_gap is skipped with that reason") {
  Shop shop(NewMemoryStore(), WithSteps(R"({"wait":"1h"},{"send":"first","via":["web_push"],"latest":"30h"},
                                          {"wait":"24h"},{"send":"second","via":["web_push"],"min_gap":"10h","latest":"5h"})"));
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 20 * kHourMs);
  shop.RunTo(kDay0 + 60 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@20:expired"});
  CHECK(Has(shop.Query("why", "ann"), R"("step":"second","detail":"min_gap")"));
}

TEST_CASE("law 6: the boundary of latest") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  SECTION("a millisecond before: made, and it expires a millisecond later") {
    shop.AdvanceTo(kDay0 + 48 * kHourMs - 1);
    REQUIRE(shop.Outbox().size() == 1);
    CHECK(Has(shop.Outbox()[0], "first"));
    auto messages = shop.Claim("web_push");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].expires_at_ms == kDay0 + 48 * kHourMs);
  }
  SECTION("at it: skipped, and the next step is made") {
    shop.AdvanceTo(kDay0 + 48 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/second@48:waiting"});
  }
}

TEST_CASE("law 6: whom nothing reaches is a reason in why") {
  Shop shop;
  shop.NeedAddresses();
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
  CHECK(Count(shop.Query("why", "ann"), R"("detail":"unreachable")") == 3);
}

// The first message of a walk may be made up to 24 hours late; the walk that follows it begins with a distance to it.
TEST_CASE("law 6: the next walk keeps its distance to the last message of the one before") {
  Shop shop(NewMemoryStore(), RemindersOnly());
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.clock().Set(kDay0 + 47 * kHourMs);
  shop.AdvanceTo(kDay0 + 47 * kHourMs);
  REQUIRE(shop.Outbox() == Lines{"ann/first@47:waiting"});
  shop.Accept(shop.Claim("web_push"));
  // Bought, and filled again, long ago: its own first reminder is overdue already.
  shop.Event("order_completed", "ann", kDay0 + 23 * kHourMs);
  shop.Event("product_added", "ann", kDay0 + 24 * kHourMs, R"({"product_id":"milk","price":10})");
  shop.RunTo(kDay0 + 70 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@47:accepted", "ann/first@59:waiting"});  // half the wait of 24 hours later
}

TEST_CASE(
    "law 6: shopping starts the wait again also when the reminder was put off by its distance from the one before") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea","price":1})");
  shop.RunTo(kDay0 + 72 * kHourMs);
  shop.Accept(shop.Claim("web_push"));
  shop.RunTo(kDay0 + 73 * kHourMs);
  // Dated 50 h: planned for 74 h, put off to 84 h, twelve hours after the last.
  shop.Event("product_added", "ann", kDay0 + 50 * kHourMs, R"({"product_id":"cup","price":1})");
  shop.RunTo(kDay0 + 75 * kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + 52 * kHourMs);
  shop.RunTo(kDay0 + 101 * kHourMs);
  const auto outbox = shop.Outbox();
  REQUIRE(outbox.size() == 5);
  CHECK(outbox[3].substr(0, 12) == "ann/first@84");
  CHECK(outbox[4].substr(0, 14) == "ann/second@100");  // 48 h after 52 h
}

}  // namespace cartwheel
