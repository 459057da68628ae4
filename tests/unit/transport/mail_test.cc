// Mail submission: what the transport says of each reply, of a server that breaks off, and what it writes.
#include <atomic>
#include <functional>
#include <mutex>
#include <set>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "cartwheel/transport.h"
#include "local_server.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

using Failure = Response::Failure;

constexpr std::string_view kExtensions = "250-SIZE 1000000\r\n250 8BITMIME\r\n";
constexpr absl::Duration kLongMax = absl::Seconds(30);  // how long a server waits that a test lets wait

// What a server does at a stage instead of going on: says something, or ends the connection (""), or falls silent
// ("…").
struct Breach {
  std::string stage;  // "greeting", "EHLO", "MAIL", "RCPT", "DATA", "."
  std::string reply;
};

// A mail server that remembers what it was told. It calls `taken` when it has a mail, before it says so.
class MailServer {
 public:
  explicit MailServer(Breach breach = {}, std::function<void()> taken = {})
      : breach_(std::move(breach)),
        taken_(std::move(taken)),
        server_([this](LocalConnection& connection) { Serve(connection); }) {}

  std::string Url(std::string_view scheme = "smtp+plain") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(server_.port());
  }
  int connections() const { return server_.connections(); }
  std::vector<std::string> commands() {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  std::vector<std::string> mails() {
    const std::lock_guard lock(mutex_);
    return mails_;
  }

 private:
  // False: the connection ends.
  bool Answer(LocalConnection& connection, const std::string& stage, const std::string& reply) {
    if (stage != breach_.stage) return connection.Write(reply);
    if (breach_.reply == "…") connection.WaitForClose();
    if (breach_.reply.empty() || breach_.reply == "…") return false;
    return connection.Write(breach_.reply + "\r\n");
  }

  void Serve(LocalConnection& connection) {
    if (!Answer(connection, "greeting", "220 stand-in\r\n")) return;
    for (std::string line; !(line = connection.ReadLine()).empty();) {
      const std::string verb = line.substr(0, 4);
      {
        const std::lock_guard lock(mutex_);
        commands_.push_back(line);
      }
      if (verb == "QUIT") {
        Answer(connection, verb, "221 2.0.0 bye\r\n");
        return;
      }
      if (verb == "EHLO") {
        if (!Answer(connection, verb, "250-stand-in\r\n" + std::string(kExtensions))) return;
      } else if (verb == "DATA") {
        if (!Answer(connection, verb, "354 go on\r\n")) return;
        if (breach_.stage == "DATA") continue;
        std::string mail;
        for (std::string text; (text = connection.ReadLine()) != ".";) {
          if (text.empty() && connection.ended()) return;
          mail += text + "\r\n";
        }
        {
          const std::lock_guard lock(mutex_);
          mails_.push_back(mail);
        }
        if (taken_) taken_();
        if (!Answer(connection, ".", "250 2.0.0 queued\r\n")) return;
      } else if (!Answer(connection, verb, "250 2.1.0 fine\r\n")) {
        return;
      }
    }
  }

  const Breach breach_;
  const std::function<void()> taken_;
  std::mutex mutex_;
  std::vector<std::string> commands_, mails_;
  LocalServer server_;
};

Request Mail(const MailServer& server, std::string body = "Subject: a\r\n\r\nhello\r\n") {
  Request request;
  request.method = "MAIL";
  request.url = server.Url() + "/shop.example";
  request.mail_from = "shop@shop.example";
  request.mail_to = "kim@mail.example";
  request.body = std::move(body);
  request.timeout_ms = 20'000;
  request.private_address = true;
  return request;
}

Response SendOne(Transport& transport, const Request& request) { return *transport.Send({&request, 1})[0]; }

}  // namespace

TEST_CASE("transport: a mail goes with its envelope, its lines as they are, many over one connection") {
  ManualClock clock;
  MailServer server;
  {
    Transport transport(&clock);
    const std::string body = "Subject: a\r\n\r\n.dot\r\n..\r\nlast\r\n";
    for (int i = 0; i < 3; ++i) {
      const Response response = SendOne(transport, Mail(server, body));
      CHECK(response.failure == Failure::kNone);
      CHECK(response.status == 250);
      CHECK(response.body == "250 2.0.0 queued\r\n");
    }
  }
  CHECK(server.connections() == 1);
  const std::vector<std::string> commands = server.commands();
  REQUIRE(commands.size() >= 4);
  CHECK(commands[0] == "EHLO shop.example");
  CHECK_THAT(commands[1], Catch::StartsWith("MAIL FROM:<shop@shop.example>"));
  CHECK(commands[2] == "RCPT TO:<kim@mail.example>");
  CHECK(commands[3] == "DATA");
  CHECK(server.mails() == std::vector<std::string>(3, "Subject: a\r\n\r\n..dot\r\n...\r\nlast\r\n"));
}

TEST_CASE("transport: a mail server's refusal is its last reply") {
  struct Case {
    Breach breach;
    int status;
  };
  const Case kCases[] = {
      {{"greeting", "421 4.3.2 too busy"}, 421}, {{"greeting", "554 5.3.2 no mail here"}, 554},
      {{"MAIL", "451 4.7.1 greylisted"}, 451},   {{"MAIL", "530 5.7.0 authenticate first"}, 530},
      {{"RCPT", "550 5.1.1 no such user"}, 550}, {{"RCPT", "550-5.1.1 no such user\r\n550 5.1.1 at all"}, 550},
      {{"DATA", "451 4.3.0 later"}, 451},        {{".", "552 5.3.4 too big"}, 552},
      {{".", "451 4.3.0 later"}, 451},
  };
  ManualClock clock;
  for (const Case& c : kCases) {
    INFO(c.breach.stage << " " << c.breach.reply);
    MailServer server(c.breach);
    Transport transport(&clock);
    const Response response = SendOne(transport, Mail(server));
    CHECK(response.failure == Failure::kNone);
    CHECK(response.status == c.status);
    CHECK(response.body == c.breach.reply + "\r\n");
  }
}

TEST_CASE("transport: a mail may have been taken only when its last line was sent") {
  struct Case {
    Breach breach;
    bool begun;
  };
  const Case kCases[] = {
      {{"greeting", ""}, false}, {{"EHLO", ""}, false}, {{"MAIL", ""}, false},
      {{"RCPT", ""}, false},     {{"DATA", ""}, false}, {{".", ""}, true},
      {{"MAIL", "…"}, false},    {{".", "…"}, true},    {{"greeting", "…"}, false},
  };
  ManualClock clock;
  for (const Case& c : kCases) {
    INFO(c.breach.stage << " " << c.breach.reply);
    MailServer server(c.breach);
    Transport transport(&clock);
    Request request = Mail(server);
    if (c.breach.reply == "…") request.timeout_ms = 200;
    const Response response = SendOne(transport, request);
    CHECK(response.failure != Failure::kNone);
    CHECK(response.body_begun == c.begun);
    CHECK((response.failure == Failure::kTimeout) == (c.breach.reply == "…"));
  }
}

TEST_CASE("transport: a mail of which only a part left was not taken") {
  constexpr size_t kBytes = 64 << 20;  // more than lies between two programs
  ManualClock clock;
  LocalServer server([](LocalConnection& connection) {
    connection.Write("220 stand-in\r\n");
    for (std::string line; !(line = connection.ReadLine()).empty();) {
      if (line.starts_with("DATA")) break;
      connection.Write("250 fine\r\n");
    }
    connection.Write("354 go on\r\n");
    for (int i = 0; i < 10; ++i) connection.ReadLine();  // and no more
    connection.Reset();
  });
  Transport transport(&clock);
  Request request;
  request.method = "MAIL";
  request.url = "smtp+plain://127.0.0.1:" + std::to_string(server.port()) + "/shop.example";
  request.mail_from = "shop@shop.example";
  request.mail_to = "kim@mail.example";
  request.body = "Subject: a\r\n\r\n";
  while (request.body.size() < kBytes) request.body += std::string(76, 'x') + "\r\n";
  request.timeout_ms = 60'000;
  request.private_address = true;
  const Response response = SendOne(transport, request);
  CHECK(response.failure == Failure::kBroken);
  CHECK_FALSE(response.body_begun);
}

TEST_CASE("transport: mails go to one server over four connections at once, and over no more") {
  ManualClock clock;
  absl::Mutex mutex;
  size_t taken = 0;
  MailServer server({}, [&] {  // says nothing of the first before there are four
    auto all_are_here = [&] { return taken >= Transport::kMailConnectionsMax; };
    absl::MutexLock lock(&mutex);
    ++taken;
    mutex.AwaitWithTimeout(absl::Condition(&all_are_here), kLongMax);
  });
  {
    Transport transport(&clock);
    std::vector<Request> requests(60, Mail(server));
    for (size_t i = 0; i < requests.size(); ++i) requests[i].mail_to = std::to_string(i) + "@mail.example";
    for (const std::optional<Response>& answer : transport.Send(requests)) CHECK(answer->status == 250);
  }
  CHECK(server.connections() == static_cast<int>(Transport::kMailConnectionsMax));
  CHECK(server.mails().size() == 60);
  std::set<std::string> recipients;
  for (const std::string& command : server.commands())
    if (command.starts_with("RCPT")) recipients.insert(command);
  CHECK(recipients.size() == 60);
}

TEST_CASE("transport: mail servers that do not answer keep neither another server nor HTTP waiting") {
  ManualClock clock;
  absl::BlockingCounter hanging(Transport::kMailConnectionsMax);
  absl::Notification others_answered;
  MailServer slow({}, [&] {
    hanging.DecrementCount();
    others_answered.WaitForNotificationWithTimeout(kLongMax);
  });
  MailServer quick;
  LocalServer http([](LocalConnection& connection) {
    while (!connection.ReadRequest().empty() && connection.Write("HTTP/1.1 204 No Content\r\n\r\n")) {
    }
  });
  {
    Transport transport(&clock);
    const std::vector<Request> requests(Transport::kMailConnectionsMax, Mail(slow));
    std::vector<std::optional<Response>> answers;
    std::thread mails([&] { answers = transport.Send(requests); });
    hanging.Wait();
    Request request;
    request.method = "POST";
    request.url = http.Url();
    request.private_address = true;
    CHECK(SendOne(transport, request).status == 204);
    CHECK(SendOne(transport, Mail(quick)).status == 250);
    others_answered.Notify();
    mails.join();
    for (const std::optional<Response>& answer : answers) CHECK(answer->status == 250);
  }
}

TEST_CASE("transport: mails to one server go in the order in which they came") {
  constexpr int kBusy = Transport::kMailConnectionsMax, kAll = kBusy + 2;
  ManualClock clock;
  std::atomic<int> taken{0};
  absl::Notification all_taken;
  absl::BlockingCounter busy(kBusy);
  MailServer server({}, [&] {  // of the first four all but one last until the others are taken
    const int number = taken++;
    if (number == kAll - 1) all_taken.Notify();
    if (number >= kBusy) return;
    busy.DecrementCount();
    if (number == 0)
      busy.Wait();
    else
      all_taken.WaitForNotificationWithTimeout(kLongMax);
  });
  {
    Transport transport(&clock);
    std::vector<Request> requests;
    for (int i = 0; i < kAll; ++i) requests.push_back(Mail(server, "Subject: " + std::to_string(i) + "\r\n\r\na\r\n"));
    for (const std::optional<Response>& answer : transport.Send(requests)) CHECK(answer->status == 250);
  }
  const std::vector<std::string> mails = server.mails();
  REQUIRE(mails.size() == kAll);
  CHECK_THAT(mails[kBusy], Catch::StartsWith("Subject: 4\r\n"));
  CHECK_THAT(mails[kBusy + 1], Catch::StartsWith("Subject: 5\r\n"));
}

TEST_CASE("transport: a mail that cannot end in time is not begun") {
  ManualClock clock;
  MailServer server;
  {
    Transport transport(&clock);
    const Request request = Mail(server);
    CHECK_FALSE(transport.Send({&request, 1}, {.span_ms = request.timeout_ms - 1})[0]);
    CHECK(transport.Send({&request, 1}, {.span_ms = request.timeout_ms})[0]->status == 250);
  }
  CHECK(server.mails().size() == 1);
}

TEST_CASE("transport: a mail server that does not answer QUIT keeps no transport from ending") {
  ManualClock clock;
  MailServer server({"QUIT", "…"});
  {
    Transport transport(&clock);
    Request request = Mail(server);
    request.timeout_ms = 1'200'000;  // so long would curl wait, and longer than a test may take
    CHECK(transport.Send({&request, 1}, {.span_ms = request.timeout_ms})[0]->status == 250);
  }
}

TEST_CASE("transport: a mail does not go without TLS unless the channel says so") {
  ManualClock clock;
  MailServer server;
  {
    Transport transport(&clock);
    Request request = Mail(server);
    request.private_address = false;
    Response response = SendOne(transport, request);
    CHECK(response.failure == Failure::kNotConnected);
    CHECK_THAT(response.error, Catch::Contains("without TLS"));
    CHECK(server.connections() == 0);
    request.private_address = true;
    for (const char* scheme : {"smtp", "smtps"}) {
      request.url = server.Url(scheme);
      response = SendOne(transport, request);
      CHECK(response.failure == Failure::kNotConnected);
      CHECK_FALSE(response.body_begun);
    }
    request = Mail(server);
    request.mail_to = "kim@mail.example>\r\nRCPT TO:<lee@mail.example";
    CHECK(SendOne(transport, request).failure == Failure::kNotConnected);
  }
  for (const std::string& command : server.commands()) CHECK_THAT(command, !Catch::StartsWith("MAIL"));
  CHECK(server.mails().empty());
}

TEST_CASE("transport: a command by itself tries a mail server and sends nothing") {
  ManualClock clock;
  MailServer server;
  {
    Transport transport(&clock);
    Request request = Mail(server, "");
    request.method = "NOOP";
    CHECK(SendOne(transport, request).status == 250);
  }
  CHECK(server.mails().empty());
  const std::vector<std::string> commands = server.commands();
  REQUIRE(commands.size() >= 2);
  CHECK(commands[1] == "NOOP");
}
