// The access log: who was shown personal data, when, why, and of whom.
#include "core/model/event.h"
#include "engine/common/erased_names.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

std::string Access(Shop& shop, QueryRequest request = {}) {
  request.query = "access";
  const auto answer = shop.engine().Query(request);
  INFO(StatusText(answer.status()));
  REQUIRE(answer.ok());
  return *answer;
}

}  // namespace

TEST_CASE("access: a query that shows personal data is noted before it is answered, with actor, reason and time") {
  const bool in_file = GENERATE(false, true);
  TemporaryDirectory directory;
  Shop shop(in_file ? *OpenSqliteStore(directory.File("shop.db")) : NewMemoryStore(), kCartPlaybook);
  shop.Event("page_viewed", "kim", kDay0);
  shop.DeviceEvent("page_viewed", "dev", kDay0, "{}");
  shop.AdvanceTo(kDay0);
  auto ask = [&](QueryRequest request) {
    request.actor = "lee";
    return shop.engine().Query(request).status();
  };
  CHECK(ask({.query = "customer", .customer = "kim", .reason = "ticket 7 of kim@shop.example"}).ok());
  CHECK(ask({.query = "why", .anonymous_id = "dev"}).ok());
  CHECK(absl::IsNotFound(ask({.query = "export", .customer = "nobody"})));  // the query is noted all the same
  CHECK(ask({.query = "messages"}).ok());
  for (std::string_view query : {"health", "report", "segments", "playbook", "erasures", "access", "stats", "metrics"})
    CHECK(ask({.query = std::string(query)}).ok());  // they show no customer
  shop.Query("customer", "kim");                     // no actor was named
  auto hash = [&](const std::string& name) { return ToHex(NameDigest(shop.store()->hash_key(), name)); };
  CHECK(Access(shop) ==
        fmt::format(R"({{"accesses":[{{"id":1,"at":"2026-01-01T00:00:00Z","actor":"lee","reason":"ticket 7 of ki…le",)"
                    R"("query":"customer","subject":"{}"}},)"
                    R"({{"id":2,"at":"2026-01-01T00:00:00Z","actor":"lee","query":"why","subject":"{}"}},)"
                    R"({{"id":3,"at":"2026-01-01T00:00:00Z","actor":"lee","query":"export","subject":"{}"}},)"
                    R"({{"id":4,"at":"2026-01-01T00:00:00Z","actor":"lee","query":"messages"}}]}})",
                    hash("ckim"), hash("adev"), hash("cnobody")));
  const std::string of_kim = Access(shop, {.customer = "kim"});
  CHECK(Has(of_kim, R"("id":1,)"));
  CHECK_FALSE(Has(of_kim, R"("id":2,)"));
  CHECK(Has(Access(shop, {.anonymous_id = "dev"}), R"([{"id":2,)"));
  const std::string page = Access(shop, {.after = 1, .limit = 2});
  CHECK(Has(page, R"([{"id":2,)"));
  CHECK(Has(page, R"("next_after":3})"));
}

TEST_CASE("access: a reason needs an actor, and texts have a bound") {
  Shop shop;
  for (const QueryRequest& request :
       {QueryRequest{.query = "customer", .customer = "kim", .reason = "r"},
        QueryRequest{.query = "customer", .customer = "kim", .actor = std::string(257, 'a')},
        QueryRequest{.query = "customer", .customer = "kim", .actor = "a", .reason = std::string(257, 'a')}})
    CHECK(absl::IsInvalidArgument(shop.engine().Query(request).status()));
  CHECK(Access(shop) == R"({"accesses":[]})");
}

TEST_CASE("access: where an actor is required, a query that shows personal data is not answered without one") {
  Shop shop;
  CHECK(shop.engine().Query({.query = "messages"}).ok());
  shop.options().require_actor = true;
  shop.Reopen();
  const auto refused = shop.engine().Query({.query = "messages"});
  CHECK(StatusText(refused.status()) ==
        "messages shows personal data: expected an actor, who asks, as require_actor is set");
  CHECK(absl::IsInvalidArgument(refused.status()));
  CHECK(shop.engine().Query({.query = "messages", .actor = "lee"}).ok());
  CHECK(shop.engine().Query({.query = "health"}).ok());
}

TEST_CASE("access: every query that tells something of a customer is noted") {
  // A query that is added has to say here which it is.
  constexpr std::string_view kOfNobody[] = {"report", "prompt",  "segments", "erasures", "access",
                                            "health", "metrics", "stats",    "playbook"};
  Shop shop;
  const auto unknown = shop.engine().Query({.query = "?"});
  const std::string expected = StatusText(unknown.status());
  size_t noted = 0, names = 0;
  for (size_t at = expected.find("expected ") + 9; at < expected.size();) {
    const size_t end = std::min(expected.find_first_of(", ", at), expected.size());
    const std::string name = expected.substr(at, end - at);
    at = expected.find_first_not_of(", ", end);
    if (name.empty() || name == "or") continue;
    ++names;
    (void)shop.engine().Query({.query = name, .customer = "kim", .actor = "lee"});
    const bool of_nobody = std::find(std::begin(kOfNobody), std::end(kOfNobody), name) != std::end(kOfNobody);
    noted += of_nobody ? 0 : 1;
    INFO(name);
    CHECK(shop.store()->Accesses({}, {}, 100)->size() == noted);
  }
  CHECK(names > std::size(kOfNobody) + 10);
}

}  // namespace cartwheel
