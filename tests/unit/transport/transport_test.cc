// What the transport says of answers, of servers that break off, and of requests that it does not send.
#include "cartwheel/transport.h"

#include <signal.h>

#include <atomic>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "local_server.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

using Failure = Response::Failure;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Request Post(std::string url, std::string body = "hello") {
  Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = std::move(body);
  request.timeout_ms = 20'000;
  request.private_address = true;
  return request;
}

Response SendOne(Transport& transport, const Request& request, const SendOptions& options = {}) {
  const std::vector<std::optional<Response>> answers = transport.Send({&request, 1}, options);
  REQUIRE(answers.size() == 1);
  REQUIRE(answers[0]);
  return *answers[0];
}

// A clock that a server's thread may set.
class HandClock final : public Clock {
 public:
  int64_t NowMs() override { return now_ms; }
  int64_t MonotonicMs() override { return now_ms; }
  uint64_t BootId() override { return 1; }
  std::atomic<int64_t> now_ms{0};
};

// Answers every request of every connection.
void AnswerAll(LocalConnection& connection) {
  while (!connection.ReadRequest().empty() && connection.Write(kOk)) {
  }
}

}  // namespace

TEST_CASE("transport: an answer comes with its status, headers in lower case, and body") {
  std::string seen;
  ManualClock clock;
  {
    LocalServer server([&](LocalConnection& connection) {
      seen = connection.ReadRequest();
      connection.Write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      connection.Write("HTTP/1.1 429 Slow\r\nRetry-After: 7 \r\nX-Two: 1\r\nX-Two: 2\r\nContent-Length: 4\r\n\r\nwait");
    });
    Transport transport(&clock);
    Request request = Post(server.Url("/a?b=c"));
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"Authorization", "Bearer x"}};
    const Response response = SendOne(transport, request);
    CHECK(response.failure == Failure::kNone);
    CHECK(response.status == 429);
    CHECK(response.body == "wait");
    CHECK(response.headers == Headers{{"retry-after", "7"}, {"x-two", "1"}, {"x-two", "2"}, {"content-length", "4"}});
  }
  CHECK_THAT(seen, Catch::StartsWith("POST /a?b=c HTTP/1.1\r\n"));
  CHECK_THAT(seen, Catch::EndsWith("\r\n\r\nhello"));
  for (const char* line : {"\r\nContent-Type: application/json\r\n", "\r\nX-Empty:\r\n",
                           "\r\nAuthorization: Bearer x\r\n", "\r\nContent-Length: 5\r\n"})
    CHECK_THAT(seen, Catch::Contains(line));
  CHECK_THAT(seen, !Catch::Contains("Expect:"));
}

TEST_CASE("transport: methods and bodies are sent as the request says") {
  struct Case {
    const char *method, *body, *line;
  };
  constexpr Case kCases[] = {
      {"GET", "", "GET / HTTP/1.1"},
      {"POST", "", "POST / HTTP/1.1"},
      {"PUT", "x", "PUT / HTTP/1.1"},
      {"DELETE", "", "DELETE / HTTP/1.1"},
  };
  ManualClock clock;
  std::string seen;
  LocalServer server([&](LocalConnection& connection) {
    seen = connection.ReadRequest();
    connection.Write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  });
  Transport transport(&clock);
  for (const Case& c : kCases) {
    INFO(c.line);
    Request request = Post(server.Url(), c.body);
    request.method = c.method;
    CHECK(SendOne(transport, request).status == 204);
    CHECK_THAT(seen, Catch::StartsWith(c.line));
    CHECK_THAT(seen, Catch::EndsWith("\r\n\r\n" + std::string(c.body)));
    CHECK_THAT(seen, !Catch::Contains("Content-Type"));
  }
}

TEST_CASE("transport: a server that breaks off is a failure, and what left is told") {
  struct Case {
    const char* about;
    LocalServer::Handler handler;
    Failure failure;
    int status;
  };
  static std::atomic<bool> followed{false};
  const Case kCases[] = {
      {"no answer",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.WaitForClose();
       },
       Failure::kTimeout, 0},
      {"an answer that stops",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.1 200 OK\r\nContent-Le");
         connection.WaitForClose();
       },
       Failure::kTimeout, 0},
      {"a reset",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Reset();
       },
       Failure::kBroken, 0},
      {"an end without an answer", [](LocalConnection& connection) { connection.ReadRequest(); }, Failure::kBroken, 0},
      {"half a body",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.");
       },
       Failure::kBroken, 0},
      {"half a chunk",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nten bytes.");
       },
       Failure::kBroken, 0},
      {"no HTTP",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("hello, who is there?\n");
       },
       Failure::kBroken, 0},
      {"a long answer",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.1 200 OK\r\n\r\n");
         while (connection.Write(std::string(1 << 16, 'x'))) {
         }
       },
       Failure::kTooLarge, 0},
      {"HTTP/1.0",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.0 503 Busy\r\n\r\nbusy");
       },
       Failure::kNone, 503},
      {"a redirect",
       [](LocalConnection& connection) {
         connection.ReadRequest();
         connection.Write("HTTP/1.1 307 Elsewhere\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
         if (!connection.ReadRequest().empty()) followed = true;
       },
       Failure::kNone, 307},
  };
  ManualClock clock;
  for (const Case& c : kCases) {
    INFO(c.about);
    LocalServer server(c.handler);
    Transport transport(&clock);
    Request request = Post(server.Url());
    if (c.failure == Failure::kTimeout) request.timeout_ms = 200;
    const Response response = SendOne(transport, request);
    CHECK(response.failure == c.failure);
    CHECK(response.status == c.status);
    CHECK(response.body_begun);
    CHECK(response.error.empty() == (c.failure == Failure::kNone));
    CHECK(server.connections() == 1);
  }
  CHECK_FALSE(followed);
}

TEST_CASE("transport: a request that finds no server has not left") {
  ManualClock clock;
  Transport transport(&clock);
  int port = 0;
  {
    LocalServer server([](LocalConnection&) {});
    port = server.port();
  }
  for (const std::string& url :
       {"http://127.0.0.1:" + std::to_string(port) + "/", std::string("http://no-such.invalid/"),
        std::string("ftp://127.0.0.1/"), std::string("file:///etc/passwd"), std::string("http://user:word@127.0.0.1/"),
        std::string("no url")}) {
    INFO(url);
    const Response response = SendOne(transport, Post(url));
    CHECK(response.failure == Failure::kNotConnected);
    CHECK_FALSE(response.body_begun);
    CHECK_FALSE(response.error.empty());
  }
}

TEST_CASE("transport: an address that is not public is refused unless the request allows it") {
  ManualClock clock;
  LocalServer server([](LocalConnection&) {});
  {
    Transport transport(&clock);
    for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"}) {
      INFO(host);
      Request request = Post("https://" + std::string(host) + ":" + std::to_string(server.port()) + "/");
      request.private_address = false;
      const Response response = SendOne(transport, request);
      CHECK(response.failure == Failure::kNotConnected);
      CHECK_THAT(response.error, Catch::Contains("is not public"));
    }
    Request request = Post(server.Url());
    request.private_address = false;
    CHECK(SendOne(transport, request).failure == Failure::kNotConnected);  // without TLS
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("transport: a header of more than one line is not sent") {
  ManualClock clock;
  LocalServer server(AnswerAll);
  {
    Transport transport(&clock);
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"X", "a\r\nY: b"}, {"X\nY", "b"}, {"X", "a\nY: b"}, {"X", std::string("a\0b", 3)}, {"", "b"}}) {
      Request request = Post(server.Url());
      request.headers = {{name, value}};
      const Response response = SendOne(transport, request);
      CHECK(response.failure == Failure::kNotConnected);
      CHECK_THAT(response.error, Catch::Contains("more than one line"));
    }
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("transport: a request on a kept connection that ends without an answer is not sent twice") {
  ManualClock clock;
  std::atomic<int> requests{0};
  LocalServer server([&](LocalConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (++requests == 2) return;
      connection.Write(kOk);
    }
  });
  {
    Transport transport(&clock);
    CHECK(SendOne(transport, Post(server.Url())).status == 200);
    const Response response = SendOne(transport, Post(server.Url()));
    CHECK(response.failure == Failure::kBroken);
    CHECK(response.body_begun);
    CHECK(SendOne(transport, Post(server.Url())).status == 200);
  }
  CHECK(requests == 3);
}

TEST_CASE("transport: a connection that its server closed is not used again") {
  ManualClock clock;
  absl::Notification closed;
  LocalServer server([&](LocalConnection& connection) {
    connection.ReadRequest();
    connection.Write(kOk);
    if (connection.number() != 0) return connection.WaitForClose();
    connection.Close();
    closed.Notify();
  });
  {
    Transport transport(&clock);
    CHECK(SendOne(transport, Post(server.Url())).status == 200);
    closed.WaitForNotification();
    CHECK(SendOne(transport, Post(server.Url())).status == 200);
  }
  CHECK(server.connections() == 2);
}

TEST_CASE("transport: many requests are on their way at once, over few connections") {
  ManualClock clock;
  LocalServer server(AnswerAll);
  {
    Transport transport(&clock);
    const std::vector<Request> requests(1000, Post(server.Url()));
    const std::vector<std::optional<Response>> answers = transport.Send(requests);
    REQUIRE(answers.size() == requests.size());
    for (const std::optional<Response>& answer : answers) {
      REQUIRE(answer);
      REQUIRE(answer->status == 200);
    }
  }
  CHECK(server.connections() <= static_cast<int>(Transport::kConnectionsMax));
}

TEST_CASE("transport: a server that does not answer keeps no other waiting") {
  ManualClock clock;
  std::atomic<bool> quick_answered{false}, in_order{false};
  {
    absl::Notification slow_begun;
    LocalServer slow([&](LocalConnection& connection) {
      connection.ReadRequest();
      slow_begun.Notify();
      connection.WaitForClose();
      in_order = quick_answered.load();
    });
    LocalServer quick(AnswerAll);
    Transport transport(&clock);
    Request hanging = Post(slow.Url());
    hanging.timeout_ms = 2'000;
    std::vector<std::optional<Response>> hung;
    std::thread other([&] { hung = transport.Send({&hanging, 1}); });
    slow_begun.WaitForNotification();
    CHECK(SendOne(transport, Post(quick.Url())).status == 200);
    quick_answered = true;
    other.join();
    CHECK(hung[0]->failure == Failure::kTimeout);
  }
  CHECK(in_order);
}

TEST_CASE("transport: what cannot end in time is not begun") {
  ManualClock clock;
  LocalServer server(AnswerAll);
  {
    Transport transport(&clock);
    const Request request = Post(server.Url());
    CHECK_FALSE(transport.Send({&request, 1}, {.span_ms = request.timeout_ms - 1})[0]);
    CHECK(transport.Send({&request, 1}, {.span_ms = request.timeout_ms})[0]->status == 200);
    CHECK(transport.Send({}).empty());
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("transport: so many requests to an origin are begun; what waits after them is not begun when time is over") {
  HandClock clock;
  std::atomic<size_t> read{0};
  LocalServer server([&](LocalConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (read++ == 0) clock.now_ms += SendOptions().span_ms;
      connection.Write(kOk);
    }
  });
  constexpr size_t kBeyond = 3;
  {
    Transport transport(&clock);
    std::vector<Request> requests;
    for (size_t i = 0; i < Transport::kHttpInFlightMax + kBeyond; ++i)
      requests.push_back(Post(server.Url("/" + std::to_string(i))));  // one origin, whatever the path
    const std::vector<std::optional<Response>> answers = transport.Send(requests);
    for (size_t i = 0; i < answers.size(); ++i) {
      INFO(i);
      CHECK(answers[i].has_value() == (i < Transport::kHttpInFlightMax));
    }
  }
  CHECK(read == Transport::kHttpInFlightMax);
}

TEST_CASE("transport: an origin that has all the requests that it may have keeps no other waiting") {
  ManualClock clock;
  absl::Notification slow_begun, quick_answered;
  std::atomic<int> slow_read{0};
  LocalServer slow([&](LocalConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (slow_read++ == 0) slow_begun.Notify();
      quick_answered.WaitForNotificationWithTimeout(absl::Seconds(30));
      connection.Write(kOk);
    }
  });
  LocalServer quick(AnswerAll);
  {
    Transport transport(&clock);
    std::vector<Request> requests;
    for (size_t i = 0; i <= Transport::kHttpInFlightMax; ++i)
      requests.push_back(Post(slow.Url("/" + std::to_string(i))));
    std::vector<std::optional<Response>> answers;
    std::thread other([&] { answers = transport.Send(requests); });
    slow_begun.WaitForNotification();
    CHECK(SendOne(transport, Post(quick.Url())).status == 200);
    quick_answered.Notify();
    other.join();
    for (const std::optional<Response>& answer : answers) CHECK(answer->status == 200);
  }
  CHECK(slow.connections() <= static_cast<int>(Transport::kConnectionsMax));
}

TEST_CASE("transport: no signal of the host is taken on its threads") {
  static std::atomic<int> handled{0};
  struct sigaction counts {
  }, before{};
  counts.sa_handler = [](int) { ++handled; };
  REQUIRE(sigaction(SIGUSR1, &counts, &before) == 0);
  sigset_t signal;
  sigemptyset(&signal);
  sigaddset(&signal, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signal, nullptr);  // also for the threads of the servers
  {
    ManualClock clock;
    LocalServer server(AnswerAll);
    LocalServer mail_server([](LocalConnection& connection) {
      connection.Write("220 stand-in\r\n");
      while (!connection.ReadLine().empty()) connection.Write("250 fine\r\n");
    });
    pthread_sigmask(SIG_UNBLOCK, &signal, nullptr);
    Transport transport(&clock);
    CHECK(SendOne(transport, Post(server.Url())).status == 200);
    Request mail = Post("smtp+plain://127.0.0.1:" + std::to_string(mail_server.port()), "");
    mail.method = "NOOP";
    CHECK(SendOne(transport, mail).status == 250);
    pthread_sigmask(SIG_BLOCK, &signal, nullptr);
    REQUIRE(kill(getpid(), SIGUSR1) == 0);
    const timespec long_max{10, 0};
    CHECK(sigtimedwait(&signal, nullptr, &long_max) == SIGUSR1);  // it waits for a thread that takes it
  }
  CHECK(handled == 0);
  pthread_sigmask(SIG_UNBLOCK, &signal, nullptr);
  sigaction(SIGUSR1, &before, nullptr);
}
