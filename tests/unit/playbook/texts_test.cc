// What a playbook's texts are checked for at load beside their variables, in which currency and language they are
// written, and in which form they leave.
#include "base/measure.h"
#include "core/model/unwritable.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

std::string Book(const std::string& templates, const std::string& shop) {
  return R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": )" + shop +
         R"(, "templates": )" + templates + "}";
}
constexpr const char* kKorean = R"({"name": "S", "locale": "ko-KR", "currency": "KRW", "timezone": "Asia/Seoul"})";

std::string Errors(const std::string& templates) { return ErrorOf(Book(templates, kKorean)); }

std::string Packed(const std::vector<std::pair<std::string, Value>>& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) {
    writer.Key(key);
    writer.Scalar(value);
  }
  writer.End();
  return packed;
}

// A webhook's text, or the error, for a customer with a cart.
std::string Printed(const std::string& text, const Cart* cart, const std::string& shop = kKorean,
                    const std::vector<std::pair<std::string, Value>>& attributes = {}, const std::string& more = "") {
  auto made = Compiled(Book(R"({"a": {"webhook": {"t": ")" + text + "\"}" + more + "}}", shop));
  Customer customer;
  customer.revenue = 5000 * kMoneyScale;
  customer.attributes.packed = Packed(attributes);
  World world(customer, cart, nullptr, made->shop, 1'780'272'000'000);
  Composed composed;
  const absl::Status status = Compose(*made->templates[0]->FindContent("webhook"), world, &composed);
  return status.ok() ? composed.payload.substr(6, composed.payload.size() - 8) : StatusText(status);
}

Cart CartOf(std::string_view currency, const std::vector<std::string_view>& items) {
  Cart cart;
  cart.id = "c";
  for (std::string_view item : items) {
    std::vector<std::pair<std::string, Value>> fields = {{"name", Value::String("x")},
                                                         {"price", Value::Decimal(129'000)}};
    if (const std::string_view of_line = item.empty() ? currency : item; !of_line.empty())
      fields.emplace_back("currency", Value::String(of_line));
    PutLine(cart, Packed(fields), kOnePiece, static_cast<int64_t>(cart.lines.size()) + 1);
  }
  return cart;
}

}  // namespace

TEST_CASE("A character that EUC-KR does not have is refused at load in every part that is printed as it is written") {
  for (const char* text : {
           "{{ customer.name }} 👍",
           "👍{{ customer.name }}",
           "{% if customer.vip %}👍{% endif %}",
           "{% if customer.vip %}a{% elsif customer.name %}👍{% endif %}",
           "{% if customer.vip %}a{% else %}👍{% endif %}",
           "{% unless customer.vip %}a{% else %}b👍{% endunless %}",
           "{% for i in cart.items %}{{ i.name }}👍{% endfor %}",
           "{% for i in cart.items %}a{% else %}👍{% endfor %}",
           "{% case customer.vip %}{% when 1 %}a{% when 2 %}👍{% endcase %}",
           "{% case customer.vip %}{% when 1 %}a{% else %}👍{% endcase %}",
           "{% if customer.a %}{% for i in cart.items %}{% unless i.name %}👍{% endunless %}{% endfor %}{% endif %}",
           "{% capture x %}👍{% endcapture %}{{ x }}",
           "{% ifchanged %}👍{% endifchanged %}",
           "{% cycle 'a', '👍' %}",
           "{% raw %}👍 {{ x }}{% endraw %}",
           "{{ customer.name | default: '👍' }}",
           "{{ customer.name | append: '👍' | strip }}",
           "{{ '👍' }}",
           "{% liquid echo '👍' %}",
           "{% include 'part' %}",
           "{% render 'part' %}",
       }) {
    CAPTURE(text);
    const std::string partials = R"("partials": {"part": "{{ customer.name | default: 1 }}👍"}, )",
                      book = Book(std::string(R"({"a": {"sms": ")") + text + "\"}}", kKorean);
    const std::string with = "{" + partials + book.substr(1);
    const std::string error = ErrorOf(with);
    CHECK(error.find("\"👍\" cannot be written in EUC-KR (U+1F44D)") != error.npos);
    CHECK(error.find("/templates/a/sms") == 0);
  }
  CHECK(Errors(R"({"a": {"sms": "{{ customer.name }}\n둘째 줄 👍"}})").find("2:6: \"👍\"") != std::string::npos);
  CHECK(Errors(R"({"a": {"sms": {"text": "x", "subject": "{{ customer.name }}👍"}}})").find("(U+1F44D)") !=
        std::string::npos);
  CHECK(Errors(R"({"a": {"kakao": {"text": "👍", "fallback": "{{ customer.name }}👍"}}})")
            .find("/templates/a/kakao/fallback") != std::string::npos);
  CHECK(Errors(R"({"a": {"locales": {"en": {"sms": "{{ customer.name }}👍"}}, "sms": "a"}})").find("(U+1F44D)") !=
        std::string::npos);
  CHECK(Errors(R"({"a": {"variants": {"b": {"sms": "{{ customer.name }}👍"}}, "sms": "a"}})").find("(U+1F44D)") !=
        std::string::npos);
}

TEST_CASE("What may never be printed, or goes elsewhere, may hold any character") {
  for (const char* section : {
           R"("sms": "{{ customer.name | default: '👍' | writable: 'euc-kr' }}")",
           R"("sms": "{{ customer.name | replace: '👍', '' }}")",
           R"("sms": "{% if customer.name contains '👍' %}a{% endif %}b")",
           R"("sms": "{% comment %}👍{% endcomment %}{{ customer.name }}")",
           R"("sms": "{% capture x %}{{ customer.name }}👍{% endcapture %}{{ x | writable: 'euc-kr' }}")",
           R"("push": {"title": "{{ customer.name }}👍"})",
           R"("kakao": {"text": "{{ customer.name }}👍"})",
           R"("email": {"subject": "👍 {{ customer.name }}", "html": "<p>👍</p>"})",
           R"("webhook": {"x": "👍 {{ customer.name }}"})",
       }) {
    CAPTURE(section);
    CHECK(Errors(std::string("{\"a\": {") + section + "}}") == "");
  }
}

// The substitutes are themselves judged by the C library's tables.
TEST_CASE("The error names the character and what can be written for it") {
  struct {
    const char *character, *says;
  } rows[] = {{"₩", "(U+20A9); write \"원\""},
              {"•", "(U+2022); write \"·\""},
              {"–", "(U+2013); write \"-\""},
              {"\u00a0", "(U+00A0, no-break space); write \" \""},
              {"\u200b", "(U+200B, zero width space); leave it out"},
              {"♡️", "(U+FE0F, variation selector); leave it out"},
              {"🌙", "cannot be written in EUC-KR (U+1F319)"}};
  for (const auto& row : rows)
    for (const char* beside : {"", "{{ customer.name }}"}) {
      const std::string error = Errors(std::string(R"({"a": {"sms": "가)") + row.character + beside + "\"}}");
      CAPTURE(error, row.character);
      CHECK(error.find(row.says) != std::string::npos);
    }
  for (const char* character : {"₩", "¥", "£", "¢", "•", "・", "–",      "—",      "‑", "−", "«", "»",
                                "©", "❤", "➡", "✓", "⭐", "〜", "\u00a0", "\u202f", "„", "‚", "‹", "›"}) {
    const std::string problem = UnwritableProblem(*FindMedium("sms")->Find("text"), character);
    CAPTURE(character, problem);
    CHECK(KoreanBytes(character) == 0);
    const size_t at = problem.find("; write \"");
    REQUIRE(at != std::string::npos);
    const std::string instead = problem.substr(at + 9, problem.size() - at - 10);
    CHECK(MeasureKorean(instead).unwritable.empty());
    CHECK_FALSE(instead.empty());
  }
}

TEST_CASE("An amount of the cart is in the cart's currency, one of the customer or the shop in the shop's") {
  const Cart dollars = CartOf("USD", {"", "USD"}), none = CartOf("", {"", ""}), mixed = CartOf("USD", {"EUR", "USD"}),
             by_items = CartOf("", {"EUR", "eur"}), half = CartOf("", {"EUR", ""});
  CHECK(Printed("{{ cart.items[0].price | money }} {{ 3 | money }}", &dollars) == "$12.90 $3.00");
  CHECK(Printed("{{ cart.items[1].price | times: 2 | money }} {{ cart.items[0].price | money: 'KRW' }}", &dollars) ==
        "$25.80 13원");
  CHECK(Printed("{% for i in cart.items %}{{ i.price | money }} {% endfor %}", &dollars) == "$12.90 $12.90 ");
  CHECK(Printed("{{ customer.revenue | money }}", &dollars) == "5,000원");
  CHECK(Printed("{{ customer.budget | money }}", &dollars, kKorean,
                {{"budget", Value::String("12,900")}, {"currency", Value::String("USD")}}) == "12,900원");
  CHECK(Printed("{{ shop.free_from | money }}", &dollars,
                R"({"name": "S", "currency": "KRW", "locale": "ko-KR", "free_from": 50000})") == "50,000원");
  CHECK(Printed("{{ 3 | money }}", &none) == "3원");
  CHECK(Printed("{{ 3 | money }}", nullptr) == "3원");
  CHECK(Printed("{{ 3 | money }} {{ cart.items[1].price | money }}", &by_items) == "€3.00 €12.90");
  CHECK(Printed("{{ cart.items[0].price | money }} {{ cart.items[1].price | money }}", &mixed) == "€12.90 $12.90");
  for (const Cart* cart : {&mixed, &half}) {
    CHECK(Printed("{% assign p = cart.items[0].price %}{{ p | money }}", cart).find("the currency is not known") !=
          std::string::npos);
    CHECK(Printed("{% assign p = cart.items[0].price %}{{ p | money }}", cart, kKorean, {},
                  R"(, "missing": "empty")") == "");
    CHECK(Printed("{% assign p = cart.items[0].price %}{{ p | money: 'EUR' }}", cart) == "€12.90");
  }
}

TEST_CASE("Half a number is an error in a playbook's texts, whatever they do with what is missing") {
  for (const char* more : {"", R"(, "missing": "empty")"})
    CHECK(Printed("{{ customer.points | plus: 1 }}", nullptr, kKorean, {{"points", Value::String("12,900")}}, more)
              .find("\"12,900\" begins like a number and is none") != std::string::npos);
  CHECK(Printed("{{ customer.points | plus: 1 }}", nullptr, kKorean, {{"points", Value::String("12900")}}) == "12901");
  CHECK(Printed("{{ customer.points | money }}", nullptr, kKorean, {{"points", Value::String("two")}},
                R"(, "missing": "empty")") == "");
  CHECK(Printed("{{ customer.points | money }}", nullptr, kKorean, {{"points", Value::String("two")}})
            .find("\"two\" is no amount of KRW") != std::string::npos);
}

TEST_CASE("Days and months are named in the template's language, else the shop's") {
  const std::vector<std::pair<std::string, Value>> day = {{"day", Value::String("2026-11-01")}};
  CHECK(Printed("{{ customer.day | date: '%A %B' }}", nullptr, kKorean, day) == "일요일 11월");
  CHECK(Printed("{{ customer.day | date: '%A %B' }}", nullptr,
                R"({"name": "S", "locale": "de-DE", "timezone": "America/New_York"})", day) == "Sonntag November");
  auto made = Compiled(Book(
      R"({"a": {"webhook": {"t": "x"}, "locales": {"ja": {"webhook": {"t": "{{ customer.day | date: '%A' }}"}}}}})",
      kKorean));
  Customer customer;
  customer.attributes.packed = Packed(day);
  World world(customer, nullptr, nullptr, made->shop, 0);
  Composed composed;
  CHECK(Compose(*made->templates[0]->FindContent("webhook", {}, "ja"), world, &composed).ok());
  CHECK(composed.payload == R"({"t":"日曜日"})");
}

TEST_CASE("A text leaves in form C, an address as it is") {
  const std::string nfd = "\u1100\u1175\u11b7\u1112\u1161\u1102\u1173\u11af",
                    picture = "https://x.test/" + nfd + ".png";  // 김하늘
  const std::vector<std::pair<std::string, Value>> names = {{"name", Value::String(nfd)},
                                                            {"picture", Value::String(picture)}};
  CHECK(Printed("{{ customer.name }}님", nullptr, kKorean, names) == "김하늘님");
  CHECK(Printed("{{ customer.picture }}", nullptr, kKorean, names) == picture);
  CHECK(Printed(nfd, nullptr) == "김하늘");
  auto made = Compiled(Book(R"({"a": {"sms": "{{ customer.name }}"}, "b": {"sms": ")" + nfd + "\"}}", kKorean));
  Customer customer;
  customer.attributes.packed = Packed(names);
  World world(customer, nullptr, nullptr, made->shop, 0);
  for (const auto& one : made->templates) {
    Composed composed;
    CHECK(Compose(*one->FindContent("sms"), world, &composed).ok());
    CHECK(composed.payload == R"({"text":"김하늘","type":"sms","bytes":6})");
  }
}

}  // namespace cartwheel
