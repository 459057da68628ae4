// Retries: what a channel answers, and when a message is tried again.
#include "cartwheel/channels.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/limits.h"
#include "core/message/settle.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

// A transactional message of ann's on web_push that may be tried for 30 days.
struct Tried : Shop {
  Tried() : Shop(NewMemoryStore(), Playbook()) {
    Event("order_completed", "ann", kDay0);
    AdvanceTo(kDay0);
  }
  static std::string Playbook() {
    std::string text(kCartPlaybook);
    size_t at = text.find(R"("latest": "24h")");
    return text.replace(at, 15, R"("latest": "30d")");
  }
  Message One() {
    std::vector<Message> messages = Claim("web_push");
    REQUIRE(messages.size() == 1);
    return messages[0];
  }
  void Answer(const Message& message, OutcomeCode code, int64_t retry_after_ms = 0) {
    REQUIRE(engine().Settle({{{message.id, message.token, code, "", retry_after_ms}}}).ok());
    AdvanceTo(clock().NowMs());
  }
  // How long it waits now.
  int64_t Wait() {
    auto rows = store()->ListMessages({{}, MessageId(0), 10});
    REQUIRE(rows.ok());
    return rows->front().not_before_ms - clock().NowMs();
  }
  std::string State() { return Outbox().front().substr(Outbox().front().find(':') + 1); }
};

// Ann on web_push and sms; the first reminder waits on web_push.
void Remind(Shop& shop) {
  for (std::string_view channel : {"web_push", "sms"})
    shop.Event("endpoint_added", "ann", kDay0,
               fmt::format(R"({{"channel":"{}","address":"{} of ann"}})", channel, channel));
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
}

}  // namespace

TEST_CASE("retries: the delay grows, and after kAttemptsMax the message is a dead letter") {
  Tried shop;
  int64_t last = 0;
  for (size_t attempt = 1; attempt < kAttemptsMax; ++attempt) {
    Message message = shop.One();
    CHECK(message.attempt == static_cast<int>(attempt));
    shop.Answer(message, OutcomeCode::kRetry);
    REQUIRE(shop.State() == "waiting");
    // Doubles from kRetryFirstMs to kRetryLastMs, a quarter up or down.
    int64_t middle = std::min(kRetryLastMs, kRetryFirstMs << (attempt - 1));
    CHECK(shop.Wait() >= middle * 3 / 4);
    CHECK(shop.Wait() <= middle * 5 / 4);
    if (middle < kRetryLastMs) CHECK(shop.Wait() > last);
    last = shop.Wait();
    shop.clock().Pass(last - 1);
    CHECK(shop.Claim("web_push").empty());
    shop.clock().Pass(1);
  }
  shop.Answer(shop.One(), OutcomeCode::kRetry);
  CHECK(shop.State() == "dead");
  CHECK(Has(shop.Query("dead_letters"), R"("state":"dead")"));
  CHECK(Has(shop.Query("dead_letters"), R"("attempts":10)"));
}

TEST_CASE("retries: Retry-After is respected") {
  Tried shop;
  shop.Answer(shop.One(), OutcomeCode::kRetry, 7 * kHourMs);
  CHECK(shop.Wait() == 7 * kHourMs);
  CHECK(shop.AdvanceTo(shop.clock().NowMs()).next_due_ms == shop.clock().NowMs() + 7 * kHourMs);
}

TEST_CASE("retries: defer and config cost no attempt") {
  Tried shop;
  for (size_t i = 0; i < 2 * kAttemptsMax; ++i) {
    Message message = shop.One();
    CHECK(message.attempt == 1);
    shop.Answer(message, i % 2 == 0 ? OutcomeCode::kDefer : OutcomeCode::kConfig, 1000);
    shop.clock().Pass(1000);
  }
  CHECK(shop.State() == "waiting");
}

TEST_CASE("retries: gone removes the address and tries the next channel") {
  Shop shop;
  shop.NeedAddresses();
  Remind(shop);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].address == "web_push of ann");
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kGone}}}).ok());
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK_FALSE(Has(shop.Query("customer", "ann"), "web_push of ann"));
  auto next = shop.Claim("sms");
  REQUIRE(next.size() == 1);
  CHECK(next[0].address == "sms of ann");
  CHECK(next[0].step == "first");
  CHECK(next[0].key != messages[0].key);
}

TEST_CASE("retries: an address that was registered after the moment at which it was gone stays") {
  struct Case {
    int64_t gone_at_ms;
    bool stays;
  };
  // Remind registers it at kDay0.
  for (const Case& c : {Case{kDay0 - 1, true}, Case{kDay0, false}, Case{kDay0 + 1, false}, Case{0, false}}) {
    INFO(c.gone_at_ms - kDay0);
    Shop shop;
    shop.NeedAddresses();
    Remind(shop);
    const std::vector<Message> messages = shop.Claim("web_push");
    REQUIRE(messages.size() == 1);
    const Outcome gone{messages[0].id, messages[0].token, OutcomeCode::kGone, "410", 0, c.gone_at_ms};
    REQUIRE(shop.engine().Settle({{gone}}).ok());
    shop.AdvanceTo(kDay0 + 24 * kHourMs);
    CHECK(Has(shop.Query("customer", "ann"), "web_push of ann") == c.stays);
    CHECK(shop.Claim("sms").size() == 1);  // the message failed all the same
  }
}

TEST_CASE("retries: an address is gone also where the clock was set back to before its registration") {
  Shop shop;
  shop.NeedAddresses();
  Remind(shop);
  const std::vector<Message> messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.clock().Set(kDay0 - kDayMs);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kGone}}}).ok());
  shop.AdvanceTo(kDay0 - kDayMs);
  CHECK_FALSE(Has(shop.Query("customer", "ann"), "web_push of ann"));
  shop.Event("endpoint_added", "ann", kDay0 + kDayMs, R"({"channel":"web_push","address":"web_push of ann"})");
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(Has(shop.Query("customer", "ann"), "web_push of ann"));  // a registration that is newer takes it anew
}

TEST_CASE("retries: which outcomes try the next channel") {
  for (auto [code, next] : std::vector<std::pair<OutcomeCode, bool>>{{OutcomeCode::kFailedFinal, true},
                                                                     {OutcomeCode::kGone, true},
                                                                     {OutcomeCode::kSuppressed, true},
                                                                     {OutcomeCode::kRejectMsg, false},
                                                                     {OutcomeCode::kUnknown, false},
                                                                     {OutcomeCode::kAccepted, false},
                                                                     {OutcomeCode::kDelivered, false}}) {
    CAPTURE(OutcomeName(code));
    Shop shop;
    Remind(shop);
    auto messages = shop.Claim("web_push");
    REQUIRE(messages.size() == 1);
    REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, code}}}).ok());
    shop.AdvanceTo(kDay0 + 24 * kHourMs);
    CHECK(shop.Claim("sms").size() == (next ? 1u : 0u));
  }
}

TEST_CASE("retries: no next channel for a purchase that was already made") {
  Shop shop;
  Remind(shop);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  bool receipt_first = false;
  SECTION("the order before the receipt") {}
  SECTION("the receipt before the order, in one fold") { receipt_first = true; }
  Outcome failed{messages[0].id, messages[0].token, OutcomeCode::kFailedFinal};
  if (receipt_first) REQUIRE(shop.engine().Settle({{failed}}).ok());
  shop.Event("order_completed", "ann", kDay0 + 24 * kHourMs);
  if (!receipt_first) REQUIRE(shop.engine().Settle({{failed}}).ok());
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("retries: the dispatcher leaves a misconfigured channel alone for a while") {
  Tried shop;
  std::vector<Message> sent;
  bool configured = false;
  auto answer = [&](const Message& message) {
    return Outcome{message.id, message.token, configured ? OutcomeCode::kAccepted : OutcomeCode::kConfig, "", 1};
  };
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("web_push", &sent, answer)).ok());
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 1);
  configured = true;
  shop.clock().Pass(Dispatcher::kPauseMs - 1);
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 1);
  shop.clock().Pass(1);
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 2);
  CHECK(shop.State() == "accepted");
}

TEST_CASE("retries: the dispatcher keeps a channel's rate and batch size") {
  Shop shop;
  for (int i = 0; i < 30; ++i) shop.Event("product_added", fmt::format("c{}", i), kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::vector<Message> sent;
  ChannelTraits traits;
  traits.rate_per_second = 5;
  traits.batch_max = 2;
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("web_push", &sent, nullptr, traits)).ok());
  std::vector<size_t> after;
  for (int64_t ms : {0, 0, 199, 1, 1000, 10'000}) {
    shop.clock().Pass(ms);
    REQUIRE(dispatcher.Run().ok());
    after.push_back(sent.size());
  }
  CHECK(after == std::vector<size_t>{5, 5, 5, 6, 11, 16});  // a bucket of one second
}

TEST_CASE("retries: the dispatcher sends everything once, over both channels") {
  Shop shop;
  for (int i = 0; i < 250; ++i) shop.Event("product_added", fmt::format("c{}", i), kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::vector<Message> push, sms;
  auto every_third = [](const Message& message) {
    return Outcome{message.id, message.token, message.id % 3 == 0 ? OutcomeCode::kFailedFinal : OutcomeCode::kAccepted};
  };
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("web_push", &push, every_third)).ok());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("sms", &sms)).ok());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(dispatcher.Run().ok());
    shop.AdvanceTo(shop.clock().NowMs());
  }
  CHECK(push.size() == 250);
  CHECK(sms.size() == 83);  // ids 1 to 250
}

TEST_CASE("retries: a channel that puts everything off by a moment is asked once a run") {
  Tried shop;
  std::vector<Message> sent;
  auto answer = [&](const Message& message) {
    shop.clock().Pass(2);  // time goes by while it is asked
    return Outcome{message.id, message.token, OutcomeCode::kDefer, "", 1};
  };
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("web_push", &sent, answer)).ok());
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 1);
  shop.clock().Pass(900);
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 1);  // kRetryAfterMinMs: not sooner than a second
  shop.clock().Pass(100);
  REQUIRE(dispatcher.Run().ok());
  CHECK(sent.size() == 2);
}

TEST_CASE("retries: a refusal that comes late still keeps advertisements away") {
  Shop shop(NewMemoryStore(), RemindersOnly());
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.clock().Pass(kHourMs);  // the lease lapses: the outcome is not known
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(shop.Claim("web_push").empty());
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kSuppressed}}}).ok());
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kSuppressed}}}).ok());
  shop.RunTo(kDay0 + 48 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Claim("sms").size() == 1);
}

}  // namespace cartwheel
