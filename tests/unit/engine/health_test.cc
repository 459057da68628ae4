// Query health, stats and metrics: a runner that has stalled silently must not stay silent.
#include "tests/unit/engine/shop.h"

using namespace cartwheel;

TEST_CASE("health is well while a worker folds and a channel is claimed") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0);
  shop.AdvanceTo(kDay0 + kSecondMs);
  const std::string health = shop.Query("health");
  CHECK(Has(health, R"("ok":true,"problems":[])"));
  CHECK(Has(health, R"("worker":"folds")"));
  CHECK(Has(health, R"("unfolded":0,"lag_ms":0,"alarm_late_ms":0)"));
}

TEST_CASE("health says that nobody folds, and since when") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0);
  CHECK(Has(shop.Query("health"), R"("ok":true)"));  // not at once
  shop.clock().Pass(5 * kMinuteMs);
  CHECK(Has(
      shop.Query("health"),
      R"("code":"no_worker","text":"no worker folds: 1 events wait, the oldest for 5 min; start a worker, or call advance")"));
  CHECK(Has(shop.Query("health"), R"("worker":"none")"));

  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("health"), R"("ok":true)"));
  // The worker hangs: its lease lapses, its alarms pass.
  shop.clock().Pass(26 * kHourMs);
  const std::string health = shop.Query("health");
  CHECK(Has(health, R"("worker":"lapsed")"));
  CHECK(Has(health, R"("code":"late_alarms")"));
}

TEST_CASE("health says that nobody claims a channel") {
  Shop shop;
  shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"web_push","address":"a"})");
  shop.Event("product_added", "kim", kDay0);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 24 * kHourMs + kSecondMs);
  CHECK(Has(shop.Query("health"), R"("channels":{"web_push":{"waiting":1,"claimed":0)"));
  CHECK(Has(shop.Query("health"), R"("ok":true)"));
  shop.clock().Pass(3 * kHourMs);
  CHECK(Has(shop.Query("health"), R"("code":"unsent","text":"web_push: 1 messages wait, the oldest for 3 h)"));
  shop.Claim("web_push");
  CHECK(Has(shop.Query("health"), R"("web_push":{"waiting":0,"claimed":1,"oldest_ms":0})"));
}

TEST_CASE("health says that the clock was set back, and that no playbook is loaded") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0);
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 - 3 * kHourMs);
  CHECK(Has(shop.Query("health"), R"("code":"clock","text":"the newest event was ingested 3 h in the future)"));
  auto bare = Engine::Open(":memory:");
  CHECK(Has((*bare)->Query({.query = "health"}).value(), R"("code":"no_playbook")"));
}

TEST_CASE("stats count what this engine did") {
  Shop shop;
  shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"web_push","address":"a"})");
  shop.Event("product_added", "kim", kDay0);
  shop.Raw(R"({"type":"product_added"})");  // it names no customer: rejected
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 24 * kHourMs + kSecondMs);
  shop.Accept(shop.Claim("web_push"));
  const std::string stats = shop.Query("stats");
  CHECK(Has(stats, R"("accepted":2,"rejected":1,"warnings":0,"folded":2)"));
  CHECK(Has(stats, R"("messages":1,"claimed":1,"settled":1)"));
  CHECK(Has(stats, R"("ingest":{"calls":3,"errors":0)"));
}

TEST_CASE("metrics are lines that Prometheus reads") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0);
  shop.AdvanceTo(kDay0);
  const std::string metrics = shop.Query("metrics");
  CHECK(Has(metrics, "# TYPE cartwheel_lag_seconds gauge\ncartwheel_lag_seconds 0\n"));
  CHECK(Has(metrics, "cartwheel_engine_total{what=\"accepted\"} 1\n"));
  CHECK(Has(metrics, "cartwheel_call_seconds_bucket{verb=\"ingest\",le=\"+Inf\"} 1\n"));
  CHECK(Has(metrics, "cartwheel_count_total{name=\"entered/cart\"} 1\n"));
  for (size_t begin = 0; begin < metrics.size();) {
    const size_t end = metrics.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const std::string line = metrics.substr(begin, end - begin);
    CHECK((line.starts_with("# ") || (line.starts_with("cartwheel_") && Has(line, " "))));
    begin = end + 1;
  }
}
