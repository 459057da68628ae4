// The dispatcher trusts a channel as far as it has answered.
#include "cartwheel/dispatcher.h"

#include "cartwheel/channels.h"
#include "cartwheel/limits.h"
#include "core/model/message_body.h"
#include "engine/common/given_now.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

// Three hundred advertisements that wait on web_push, and a channel whose calls are counted.
struct Waiting : Shop {
  Waiting() : Shop(NewMemoryStore(), RemindersOnly()), dispatcher(&engine()) {
    for (int i = 0; i < 300; ++i)
      Event("product_added", fmt::format("c{}", i), kDay0, R"({"product_id":"tea","price":10})");
    RunTo(kDay0 + 24 * kHourMs);
  }
  void Add(std::function<std::vector<Outcome>(absl::Span<const Message>)> send) {
    struct Called final : Channel {
      std::string_view name() const override { return "web_push"; }
      std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
        sizes->push_back(messages.size());
        return send(messages);
      }
      std::vector<size_t>* sizes;
      std::function<std::vector<Outcome>(absl::Span<const Message>)> send;
    };
    auto channel = std::make_unique<Called>();
    channel->sizes = &sizes;
    channel->send = std::move(send);
    REQUIRE(dispatcher.Add(std::move(channel)).ok());
  }
  void Run() { REQUIRE(dispatcher.Run().ok()); }
  int Count(std::string_view state) {
    int count = 0;
    for (const std::string& line : Outbox()) count += Has(line, fmt::format(":{}", state));
    return count;
  }
  std::vector<size_t> sizes;
  Dispatcher dispatcher;
};

std::vector<Outcome> All(absl::Span<const Message> messages, OutcomeCode code) {
  std::vector<Outcome> outcomes;
  for (const Message& message : messages) outcomes.push_back({message.id, 0, code});
  return outcomes;
}

}  // namespace

TEST_CASE("dispatcher: a channel that is broken all day loses one message now and then") {
  Waiting shop;
  shop.Add([](absl::Span<const Message>) -> std::vector<Outcome> { throw std::runtime_error("boom"); });
  for (int minute = 0; minute < 60; ++minute) {
    shop.Run();
    shop.clock().Pass(kMinuteMs);
  }
  // After 10, 20, 40, ... 600 seconds: at minutes 0, 1, 2, 3, 5, 8, 14, 24, 34, 44 and 54.
  CHECK(shop.sizes == std::vector<size_t>(11, 1));
  CHECK(shop.Count("unknown") == 11);
  CHECK(shop.Count("waiting") == 289);
}

TEST_CASE("dispatcher: what surely did not leave is not lost") {
  Waiting shop;
  bool up = false;
  shop.Add([&](absl::Span<const Message> messages) -> std::vector<Outcome> {
    if (!up) throw NotSent("connection refused");
    return All(messages, OutcomeCode::kAccepted);
  });
  for (int minute = 0; minute < 60; ++minute) {
    shop.Run();
    shop.clock().Pass(kMinuteMs);
  }
  CHECK(shop.Count("waiting") == 300);
  CHECK(Has(shop.Query("health"), "channel web_push fails since 2026-01-02T00:00:00Z: connection refused"));
  up = true;
  for (int minute = 0; minute < 15; ++minute) {
    shop.Run();
    shop.clock().Pass(kMinuteMs);
  }
  CHECK(shop.Count("accepted") == 300);
  CHECK_FALSE(Has(shop.Query("health"), "channel_fails"));
}

TEST_CASE("dispatcher: batches double while every answer is certain, and begin anew after one that is not") {
  Waiting shop;
  size_t calls = 0;
  shop.Add([&](absl::Span<const Message> messages) {
    std::vector<Outcome> outcomes = All(messages, OutcomeCode::kAccepted);
    if (++calls == 5) outcomes.pop_back();  // of one it says nothing
    return outcomes;
  });
  shop.Run();
  CHECK(shop.sizes == std::vector<size_t>{1, 2, 4, 8, 16, 1, 2, 4, 8, 16, 32, 64, 100, 42});
  CHECK(shop.Count("unknown") == 1);
}

TEST_CASE("dispatcher: ends between two calls when it is told to") {
  Waiting shop;
  std::atomic<bool> stop{false};
  shop.Add([&](absl::Span<const Message> messages) {
    stop = shop.sizes.size() == 3;
    return All(messages, OutcomeCode::kAccepted);
  });
  REQUIRE(shop.dispatcher.Run(0, &stop).ok());
  CHECK(shop.Count("accepted") == 7);
  CHECK(shop.Count("claimed") == 0);
}

TEST_CASE("dispatcher: a taken batch is answered before the next one, and says who failed") {
  Waiting shop;
  shop.Add([](absl::Span<const Message>) { return std::vector<Outcome>(); });
  DispatchResult result;
  auto taken = shop.dispatcher.Take(0, result);
  REQUIRE((taken.ok() && taken->has_value()));
  CHECK((*taken)->messages.size() == 1);
  CHECK(shop.dispatcher.has_taken());
  auto failure = shop.dispatcher.Answer({{}, "no route", true}, 0, result);
  REQUIRE((failure.ok() && failure->has_value()));
  CHECK((*failure)->channel == "web_push");
  CHECK((*failure)->reason == "no route");
  CHECK((*failure)->pause_ms == Dispatcher::kFailurePauseFirstMs);
  CHECK(shop.dispatcher.IdleMs() == Dispatcher::kFailurePauseFirstMs);
  CHECK_FALSE((*shop.dispatcher.Take(0, result)).has_value());
}

TEST_CASE("dispatcher: a provider that puts off all for an hour is a channel that fails, with few attempts lost") {
  Waiting shop;
  bool up = false;
  shop.Add([&](absl::Span<const Message> messages) {
    std::vector<Outcome> outcomes = All(messages, up ? OutcomeCode::kAccepted : OutcomeCode::kRetry);
    for (Outcome& outcome : outcomes) outcome.reason = "503";
    return outcomes;
  });
  shop.Run();
  // 1 + 2 + 4 + 8 were put off before the call that passed 20; then it is left alone.
  CHECK(shop.sizes == std::vector<size_t>{1, 2, 4, 8, 16});
  CHECK(Has(shop.Query("health"), "channel web_push fails since 2026-01-02T00:00:00Z: 503"));
  CHECK(shop.dispatcher.IdleMs() == Dispatcher::kFailurePauseFirstMs);
  for (int minute = 0; minute < 60; ++minute) {
    shop.Run();
    shop.clock().Pass(kMinuteMs);
  }
  // One message a minute at most.
  CHECK(shop.sizes.size() <= 5 + 60);
  CHECK(std::all_of(shop.sizes.begin() + 5, shop.sizes.end(), [](size_t size) { return size == 1; }));
  CHECK(shop.Count("dead") == 0);
  CHECK(shop.Count("waiting") == 300);
  up = true;
  for (int hour = 0; hour < 3; ++hour) {
    shop.Run();
    shop.clock().Pass(kHourMs);
  }
  CHECK(shop.Count("accepted") == 300);
  CHECK_FALSE(Has(shop.Query("health"), "channel_fails"));
}

TEST_CASE("dispatcher: messages that are put off now and then say nothing of the channel") {
  Waiting shop;
  shop.Add([&](absl::Span<const Message> messages) {
    std::vector<Outcome> outcomes = All(messages, OutcomeCode::kRetry);
    outcomes.back().code = OutcomeCode::kAccepted;  // a greylist is the recipient's server's
    return outcomes;
  });
  shop.Run();
  CHECK(shop.sizes.size() == 9);  // 1, 2, 4, … 100, and the rest: no pause
  CHECK_FALSE(Has(shop.Query("health"), "channel_fails"));
}

// A channel that is asked for reports, by the pages that a test gives.
struct Reporting final : Channel {
  std::string_view name() const override { return "web_push"; }
  ChannelTraits traits() const override { return {.poll_ms = every_ms}; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    return All(messages, OutcomeCode::kAccepted);
  }
  absl::StatusOr<ChannelReports> Poll() override {
    ++*polls;
    return answer();
  }
  int64_t every_ms = 0;
  int* polls = nullptr;
  std::function<absl::StatusOr<ChannelReports>()> answer;
};

TEST_CASE("dispatcher: a channel's reports are asked for at its interval, and ingested") {
  Waiting shop;
  std::vector<std::string> lines;
  shop.options().log = [&](LogLevel level, std::string_view line) {
    if (level == LogLevel::kWarning && Has(line, "reports")) lines.emplace_back(line);
  };
  shop.Crash();
  Dispatcher dispatcher(&shop.engine());
  int polls = 0;
  std::vector<absl::StatusOr<ChannelReports>> answers;
  auto channel = std::make_unique<Reporting>();
  channel->every_ms = 5 * kMinuteMs;
  channel->polls = &polls;
  channel->answer = [&]() -> absl::StatusOr<ChannelReports> {
    if (answers.empty()) return ChannelReports();
    absl::StatusOr<ChannelReports> next = std::move(answers.front());
    answers.erase(answers.begin());
    return next;
  };
  REQUIRE(dispatcher.Add(std::move(channel)).ok());
  auto run = [&] { REQUIRE(dispatcher.Run().ok()); };
  run();
  CHECK(polls == 1);
  CHECK(shop.Count("accepted") == 300);
  CHECK(dispatcher.IdleMs() == 5 * kMinuteMs);
  run();
  CHECK(polls == 1);  // not before its time

  // Two pages of reports: a message was delivered, an address refuses.
  const std::vector<MessageRow> rows = shop.store()->ListMessages({.limit = 1}).value();
  const std::string key(DecodeMessageBody(rows.front().body).key);
  answers.push_back(
      ChannelReports{"receipts/solapi",
                     fmt::format(R"({{"messageId":"M","statusCode":"4000","customFields":{{"cartwheel":"{}.0.{}"}}}})",
                                 rows.front().id.value(), key),
                     true});
  answers.push_back(ChannelReports{
      "native", R"({"type":"consent_withdrawn","properties":{"medium":"sms","scope":"ad","address":"01012345678"}})",
      false});
  const int64_t events = shop.store()->Head()->last.value();
  shop.clock().Pass(5 * kMinuteMs);
  run();
  CHECK(polls == 3);
  CHECK(shop.Count("delivered") == 1);
  CHECK(shop.store()->Head()->last.value() >= events + 1);
  CHECK(lines.empty());

  // An error is said, and nothing else happens before the next time.
  answers.push_back(absl::UnavailableError("the provider answers 503"));
  shop.clock().Pass(5 * kMinuteMs);
  run();
  run();
  CHECK(polls == 4);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "channel web_push: its reports could not be had: the provider answers 503; asked again in 300 s");
  // One that says again and again that there is more ends the round.
  for (int i = 0; i < 150; ++i) answers.push_back(ChannelReports{"", "", true});
  shop.clock().Pass(5 * kMinuteMs);
  run();
  CHECK(polls == 104);
}

TEST_CASE("dispatcher: reports that the log has no room for are kept, others that cannot be taken are not") {
  StoreOptions small;
  small.log_bytes_max = 2'000;
  Shop shop(NewMemoryStore(small));
  int polls = 0;
  std::string format = "native";
  auto channel = std::make_unique<Reporting>();
  channel->every_ms = kMinuteMs;
  channel->polls = &polls;
  channel->answer = [&]() -> absl::StatusOr<ChannelReports> {
    return ChannelReports{format, R"({"type":"page_viewed","customer":"told"})", false};
  };
  Dispatcher dispatcher(&shop.engine());
  REQUIRE(dispatcher.Add(std::move(channel)).ok());
  while (shop.engine().Ingest(R"({"type":"page_viewed","customer":"kim"})").ok()) {
  }
  auto run = [&] {
    REQUIRE(dispatcher.Run().ok());
    shop.clock().Pass(kMinuteMs);
  };
  const Position full = shop.store()->Head()->last;
  run();
  run();
  CHECK(polls == 1);
  CHECK(shop.store()->Head()->last == full);
  shop.AdvanceTo(shop.clock().NowMs());
  run();
  CHECK(polls == 1);
  CHECK(shop.store()->Head()->last == full + 1);
  format = "no such format";
  run();
  run();
  CHECK(polls == 3);
}

TEST_CASE("a given now is a moment in milliseconds") {
  for (int64_t now : {int64_t{0}, kNowMinMs, kDay0, kNowEndMs - 1}) CHECK(CheckGivenNow(now).ok());
  for (int64_t now : {int64_t{1}, int64_t{-1}, -kDay0, kDay0 / 1000, kDay0 * 1000, kDay0 * 1'000'000, kNowMinMs - 1,
                      kNowEndMs, INT64_MAX, INT64_MIN})
    CHECK(absl::IsInvalidArgument(CheckGivenNow(now)));
}

}  // namespace cartwheel
