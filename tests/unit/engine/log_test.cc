// What an engine says to the shop's log, and when it says nothing.
#include "tests/unit/engine/shop.h"

namespace cartwheel {

using Lines = std::vector<std::string>;

TEST_CASE("log: what somebody should know, and nothing of an event that does what it should") {
  Lines lines;  // outlives the shop, which says goodbye
  Shop shop;
  shop.options().log = [&](LogLevel level, std::string_view line) {
    lines.push_back(fmt::format("{} {}", static_cast<int>(level), line));
  };
  shop.Reopen();
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea"})");
  shop.AdvanceTo(kDay0);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Accept(shop.Claim("web_push"));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "1 opened, 0 events in the log");
  CHECK(lines[1].starts_with("2 policy.consent is assumed_by_shop: "));  // of the playbook that is in force
  CHECK(lines[2].starts_with("2 policy.rules is empty: "));
  CHECK(lines[3] == "1 advance: folds from now on");

  lines.clear();
  CHECK(shop.engine().Load(RemindersOnly()).ok());
  CHECK_FALSE(shop.engine().Load("{").ok());
  CHECK_FALSE(shop.engine().Query({.query = "weather"}).ok());
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "1 load: revision 1 is already loaded");
  CHECK(lines[1].substr(0, 8) == "2 load: ");
  CHECK(lines[2].substr(0, 27) == "2 query: unknown query \"wea");

  lines.clear();
  std::string another = RemindersOnly();
  const std::string_view revision = R"("revision": 1)";
  REQUIRE(another.find(revision) != another.npos);
  another.replace(another.find(revision), revision.size(), R"("revision": 2)");
  CHECK(shop.engine().Load(another).ok());
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "1 load: revision 2 is in force");
  CHECK(lines[1].starts_with("2 policy.consent is assumed_by_shop: "));
  CHECK(lines[2].starts_with("2 policy.rules is empty: "));

  lines.clear();
  std::unique_ptr<Engine> other = NewEngine(shop.store(), shop.options());
  CHECK_FALSE(other->Advance().ok());
  CHECK(lines.back().substr(0, 11) == "0 advance: ");  // another folds: no trouble
  shop.clock().PassMonotonic(shop.options().fold_lease_ms + 1);
  CHECK(other->Advance().ok());
  CHECK(lines.back() == "1 advance: folds from now on");
  lines.clear();
  CHECK_FALSE(shop.engine().Advance().ok());
  CHECK(lines.front() == "2 advance: another worker folds from now on");
  CHECK(other->Close().ok());
  CHECK(lines.back() == "1 closed");
}

}  // namespace cartwheel
