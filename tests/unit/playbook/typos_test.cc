// The slips that people make in a playbook, each with the one line it answers. The lines are written by hand from the
// rules of compile.h, with positions counted in kGoodPlaybook (support.h): line 1 begins with "{", every further line
// with a space.
#include <algorithm>

#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

struct Slip {
  std::string_view from, to, error;
};

constexpr Slip kSlips[] = {
    // Keys.
    {R"("latest": "12h")", R"("lastest": "12h")",
     R"(/journeys/cart/steps/1/lastest (18:52): unknown key "lastest", did you mean "latest"?)"},
    {R"("journeys")", R"("journey")", R"(/journey (9:2): unknown key "journey", did you mean "journeys"?)"},
    {R"("when")", R"("if")",
     R"(/journeys/cart/enter/if (11:37): unknown key "if", expected one of key, latest, max_per_day, max_per_hour, on, schedule, segment, when)"},
    {R"("within")", R"("whithin")",
     "/journeys/cart/goal/within (15:12): \"within\" is missing: write the time it has, such as \"within\": \"7d\"\n"
     R"(/journeys/cart/goal/whithin (15:38): unknown key "whithin", did you mean "within"?)"},
    {R"({"wait": "24h"})", R"({"wiat": "24h"})",
     R"(/journeys/cart/steps/0/wiat (17:6): unknown key "wiat", did you mean "wait"?)"},
    {R"("revision": 7)", R"("revision": 7, "revision": 8)",
     R"(/revision (1:32): the key "revision" stands here twice, expected each key once)"},
    {R"("purpose": "cart")", R"("purpos": "cart")",
     R"(/templates/gentle/purpos (5:14): unknown key "purpos", did you mean "purpose"?)"},
    {R"("push": {"title": "Thank you"})", R"("psuh": {"title": "Thank you"})",
     R"(/templates/thanks/psuh (8:40): unknown key "psuh", did you mean "push"?)"},
    {R"("push": {"title": "Thank you"})", R"("push": {"titel": "Thank you"})",
     R"(/templates/thanks/push/titel (8:49): unknown key "titel", did you mean "title"?)"},
    {R"("currency": "KRW")", R"("curency": "KRW")",
     R"(/shop/curency (3:68): unknown key "curency", did you mean "currency"?)"},
    // Values.
    {R"("12h")", R"("12 h")",
     R"(/journeys/cart/steps/1/latest (18:62): "12 h" is no span, expected one like "90s", "5m", "24h", "7d")"},
    {R"({"wait": "24h"})", R"({"wait": 24})",
     R"(/journeys/cart/steps/0/wait (17:14): 24 is no span, expected one like "90s", "5m", "24h", "7d")"},
    {R"({"wait": "24h"})", R"({"wait": "0s"})",
     R"(/journeys/cart/steps/0/wait (17:14): "0s" is too short, expected at least "1s")"},
    {R"("revision": 7)", R"("revision": "7")", R"(/revision (1:29): expected a whole number, found "7")"},
    {R"("currency": "KRW")", R"("currency": "KRW", "timezone": "Asia/Soul")",
     R"(/shop/timezone (3:99): "Asia/Soul" is no time zone, expected a name such as "Asia/Seoul")"},
    {R"("KRW")", R"("WON")", R"(/shop/currency (3:80): "WON" is no currency, expected a code like "KRW" or "USD")"},
    {R"("transactional")", R"("transaction")",
     R"(/templates/thanks/class (8:23): "transaction" is no class, did you mean "transactional"?)"},
    {R"("after_exit")", R"("afterexit")",
     R"(/journeys/cart/reenter (13:15): "afterexit" is no way to enter again, did you mean "after_exit"? (or a span like "7d"))"},
    {R"("exit": [{"on": "order_completed"}, {"on": "cart_emptied"}])", R"("exit": {"on": "order_completed"})",
     "/journeys/cart/exit (14:12): expected a list […], found an object\n"
     R"(/journeys/cart/exit (14:12): a reminder of the cart ("gentle") could follow the purchase: write "exit": [{"on": "order_completed"}])"},
    // Names.
    {R"("send": "gentle")", R"("send": "gentel")",
     R"(/journeys/cart/steps/1/send (18:14): unknown template "gentel", did you mean "gentle"?)"},
    {R"("web_push", "sms")", R"("web_psh", "sms")",
     R"(/journeys/cart/steps/1/via/0 (18:32): the template "gentle" has no section "web_psh" for the channel "web_psh", did you mean "web_push"?)"},
    {R"("web_push", "sms")", R"("push", "sms")",
     R"(/journeys/cart/steps/1/via/0 (18:32): "push" is a section, not a channel, expected "web_push" or "app_push")"},
    {R"("web_push", "sms")", R"("web_push", "kakao")",
     R"(/journeys/cart/steps/1/via/1 (18:44): the template "gentle" has no section "kakao" for the channel "kakao", expected "kakao": {…} in it)"},
    {R"({"on": "product_added", "when")", R"({"on": "product_add", "when")",
     R"(/journeys/cart/enter/on (11:20): unknown event type "product_add", did you mean "product_added"? (write custom events with another name))"},
    {R"({"on": "product_added", "when")", R"({"on": "mesage_clicked", "when")",
     R"(/journeys/cart/enter/on (11:20): unknown event type "mesage_clicked", did you mean "message_clicked"? (write custom events with another name))"},
    {R"({"on": "cart_emptied"})", R"({"on": "Cart Emptied"})",
     R"(/journeys/cart/exit/1/on (14:47): unknown event type "Cart Emptied", did you mean "cart_emptied"? (write custom events with another name))"},
    {R"([{"on": "order_completed"}, {"on": "cart_emptied"}])", R"([{"on": "order_complete"}])",
     "/journeys/cart/exit (14:12): a reminder of the cart (\"gentle\") could follow the purchase: write \"exit\": "
     "[{\"on\": \"order_completed\"}]\n"
     R"(/journeys/cart/exit/0/on (14:20): unknown event type "order_complete", did you mean "order_completed"? (write custom events with another name))"},
    // Braces that Liquid does not see.
    {R"("Thank you")", R"("Hello {customer.name}")",
     R"(/templates/thanks/push/title (8:58): a value stands in two braces, expected "{{ customer.name }}")"},
    {R"("Thank you")", R"("Hello { customer.name }}")",
     R"(/templates/thanks/push/title (8:58): a closing "}}" or "%}" without its beginning, expected "{{ … }}" or "{% … %}")"},
    // JSON.
    {R"("via": ["web_push"]}]}}})", R"("via": ["web_push"],}]}}})",
     R"((20:43): "," before "}": no comma follows the last one)"},
    {R"("revision": 7,)", R"("revision": 7)", R"((2:2): expected "," or "}", found a text)"},
    {R"("revision": 7)", R"('revision': 7)", R"((1:17): texts stand in double quotes (") in JSON, found "'")"},
    {R"("24h")", R"(24h)",
     R"((17:14): 24h is no JSON number, expected one like 7, 0.5 (spans such as "24h" stand in quotes))"},
    {R"("온도상점")", R"(“온도상점”)", R"((3:19): texts stand in straight double quotes (") in JSON, found "“")"},
    {R"("Thank you"}})", "\"Thank\n you\"}}",
     R"((8:58): this text is not closed on its line, expected " (a line break in a text is written \n))"},
    {R"("rules": [])", R"("rules": [] // none yet)", R"((2:55): JSON has no comments)"},
    {R"("rules": [])", R"("rules": None)",
     R"((2:52): None is no JSON value, expected a text in double quotes, a number, true, false, null, a list or an object)"},
    {R"("via": ["web_push"]}]}}})", R"("via": ["web_push"]}]}})",
     R"((1:1): "{" is never closed, expected "}" before the end)"},
};

// The pointer and the position of an error, without its words.
std::string Place(const std::string& error) { return error.substr(0, error.find("): ") + 1); }

}  // namespace

TEST_CASE("A playbook with twenty typical typos: one clear error each") {
  REQUIRE(ErrorOf(kGoodPlaybook).empty());
  REQUIRE(std::size(kSlips) >= 20);
  for (const Slip& slip : kSlips) {
    INFO(slip.to);
    CHECK(ErrorOf(With(slip.from, slip.to)) == slip.error);
  }
}

TEST_CASE("Slips in a condition or a text say where the text stands, and where in it") {
  std::string error = ErrorOf(With("cart.quantity > 0", "crat.quantity > 0"));
  CHECK(Place(error) == "/journeys/cart/enter/when (11:45)");
  CHECK(error.find("): 1:1: ") != error.npos);
  CHECK(error.find("crat") != error.npos);
  CHECK(error.find("cart") != error.npos);

  error = ErrorOf(With("cart.quantity > 0", "cart.quantity >"));
  CHECK(error.find("/journeys/cart/enter/when (11:45): 1:") == 0);
  error = ErrorOf(With("cart.quantity > 0", "cart.quanttiy > 0"));
  CHECK(error.find("quantity") != error.npos);
  error = ErrorOf(With("cart.quantity > 0", "cart.quantity"));
  CHECK(error.find("bool") != error.npos);
  error = ErrorOf(With("\"cart.id\"", "\"cart.quantity > 1\""));
  CHECK(error.find("1:1: a key must be string or int, such as cart.id, and this is bool") != error.npos);
  error = ErrorOf(With("\"cart.id\"", "5"));
  CHECK(error == R"(/journeys/cart/enter/key (11:73): expected an expression in a text, such as "cart.id", found 5)");

  error = ErrorOf(With("| default: '고객'", "| defualt: '고객'"));
  CHECK(Place(error) == "/templates/gentle/push/body (6:54)");
  CHECK(error.find("default") != error.npos);
  error = ErrorOf(With("{{ customer.name", "{{ cart.itmes[0].name"));
  CHECK(error.find("items") != error.npos);
  // What the playbook's shop does not say would be missing in every message.
  error = ErrorOf(With("{{ shop.name }}", "{{ shop.contact }}"));
  CHECK(Place(error) == "/templates/gentle/push/title (6:22)");
  CHECK(error.find("contact") != error.npos);
  // At send time there is no event.
  error = ErrorOf(With("{{ shop.name }}", "{{ event.properties.name }}"));
  CHECK(Place(error) == "/templates/gentle/push/title (6:22)");
  CHECK(error.find("event") != error.npos);
  CHECK(error.find("; a text knows customer, cart, journey, and of shop what this playbook says of it") != error.npos);
}

TEST_CASE("All errors of a playbook come at once, in the order of the text, up to the limit") {
  std::string json = With("\"latest\": \"12h\"", "\"latest\": \"12\"", With("\"revision\": 7", "\"revision\": 0"));
  CHECK(ErrorOf(json) ==
        "/revision (1:29): 0 is no revision, expected 1 or more\n"
        R"(/journeys/cart/steps/1/latest (18:62): "12" is no span, expected one like "90s", "5m", "24h", "7d")");

  std::string steps;
  for (int i = 0; i < 25; ++i) steps += "{\"wait\": 1}, ";
  std::string error = ErrorOf(With("{\"wait\": \"24h\"},", steps));
  CHECK(std::count(error.begin(), error.end(), '\n') == 20);  // twenty errors and the last line
  CHECK(error.substr(error.rfind('\n') + 1) == "there are more errors: playbook_errors_max is 20");
}

TEST_CASE("Names that only look like slips are the shop's own") {
  for (std::string_view name :
       {"product_saved", "product_rated", "purchase_planned", "page_visited", "quiz_done", "order_completed_2"}) {
    INFO(name);
    CHECK(ErrorOf(With("{\"on\": \"product_added\", \"when\"", "{\"on\": \"" + std::string(name) + "\", \"when\""))
              .empty());
  }
  CHECK(ErrorOf(With("\"sms\": \"(광고)", "\"sms2\": {\"txet\": \"x\"}, \"sms\": \"(광고)")).empty());
  CHECK(ErrorOf(With("\"percent\": 10", "\"percent\": 10, \"vip_note\": \"x\", \"open\": true, \"rate\": 0.125"))
            .empty());
}

}  // namespace cartwheel
