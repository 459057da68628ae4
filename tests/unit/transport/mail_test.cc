// Mail submission: what the transport says of each reply, of a server that breaks off, and what it writes.
#include <mutex>

#include "cartwheel/transport.h"
#include "local_server.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

using Failure = Response::Failure;

// What a server does at a stage instead of going on: says something, or ends the connection (""), or falls silent
// ("…").
struct Breach {
  std::string stage;  // "greeting", "EHLO", "MAIL", "RCPT", "DATA", "."
  std::string reply;
};

// A mail server that remembers what it was told.
class MailServer {
 public:
  explicit MailServer(Breach breach = {}, std::string extensions = "250-SIZE 1000000\r\n250 8BITMIME\r\n")
      : breach_(std::move(breach)),
        extensions_(std::move(extensions)),
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
        connection.Write("221 2.0.0 bye\r\n");
        return;
      }
      if (verb == "EHLO") {
        if (!Answer(connection, verb, "250-stand-in\r\n" + extensions_)) return;
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
        if (!Answer(connection, ".", "250 2.0.0 queued\r\n")) return;
      } else if (!Answer(connection, verb, "250 2.1.0 fine\r\n")) {
        return;
      }
    }
  }

  const Breach breach_;
  const std::string extensions_;
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

TEST_CASE("transport: mails go to one server over few connections") {
  ManualClock clock;
  MailServer server;
  {
    Transport transport(&clock);
    const std::vector<Request> requests(60, Mail(server));
    for (const std::optional<Response>& answer : transport.Send(requests)) CHECK(answer->status == 250);
  }
  CHECK(server.connections() <= static_cast<int>(Transport::kMailConnectionsMax));
  CHECK(server.mails().size() == 60);
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
