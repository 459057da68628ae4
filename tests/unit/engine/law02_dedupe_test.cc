// Law 2: folded once. Quantities show how often an add was folded.
#include "cartwheel/limits.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","name":"tea","price":10})";

std::string Add(std::string_view id, std::string_view who, int64_t at_ms) {
  return fmt::format(R"({{"id":"{}","type":"product_added",{},"at":{},"properties":{}}})", id, who, at_ms, kTea);
}
constexpr std::string_view kAnn = R"("customer":"ann")";

bool HasQuantity(Shop& shop, std::string_view customer, int quantity) {
  std::string answer = shop.Query("customer", customer);
  INFO(answer);
  return Has(answer, fmt::format(R"("quantity":{},"opened_at")", quantity));
}

}  // namespace

TEST_CASE("law 2: the same id twice in one batch counts once") {
  Shop shop;
  shop.Raw("[" + Add("e", kAnn, kDay0) + "," + Add("e", kAnn, kDay0) + "]");
  AdvanceResult result = shop.AdvanceTo(kDay0);
  CHECK(result.events == 2);
  CHECK(result.duplicates == 1);
  CHECK(HasQuantity(shop, "ann", 1));
  CHECK(Has(shop.Query("refused"), R"("code":"duplicate")"));
  CHECK(Has(shop.Query("report"), R"("duplicates":1)"));
}

TEST_CASE("law 2: the same id in two batches, two folds, after a crash") {
  Shop shop;
  for (int i = 0; i < 3; ++i) {
    shop.Raw(Add("e", kAnn, kDay0));
    if (i > 0)
      CHECK(shop.AdvanceTo(kDay0).duplicates == 1);
    else
      CHECK(shop.AdvanceTo(kDay0).duplicates == 0);
    shop.Crash();
  }
  CHECK(HasQuantity(shop, "ann", 1));
}

TEST_CASE("law 2: the window is of ingest time, whatever the event says") {
  Shop shop;
  shop.Raw(Add("e", kAnn, kDay0 - 20 * kDayMs));
  shop.AdvanceTo(kDay0);
  SECTION("exactly at its end: a duplicate") {
    shop.clock().Set(kDay0 + 7 * kDayMs);
    shop.Raw(Add("e", kAnn, kDay0));
    CHECK(shop.AdvanceTo(kDay0 + 7 * kDayMs).duplicates == 1);
    CHECK(HasQuantity(shop, "ann", 1));
  }
  SECTION("after it: another event") {
    shop.clock().Set(kDay0 + 7 * kDayMs + 1);
    shop.Raw(Add("e", kAnn, kDay0 - 20 * kDayMs));
    CHECK(shop.AdvanceTo(kDay0 + 7 * kDayMs + 1).duplicates == 0);
    CHECK(HasQuantity(shop, "ann", 2));
  }
  SECTION("folded late, but ingested within it: a duplicate") {
    shop.clock().Set(kDay0 + 6 * kDayMs);
    shop.Raw(Add("e", kAnn, kDay0));
    CHECK(shop.AdvanceTo(kDay0 + 30 * kDayMs).duplicates == 1);
  }
}

TEST_CASE("law 2: a window chosen by option") {
  Shop shop;
  shop.options().dedupe_window_ms = kHourMs;
  shop.Reopen();
  shop.Raw(Add("e", kAnn, kDay0));
  shop.clock().Set(kDay0 + kHourMs + 1);
  shop.Raw(Add("e", kAnn, kDay0));
  CHECK(shop.AdvanceTo(kDay0 + kHourMs + 1).duplicates == 0);
}

TEST_CASE("law 2: an event without an id is never a duplicate") {
  Shop shop;
  std::string event =
      fmt::format(R"({{"type":"product_added","customer":"ann","at":{},"properties":{}}})", kDay0, kTea);
  shop.Raw("[" + event + "," + event + "]");
  CHECK(shop.AdvanceTo(kDay0).duplicates == 0);
  CHECK(HasQuantity(shop, "ann", 2));
}

TEST_CASE("law 2: two customers may use the same id") {
  Shop shop;
  shop.Raw("[" + Add("e", kAnn, kDay0) + "," + Add("e", R"("customer":"bob")", kDay0) + "]");
  CHECK(shop.AdvanceTo(kDay0).duplicates == 0);
  CHECK(HasQuantity(shop, "ann", 1));
  CHECK(HasQuantity(shop, "bob", 1));
}

TEST_CASE("law 2: the same id before and after login") {
  Shop shop;
  shop.Raw(Add("e", R"("anonymous_id":"dev")", kDay0));
  shop.Identify("ann", "dev", kDay0 + 1);
  SECTION("in one fold") {}
  SECTION("in two folds") { shop.AdvanceTo(kDay0); }
  shop.Raw(Add("e", kAnn, kDay0));
  shop.Raw(Add("e", R"("customer":"ann","anonymous_id":"dev")", kDay0));
  shop.Raw(Add("e", R"("anonymous_id":"dev")", kDay0));
  CHECK(shop.AdvanceTo(kDay0).duplicates == 3);
  CHECK(HasQuantity(shop, "ann", 1));
}

TEST_CASE("law 2: a retry without `at` is a duplicate although its instant differs") {
  Shop shop;
  std::string event = fmt::format(R"({{"id":"e","type":"product_added","customer":"ann","properties":{}}})", kTea);
  shop.Raw(event);
  shop.clock().Set(kDay0 + 5 * kHourMs);
  shop.Raw(event);
  CHECK(shop.AdvanceTo(kDay0 + 5 * kHourMs).duplicates == 1);
  CHECK(HasQuantity(shop, "ann", 1));
  CHECK(Has(shop.Query("customer", "ann"), R"("updated_at":"2026-01-01T00:00:00Z")"));
}

TEST_CASE("law 2: fingerprints forgotten before their time are counted") {
  Shop shop;
  std::string batch;
  for (size_t i = 0; i < kDedupeIdsMax + 3; ++i)
    batch += fmt::format(R"({{"id":"e{}","type":"page_viewed","customer":"ann","at":{}}})", i, kDay0) + "\n";
  shop.Raw(batch);
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("health"), R"("dedupe_overflow":3)"));
  shop.Raw(
      fmt::format(R"({{"id":"e3","type":"page_viewed","customer":"ann","at":{}}})", kDay0));  // the oldest still known
  CHECK(shop.AdvanceTo(kDay0).duplicates == 1);
}

TEST_CASE("law 2: fingerprints that a merge has no place for are counted") {
  Shop shop;
  std::string batch;
  for (size_t i = 0; i < kDedupeIdsMax; ++i) {
    batch += fmt::format(R"({{"id":"c{}","type":"page_viewed","customer":"ann","at":{}}})", i, kDay0) + "\n";
    if (i < 10)
      batch += fmt::format(R"({{"id":"d{}","type":"page_viewed","anonymous_id":"dev","at":{}}})", i, kDay0) + "\n";
  }
  shop.Raw(batch);
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("health"), R"("dedupe_overflow":0)"));
  shop.Identify("ann", "dev", kDay0);
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("health"), R"("dedupe_overflow":10)"));
}

TEST_CASE("law 2: ingest judges shape only; duplicates are counted by advance") {
  Shop shop;
  for (int i = 0; i < 2; ++i) {
    IngestResult result = shop.Raw(Add("e", kAnn, kDay0));
    CHECK(result.accepted == 1);
    CHECK(result.rejected.empty());
  }
}

TEST_CASE("law 2: an add told again after the window fills no cart that was closed and forgotten") {
  Shop shop;
  const std::string add = R"({"product_id":"tea","price":1,"cart_id":"old"})";
  shop.Event("product_added", "ann", kDay0, add, "first");
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + kHourMs);
  shop.Event("cart_emptied", "ann", kDay0 + kHourMs, R"({"cart_id":"old"})");
  shop.AdvanceTo(kDay0 + kHourMs);
  const int64_t later = kDay0 + 15 * kDayMs;
  shop.clock().Set(later);
  shop.Event("product_added", "ann", later,
             R"({"product_id":"cup","price":1,"cart_id":"new"})");  // the old one is forgotten here
  shop.Event("product_added", "ann", kDay0, add, "first");
  shop.AdvanceTo(later);
  const std::string customer = shop.Query("customer", "ann");
  INFO(customer);
  CHECK(!Has(customer, "tea"));
  CHECK(Has(customer, "cup"));
}

}  // namespace cartwheel
