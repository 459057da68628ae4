#include <cartwheel/engine.h>

#include <cstdio>
#include <fstream>
#include <sstream>

int main() {
  cartwheel::ManualClock clock(1'760'000'000'000);  // time stands still until we say so
  std::ostringstream playbook;
  playbook << std::ifstream("examples/recipes/cart-24-48-72.json").rdbuf();

  auto engine = cartwheel::Engine::Open(":memory:", {.clock = &clock}).value();
  engine->Load(playbook.str()).value();
  engine->Ingest(R"([{"type": "endpoint_added", "customer": "kim", "properties": {"channel": "web_push", "address": "https://push.example/kim"}},
                     {"type": "product_added", "customer": "kim", "properties": {"product_id": "mug", "name": "머그컵", "price": 12900}}])").value();
  engine->Advance().value();

  clock.Pass(24 * 3'600'000);  // a day goes by
  engine->Advance().value();
  for (const cartwheel::Message& message : engine->Claim({.channel = "web_push"}).value().messages) {
    std::printf("%s: %s\n", message.address.c_str(), message.payload.c_str());
    engine->Settle({{{message.id, message.token, cartwheel::OutcomeCode::kAccepted}}}).value();
  }
}
