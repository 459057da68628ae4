// A small shop for the engine's tests: an engine over a store, a clock set by hand, and events in a line each.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/engine.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "store/memory/memory_store.h"
#include "tests/catch.h"

namespace cartwheel {

inline constexpr int64_t kDay0 = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

// Reminders 24, 48 and 72 hours after the cart was filled, by web push or else SMS.
inline constexpr std::string_view kCartPlaybook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "온도상점", "currency": "KRW"},
  "templates": {
    "first": {"purpose": "cart", "push": {"title": "{{ shop.name }}", "body": "{{ cart.items[0].name | default: '상품' }} {{ cart.value | default: 0 }}"},
              "sms": {"text": "1"}},
    "second": {"purpose": "cart", "push": {"title": "2", "body": "2"}, "sms": {"text": "2"}},
    "third": {"purpose": "cart", "push": {"title": "3", "body": "3"}, "sms": {"text": "3"}},
    "order_note": {"class": "transactional", "purpose": "order", "push": {"title": "o", "body": "o"}}},
  "journeys": {
    "cart": {
      "enter": {"on": "product_added", "when": "cart.quantity > 0", "key": "cart.id"},
      "reset_on": ["product_added", "cart_viewed"],
      "exit": [{"on": "order_completed"}, {"on": "cart_emptied"}],
      "goal": {"on": "order_completed", "within": "7d"},
      "steps": [{"wait": "24h"}, {"send": "first", "via": ["web_push", "sms"]},
                {"wait": "24h"}, {"send": "second", "via": ["web_push", "sms"]},
                {"wait": "24h"}, {"send": "third", "via": ["web_push", "sms"]}]},
    "note": {
      "enter": {"on": "order_completed"}, "reenter": "always",
      "steps": [{"send": "order_note", "via": ["web_push"], "latest": "24h"}]}}
})json";

inline bool Has(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

// The same without the note, so that nothing but reminders is made.
std::string RemindersOnly();

class Shop {
 public:
  explicit Shop(std::shared_ptr<Store> store = NewMemoryStore(), std::string_view playbook = "");
  Shop(const Shop&) = delete;  // the engine holds its clock

  Engine& engine() { return *engine_; }
  ManualClock& clock() { return clock_; }
  Options& options() { return options_; }
  std::shared_ptr<Store> store() { return store_; }
  // From here on a customer is reached only at an address; before, on every channel by its own id.
  void NeedAddresses();
  // Ends the engine as a crash would (no lease is given back) and opens another on the same store.
  void Crash();
  // Closes the engine (unless it is `closed`) and opens another with the options as they are now.
  void Reopen(bool closed = false);

  // Ingests one event; `rest` is what follows the id, as JSON members.
  void Event(std::string_view type, std::string_view customer, int64_t at_ms, std::string_view properties = "{}",
             std::string_view id = "");
  // At the clock's time, or at `at_ms` when that is later: nothing is ingested before it happened.
  IngestResult Raw(std::string_view json, int64_t at_ms = 0);
  // Ingests one event of an anonymous device.
  void DeviceEvent(std::string_view type, std::string_view device, int64_t at_ms, std::string_view properties = "{}");
  void Identify(std::string_view customer, std::string_view device, int64_t at_ms);
  // Sets the clock and advances until nothing is left to do.
  AdvanceResult AdvanceTo(int64_t now_ms);
  // Advances from one due moment to the next until `now_ms`, as an attentive worker does.
  void RunTo(int64_t now_ms);
  std::vector<Message> Claim(std::string_view channel, size_t max = 1000, int64_t lease_ms = 60'000);
  void Accept(const std::vector<Message>& messages);
  // Every message of the outbox as "customer/step@hours:state", by id; hours since `kDay0`.
  std::vector<std::string> Outbox();
  std::string Query(std::string_view query, std::string_view customer = "");

 private:
  void Open();

  Options options_;
  bool address_by_id_ = true;
  ManualClock clock_{kDay0};
  std::shared_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
  int64_t next_id_ = 1;
};

}  // namespace cartwheel
