#include <map>
#include <set>

#include "tests/catch.h"
#include "tests/unit/formats/read.h"
#include "tests/unit/formats/real_data.h"

using namespace cartwheel;

namespace {

constexpr char kHeader[] =
    "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n";

void CheckBadRow(std::string_view row, std::string_view code, std::string_view message) {
  CAPTURE(row);
  TestResult result = ReadText(Format::kRees46, kHeader + std::string(row));
  CHECK(result.events.empty());
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].record == 0);
  CHECK(result.rejected[0].code == code);
  CHECK(result.rejected[0].message == message);
}

// How many orders the purchases of a file are: rows of one instant, user and session (awk's columns).
size_t Orders(const std::string& path, const std::string& key, const std::string& type) {
  return std::stoul(OutputOf("gzip -dc " + path + " | awk -F, 'NR > 1 && " + type + " == \"purchase\" && !seen[" + key +
                             "]++' | wc -l"));
}

using Counts = std::map<std::string, size_t>;
Counts CountTypes(const std::vector<TestEvent>& events) {
  Counts counts;
  for (const TestEvent& event : events) ++counts[event.type_name];
  return counts;
}

}  // namespace

TEST_CASE("REES46 rows become events") {
  TestResult result = ReadText(
      Format::kRees46,
      std::string("\xef\xbb\xbf") + kHeader +
          "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde\r\n"
          "2020-09-24 13:51:07+00:00,cart,387956,2144415922427789416,computers.videocards,Unknown,0.00,15159,Unknown\n"
          "2019-10-01 00:00:02 UTC,remove_from_cart,5,,,\"a \"\"b\"\", c\",,7,\n"
          "2019-10-01 00:00:03 UTC,purchase,5,9,,,104.2100,7,s");
  REQUIRE(result.rejected.empty());
  REQUIRE(result.events.size() == 4);
  const auto& e = result.events;
  CHECK(e[0].type == EventType::kProductViewed);
  CHECK(e[0].customer == "541312140");
  CHECK(e[0].at_ms == 1569888000000);  // date -d 2019-10-01T00:00:00Z +%s
  CHECK(e[0].json == R"({"product_id":"44600062","price":35.79,"category_id":"2103807459595387724",)"
                     R"("brand":"shiseido","session_id":"72d76fde"})");
  CHECK(e[0].id.size() == 32);
  CHECK(e[1].type == EventType::kProductAdded);
  CHECK(e[1].at_ms == 1600955467000);
  CHECK(e[1].json ==
        R"({"product_id":"387956","price":0,"category_id":"2144415922427789416","category":"computers.videocards"})");
  CHECK(e[2].type == EventType::kProductRemoved);
  CHECK(e[2].json == R"({"product_id":"5","brand":"a \"b\", c"})");
  CHECK(e[3].type == EventType::kOrderCompleted);
  CHECK(
      e[3].json ==
      R"({"order_id":"s","session_id":"s","products":[{"product_id":"5","price":104.21,"category_id":"9","quantity":1}],)"
      R"("value":104.21})");
}

TEST_CASE("REES46 purchases of one session are one order") {
  const std::string at = "2019-10-01 00:00:03 UTC,", later = "2019-10-01 00:00:04 UTC,";
  TestResult result = ReadText(Format::kRees46, kHeader +                                  //
                                                    at + "purchase,5,,,,104.20,7,s\n" +    // joined by …
                                                    at + "purchase,9,,,,1,8,s\n" +         // another user
                                                    at + "cart,6,,,,0.40,7,s\n" +          //
                                                    at + "purchase,6,,,acme,0.40,7,s\n" +  // … this and …
                                                    at + "purchase,5,,,,104.20,7,s\n" +    // the first, told again
                                                    at + "purchase,8,,,,none,7,s\n" +      // unreadable
                                                    at + "purchase,7,,,,,7,t\n" +   // another session, without a price
                                                    at + "purchase,7,,,,3,7,s\n" +  // … this
                                                    at + "purchase,1,,,,1,7,\n" +   // no session: orders of their own
                                                    at + "purchase,2,,,,1,7,\n" +   //
                                                    later + "purchase,8,,,,2,7,s\n");
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].record == 5);
  std::vector<std::string> orders;
  for (const TestEvent& event : result.events)
    if (event.type == EventType::kOrderCompleted) orders.push_back(event.customer + " " + event.json);
  CHECK(
      orders ==
      std::vector<std::string>{
          R"(7 {"order_id":"s","session_id":"s","products":[{"product_id":"5","price":104.2,"quantity":1},)"
          R"({"product_id":"6","price":0.4,"brand":"acme","quantity":1},{"product_id":"7","price":3,"quantity":1}],"value":107.6})",
          R"(8 {"order_id":"s","session_id":"s","products":[{"product_id":"9","price":1,"quantity":1}],"value":1})",
          R"(7 {"order_id":"t","session_id":"t","products":[{"product_id":"7","quantity":1}]})",
          R"(7 {"products":[{"product_id":"1","price":1,"quantity":1}],"value":1})",
          R"(7 {"products":[{"product_id":"2","price":1,"quantity":1}],"value":1})",
          R"(7 {"order_id":"s","session_id":"s","products":[{"product_id":"8","price":2,"quantity":1}],"value":2})"});
  // The id of an order is that of its first row.
  CHECK(result.events[0].id == ReadText(Format::kRees46, kHeader + at + "purchase,5,,,,104.20,7,s\n").events[0].id);
}

TEST_CASE("REES46 columns come as the header says, also over chunks") {
  EventReader reader(Format::kRees46);
  TestResult first =
      ReadWith(&reader, "user_id,product_id,extra,event_type,event_time\n1,2,x,view,2022-10-01 00:00:00 UTC\n");
  TestResult second = ReadWith(&reader, "1,2,x,view,2022-10-01 00:00:00 UTC\n1,3,x,like,2022-10-01 00:00:00 UTC\n");
  REQUIRE(first.events.size() == 1);
  REQUIRE(second.events.size() == 1);
  CHECK(first.events[0].json == R"({"product_id":"2"})");
  CHECK(first.events[0].id == second.events[0].id);  // an exact repeat
  REQUIRE(second.rejected.size() == 1);
  CHECK(second.rejected[0].record == 2);
}

TEST_CASE("what is wrong with a REES46 row") {
  CheckBadRow("2019-10-01 00:00:00 UTC,like,1,,,,1.5,7,", "unknown_type",
              R"(event_type is "like": expected view, cart, remove_from_cart or purchase)");
  CheckBadRow("2019-10-01 00:00:00 UTC,cart,1,,,,-1.5,7,", "bad_price",
              R"(price is "-1.5": expected a number of at least 0 such as 12900 or "12.50")");
  CheckBadRow("2019-10-01 00:00:00 UTC,cart,1,,,,free,7,", "bad_price",
              R"(price is "free": expected a number of at least 0 such as 12900 or "12.50")");
  CheckBadRow("2019-10-41 00:00:00 UTC,cart,1,,,,1,7,", "bad_at",
              "event_time \"2019-10-41 00:00:00 UTC\" is not a time: expected ISO 8601 such as "
              "\"2022-08-01T09:30:00Z\", or epoch milliseconds");
  CheckBadRow("2019-10-01 00:00:00 UTC,cart,1,,,,1,,", "missing_customer",
              "neither customer nor anonymous_id is given: expected at least one");
  CheckBadRow("2019-10-01 00:00:00 UTC,cart,1,,,,1,0,", "placeholder_id",
              R"(customer "0" is a placeholder: expected an id of its own, or none)");
  CheckBadRow("2019-10-01 00:00:00 UTC,cart,1", "bad_csv", "the row has 3 fields: expected 9, as the header has");
  CheckBadRow("2019,\"cart", "bad_csv",
              R"(the quotes of the row "2019,\"cart" do not match: expected "" for a quote inside a quoted field)");
  CheckBadRow("2019\xff", "invalid_utf8", "byte 4 (0xff) is not UTF-8: expected CSV in UTF-8");
  CheckBadRow(std::string(262145, 'x'), "event_bytes_max", "the event has 262145 bytes: event_bytes_max is 262144");

  TestResult result = ReadText(Format::kRees46, "event_time,event_type,product_id\n2019-10-01 00:00:00 UTC,cart,1\n");
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].code == "bad_header");
  CHECK(result.rejected[0].message == R"(the header has no column "user_id": expected it in the first line)");
}

TEST_CASE("the real multi-category day of REES46") {
  std::string path = RealDataPath("rees46-events/multi_category_2019-10-01.csv.gz");
  if (path.empty()) return;
  TestResult result = ReadText(Format::kRees46, OutputOf("gzip -dc " + path));
  // The numbers of the data set's README.
  CHECK(result.rejected.empty());
  CHECK(CountTypes(result.events) ==
        Counts{{"product_viewed", 17055}, {"product_added", 165}, {"order_completed", Orders(path, "$1,$8,$9", "$2")}});
  std::set<std::string> customers, sessions, products;
  size_t zero_prices = 0, bought = 0;
  for (const TestEvent& event : result.events) {
    customers.insert(event.customer);
    sessions.emplace(event.Get("session_id").text());
    auto look = [&](const Value& product) {
      products.emplace(product.Find("product_id").text());
      if (ToDouble(product.Find("price")) == 0) ++zero_prices;
    };
    if (event.type != EventType::kOrderCompleted) {
      look(ReadPacked(event.packed));
      continue;
    }
    const Value lines = event.Get("products");
    bought += lines.size();
    for (size_t i = 0; i < lines.size(); ++i) look(lines.at(i));
  }
  CHECK(bought == 214);  // the rows of type "purchase"
  CHECK(customers.size() == 4504);
  CHECK(sessions.size() == 5066);
  CHECK(products.size() == 6493);
  CHECK(zero_prices == 19);
}

TEST_CASE("the real cosmetics windows of REES46") {
  std::string path = RealDataPath("rees46-events/cosmetics_5_windows.csv.gz");
  if (path.empty()) return;
  TestResult result = ReadText(Format::kRees46, OutputOf("gzip -dc " + path));
  Counts counts = CountTypes(result.events);
  // Rows with a price below 0 are rejected; how many of which type awk knows.
  std::string negative = OutputOf("gzip -dc " + path + " | awk -F, 'NR > 1 && $4 < 0' | wc -l");
  CHECK(result.rejected.size() == std::stoul(negative));
  for (const Rejection& rejection : result.rejected) CHECK(rejection.code == "bad_price");
  CHECK(counts["product_viewed"] == 2320);
  CHECK(counts["product_added"] == 1300);
  CHECK(counts["product_removed"] == 1051);
  CHECK(counts["order_completed"] == Orders(path, "$1,$5,$6", "$4 >= 0 && $2"));
}

TEST_CASE("exact repeats of a real REES46 row have one id") {
  std::string path = RealDataPath("rees46-events/electronics_duplicates.csv.gz");
  if (path.empty()) return;
  TestResult result = ReadText(Format::kRees46, OutputOf("gzip -dc " + path));
  CHECK(result.rejected.empty());
  CHECK(CountTypes(result.events) == Counts{{"product_viewed", 1272}, {"product_added", 6}, {"order_completed", 2}});
  std::set<std::string> ids;
  for (const TestEvent& event : result.events) ids.insert(event.id);
  std::string distinct = OutputOf("gzip -dc " + path + " | tail -n +2 | LC_ALL=C sort -u | wc -l");
  CHECK(std::stoul(distinct) == 1284 - 655);
  CHECK(ids.size() == std::stoul(distinct) - 1);  // one of the two orders has two different rows
}
