// Dispatchers on threads of their own: a channel that hangs keeps neither another nor the folding waiting, and others
// may take their place at any time.
#include <set>

#include "absl/synchronization/notification.h"
#include "cartwheel/channels.h"
#include "cartwheel/worker.h"
#include "tests/shared_clock.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "templates": {"a": {"purpose": "cart", "push": {"title": "t", "body": "a"}}, "b": {"purpose": "cart", "sms": {"text": "b"}}},
  "journeys": {"a": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "a", "via": ["web_push"], "latest": "30d"}]},
               "b": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "b", "via": ["sms"], "latest": "30d"}]}}
})json";

// Waits in its first call until it is let go.
class Hanging final : public Channel {
 public:
  explicit Hanging(absl::Notification* begun, absl::Notification* go) : begun_(begun), go_(go) {}
  std::string_view name() const override { return "web_push"; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    if (!begun_->HasBeenNotified()) begun_->Notify();
    go_->WaitForNotification();
    std::vector<Outcome> outcomes;
    for (const Message& message : messages) outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
    return outcomes;
  }

 private:
  absl::Notification *begun_, *go_;
};

// Counts the customers it was given messages of, and tells of the `wanted`-th.
class Counting {
 public:
  explicit Counting(size_t wanted) : wanted_(wanted) {}
  std::unique_ptr<Channel> MakeChannel(std::string name) {
    return std::make_unique<MemoryChannel>(std::move(name), nullptr, [this](const Message& message) {
      absl::MutexLock lock(&mutex_);
      if (customers_.insert(message.customer).second && customers_.size() == wanted_) all_.Notify();
      return Outcome{message.id, message.token, OutcomeCode::kAccepted};
    });
  }
  bool WaitForAll() { return all_.WaitForNotificationWithTimeout(absl::Seconds(60)); }

 private:
  const size_t wanted_;
  absl::Mutex mutex_;
  std::set<std::string> customers_ ABSL_GUARDED_BY(mutex_);
  absl::Notification all_;
};

std::vector<Dispatcher> DispatchersOf(Engine* engine, std::vector<std::unique_ptr<Channel>> channels) {
  std::vector<Dispatcher> dispatchers;
  for (std::unique_ptr<Channel>& channel : channels)
    REQUIRE(dispatchers.emplace_back(engine).Add(std::move(channel)).ok());
  return dispatchers;
}

std::vector<std::unique_ptr<Channel>> Both(std::unique_ptr<Channel> one, std::unique_ptr<Channel> other) {
  std::vector<std::unique_ptr<Channel>> both;
  both.push_back(std::move(one));
  both.push_back(std::move(other));
  return both;
}

}  // namespace

TEST_CASE("senders: a channel that hangs keeps neither another channel nor the folding waiting") {
  SharedClock clock(kDay0);
  Options options;
  options.clock = &clock;
  auto engine = NewEngine(NewMemoryStore(), options);
  engine->impl().SetAddressById(true);
  engine->impl().SetGuardsSurges(false);
  REQUIRE(engine->Load(kBook).ok());
  absl::Notification begun, go;
  Counting sms(20), push(20);
  Worker worker(engine.get(), Dispatcher(engine.get()));
  worker.SetDispatchers(
      DispatchersOf(engine.get(), Both(std::make_unique<Hanging>(&begun, &go), sms.MakeChannel("sms"))));
  worker.Start();
  auto add = [&](int customer) {
    REQUIRE(engine
                ->Ingest(fmt::format(R"({{"type":"product_added","customer":"c{}","at":{},"properties":{{}}}})",
                                     customer, clock.NowMs()),
                         {})
                .ok());
  };
  add(0);
  begun.WaitForNotification();
  for (int customer = 1; customer < 20; ++customer) add(customer);
  CHECK(sms.WaitForAll());  // of all twenty, while web push hangs in the message of the first

  // The others take over what the first was not handed.
  std::thread letting_go([&] { go.Notify(); });
  worker.SetDispatchers(DispatchersOf(engine.get(), Both(push.MakeChannel("web_push"), sms.MakeChannel("sms"))));
  letting_go.join();
  for (int customer = 20; customer < 40; ++customer) add(customer);
  CHECK(push.WaitForAll());
  worker.Stop();
  CHECK(worker.last_error().ok());
  CHECK(worker.counts().handed_over >= 20 + 20);
}

TEST_CASE("senders: an end waits for the calls that are under way, and begins none") {
  SharedClock clock(kDay0);
  Options options;
  options.clock = &clock;
  auto engine = NewEngine(NewMemoryStore(), options);
  engine->impl().SetAddressById(true);
  REQUIRE(engine->Load(kBook).ok());
  absl::Notification begun, go;
  {
    Worker worker(engine.get(), Dispatcher(engine.get()));
    std::vector<std::unique_ptr<Channel>> channels;
    channels.push_back(std::make_unique<Hanging>(&begun, &go));
    worker.SetDispatchers(DispatchersOf(engine.get(), std::move(channels)));
    worker.Start();
    REQUIRE(engine->Ingest(R"({"type":"product_added","customer":"c","properties":{}})", {}).ok());
    begun.WaitForNotification();
    std::thread letting_go([&] { go.Notify(); });
    worker.Stop();
    letting_go.join();
    CHECK(worker.counts().handed_over == 1);
    worker.SetDispatchers({});  // after its end: nothing
  }
  CHECK(engine->Close().ok());
}
}  // namespace cartwheel
