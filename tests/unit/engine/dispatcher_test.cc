// The dispatcher trusts a channel as far as it has answered.
#include "cartwheel/dispatcher.h"

#include "cartwheel/limits.h"
#include "channels/memory_channel.h"
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

TEST_CASE("a given now is a moment in milliseconds") {
  for (int64_t now : {int64_t{0}, kNowMinMs, kDay0, kNowEndMs - 1}) CHECK(CheckGivenNow(now).ok());
  for (int64_t now : {int64_t{1}, int64_t{-1}, -kDay0, kDay0 / 1000, kDay0 * 1000, kDay0 * 1'000'000, kNowMinMs - 1,
                      kNowEndMs, INT64_MAX, INT64_MIN})
    CHECK(absl::IsInvalidArgument(CheckGivenNow(now)));
}

}  // namespace cartwheel
