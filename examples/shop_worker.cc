// A shop's backend with Cartwheel inside: a channel of its own, a worker thread, and a checkout that only ingests.
//
//   shop_worker PLAYBOOK DATABASE
//
// The playbook's times are the real ones, so this example runs with a playbook that waits for a second (one_second.json
// beside it).
#include <cartwheel/engine.h>
#include <cartwheel/worker.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <future>
#include <sstream>
#include <string>

namespace {

// Hands messages to whatever the shop sends with. Here: standard output. Called by the worker's thread, one call at a
// time.
class ShopChannel final : public cartwheel::Channel {
 public:
  explicit ShopChannel(std::promise<void> first_sent) : first_sent_(std::move(first_sent)) {}

  std::string_view name() const override { return "web_push"; }
  cartwheel::ChannelTraits traits() const override { return {.timeout_ms = 5'000, .batch_max = 10}; }

  std::vector<cartwheel::Outcome> SendBatch(absl::Span<const cartwheel::Message> messages) override {
    std::vector<cartwheel::Outcome> outcomes;
    for (const cartwheel::Message& message : messages) {
      std::printf("to %s: %s\n", message.address.c_str(), message.payload.c_str());
      outcomes.push_back({message.id, message.token, cartwheel::OutcomeCode::kAccepted});
    }
    if (!sent_ && !outcomes.empty()) sent_ = true, first_sent_.set_value();
    return outcomes;
  }

 private:
  std::promise<void> first_sent_;
  bool sent_ = false;
};

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return Fail(absl::InvalidArgumentError("expected shop_worker PLAYBOOK DATABASE"));
  std::ostringstream playbook;
  playbook << std::ifstream(words[1]).rdbuf();

  auto opened = cartwheel::Engine::Open(words[2]);
  if (!opened.ok()) return Fail(opened.status());
  cartwheel::Engine& engine = **opened;
  if (auto loaded = engine.Load(playbook.str()); !loaded.ok()) return Fail(loaded.status());

  std::promise<void> first_sent;
  std::future<void> sent = first_sent.get_future();
  cartwheel::Dispatcher dispatcher(&engine);
  if (auto added = dispatcher.Add(std::make_unique<ShopChannel>(std::move(first_sent))); !added.ok())
    return Fail(added);
  cartwheel::Worker worker(&engine, std::move(dispatcher));
  worker.Start();

  // What the shop's request handlers do. It is durable on return; the worker's thread does the rest.
  // Without her consent kim gets no advertisement, and at night none without her consent for the night.
  auto ingested = engine.Ingest(R"(
      {"id": "e0", "type": "consent_granted", "customer": "kim", "properties": {"medium": "web_push", "scope": ["ad", "ad_night"], "where": "sign-up"}}
      {"id": "e1", "type": "endpoint_added", "customer": "kim", "properties": {"channel": "web_push", "address": "push/kim"}}
      {"id": "e2", "type": "product_added", "customer": "kim", "properties": {"product_id": "mug", "name": "머그컵"}}
      {"id": "e3", "type": "product_added", "customer": "undefined", "properties": {"product_id": "mug"}})");
  if (!ingested.ok()) return Fail(ingested.status());
  for (const cartwheel::RejectedEvent& event : ingested->rejected)
    std::printf("not taken: %s\n", event.message.c_str());

  bool in_time = sent.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  worker.Stop();
  if (absl::Status closed = engine.Close(); !closed.ok()) return Fail(closed);
  return in_time ? 0 : Fail(absl::DeadlineExceededError("no message within 30 seconds"));
}
