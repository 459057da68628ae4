// A channel over an adapter: what it sends, when it renews, whom it leaves alone.
#include <atomic>
#include <functional>

#include "adapters/answer.h"
#include "cartwheel/transport.h"
#include "local_server.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr int64_t kDayMs = int64_t{24} * 3'600'000;

// A provider whose list of reports has three pages: "GET /list?FROM-TO&page=" is answered with the next page's number.
class Listing final : public Adapter {
 public:
  explicit Listing(std::string url, int64_t request_ms = 5'000) : url_(std::move(url)), request_ms_(request_ms) {}
  ChannelTraits traits() const override { return {.timeout_ms = 5'000, .poll_ms = 60'000}; }
  Plan Build(absl::Span<const Message>, int64_t) override { return {}; }
  std::vector<Outcome> Interpret(const Request&, absl::Span<const Message>, const Response&, int64_t) override {
    return {};
  }
  std::optional<Request> BuildList(const ListQuery& query, int64_t) override {
    Request request;
    request.method = "GET";
    request.url =
        url_ + "/list?" + std::to_string(query.from_ms) + "-" + std::to_string(query.to_ms) + "&page=" + query.page;
    request.timeout_ms = request_ms_;
    return request;
  }
  absl::StatusOr<ListPage> InterpretList(const ListQuery&, const Response& response, int64_t) override {
    if (response.status != 200) return absl::UnavailableError("no");
    return ListPage{"receipts/solapi", "{}", 1, response.body == "4" ? "" : response.body};
  }

 private:
  const std::string url_;
  const int64_t request_ms_;
};

// A provider that wants a token, and takes two messages a request. A message to "bad" is refused without a request, one
// to "here" is delivered at once.
class TwoByTwo final : public Adapter {
 public:
  TwoByTwo(std::string url, bool renewal_works, int64_t request_ms = 5'000)
      : url_(std::move(url)), renewal_works_(renewal_works), request_ms_(request_ms) {}

  ChannelTraits traits() const override { return {.timeout_ms = 5'000, .batch_max = 10, .rate_per_second = 3}; }

  Plan Build(absl::Span<const Message> messages, int64_t) override {
    Plan plan;
    if (token_.empty()) {
      plan.requests.push_back(Post("/token"));
      plan.requests[0].renews = true;
      return plan;
    }
    for (size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].address == "bad") {
        plan.outcomes.push_back({messages[i].id, messages[i].token, OutcomeCode::kGone});
        continue;
      }
      if (plan.requests.empty() || plan.requests.back().messages.size() == 2) plan.requests.push_back(Post("/send"));
      if (plan.requests.back().messages.empty()) plan.requests.back().body = messages[i].address;
      plan.requests.back().messages.push_back(i);
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t) override {
    if (request.renews) {
      if (response.status == 200 && renewal_works_) token_ = "t";
      if (response.status == 200) return {};
      std::vector<Outcome> outcomes;
      for (const Message& message : messages)
        outcomes.push_back({message.id, message.token, OutcomeCode::kConfig, Describe(response)});
      return outcomes;
    }
    if (const std::optional<OutcomeCode> failure = OutcomeOfFailure(response))
      return OutcomeOfAll(request, messages, *failure, response.error);
    std::vector<Outcome> outcomes = OutcomeOfAll(request, messages, OutcomeCode::kAccepted, "");
    for (size_t i = 0; i < outcomes.size(); ++i)
      if (messages[request.messages[i]].address == "here") outcomes[i].code = OutcomeCode::kDelivered;
    return outcomes;
  }

 private:
  Request Post(std::string_view path) const {
    Request request;
    request.method = "POST";
    request.url = url_ + std::string(path);
    request.body = "x";
    request.timeout_ms = request_ms_;
    return request;
  }

  const std::string url_;
  const bool renewal_works_;
  const int64_t request_ms_;
  std::string token_;
};

std::vector<Message> Messages(std::initializer_list<const char*> addresses) {
  std::vector<Message> messages;
  for (const char* address : addresses) {
    Message& message = messages.emplace_back();
    message.id = static_cast<int64_t>(messages.size());
    message.token = 77;
    message.address = address;
  }
  return messages;
}

// "1:accepted 2:gone", in the order of the ids.
std::string Said(std::vector<Outcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(),
            [](const Outcome& a, const Outcome& b) { return a.message_id < b.message_id; });
  std::string text;
  for (const Outcome& outcome : outcomes) {
    CHECK(outcome.token == 77);
    text +=
        (text.empty() ? "" : " ") + std::to_string(outcome.message_id) + ":" + std::string(OutcomeName(outcome.code));
  }
  return text;
}

// A provider that counts, with the status that it gives tokens with. `busy` is called before each answer, with whether
// a token was asked for.
struct Provider {
  explicit Provider(std::string token_status = "200 OK", std::function<void(bool)> busy = {})
      : server([this, token_status, busy](LocalConnection& connection) {
          for (std::string request; !(request = connection.ReadRequest()).empty();) {
            const bool token = request.starts_with("POST /token ");
            ++(token ? tokens : sends);
            if (busy) busy(token);
            connection.Write(token ? "HTTP/1.1 " + token_status + "\r\nContent-Length: 0\r\n\r\n" : std::string(kOk));
          }
        }) {}
  std::atomic<int> tokens{0}, sends{0};
  LocalServer server;
};

// A clock that a server's thread may set.
class HandClock final : public Clock {
 public:
  int64_t NowMs() override { return now_ms; }
  int64_t MonotonicMs() override { return now_ms; }
  uint64_t BootId() override { return 1; }
  std::atomic<int64_t> now_ms{kDayMs};
};

std::unique_ptr<Channel> Open(const Provider& provider, Transport& transport, Clock& clock,
                              AdapterChannelOptions options = {}, bool renewal_works = true) {
  options.send.private_address = true;
  return MakeAdapterChannel("sms", std::make_unique<TwoByTwo>(provider.server.Url(""), renewal_works), &transport,
                            &clock, std::move(options));
}

}  // namespace

TEST_CASE("adapter channel: a token is fetched once, then every message goes in the adapter's requests") {
  ManualClock clock(kDayMs);
  Provider provider;
  Transport transport(&clock);
  const std::unique_ptr<Channel> channel = Open(provider, transport, clock);
  CHECK(channel->name() == "sms");
  CHECK(channel->traits().timeout_ms == 10'000);  // a renewal and a request
  CHECK(channel->traits().batch_max == 10);
  CHECK(channel->traits().rate_per_second == 3);
  CHECK(Said(channel->SendBatch(Messages({"a", "b", "bad", "c"}))) == "1:accepted 2:accepted 3:gone 4:accepted");
  CHECK(provider.tokens == 1);
  CHECK(provider.sends == 2);
  CHECK(Said(channel->SendBatch(Messages({"d"}))) == "1:accepted");
  CHECK(provider.tokens == 1);
}

TEST_CASE("adapter channel: a renewal that fails is tried once") {
  ManualClock clock(kDayMs);
  Provider refuses("401 No"), useless;
  Transport transport(&clock);
  CHECK(Said(Open(refuses, transport, clock)->SendBatch(Messages({"a", "b"}))) == "1:config 2:config");
  CHECK(refuses.tokens == 1);
  CHECK(refuses.sends == 0);
  CHECK(Said(Open(useless, transport, clock, {}, /*renewal_works=*/false)->SendBatch(Messages({"a"}))) == "1:not_sent");
  CHECK(useless.tokens == 1);
  CHECK(useless.sends == 0);
}

TEST_CASE("adapter channel: only addresses of deliver_only_to get anything") {
  ManualClock clock(kDayMs);
  Provider provider;
  Transport transport(&clock);
  const std::unique_ptr<Channel> channel = Open(provider, transport, clock, {.deliver_only_to = {"010*"}});
  CHECK(Said(channel->SendBatch(Messages({"0101", "0191", "0102"}))) == "1:accepted 2:reject_msg 3:accepted");
  CHECK(provider.sends == 1);
  const std::vector<Outcome> refused = channel->SendBatch(Messages({"0191"}));
  CHECK(Said(refused) == "1:reject_msg");
  CHECK(refused[0].reason == "not one of deliver_only_to");
  CHECK(provider.sends == 1);
}

TEST_CASE("adapter channel: an address that gets nothing takes no place of a day's limit") {
  ManualClock clock(kDayMs);
  Provider provider;
  Transport transport(&clock);
  const std::unique_ptr<Channel> channel =
      Open(provider, transport, clock, {.deliver_only_to = {"010*"}, .rate_per_day = 1});
  CHECK(Said(channel->SendBatch(Messages({"0191"}))) == "1:reject_msg");
  CHECK(provider.tokens == 0);  // nothing is asked for where nothing is sent
  CHECK(Said(channel->SendBatch(Messages({"0191", "0101", "0102"}))) == "1:reject_msg 2:accepted 3:defer");
}

TEST_CASE("adapter channel: what is delivered at once counts in a day's limit") {
  ManualClock clock(kDayMs);
  Provider provider;
  Transport transport(&clock);
  const std::unique_ptr<Channel> channel = Open(provider, transport, clock, {.rate_per_day = 1});
  CHECK(Said(channel->SendBatch(Messages({"here"}))) == "1:delivered");
  CHECK(Said(channel->SendBatch(Messages({"a"}))) == "1:defer");
}

TEST_CASE("adapter channel: a day's limit puts the rest off to the next day") {
  ManualClock clock(kDayMs * 7 + 3'600'000);
  Provider provider;
  Transport transport(&clock);
  const std::unique_ptr<Channel> channel = Open(provider, transport, clock, {.rate_per_second = 9, .rate_per_day = 3});
  CHECK(channel->traits().rate_per_second == 9);
  CHECK(Said(channel->SendBatch(Messages({"a", "bad"}))) == "1:accepted 2:gone");  // what was not sent is not counted
  const std::vector<Outcome> outcomes = channel->SendBatch(Messages({"a", "b", "c"}));
  CHECK(Said(outcomes) == "1:accepted 2:accepted 3:defer");
  for (const Outcome& outcome : outcomes)
    if (outcome.code == OutcomeCode::kDefer) {
      CHECK(outcome.retry_after_ms == kDayMs - 3'600'000);
      CHECK(outcome.reason == "rate_per_day");
    }
  clock.Pass(kDayMs - 3'600'000);
  CHECK(Said(channel->SendBatch(Messages({"a", "b", "c"}))) == "1:accepted 2:accepted 3:accepted");
}

TEST_CASE("adapter channel: what may have arrived counts in a day's limit, what surely did not leave does not") {
  ManualClock clock(kDayMs);
  Transport transport(&clock);
  std::atomic<bool> breaks{false};
  LocalServer server([&](LocalConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      if (breaks) return;
      connection.Write(request.starts_with("POST /token ") ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                                           : std::string(kOk));
    }
  });
  AdapterChannelOptions options;
  options.send.private_address = true;
  options.rate_per_day = 3;
  const std::unique_ptr<Channel> channel = MakeAdapterChannel(
      "sms", std::make_unique<TwoByTwo>(server.Url(""), /*renewal_works=*/true), &transport, &clock, options);
  CHECK(Said(channel->SendBatch(Messages({"a"}))) == "1:accepted");
  breaks = true;
  CHECK(Said(channel->SendBatch(Messages({"b"}))) == "1:unknown");
  breaks = false;
  CHECK(Said(channel->SendBatch(Messages({"c", "d"}))) == "1:accepted 2:defer");
  server.CloseConnections();
}

TEST_CASE("adapter channel: reports are asked for page by page, each round from a little before the end of the last") {
  absl::Mutex mutex;
  std::vector<std::string> asked;
  std::atomic<bool> fails{false};
  LocalServer server([&](LocalConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      absl::MutexLock lock(&mutex);
      asked.push_back(request.substr(9, request.find(' ', 9) - 9));
      const char page = asked.back().back();
      const std::string next = page == '=' ? "2" : page == '2' ? "3" : "4";
      connection.Write(fails ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
                             : "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + next);
    }
  });
  constexpr int64_t kBegin = 100 * kDayMs;
  ManualClock clock(kBegin);
  Transport transport(&clock);
  AdapterChannelOptions options;
  options.send.private_address = true;
  const std::unique_ptr<Channel> channel =
      MakeAdapterChannel("sms", std::make_unique<Listing>(server.Url("")), &transport, &clock, options);
  CHECK(channel->traits().poll_ms == 60'000);
  auto poll = [&] { return channel->Poll(); };
  auto last = [&] {
    absl::MutexLock lock(&mutex);
    return asked.back();
  };
  auto span = [](int64_t from, int64_t to) { return "?" + std::to_string(from) + "-" + std::to_string(to) + "&page="; };

  absl::StatusOr<ChannelReports> page = poll();
  REQUIRE(page.ok());
  CHECK(page->format == "receipts/solapi");
  CHECK(page->records == "{}");
  CHECK(page->more);
  CHECK(last() == span(kBegin - kDayMs, kBegin));
  clock.Pass(1'000);
  CHECK(poll()->more);
  CHECK(last() == span(kBegin - kDayMs, kBegin) + "2");  // of the same span
  CHECK_FALSE(poll()->more);
  CHECK(last() == span(kBegin - kDayMs, kBegin) + "3");

  constexpr int64_t kOverlap = 600'000;
  clock.Pass(59'000);
  CHECK(poll()->more);
  CHECK(last() == span(kBegin - kOverlap, kBegin + 60'000));
  // What fails in the middle is asked for again as a whole.
  fails = true;
  CHECK_FALSE(poll().ok());
  clock.Pass(60'000);
  CHECK_FALSE(poll().ok());
  CHECK(last() == span(kBegin - kOverlap, kBegin + 120'000));
  fails = false;
  CHECK(poll()->more);
  CHECK(last() == span(kBegin - kOverlap, kBegin + 120'000));
  server.CloseConnections();
}

TEST_CASE("adapter channel: a list is asked for up to now also where the clock was set back") {
  ManualClock clock(100 * kDayMs);
  absl::Mutex mutex;
  std::string asked;
  LocalServer server([&](LocalConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      absl::MutexLock lock(&mutex);
      asked = request.substr(0, request.find('&'));
      connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n4");
    }
  });
  Transport transport(&clock);
  AdapterChannelOptions options;
  options.send.private_address = true;
  const std::unique_ptr<Channel> channel =
      MakeAdapterChannel("sms", std::make_unique<Listing>(server.Url("")), &transport, &clock, options);
  REQUIRE(channel->Poll().ok());
  clock.Set(99 * kDayMs);
  REQUIRE(channel->Poll().ok());
  {
    absl::MutexLock lock(&mutex);
    CHECK(asked == "GET /list?" + std::to_string(99 * kDayMs) + "-" + std::to_string(99 * kDayMs));
  }
  server.CloseConnections();
}

TEST_CASE("adapter channel: no reports come of a provider without a list, and of one that has no time for it") {
  ManualClock clock(kDayMs);
  Provider provider;
  {
    Transport transport(&clock);
    CHECK(absl::IsUnimplemented(Open(provider, transport, clock)->Poll().status()));
    AdapterChannelOptions options;
    options.send.private_address = true;
    auto poll = [&](int64_t request_ms) {
      return MakeAdapterChannel("sms", std::make_unique<Listing>(provider.server.Url(""), request_ms), &transport,
                                &clock, options)
          ->Poll()
          .status();
    };
    CHECK(poll(10'000).ok());
    CHECK(absl::IsUnavailable(poll(10'001)));
  }
  CHECK(provider.sends == 1);
}

TEST_CASE("adapter channel: a batch takes twice the time of a request; what does not fit in waits again") {
  struct Case {
    int64_t renewal_ms, send_ms;  // what they take
    const char* said;
  };
  // A request takes 5 s at most, so a batch 10 s.
  constexpr Case kCases[] = {
      {5'000, 0, "1:accepted 2:accepted 3:gone"},
      {5'001, 0, "1:released 2:released 3:gone"},
  };
  for (const Case& c : kCases) {
    INFO(c.renewal_ms);
    HandClock clock;
    Provider provider("200 OK", [&](bool token) { clock.now_ms += token ? c.renewal_ms : c.send_ms; });
    Transport transport(&clock);
    CHECK(Said(Open(provider, transport, clock)->SendBatch(Messages({"a", "b", "bad"}))) == c.said);
  }
  HandClock clock;
  Provider provider;
  {
    Transport transport(&clock);
    AdapterChannelOptions options;
    options.send.private_address = true;
    auto adapter = std::make_unique<TwoByTwo>(provider.server.Url(""), /*renewal_works=*/true, /*request_ms=*/10'001);
    CHECK(Said(MakeAdapterChannel("sms", std::move(adapter), &transport, &clock, options)
                   ->SendBatch(Messages({"a", "b"}))) == "1:released 2:released");
  }
  CHECK(provider.tokens == 0);
}

TEST_CASE("adapter channel: each request of a batch has its own answer") {
  ManualClock clock(kDayMs);
  LocalServer server([&](LocalConnection& connection) {  // breaks off at a second request
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      const bool breaks = request.starts_with("POST /send ") && request.ends_with("\r\n\r\nc");
      if (breaks) return;
      connection.Write(kOk);
    }
  });
  Transport transport(&clock);
  AdapterChannelOptions options;
  options.send.private_address = true;
  const std::unique_ptr<Channel> channel = MakeAdapterChannel(
      "sms", std::make_unique<TwoByTwo>(server.Url(""), /*renewal_works=*/true), &transport, &clock, options);
  CHECK(Said(channel->SendBatch(Messages({"a", "b", "c", "d", "e"}))) ==
        "1:accepted 2:accepted 3:unknown 4:unknown 5:accepted");
  server.CloseConnections();
}

TEST_CASE("adapter channel: a provider that is not there sent nothing") {
  ManualClock clock(kDayMs);
  Transport transport(&clock);
  std::unique_ptr<Channel> channel;
  {
    Provider provider;
    channel = Open(provider, transport, clock);
    CHECK(Said(channel->SendBatch(Messages({"a"}))) == "1:accepted");
    provider.server.CloseConnections();
  }
  CHECK(Said(channel->SendBatch(Messages({"a", "b", "c"}))) == "1:not_sent 2:not_sent 3:not_sent");
}
