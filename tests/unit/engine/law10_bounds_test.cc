// Law 10 and law 11: one over a bound is a clear error, and a handle that must not be used says so.
#include <sys/wait.h>
#include <unistd.h>

#include "cartwheel/limits.h"
#include "core/model/customer_row.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

std::string Products(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += fmt::format(R"({}{{"product_id":"p{}","price":1}})", i == 0 ? "" : ",", i);
  return "[" + list + "]";
}

}  // namespace

TEST_CASE("law 10: of a 1 MB event the property is left out by the limit's name, its neighbours are taken whole") {
  Shop shop;
  std::string large =
      fmt::format(R"({{"type":"page_viewed","customer":"ann","properties":{{"x":"{}"}}}})", std::string(1 << 20, 'x'));
  IngestResult result =
      shop.Raw(R"([{"type":"page_viewed","customer":"a"},)" + large + R"(,{"type":"page_viewed","customer":"b"}])");
  CHECK(result.accepted == 3);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].record == 1);
  CHECK(result.warnings[0].code == "event_bytes_max");
  CHECK(Has(Sentence(result.warnings[0]), "262144"));
}

TEST_CASE("law 10: invalid UTF-8, deep JSON and NaN beside good events") {
  Shop shop;
  std::string deep = std::string(200, '[') + std::string(200, ']');
  std::vector<std::string> lines = {
      R"({"id":"1","type":"page_viewed","customer":"ann"})",
      "{\"id\":\"2\",\"type\":\"page_viewed\",\"customer\":\"a\xff\xfe\"}",
      R"({"id":"3","type":"page_viewed","customer":"ann"})",
      R"({"id":"4","type":"page_viewed","customer":"ann","properties":{"x":)" + deep + "}}",
      R"({"id":"5","type":"page_viewed","customer":"ann"})",
      R"({"id":"6","type":"product_added","customer":"ann","properties":{"price":NaN}})",
      R"({"id":"7","type":"page_viewed","customer":"ann"})",
  };
  std::string batch;
  for (const std::string& line : lines) batch += line + "\n";
  IngestResult result = shop.Raw(batch);
  for (const RejectedEvent& rejected : result.rejected)
    INFO(rejected.record << " " << rejected.code << ": " << rejected.message);
  CHECK(result.accepted == 6);
  REQUIRE(result.rejected.size() == 1);  // it names no customer
  CHECK(result.rejected[0].record == 1);
  CHECK_FALSE(result.rejected[0].message.empty());
  REQUIRE(result.warnings.size() == 2);
  CHECK(result.warnings[0].record == 3);
  CHECK(result.warnings[0].code == "event_depth_max");
  CHECK(result.warnings[1].record == 5);
  CHECK(result.warnings[1].code == "bad_price");
  CHECK(shop.AdvanceTo(kDay0).events == 6);
}

TEST_CASE("law 10: the 501st item of a cart is refused and the cart stays as it was") {
  Shop shop;
  std::string batch;
  for (size_t i = 0; i < kCartItemsMax + 1; ++i)
    batch += fmt::format(R"({{"type":"product_added","customer":"ann","at":{},"properties":{{"product_id":"p{}"}}}})",
                         kDay0, i) +
             "\n";
  shop.Raw(batch);
  CHECK(shop.AdvanceTo(kDay0).refused == 1);
  CHECK(Has(shop.Query("refused"), R"("code":"cart_items_max")"));
  CHECK(Has(shop.Query("customer", "ann"), R"("quantity":500)"));
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"p0"})");  // one more of what is there
  CHECK(shop.AdvanceTo(kDay0).refused == 0);
  CHECK(Has(shop.Query("customer", "ann"), R"("quantity":501)"));
}

TEST_CASE("law 10: a snapshot of 501 or 10,000 items is refused whole") {
  Shop shop;
  shop.Event("cart_updated", "ann", kDay0, R"({"products":)" + Products(500) + "}");
  CHECK(shop.AdvanceTo(kDay0).refused == 0);
  shop.Event("cart_updated", "ann", kDay0 + 1, R"({"products":)" + Products(501) + "}");
  CHECK(shop.AdvanceTo(kDay0).refused == 1);
  IngestResult large =
      shop.Raw(fmt::format(R"({{"type":"cart_updated","customer":"ann","at":{},"properties":{{"products":{}}}}})",
                           kDay0 + 2, Products(10'000)),
               kDay0 + 2);
  CHECK(large.accepted == 1);  // without its products: it says nothing of the cart
  REQUIRE(large.warnings.size() == 1);
  CHECK(large.warnings[0].code == "event_bytes_max");
  shop.AdvanceTo(kDay0 + 2);
  CHECK(Has(shop.Query("customer", "ann"), R"("quantity":500)"));
  CHECK(Has(shop.Query("refused"), "500 items"));
}

TEST_CASE("law 10: batch limits refuse the call") {
  Shop shop;
  auto too_large = shop.engine().Ingest(std::string(kBatchBytesMax + 1, ' '));
  CHECK(absl::IsResourceExhausted(too_large.status()));
  CHECK(Has(StatusText(too_large.status()), "batch_bytes_max"));
  std::string batch;
  for (size_t i = 0; i < kBatchEventsMax + 1; ++i) batch += "{\"type\":\"page_viewed\",\"customer\":\"a\"}\n";
  auto too_many = shop.engine().Ingest(batch);
  CHECK(absl::IsResourceExhausted(too_many.status()));
  CHECK(Has(StatusText(too_many.status()), "batch_events_max"));
  CHECK(Has(shop.Query("health"), R"("events":0)"));
}

TEST_CASE("law 10: log_bytes_max answers backlog_full and goes on after advance") {
  StoreOptions options;
  options.log_bytes_max = 2000;
  Shop shop(NewMemoryStore(options));
  std::string event = R"({"type":"page_viewed","customer":"ann"})";
  int taken = 0;
  absl::Status status;
  while (taken < 1000 && (status = shop.engine().Ingest(event).status()).ok()) ++taken;
  CHECK(absl::IsResourceExhausted(status));
  CHECK(Has(StatusText(status), "backlog_full"));
  CHECK(Has(StatusText(status), "log_bytes_max"));
  CHECK(taken > 10);
  CHECK(shop.AdvanceTo(kDay0).events == taken);
  CHECK(shop.engine().Ingest(event).ok());
}

TEST_CASE("law 10: attributes and endpoints have bounds") {
  Shop shop;
  std::string half(17'000, 'x');
  shop.Event("identify", "ann", kDay0, R"({"a":")" + half + "\"}");
  shop.Event("identify", "ann", kDay0, R"({"b":")" + half + "\"}");
  for (size_t i = 0; i < kEndpointsMax + 1; ++i)
    shop.Event("endpoint_added", "ann", kDay0, fmt::format(R"({{"channel":"sms","address":"{}"}})", i));
  CHECK(shop.AdvanceTo(kDay0).refused == 2);
  std::string refused = shop.Query("refused");
  CHECK(Has(refused, R"("code":"attributes_bytes_max")"));
  CHECK(Has(refused, R"("code":"endpoints_max")"));
}

TEST_CASE("law 10: a customer's row over its bound refuses the event that would make it so") {
  Shop shop;
  std::string note(3'900, 'x');
  int events = 0;
  for (int i = 0; i < 300; ++i, ++events)
    shop.Event("product_added", "ann", kDay0, fmt::format(R"({{"product_id":"p{}","note":"{}"}})", i, note));
  shop.Event("product_added", "bob", kDay0, R"({"product_id":"tea"})");
  AdvanceResult result = shop.AdvanceTo(kDay0);
  CHECK(result.events == events + 1);
  CHECK(result.refused > 0);
  CHECK(Has(shop.Query("customer", "bob"), "tea"));
  CHECK(Has(shop.Query("health"), R"("unfolded":0)"));
}

TEST_CASE("law 10: refused recipients do not pile up") {
  Shop shop(NewMemoryStore(), kCartPlaybook);
  for (int i = 0; i < 20; ++i) {
    shop.Event("order_completed", "ann", kDay0 + i);
    shop.AdvanceTo(kDay0 + kMinuteMs * (i + 1));
    auto messages = shop.Claim("web_push");
    REQUIRE(messages.size() == 1);
    REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kSuppressed}}}).ok());
    shop.AdvanceTo(kDay0 + kMinuteMs * (i + 1));
  }
  auto rows = shop.store()->Customers(CustomerRow(0), 10);
  REQUIRE((rows.ok() && rows->size() == 1));
  auto customer = DecodeCustomer(CustomerRow(1), rows->front().data);
  REQUIRE(customer.ok());
  CHECK(customer->refused_channels == std::vector<std::string>{"web_push"});
}

TEST_CASE("law 11: a handle is refused in a forked child, which may drop it, and lives on in its parent") {
  Shop shop;
  shop.Event("page_viewed", "ann", kDay0);
  pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    bool refused = absl::IsFailedPrecondition(shop.engine().Advance().status()) &&
                   absl::IsFailedPrecondition(shop.engine().Ingest("{}").status()) &&
                   absl::IsFailedPrecondition(shop.engine().Claim({.channel = "sms"}).status()) &&
                   absl::IsFailedPrecondition(shop.engine().Settle({}).status()) &&
                   absl::IsFailedPrecondition(shop.engine().Query({.query = "health"}).status()) &&
                   absl::IsFailedPrecondition(shop.engine().Load("{}").status()) &&
                   absl::IsFailedPrecondition(shop.engine().Close());
    _exit(refused ? 0 : 1);
  }
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(shop.AdvanceTo(kDay0).events == 1);
}

TEST_CASE("law 11: a closed handle is refused") {
  Shop shop;
  REQUIRE(shop.engine().Close().ok());
  CHECK(absl::IsFailedPrecondition(shop.engine().Advance().status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Ingest("{}").status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Claim({.channel = "sms"}).status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Settle({}).status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Query({.query = "health"}).status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Load("{}").status()));
  CHECK(absl::IsFailedPrecondition(shop.engine().Close()));
}

}  // namespace cartwheel
