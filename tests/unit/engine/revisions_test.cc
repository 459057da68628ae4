// Playbooks by revision.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

std::string PlaybookText(int revision, std::string_view from = "", std::string_view to = "") {
  std::string text = RemindersOnly();
  text.replace(text.find(R"("revision": 1)"), 13, fmt::format(R"("revision": {})", revision));
  for (size_t at = text.find(from); !from.empty() && at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("revisions: a lower one is refused with a note, an equal one with other content is an error") {
  Shop shop;
  auto result = shop.engine().Load(PlaybookText(5));
  REQUIRE(result.ok());
  CHECK(result->revision == 5);
  CHECK(result->note.empty());
  result = shop.engine().Load(PlaybookText(5));
  REQUIRE(result.ok());
  CHECK(Has(result->note, "already loaded"));
  result = shop.engine().Load(PlaybookText(4, R"("24h")", R"("1h")"));
  REQUIRE(result.ok());
  CHECK(result->revision == 5);
  CHECK(Has(result->note, "older"));
  result = shop.engine().Load(PlaybookText(5, R"("24h")", R"("1h")"));
  CHECK(absl::IsAlreadyExists(result.status()));
  CHECK(shop.Query("playbook") == PlaybookText(5));
}

TEST_CASE("revisions: a walk stays on its own, new ones take the newest") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 30 * kHourMs);
  REQUIRE(shop.engine().Load(PlaybookText(2, R"("24h")", R"("2h")")).ok());
  SECTION("the same worker") {}
  SECTION("another worker") { shop.Crash(); }
  shop.Event("product_added", "bob", kDay0 + 30 * kHourMs, kTea);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:expired", "bob/first@32:expired", "bob/second@34:expired",
                               "bob/third@36:expired", "ann/second@48:expired", "ann/third@72:expired"});
}

TEST_CASE("revisions: a walk whose journey is gone from the newest goes on, and is ended by its own exits") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.Event("product_added", "bob", kDay0, kTea);
  shop.RunTo(kDay0 + 30 * kHourMs);
  REQUIRE(shop.engine().Load(PlaybookText(2, R"("cart": {)", R"("renamed": {)")).ok());
  shop.Event("order_completed", "ann", kDay0 + 30 * kHourMs);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() ==
        Lines{"ann/first@24:revoked", "bob/first@24:expired", "bob/second@48:expired", "bob/third@72:expired"});
}

TEST_CASE("revisions: before any playbook, carts are kept and nobody enters") {
  auto store = NewMemoryStore();
  ManualClock clock(kDay0);
  Options options;
  options.clock = &clock;
  std::unique_ptr<Engine> engine = NewEngine(std::move(store), options);
  REQUIRE(engine->Ingest(R"({"type":"product_added","customer":"ann","properties":{"product_id":"tea"}})").ok());
  auto result = engine->Advance();
  REQUIRE(result.ok());
  CHECK(result->enrolments == 0);
  CHECK(Has(*engine->Query({.query = "customer", .customer = "ann"}), "tea"));
  CHECK(absl::IsNotFound(engine->Query({.query = "playbook"}).status()));
}

}  // namespace cartwheel
