// A field degrades, an event does not: every kind of wrong value in every field of every type. And the two readers of
// JSON records, the fast one and the one that forgives, make the same events of what is well-formed.
#include <map>

#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kWrong[] = {"null",
                                       "true",
                                       "false",
                                       "0",
                                       "-1",
                                       "0.5",
                                       "1e3",
                                       "1e400",
                                       "-1e400",
                                       "NaN",
                                       "Infinity",
                                       "-Infinity",
                                       "012",
                                       "+5",
                                       ".5",
                                       "0x10",
                                       "undefined",
                                       "None",
                                       "9223372036854775808",
                                       "123456789012345678901234567890",
                                       "1e-300",
                                       R"("")",
                                       R"(" ")",
                                       R"("two")",
                                       R"("12,900")",
                                       R"("\u20a912,900")",
                                       R"("1.234")",
                                       R"("\ud83d")",
                                       R"("\udc00x")",
                                       R"("\q")",
                                       R"("\u12")",
                                       "\"\xff\xfe\"",
                                       "\"a\tb\"",
                                       R"("null")",
                                       R"("NaN")",
                                       "[]",
                                       "{}",
                                       "[1]",
                                       R"({"a":1})",
                                       "[[[[[[[[[[[[[[1]]]]]]]]]]]]]]",
                                       R"(["x",null,7])",
                                       R"({"0":{"sku":"a"}})",
                                       R"("[{\"sku\":\"a\"}]")",
                                       R"("yesterday")",
                                       R"("2022-02-30")"};

constexpr std::string_view kProperties[] = {"product_id",  "variant_id", "sku",     "cart_id",   "order_id",
                                            "previous_id", "message_id", "name",    "image_url", "price",
                                            "quantity",    "value",      "total",   "revenue",   "currency",
                                            "products",    "channel",    "address", "coupon",    "note"};

std::vector<std::string> Types() {
  std::vector<std::string> types = {"quiz"};
  for (int i = 1; i <= static_cast<int>(kLastEventType); ++i)
    if (!IsDerived(static_cast<EventType>(i))) types.emplace_back(EventTypeName(static_cast<EventType>(i)));
  return types;
}

std::string EventText(std::string_view type, const std::map<std::string, std::string>& members,
                      const std::map<std::string, std::string>& properties) {
  std::string inside, text = fmt::format(R"({{"type":"{}")", type);
  for (const auto& [key, value] : properties)
    inside += fmt::format(R"({}"{}":{})", inside.empty() ? "" : ",", key, value);
  for (const auto& [key, value] : members) text += fmt::format(R"(,"{}":{})", key, value);
  return text + (members.contains("properties") ? "}" : fmt::format(R"(,"properties":{{{}}}}})", inside));
}

const std::map<std::string, std::string> kMembers = {
    {"id", R"("e")"}, {"customer", R"("c")"}, {"anonymous_id", R"("d")"}, {"at", "1659346200000"}};

// The events with their properties, for comparing.
std::string Told(const TestEvent& e) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", e.type_name, e.id, e.customer, e.anonymous_id, e.at_ms, e.undated,
                     static_cast<int>(e.exits_as), e.packed);
}

}  // namespace

TEST_CASE("no wrong property takes its event with it, nor another property") {
  for (const std::string& type : Types()) {
    for (std::string_view property : kProperties) {
      for (std::string_view wrong : kWrong) {
        std::map<std::string, std::string> properties = {{"zz_other", R"("kept")"}};
        properties[std::string(property)] = wrong;
        const std::string text = EventText(type, kMembers, properties);
        TestResult result = ReadText(Format::kNative, text);
        const bool good = result.rejected.empty() && result.events.size() == 1 && result.events[0].type_name == type &&
                          result.events[0].customer == "c" && result.events[0].at_ms == 1659346200000 &&
                          result.events[0].Get("zz_other").is_string() && ValidPacked(result.events[0].packed);
        if (!good) {
          CAPTURE(text);
          CHECK(good);
        }
        for (const Warning& warning : result.warnings) {
          const std::string own = fmt::format("properties.{}", property);
          const bool needed = warning.code.starts_with("missing_");
          if (!warning.field.starts_with(own) && !needed) {
            CAPTURE(text, Sentence(warning));
            CHECK(warning.field == own);
          }
        }
      }
    }
  }
}

TEST_CASE("no wrong value of a product takes its line, its event or another line with it") {
  for (std::string_view property :
       {"product_id", "variant_id", "sku", "name", "price", "quantity", "image_url", "currency", "options"}) {
    for (std::string_view wrong : kWrong) {
      const std::string text = EventText(
          "order_completed", kMembers,
          {{"products", fmt::format(R"([{{"sku":"a"}},{{"{}":{},"zz":"kept"}},{{"sku":"b"}}])", property, wrong)}});
      CAPTURE(text);
      TestResult result = ReadText(Format::kNative, text);
      REQUIRE(result.events.size() == 1);
      const Value products = result.events[0].Get("products");
      REQUIRE(products.size() == 3);
      CHECK(products.at(0).Find("sku").text() == "a");
      CHECK(products.at(1).Find("zz").text() == "kept");
      CHECK(products.at(2).Find("sku").text() == "b");
      for (const Warning& warning : result.warnings)
        CHECK(warning.field.starts_with(fmt::format("properties.products[1].{}", property)));
      for (std::string_view number : {"price", "quantity"}) {
        const Value value = products.at(1).Find(number);
        CHECK((value.is_absent() || value.kind() == Kind::kInt || value.kind() == Kind::kDecimal ||
               value.kind() == Kind::kDouble));
      }
    }
  }
}

TEST_CASE("no wrong member takes an event with it that still has a type and names somebody") {
  for (const std::string& type : Types()) {
    for (std::string_view member :
         {"id", "customer", "anonymous_id", "at", "sent_at", "received_at", "properties", "no_such_member"}) {
      for (std::string_view wrong : kWrong) {
        std::map<std::string, std::string> members = kMembers;
        members[std::string(member)] = wrong;
        const std::string text = EventText(type, members, {});
        for (Source source : {Source::kHistory, Source::kLive}) {
          TestResult result = ReadText(Format::kNative, text, {.source = source});
          // An identify or alias of a placeholder names no customer, whatever its device.
          const bool may_go = member == "customer" && (type == "identify" || type == "alias");
          const bool good =
              result.events.size() == 1 ? result.events[0].type_name == type : may_go && result.rejected.size() == 1;
          if (!good) {
            CAPTURE(text);
            CHECK(good);
          }
        }
      }
    }
  }
}

TEST_CASE("a withdrawal is heard under whatever name a shop has for nobody") {
  for (std::string_view wrong : kWrong) {
    CAPTURE(wrong);
    TestResult result = ReadText(
        Format::kNative,
        fmt::format(
            R"({{"type":"endpoint_removed","customer":{},"properties":{{"channel":"sms","address":"+821012345678"}}}})",
            wrong));
    CHECK(result.events.size() == 1);
  }
}

TEST_CASE("both readers make the same events of well-formed records") {
  const std::string odd = R"(,"zz_odd":1})";  // an unknown member: the record is read by the reader that forgives
  for (const std::string& type : Types()) {
    for (const std::map<std::string, std::string>& properties :
         {std::map<std::string, std::string>{},
          {{"product_id", "7"}, {"price", "12900"}, {"quantity", "2"}, {"name", R"("\uc591\ub9d0")"}, {"note", "null"}},
          {{"productId", R"(" p ")"},
           {"price", "\"12900\""},
           {"quantity", "2.0"},
           {"cartId", "\"\""},
           {"deep", R"({"a":[1,{"b":null},1.5,true]})"}},
          {{"order_id", "18446744073709551615"},
           {"total", "-12.5"},
           {"value", "1.23456789"},
           {"revenue", "1e3"},
           {"coupon", R"("10 %")"}},
          {{"products", R"([{"sku":"a","price":1,"quantity":0.25},{"product_id":2,"variantId":3,"imageUrl":"u"},{}])"}},
          {{"channel", R"("sms")"}, {"address", R"("+821012345678")"}, {"previous_id", "12"}, {"message_id", "17"}}}) {
      for (std::string_view at : {"1659346200000", R"("2022-08-01T09:30:00Z")", R"("2022-08-01T18:30:00.5+09:00")"}) {
        std::map<std::string, std::string> members = kMembers;
        members["at"] = at;
        const std::string text = EventText(type, members, properties), forgiven = text.substr(0, text.size() - 1) + odd;
        CAPTURE(text);
        TestResult fast = ReadText(Format::kNative, text), slow = ReadText(Format::kNative, forgiven);
        REQUIRE(fast.events.size() == 1);
        REQUIRE(slow.events.size() == 1);
        CHECK(Told(fast.events[0]) == Told(slow.events[0]));
        CHECK(fast.warnings.size() + 1 == slow.warnings.size());
      }
    }
  }
}
