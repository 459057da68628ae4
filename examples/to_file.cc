// Writes what is due to a file, one JSON object a line, by the channel that comes with the library.
#include <cartwheel/channels.h>
#include <cartwheel/dispatcher.h>
#include <cartwheel/engine.h>

#include <fstream>
#include <iostream>

int main(int, char** arguments) {
  const std::string path = arguments[1];
  cartwheel::ManualClock clock(1'760'000'000'000);  // time stands still until we say so; a shop leaves it out
  auto engine = cartwheel::Engine::Open(":memory:", {.clock = &clock}).value();
  std::ifstream recipe("examples/recipes/cart-24-48-72.json");
  engine->Load(std::string(std::istreambuf_iterator<char>(recipe), {})).value();
  constexpr char kEvents[] = R"(
      {"type": "consent_granted", "customer": "kim", "properties": {"medium": "web_push", "scope": "ad", "where": "sign-up"}}
      {"type": "endpoint_added", "customer": "kim", "properties": {"channel": "web_push", "address": "push/kim"}}
      {"type": "product_added", "customer": "kim", "properties": {"product_id": "mug", "name": "머그컵"}})";
  engine->Ingest(kEvents).value();
  clock.Pass(24 * 3'600'000);
  engine->Advance().value();

  cartwheel::Dispatcher dispatcher(engine.get());
  if (!dispatcher.Add(cartwheel::OpenFileChannel("web_push", path).value()).ok()) return 1;
  std::cout << dispatcher.Run().value().accepted << " message\n" << std::ifstream(path).rdbuf();
}
