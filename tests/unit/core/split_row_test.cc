#include "core/model/split_row.h"

#include "base/packed.h"
#include "core/model/customer_row.h"
#include "core/model/event.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

Customer Kim() {
  Customer customer;
  customer.row = CustomerRow(7);
  customer.id = "kim";
  customer.names = {CustomerKey("kim")};
  customer.attributes.packed = SetPacked("", "name", Value::String("secret name"));
  customer.attributes.packed = SetPacked(customer.attributes.packed, "city", Value::String("secret city"));
  customer.endpoints = {{.channel = "sms", .address = "secret address", .added_at_ms = 1, .key = 11},
                        {.channel = "email", .address = "secret mail", .added_at_ms = 2, .key = 12}};
  customer.history = {{.type = 1,
                       .position = 3,
                       .at_ms = 4,
                       .properties = SetPacked("", "note", Value::String("secret note")),
                       .personal = true},
                      {.type = 1, .position = 5, .at_ms = 6, .properties = SetPacked("", "price", Value::Int(7))}};
  Enrolment& walk = customer.enrolments.emplace_back();
  walk.id = {21, 22};
  walk.data = SetPacked("", "of", Value::String("secret data"));
  return customer;
}

std::string Split(const Customer& customer) {
  std::string bytes;
  EncodeSplitCustomer(customer, &bytes);
  return bytes;
}

// A split row with other parts, as a store hands it back.
std::string With(const std::string& row, std::string_view personal, std::vector<std::string_view> lost = {}) {
  SplitRow split;
  REQUIRE(ReadSplitRow(row, &split).ok());
  split.personal = personal;
  split.lost = std::move(lost);
  std::string bytes;
  WriteSplitRow(CustomerForm::kSplit, split, &bytes);
  return bytes;
}

}  // namespace

TEST_CASE("split row: what is personal stands in its part alone, and comes back to its place") {
  const Customer kim = Kim();
  const std::string row = Split(kim);
  SplitRow split;
  REQUIRE(ReadSplitRow(row, &split).ok());
  CHECK(split.clear.find("secret") == split.clear.npos);
  for (std::string_view text : {"name", "city", "address", "mail", "note", "data"})
    CHECK(split.personal.find("secret " + std::string(text)) != split.personal.npos);
  const auto read = DecodeCustomer(kim.row, row);
  REQUIRE(read.ok());
  CHECK(EncodeCustomer(*read) == EncodeCustomer(kim));
  CHECK(Split(*read) == row);
  CHECK(*DecodeErasedAt(kim.row, row) == 0);
}

TEST_CASE("split row: a part of before fills what is empty, and nothing else") {
  const std::string whole = Split(Kim());
  SplitRow before;
  REQUIRE(ReadSplitRow(whole, &before).ok());
  // What is known since: another city, a new mail address, the second past event gone, a new walk.
  Customer since = Kim();
  since.attributes.packed = SetPacked("", "city", Value::String("new city"));
  since.endpoints[0].address.clear();
  since.endpoints[1].address = "new mail";
  since.history.erase(since.history.begin());
  since.enrolments[0].id = {31, 32};
  since.enrolments[0].data.clear();
  const std::string row = Split(since);
  SplitRow split;
  REQUIRE(ReadSplitRow(row, &split).ok());
  const auto read = DecodeCustomer(since.row, With(row, std::string(split.personal) + std::string(before.personal)));
  REQUIRE(read.ok());
  CHECK(read->attributes.Find("city").text() == "new city");
  CHECK(read->attributes.Find("name").text() == "secret name");
  CHECK(read->endpoints[0].address == "secret address");
  CHECK(read->endpoints[1].address == "new mail");
  CHECK(read->enrolments[0].data.empty());
  CHECK(read->history.size() == 1);
}

TEST_CASE("split row: lost parts are kept as they are, also in memory that served another customer") {
  const std::string row = With(Split(Kim()), "", {"one part", "another"});
  Customer customer = *DecodeCustomer(CustomerRow(7), row);
  CHECK(customer.lost == std::vector<std::string>{"one part", "another"});
  CHECK(customer.endpoints[0].address.empty());
  CHECK(customer.attributes.packed.empty());
  SplitRow again;
  const std::string written = Split(customer);
  REQUIRE(ReadSplitRow(written, &again).ok());
  CHECK(again.lost == std::vector<std::string_view>{"one part", "another"});
  REQUIRE(DecodeCustomer(CustomerRow(8), EncodeCustomer(Kim()), &customer).ok());
  CHECK(customer.lost.empty());
  CHECK_FALSE(customer.history[0].personal);
}

TEST_CASE("split row: what is damaged is no row") {
  const std::string row = Split(Kim());
  for (size_t size = 0; size < row.size(); ++size) CHECK_FALSE(DecodeCustomer({}, row.substr(0, size)).ok());
  CHECK_FALSE(DecodeCustomer({}, row + "x").ok());
  std::string sealed = row;
  sealed[0] = static_cast<char>(static_cast<uint8_t>(sealed[0]) | static_cast<uint8_t>(CustomerForm::kSealed));
  CHECK_FALSE(DecodeCustomer({}, sealed).ok());  // no store opened it
  CHECK_FALSE(DecodeCustomer({}, With(row, "\x07")).ok());
}

}  // namespace cartwheel
