// What a provider may do wrong, by table: whatever it is, the other channels go on, no advertisement goes twice to a
// provider that may have taken it, and every message comes to an end.
#include <map>
#include <set>

#include "adapters/kinds.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/transport.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "local_server.h"
#include "store/memory/memory_store.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "channels": {"sms": {"address_by_id": true}, "web_push": {"address_by_id": true}},
  "templates": {"a": {"purpose": "cart", "push": {"title": "t", "body": "a"}}, "b": {"purpose": "cart", "sms": {"text": "b"}}},
  "journeys": {"a": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "a", "via": ["web_push"], "latest": "12h"}]},
               "b": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "b", "via": ["sms"], "latest": "12h"}]}}
})json";
constexpr int64_t kBegin = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr int kCustomers = 30;
constexpr int64_t kHangMs = 100;

// A provider's adapter whose requests end sooner while `*hastens`, so that a test of what hangs is short.
class Hasty final : public Adapter {
 public:
  Hasty(std::unique_ptr<Adapter> adapter, const std::atomic<bool>* hastens)
      : adapter_(std::move(adapter)), hastens_(hastens) {}
  ChannelTraits traits() const override { return adapter_->traits(); }
  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan = adapter_->Build(messages, now_ms);
    for (Request& request : plan.requests)
      if (*hastens_) request.timeout_ms = kHangMs;
    return plan;
  }
  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    return adapter_->Interpret(request, messages, response, now_ms);
  }

 private:
  const std::unique_ptr<Adapter> adapter_;
  const std::atomic<bool>* const hastens_;
};

std::unique_ptr<Adapter> MakeSolapi(const std::string& url, const std::atomic<bool>* hastens) {
  ChannelSettings settings;
  for (const auto& [key, value] : {std::pair<const char*, std::string>{"api_key", "KEY"},
                                   {"api_secret", "SECRET"},
                                   {"from", "0212345678"},
                                   {"url", url}})
    settings.Set(key, value);
  settings.Set("private_address", true);
  auto made = FindKind("solapi", AdapterKinds())->make(settings);
  REQUIRE(made.ok());
  return std::make_unique<Hasty>(*std::move(made), hastens);
}

// The connection ends after it, and says so: a request on one that ends by itself may have been taken.
std::string Answer(std::string_view status, std::string_view body, std::string_view version = "1.1") {
  return fmt::format("HTTP/{} {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", version, status, body.size(),
                     body);
}

// The marks of the messages in a request of SOLAPI's.
std::vector<std::string> MarksOf(const std::string& request) {
  constexpr std::string_view kField = R"("cartwheel":")";
  std::vector<std::string> marks;
  for (size_t at = 0; (at = request.find(kField, at)) != request.npos;) {
    at += kField.size();
    marks.push_back(request.substr(at, request.find('"', at) - at));
  }
  return marks;
}

std::string Taken(const std::vector<std::string>& marks, std::string_view list, std::string_view code) {
  std::string entries;
  for (const std::string& mark : marks)
    entries += fmt::format(R"({}{{"statusCode":"{}","customFields":{{"cartwheel":"{}"}}}})", entries.empty() ? "" : ",",
                           code, mark);
  return fmt::format(R"({{"{}":[{}]}})", list, entries);
}

using Handler = std::function<void(LocalConnection&, const std::string& request)>;
struct Fault {
  std::string_view about;
  Handler answer;          // to each request, while the fault lasts
  std::string_view after;  // how every message of it has ended, an hour after the fault has
  bool may_be_taken;       // the provider may have taken what it was sent
  bool hangs = false;
};

const Fault kFaults[] = {
    {"it does not answer", [](LocalConnection& c, const std::string&) { c.WaitForClose(); }, "unknown accepted", true,
     true},
    {"it resets the connection", [](LocalConnection& c, const std::string&) { c.Reset(); }, "unknown accepted", true},
    {"it ends without an answer", [](LocalConnection&, const std::string&) {}, "unknown accepted", true},
    {"half a body",
     [](LocalConnection& c, const std::string&) {
       c.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"messageList\":[");
     },
     "unknown accepted", true},
    {"half a header", [](LocalConnection& c, const std::string&) { c.Write("HTTP/1.1 200 OK\r\nContent-Le"); },
     "unknown accepted", true},
    {"no HTTP", [](LocalConnection& c, const std::string&) { c.Write("220 mail.example ESMTP\r\n"); },
     "unknown accepted", true},
    {"no TLS, as with a wrong certificate", nullptr, "accepted", false, true},
    {"HTTP/1.0, busy", [](LocalConnection& c, const std::string&) { c.Write(Answer("503 Busy", "busy", "1.0")); },
     "accepted", false},
    {"503", [](LocalConnection& c, const std::string&) { c.Write(Answer("503 Busy", "")); }, "accepted", false},
    {"500 with a page", [](LocalConnection& c, const std::string&) { c.Write(Answer("500 Oops", "<html>")); },
     "accepted", false},
    {"429, in a minute",
     [](LocalConnection& c, const std::string&) {
       c.Write("HTTP/1.1 429 Slow\r\nConnection: close\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n");
     },
     "accepted", false},
    {"a gateway that heard nothing", [](LocalConnection& c, const std::string&) { c.Write(Answer("504 No", "")); },
     "unknown accepted", true},
    {"200 without a word of the messages",
     [](LocalConnection& c, const std::string&) { c.Write(Answer("200 OK", R"({"errorCode":"InternalError"})")); },
     "unknown accepted", true},
    {"200 with a page", [](LocalConnection& c, const std::string&) { c.Write(Answer("200 OK", "<html>")); },
     "unknown accepted", true},
    {"200 that refuses each: no balance",
     [](LocalConnection& c, const std::string& request) {
       c.Write(Answer("200 OK", Taken(MarksOf(request), "failedMessageList", "1030")));
     },
     "accepted", false},
    {"200 that refuses each: too long",
     [](LocalConnection& c, const std::string& request) {
       c.Write(Answer("200 OK", Taken(MarksOf(request), "failedMessageList", "1031")));
     },
     "failed", false},
    {"401",
     [](LocalConnection& c, const std::string&) { c.Write(Answer("403 No", R"({"errorCode":"InvalidAPIKey"})")); },
     "accepted", false},
    {"a redirect",
     [](LocalConnection& c, const std::string&) {
       c.Write("HTTP/1.1 307 There\r\nConnection: close\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
     },
     "accepted", false},
};

// A shop with two channels: "sms" by a provider that a test can break, "web_push" by one that always works.
struct Shop {
  explicit Shop(const Fault& fault)
      : clock(kBegin),
        server([this, &fault](LocalConnection& connection) {
          for (std::string request; !(request = connection.ReadRequest()).empty() && !connection.ended();) {
            const std::vector<std::string> marks = MarksOf(request);
            const bool breaks = broken;
            {
              absl::MutexLock lock(&mutex);
              ++requests;
              for (const std::string& mark : marks) {
                const std::string key = mark.substr(mark.rfind('.') + 1);
                if (!breaks || fault.may_be_taken) ++taken[key];
              }
            }
            if (breaks) {
              fault.answer(connection, request);
              return;
            }
            connection.Write(Answer("200 OK", Taken(marks, "messageList", "2000")));
          }
        }),
        transport(&clock),
        options([&] {
          Options made;
          made.clock = &clock;
          return made;
        }()),
        engine(NewEngine(NewMemoryStore(), options)),
        sms(engine.get()),
        push(engine.get()) {
    REQUIRE(engine->Load(kBook).ok());
    engine->impl().SetGuardsSurges(false);
    std::string url = server.Url("");
    if (fault.answer == nullptr) url.replace(0, 4, "https");
    AdapterChannelOptions to_loopback;
    to_loopback.send.private_address = true;
    REQUIRE(sms.Add(MakeAdapterChannel("sms", MakeSolapi(url, &hangs), &transport, &clock, to_loopback)).ok());
    struct Good final : Channel {
      std::string_view name() const override { return "web_push"; }
      std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
        std::vector<Outcome> outcomes;
        for (const Message& message : messages) outcomes.push_back({message.id, 0, OutcomeCode::kAccepted});
        return outcomes;
      }
    };
    REQUIRE(push.Add(std::make_unique<Good>()).ok());
  }
  ~Shop() { server.CloseConnections(); }

  void Pass(int64_t ms) {
    clock.Pass(ms);
    absl::StatusOr<AdvanceResult> advanced;
    do {
      advanced = engine->Advance({.now_ms = clock.NowMs()});
      REQUIRE(advanced.ok());
    } while (advanced->more);
    REQUIRE(push.Run(clock.NowMs()).ok());
    REQUIRE(sms.Run(clock.NowMs()).ok());
  }
  // The states of a channel's messages, each with its count.
  std::map<std::string, int> States(std::string_view channel) {
    std::map<std::string, int> states;
    const std::vector<MessageRow> rows = engine->impl().store().ListMessages({.limit = 1000}).value();
    for (const MessageRow& row : rows)
      if (row.channel == channel) ++states[std::string(MessageStateName(row.state))];
    return states;
  }

  ManualClock clock;
  std::atomic<bool> broken{true}, hangs{false};
  absl::Mutex mutex;
  std::map<std::string, int> taken;  // by key: how often the provider may have taken it
  int requests = 0;
  LocalServer server;
  Transport transport;
  const Options options;
  std::unique_ptr<Engine> engine;
  Dispatcher sms, push;
};

}  // namespace

TEST_CASE("faults: the other channels go on, nothing goes twice, nothing waits without end") {
  for (const Fault& fault : kFaults) {
    INFO(fault.about);
    Shop shop(fault);
    if (fault.answer == nullptr) shop.broken = false;
    shop.hangs = fault.hangs;
    for (int i = 0; i < kCustomers; ++i)
      REQUIRE(shop.engine
                  ->Ingest(fmt::format(
                      R"({{"type":"product_added","customer":"010-1234-{:04}","at":{},"properties":{{}}}})", i, kBegin))
                  .ok());
    shop.Pass(kSecondMs);
    CHECK(shop.States("web_push") == std::map<std::string, int>{{"accepted", kCustomers}});
    for (int minute = 0; minute < 60; ++minute) shop.Pass(kMinuteMs);
    const std::map<std::string, int> during = shop.States("sms");
    CHECK_FALSE(during.contains("accepted"));
    CHECK_FALSE(during.contains("claimed"));
    CHECK_FALSE(during.contains("dead"));
    if (fault.answer == nullptr) continue;  // it stays so

    shop.broken = shop.hangs = false;
    for (int step = 0; step < 24; ++step) shop.Pass(30 * kMinuteMs);
    std::set<std::string> ends;
    int all = 0;
    for (const auto& [state, count] : shop.States("sms")) {
      ends.insert(state);
      all += count;
    }
    CHECK(all == kCustomers);
    for (const std::string& end : ends) {
      INFO(end);
      CHECK(fault.after.find(end) != std::string_view::npos);
    }
    CHECK(ends.contains("accepted") == fault.after.ends_with("accepted"));
    absl::MutexLock lock(&shop.mutex);
    for (const auto& [key, count] : shop.taken) {
      INFO(key);
      CHECK(count == 1);
    }
  }
}
