// Hidden: test_engine '[.bench]' prints what a verdict of the gate costs beside the rendering of a reminder.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/packed.h"
#include "core/message/world.h"
#include "core/model/customer_row.h"
#include "core/policy/gate.h"
#include "playbook/compile.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

// A playbook of a shop in Korea, with the caps that docs/policy.md shows.
constexpr std::string_view kBook = R"json({"playbook": 1, "revision": 1,
  "policy": {"rules": ["KR"], "domestic": true, "opt_out": {"sms": "080-123-4567"},
             "caps": [{"count": "entries", "per": "journey", "max": 1, "within": "7d"},
                      {"count": "messages", "class": "ad", "max": 12, "within": "day"},
                      {"count": "messages", "class": "ad", "max": 20, "within": "7d"}]},
  "shop": {"name": "온도상점", "contact": "02-123-4567", "country": "KR", "timezone": "Asia/Seoul", "currency": "KRW"},
  "templates": {"remind": {"purpose": "cart", "sms": "(광고) {{ shop.name }}\n{{ customer.name | default: '고객' }}님, ‘{{ cart.items[0].name | truncate: 12, '…' }}’{% if cart.items.size > 1 %} 외 {{ cart.items.size | minus: 1 }}개{% endif %}를 장바구니에 담아 두셨어요. 지금 주문하시면 {{ cart.value | times: 0.9 | round }}원에 받아 보실 수 있어요. 재고가 많지 않아 곧 품절될 수 있으니 잊지 마세요. {{ cart.url }}\n무료수신거부 080-123-4567"}},
  "channels": {"sms": {"certified": true}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
                        "steps": [{"send": "remind", "via": ["sms"]}]}}})json";

// The best of many short rounds, so that a busy machine shows less.
template <typename Function>
double NanosecondsOf(Function function) {
  constexpr int kRounds = 2000, kTimes = 100;
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i) function();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / kTimes);
  }
  return best;
}

Customer TypicalCustomer() {
  Customer customer;
  customer.row = CustomerRow(1);
  customer.id = "kim";
  customer.last_seen_at_ms = kDay0;
  customer.endpoints = {{"web_push", "https://push.example/1", kDay0}, {"sms", "010-1234-5678", kDay0}};
  for (const ConsentMedium medium :
       {ConsentMedium::kSms, ConsentMedium::kEmail, ConsentMedium::kKakao, ConsentMedium::kWebPush})
    GrantConsent(customer.consents, {.medium = static_cast<uint8_t>(medium)}, kDay0 - kDayMs);
  for (int64_t i = 0; i < 10; ++i)
    customer.sent.push_back({.id = MessageId(5'000'000 + 400 * i),
                             .walk = SipDigest(std::to_string(i)).low,
                             .revision = Revision(1),
                             .at_ms = kDay0 - (10 - i) * kDayMs});
  return customer;
}

Cart TypicalCart() {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("name");
  writer.Scalar(Value::String("울 블렌드 오버핏 롱코트 (차콜)"));
  writer.Key("price");
  writer.Scalar(Value::Int(188'000));
  writer.End();
  Cart cart;
  cart.url = "https://ondo.example/cart/3f9a";
  cart.base.opened_at_ms = cart.now.opened_at_ms = kDay0;
  PutLine(cart, packed, kOnePiece, kDay0);
  return cart;
}

}  // namespace

TEST_CASE("gate: cost of a verdict", "[.bench]") {
  const std::shared_ptr<const Playbook> playbook = *CompilePlaybook(kBook);
  Playbooks playbooks;
  playbooks.current = playbooks.by_revision[Revision(1)] = playbook;
  const Customer customer = TypicalCustomer();
  const Cart cart = TypicalCart();
  Enrolment enrolment;
  enrolment.revision = Revision(1);
  const Journey& journey = playbook->journeys[0];
  const MessageTemplate& message = *playbook->templates[0];
  const Ask ask{customer,  &cart, message,          "sms",    customer.FindEndpoint("sms"), journey,
                enrolment, kDay0, playbook->policy, playbooks};
  Verdict verdict = CheckGate(ask);
  REQUIRE(verdict.allowed());
  const double gate = NanosecondsOf([&] { verdict = CheckGate(ask); });
  const World world(customer, &cart, nullptr, playbook->shop, kDay0);
  std::string out;
  const double render = NanosecondsOf([&] {
    out.clear();
    for (const Content::Piece& piece : message.contents[0].pieces) {
      out += piece.literal;
      UsedValues used;
      if (piece.text != nullptr) (void)piece.text->Render(world, &out, &used);
    }
  });
  Customer without = customer;
  without.consents.clear();
  const size_t bytes = EncodeCustomer(customer).size(), bytes_without = EncodeCustomer(without).size();
  without.sent.clear();
  printf("its row: %zu bytes, of which %zu are four consents and %zu ten messages\n", bytes, bytes - bytes_without,
         bytes_without - EncodeCustomer(without).size());
  printf("a verdict: %.0f ns; the reminder's text: %.0f ns; ratio %.2f\n", gate, render, gate / render);
}

}  // namespace cartwheel
