// E-mail: requests, return paths, and what each reply of a mail server means.
#include "adapters/smtp.h"

#include <algorithm>

#include "adapters/smtp_codes.h"
#include "adapters/verp.h"
#include "base/status.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

using enum OutcomeCode;

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kSecret = "a secret of the tests";
constexpr int64_t kNowMs = 1'796'029'445'000;

ChannelSettings Settings() {
  ChannelSettings settings;
  settings.name = "email";
  settings.kind = "smtp";
  settings.Set("url", std::string("smtp://mail.shop.example:587"));
  settings.Set("user", std::string("shop"));
  settings.Set("password", std::string("hunter2"));
  settings.Set("from", std::string("shop@shop.example"));
  return settings;
}

std::unique_ptr<Adapter> Make(const ChannelSettings& settings) {
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = kSmtpKind.make(settings);
  INFO(adapter.status());
  REQUIRE(adapter.ok());
  return *std::move(adapter);
}

Message MessageTo(std::string address, std::string payload = R"({"subject":"안녕","text":"hello"})") {
  Message message;
  message.id = 5;
  message.token = 7;
  message.key = kKey;
  message.message_class = "ad";
  message.journey = "cart 72";
  message.template_name = "gentle";
  message.address = std::move(address);
  message.payload = std::move(payload);
  return message;
}

}  // namespace

TEST_CASE("smtp: a message is a mail to its address, with the server's settings") {
  ChannelSettings settings = Settings();
  settings.Set("helo", std::string("worker.shop.example"));
  settings.Set("from_name", std::string("Shop"));
  settings.Set("reply_to", std::string("help@shop.example"));
  settings.Set("unsubscribe_mailto", std::string("stop@shop.example"));
  settings.Set("feedback_sender", std::string("shop1"));
  settings.Set("routes", TextMap{{"naver.example", "smtp+plain://10.0.0.7:25"}});
  const std::unique_ptr<Adapter> adapter = Make(settings);
  const Message messages[] = {MessageTo("kim@mail.example"),
                              MessageTo("lee@naver.example", R"({"subject":"a","html":"<p>","from_name":"Other"})")};
  const Plan plan = adapter->Build(messages, kNowMs);
  CHECK(plan.outcomes.empty());
  REQUIRE(plan.requests.size() == 2);
  const Request& first = plan.requests[0];
  CHECK(first.method == "MAIL");
  CHECK(first.url == "smtp://mail.shop.example:587/worker.shop.example");
  CHECK(first.user == "shop");
  CHECK(first.password == "hunter2");
  CHECK(first.mail_from == "shop@shop.example");
  CHECK(first.mail_to == "kim@mail.example");
  CHECK(first.messages == std::vector<size_t>{0});
  CHECK_FALSE(first.private_address);
  for (const char* line :
       {"From: \"Shop\" <shop@shop.example>\r\n", "To: kim@mail.example\r\n", "Subject: =?UTF-8?B?7JWI64WV?=\r\n",
        "Reply-To: help@shop.example\r\n", "List-Unsubscribe: <mailto:stop@shop.example>\r\n",
        "Feedback-ID: gentle:cart_72:ad:shop1\r\n", "Message-ID: <0123456789abcdef0123456789abcdef@shop.example>\r\n"})
    CHECK_THAT(first.body, Catch::Contains(line));
  CHECK_THAT(first.body, !Catch::Contains("hunter2"));
  const Request& second = plan.requests[1];
  CHECK(second.url == "smtp+plain://10.0.0.7:25/worker.shop.example");
  CHECK(second.user.empty());
  CHECK(second.password.empty());
  CHECK_THAT(second.body, Catch::Contains("From: \"Other\" <shop@shop.example>\r\n"));
}

TEST_CASE("smtp: an advertisement has the link of one click, another message no way to unsubscribe") {
  ChannelSettings settings = Settings();
  settings.Set("unsubscribe_mailto", std::string("stop@shop.example"));
  const std::unique_ptr<Adapter> adapter = Make(settings);
  Message message =
      MessageTo("kim@mail.example", R"({"subject":"a","text":"b","unsubscribe_url":"https://shop.example/o?t=x"})");
  CHECK_THAT(adapter->Build({&message, 1}, kNowMs).requests.at(0).body,
             Catch::Contains("List-Unsubscribe: <https://shop.example/o?t=x>, <mailto:stop@shop.example>\r\n"
                             "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  message.message_class = "transactional";
  message.payload = R"({"subject":"a","text":"b"})";
  CHECK_THAT(adapter->Build({&message, 1}, kNowMs).requests.at(0).body, !Catch::Contains("List-Unsubscribe"));
}

TEST_CASE("smtp: messages that no mail can be made of") {
  struct Case {
    const char *address, *payload;
    OutcomeCode code;
  };
  constexpr Case kCases[] = {
      {"kim", R"({"subject":"a","text":"b"})", kGone},
      {"kim@mail.example\r\nDATA", R"({"subject":"a","text":"b"})", kGone},
      {"kim@mail.example", R"({"subject":"a"})", kRejectMsg},
      {"kim@mail.example", "no JSON", kRejectMsg},
  };
  const std::unique_ptr<Adapter> adapter = Make(Settings());
  for (const Case& c : kCases) {
    const Message message = MessageTo(c.address, c.payload);
    const Plan plan = adapter->Build({&message, 1}, kNowMs);
    CHECK(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].code == c.code);
    CHECK(plan.outcomes[0].message_id == 5);
    CHECK(plan.outcomes[0].token == 7);
  }
}

TEST_CASE("smtp: every code of the tables, and codes of no table") {
  struct Case {
    const char* reply;
    OutcomeCode code;
  };
  // Of IANA's registry, RFC 5321 and RFC 4954; what each means to a sender.
  constexpr Case kCases[] = {
      {"250 2.0.0 queued", kAccepted},
      {"250 queued", kAccepted},
      {"421 4.3.2 shutting down", kRetry},
      {"421 try later", kRetry},
      {"432 4.7.12 a password transition is needed", kRetry},
      {"432 a password transition is needed", kConfig},
      {"450 4.2.1 too many", kRetry},
      {"450 busy", kRetry},
      {"451 4.7.1 greylisted", kRetry},
      {"451 4.7.0 temporary", kRetry},
      {"451 4.4.2 timeout", kRetry},
      {"451 error", kRetry},
      {"452 4.2.2 over quota", kRetry},
      {"452 4.3.1 disk full", kRetry},
      {"452 storage", kRetry},
      {"454 4.7.0 try", kRetry},
      {"454 TLS not available", kRetry},
      {"455 no", kRetry},
      {"471 4.9.9 unknown", kRetry},
      {"471 unknown", kRetry},
      {"500 what", kConfig},
      {"501 what", kConfig},
      {"502 what", kConfig},
      {"503 sequence", kConfig},
      {"503 5.5.1 sequence", kConfig},
      {"504 what", kConfig},
      {"521 no mail here", kConfig},
      {"530 5.7.0 authentication required", kConfig},
      {"530 authentication required", kConfig},
      {"534 5.7.9 too weak", kConfig},
      {"534 too weak", kConfig},
      {"535 5.7.8 wrong", kConfig},
      {"535 wrong", kConfig},
      {"538 encryption", kConfig},
      {"550 5.1.1 no such user", kGone},
      {"550 5.1.2 no such domain", kGone},
      {"550 5.1.3 bad address", kGone},
      {"551 5.1.6 moved", kGone},
      {"556 5.1.10 null MX", kGone},
      {"556 null MX", kGone},
      {"550 5.1.0 address", kFailedFinal},
      {"550 5.1.7 sender", kConfig},
      {"550 5.1.8 sender's domain", kConfig},
      {"550 5.2.1 disabled", kGone},
      {"552 5.2.2 full", kFailedFinal},
      {"552 5.2.3 too long", kRejectMsg},
      {"550 5.2.0 mailbox", kFailedFinal},
      {"552 5.3.4 too big", kRejectMsg},
      {"554 5.3.2 not accepting", kFailedFinal},
      {"550 5.4.1 no route", kFailedFinal},
      {"554 5.6.0 content", kRejectMsg},
      {"554 5.6.1 media", kRejectMsg},
      {"550 5.7.1 relaying denied", kConfig},
      {"550 5.7.15 priority", kConfig},
      {"550 5.7.20 no DKIM", kConfig},
      {"550 5.7.23 SPF", kConfig},
      {"550-5.7.26 unauthenticated\r\n550 5.7.26 see", kConfig},
      {"550 5.7.515 Outlook", kConfig},
      {"550 5.7.99 other", kConfig},
      {"550 5.0.0 other", kFailedFinal},
      {"550 mailbox unavailable", kFailedFinal},
      {"551 not local", kFailedFinal},
      {"552 full", kFailedFinal},
      {"553 not allowed", kFailedFinal},
      {"554 failed", kFailedFinal},
      {"555 parameters", kConfig},
      {"599 unknown", kRejectMsg},
      {"550 4.1.1 of another class", kFailedFinal},
  };
  const std::unique_ptr<Adapter> adapter = Make(Settings());
  const Message message = MessageTo("kim@mail.example");
  const Request request = adapter->Build({&message, 1}, kNowMs).requests.at(0);
  for (const Case& c : kCases) {
    INFO(c.reply);
    Response response;
    response.status = std::stoi(c.reply);
    response.body = std::string(c.reply) + "\r\n";
    const std::vector<Outcome> outcomes = adapter->Interpret(request, {&message, 1}, response, kNowMs);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].code == c.code);
    CHECK(outcomes[0].message_id == 5);
  }
  // Every row of the tables is among them.
  auto is_tried = [&](std::string_view code) {
    return std::any_of(std::begin(kCases), std::end(kCases), [&](const Case& c) {
      const CodeRow& row = RowOfReply(std::stoi(c.reply), c.reply);
      return row.code == code;
    });
  };
  for (const CodeRow& row : EnhancedCodes()) {
    INFO(row.code);
    CHECK((is_tried(row.code) || row.code == "4.*" || row.code == "5.*"));
  }
  for (const CodeRow& row : ReplyCodes()) {
    INFO(row.code);
    CHECK(is_tried(row.code));
  }
}

TEST_CASE("smtp: a mail that may have been taken is unknown, another was not sent") {
  const std::unique_ptr<Adapter> adapter = Make(Settings());
  const Message message = MessageTo("kim@mail.example");
  const Request request = adapter->Build({&message, 1}, kNowMs).requests.at(0);
  Response response;
  response.failure = Response::Failure::kTimeout;
  response.body_begun = true;
  CHECK(adapter->Interpret(request, {&message, 1}, response, kNowMs).at(0).code == kUnknown);
  response.body_begun = false;
  CHECK(adapter->Interpret(request, {&message, 1}, response, kNowMs).at(0).code == kNotSent);
}

TEST_CASE("smtp: a reason shows neither the address nor a second line") {
  const std::unique_ptr<Adapter> adapter = Make(Settings());
  const Message message = MessageTo("kim@mail.example");
  const Request request = adapter->Build({&message, 1}, kNowMs).requests.at(0);
  Response response;
  response.status = 550;
  response.body = "550-5.1.1 <kim@mail.example> is unknown\r\n550 5.1.1 kim@mail.example, really\r\n";
  const std::string reason = adapter->Interpret(request, {&message, 1}, response, kNowMs).at(0).reason;
  CHECK(reason == "550 no such mailbox: 5.1.1 <…> is unknown  550 5.1.1 …, really");
}

TEST_CASE("smtp: a return path says which message came back, and only its own recipient fits") {
  const std::string path = MakeReturnPath("bounce@bounces.shop.example", kKey, "Kim@Mail.example", kSecret);
  CHECK(path.size() <= 64 + 1 + std::string("bounces.shop.example").size());
  CHECK_THAT(path, Catch::StartsWith("bounce+0123456789abcdef0123456789abcdef."));
  CHECK_THAT(path, Catch::EndsWith("@bounces.shop.example"));
  std::string upper = path;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& text : {"To: <" + path + ">", "X-Original-To: " + upper + "\r\n", "bounce+x " + path}) {
    INFO(text);
    const std::optional<ReturnPath> found = FindReturnPath(text, "bounce@bounces.shop.example");
    REQUIRE(found);
    CHECK(found->key == kKey);
    CHECK(WasSentTo(*found, "kim@mail.example", kSecret));
    CHECK_FALSE(WasSentTo(*found, "lee@mail.example", kSecret));
    CHECK_FALSE(WasSentTo(*found, "kim@mail.example", "another secret"));
  }
  for (const std::string& text : {std::string("bounce@bounces.shop.example"), path.substr(0, path.size() - 1),
                                  "x" + path.substr(1), std::string("bounce+0123.4567@bounces.shop.example")}) {
    INFO(text);
    CHECK_FALSE(FindReturnPath(text, "bounce@bounces.shop.example"));
  }
  ChannelSettings settings = Settings();
  settings.Set("return_path", std::string("bounce@bounces.shop.example"));
  settings.Set("return_key", std::string(kSecret));
  const std::unique_ptr<Adapter> adapter = Make(settings);
  const Message message = MessageTo("kim@mail.example");
  CHECK(adapter->Build({&message, 1}, kNowMs).requests.at(0).mail_from == path);
}

TEST_CASE("smtp: settings that are wrong say which key") {
  struct Case {
    const char *key, *value, *error;
  };
  constexpr Case kCases[] = {
      {"url", "https://mail.shop.example", "url: expected smtp://"},
      {"url", "smtp://", "url: expected smtp://"},
      {"url", "smtp://user:word@mail.shop.example", "url: expected smtp://"},
      {"url", "smtp://mail.shop.example/x", "url: expected smtp://"},
      {"from", "shop", "from: expected an address"},
      {"reply_to", "Shop <a@b.example>", "reply_to: expected an address"},
      {"return_path", "bounce@b.example", "return_path: it and return_key belong together"},
      {"helo", "a b", "helo: expected"},
      {"feedback_sender", "abcd", "feedback_sender: expected 5 to 15"},
      {"feedback_sender", "abcdefghijklmnop", "feedback_sender: expected 5 to 15"},
      {"feedback_sender", "a:bcd", "feedback_sender: expected 5 to 15"},
      {"dkim_key", "nonsense", "dkim_key: dkim_domain, dkim_selector and dkim_key belong together"},
      {"user", "", "user: it and password belong together"},
  };
  for (const Case& c : kCases) {
    INFO(c.key << " " << c.value);
    ChannelSettings settings = Settings();
    settings.Set(c.key, std::string(c.value));
    const absl::StatusOr<std::unique_ptr<Adapter>> adapter = kSmtpKind.make(settings);
    REQUIRE_FALSE(adapter.ok());
    CHECK_THAT(StatusText(adapter.status()), Catch::StartsWith(c.error));
  }
  ChannelSettings settings = Settings();
  settings.Set("return_path", std::string("bounces-of-the-shop@b.example"));
  settings.Set("return_key", std::string(kSecret));
  CHECK_THAT(StatusText(kSmtpKind.make(settings).status()), Catch::StartsWith("return_path: at most 14"));
  settings.Set("return_path", std::string("bounce@b.example"));
  settings.Set("return_key", std::string("short"));
  CHECK_THAT(StatusText(kSmtpKind.make(settings).status()), Catch::StartsWith("return_key: expected at least 16"));
  settings = Settings();
  settings.Set("dkim_domain", std::string("shop.example"));
  settings.Set("dkim_selector", std::string("s1"));
  settings.Set("dkim_key", std::string("nonsense"));
  CHECK_THAT(StatusText(kSmtpKind.make(settings).status()), Catch::StartsWith("dkim_key: expected a private key"));
}

TEST_CASE("smtp: a check signs in and sends nothing") {
  const std::unique_ptr<Adapter> adapter = Make(Settings());
  const std::optional<Request> request = adapter->BuildCheck(kNowMs);
  REQUIRE(request);
  CHECK(request->method == "NOOP");
  CHECK(request->user == "shop");
  CHECK(request->mail_to.empty());
  Response response;
  response.status = 250;
  response.body = "250 2.0.0 fine\r\n";
  CHECK(adapter->InterpretCheck(*request, response, kNowMs).ok());
  response.status = 535;
  response.body = "535 5.7.8 no\r\n";
  CHECK(StatusText(adapter->InterpretCheck(*request, response, kNowMs)) == "535 user or password is wrong: 5.7.8 no");
  response.failure = Response::Failure::kNotConnected;
  response.error = "no route";
  CHECK(StatusText(adapter->InterpretCheck(*request, response, kNowMs)) == "no route");
}
