// What a message is about: a word of the list, or what its journeys say.
#include "playbook/purposes.h"

#include "base/status.h"
#include "fmt/format.h"
#include "playbook/compile.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

// A template of this purpose (empty: none is said) and class, which these journeys send.
std::string Book(std::string_view purpose, std::string_view message_class, std::string_view journeys) {
  return fmt::format(
      R"({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "s", "contact": "1"}},
    "templates": {{"note": {{{} "class": "{}", "push": {{"title": "t", "body": "b"}}}}}}, "journeys": {{{}}}}})",
      purpose.empty() ? "" : fmt::format("\"purpose\": \"{}\",", purpose), message_class, journeys);
}

std::string Purpose(std::string_view purpose, std::string_view message_class, std::string_view journeys) {
  auto made = CompilePlaybook(Book(purpose, message_class, journeys));
  return made.ok() ? (*made)->templates[0]->purpose : "error: " + StatusText(made.status());
}

constexpr std::string_view kOnCart =
    R"("a": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "note", "via": ["web_push"]}]})";
constexpr std::string_view kOnOrder =
    R"("b": {"enter": {"on": "order_completed"}, "steps": [{"wait": "1h"}, {"send": "note", "via": ["web_push"]}]})";

}  // namespace

TEST_CASE("purposes: every word of the list is taken, and a word that is none says which is meant") {
  for (std::string_view purpose : playbook::kPurposes)
    CHECK(Purpose(purpose, "ad", purpose == playbook::kCartPurpose ? kOnCart : kOnOrder) == purpose);
  for (std::string_view wrong : {"Cart", "crat", "carts", "brwose", "x"}) {
    CAPTURE(wrong);
    CHECK(Purpose(wrong, "ad", kOnOrder).find("is no purpose") != std::string::npos);
  }
  CHECK(Purpose("crat", "ad", kOnOrder).find("cart") != std::string::npos);
}

TEST_CASE("purposes: who says none is about the cart where every journey that sends it walks on one") {
  const std::string both = std::string(kOnCart) + "," + std::string(kOnOrder);
  CHECK(Purpose("", "ad", kOnCart) == "cart");
  CHECK(Purpose("", "ad", kOnOrder) == "general");
  CHECK(Purpose("", "ad", both) == "general");
  CHECK(Purpose("", "ad", "") == "general");
  CHECK(Purpose("", "transactional", kOnCart) == "general");
  CHECK(Purpose("general", "ad", kOnCart) == "general");  // it is said
  std::string endless(kOnCart);
  endless.replace(endless.find(R"("exit")"), endless.find(R"("steps")") - endless.find(R"("exit")"), "");
  CHECK(Purpose("", "ad", endless).find("could follow the purchase") != std::string::npos);
}

}  // namespace cartwheel
