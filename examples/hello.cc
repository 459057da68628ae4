#include <cartwheel/engine.h>

#include <fstream>
#include <iostream>

int main() {
  cartwheel::ManualClock clock(1'760'000'000'000);  // time stands still until we say so; a shop leaves it out
  auto engine = cartwheel::Engine::Open(":memory:", {.clock = &clock}).value();  // or a file: "shop.db"
  std::ifstream recipe("examples/recipes/cart-24-48-72.json");
  engine->Load(std::string(std::istreambuf_iterator<char>(recipe), {})).value();
  constexpr char kEvents[] = R"(
      {"type": "consent_granted", "customer": "kim", "properties": {"medium": "web_push", "scope": "ad", "where": "sign-up"}}
      {"type": "endpoint_added", "customer": "kim", "properties": {"channel": "web_push", "address": "push/kim"}}
      {"type": "product_added", "customer": "kim", "properties": {"product_id": "mug", "name": "머그컵"}})";
  engine->Ingest(kEvents).value();
  clock.Pass(24 * 3'600'000);  // a day goes by, and nothing was bought
  engine->Advance().value();
  cartwheel::ClaimResult claim = engine->Claim({.channel = "web_push"}).value();
  for (const cartwheel::Message& message : claim.messages) {
    std::cout << message.address << ": " << message.payload << "\n";
    engine->Settle({{message.id, message.token, cartwheel::OutcomeCode::kAccepted}}).value();
  }
}
