// What sending costs: mails to a sink on loopback that takes all of them, and the memory of a thousand requests that
// are on their way at once.
#include "tests/bench/cases.h"

#ifdef CARTWHEEL_TRANSPORT
#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <vector>

#include "absl/synchronization/notification.h"
#include "adapters/settings.h"
#include "adapters/smtp.h"
#include "cartwheel/clock.h"
#include "cartwheel/transport.h"
#include "tests/bench/child.h"
#include "tests/unit/transport/local_server.h"
#endif

namespace cartwheel::bench {

#ifdef CARTWHEEL_TRANSPORT
namespace {

constexpr size_t kMails = 200;  // of one call of the channel
constexpr int64_t kLifeMs = 3'600'000;

// Takes every mail. Counts them.
void TakeMails(LocalConnection& connection, std::atomic<int64_t>& mails) {
  connection.Write("220 sink ESMTP\r\n");
  for (std::string line; !(line = connection.ReadLine()).empty() || !connection.ended();) {
    if (line.starts_with("EHLO")) {
      connection.Write("250-sink\r\n250 8BITMIME\r\n");
    } else if (line.starts_with("DATA")) {
      connection.Write("354 go on\r\n");
      while (connection.ReadLine() != "." && !connection.ended()) {
      }
      ++mails;
      connection.Write("250 2.0.0 taken\r\n");
    } else if (line.starts_with("QUIT")) {
      connection.Write("221 bye\r\n");
      return;
    } else {
      connection.Write("250 2.1.0 fine\r\n");
    }
  }
}

std::vector<Message> MakeMails(int64_t first, size_t count) {
  std::vector<Message> messages(count);
  for (Message& message : messages) {
    message.id = first++;
    message.token = 7;
    message.key = fmt::format("{:032x}", message.id);
    message.channel = message.medium = "email";
    message.message_class = "ad";
    message.customer = fmt::format("customer-{}", message.id);
    message.address = fmt::format("kim{}@customer.example", message.id);
    message.journey = "cart";
    message.step = "first";
    message.template_name = "gentle";
    message.payload = fmt::format(
        R"({{"subject":"(광고) 온도상점: 담아 두신 머그컵이 기다려요","text":"{0}님, 담아 두신 머그컵이 기다려요. 오늘 주문하시면 내일 받으실 수 있어요.\n\n)"
        R"(장바구니: https://shop.example/cart/{0}\n","html":"<html><body><p>{0}님, 담아 두신 <b>머그컵</b>이 기다려요.</p>)"
        R"(<p><a href=\"https://shop.example/cart/{0}\">장바구니 보기</a></p></body></html>"}})",
        message.id);
    message.made_at_ms = SystemClock()->NowMs();
    message.expires_at_ms = message.made_at_ms + kLifeMs;
  }
  return messages;
}

std::unique_ptr<Channel> MakeMailChannel(int port, Transport* transport) {
  ChannelSettings settings;
  settings.name = "email";
  settings.kind = "smtp";
  settings.Set("url", fmt::format("smtp+plain://127.0.0.1:{}", port));
  settings.Set("from", std::string("shop@shop.example"));
  settings.Set("private_address", true);
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = kSmtpKind.make(settings);
  Require(adapter.ok(), "the settings of SMTP: expected to be right");
  AdapterChannelOptions options;
  options.send.private_address = true;
  return MakeAdapterChannel("email", *std::move(adapter), transport, SystemClock(), options);
}

Request MakePush(const LocalServer& server) {
  constexpr size_t kBody = 4'096;  // the largest of a web push
  Request request;
  request.method = "POST";
  request.url = server.Url("/wpush/v2/0123456789");
  request.headers = {{"TTL", "3600"}, {"Urgency", "normal"}, {"Content-Encoding", "aes128gcm"}};
  request.body = std::string(kBody, 'x');
  request.timeout_ms = 60'000;
  request.private_address = true;
  return request;
}

}  // namespace

int RunSmtp(const BenchOptions& options) {
  std::vector<double> rates;
  int connections = 0;
  for (int run = 0; run < options.repeat; ++run) {
    std::atomic<int64_t> mails{0};
    LocalServer sink([&](LocalConnection& connection) { TakeMails(connection, mails); });
    Meter meter;
    {
      Transport transport(SystemClock());
      const std::unique_ptr<Channel> channel = MakeMailChannel(sink.port(), &transport);
      for (int64_t done = 0; done < options.events;) {
        const std::vector<Message> messages = MakeMails(done + 1, kMails);
        meter.Start();
        const std::vector<Outcome> outcomes = channel->SendBatch(messages);
        meter.Stop();
        for (const Outcome& outcome : outcomes)
          Require(outcome.code == OutcomeCode::kAccepted, "a mail was not taken: " + outcome.reason);
        done += static_cast<int64_t>(outcomes.size());
      }
    }
    connections = sink.connections();
    Require(connections <= static_cast<int>(Transport::kMailConnectionsMax), "more connections than are allowed");
    rates.push_back(static_cast<double>(mails) / meter.Read().seconds);
  }
  Table table({"SMTP to a local sink", "mails/s", "connections"});
  table.Row({fmt::format("made, sent and taken, {} a call", kMails), Count(Median(rates)), Count(connections)});
  table.Print();
  return 0;
}

int RunInFlight(const BenchOptions& options) {
  // Two providers, since one has at most kHttpInFlightMax on their way. None answers before all were begun or wait for
  // a connection that others have.
  std::atomic<int64_t> arrived{0};
  absl::Notification all;
  auto answer = [&](LocalConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (++arrived == 2 * static_cast<int64_t>(Transport::kConnectionsMax)) all.Notify();
      all.WaitForNotificationWithTimeout(absl::Seconds(1));
      connection.Write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    }
  };
  LocalServer one(answer), other(answer);
  const Meter peak;  // begins the peak anew
  const double before = PeakRssBytes();
  double after = 0;
  {
    Transport transport(SystemClock());
    std::vector<Request> requests;
    for (int64_t i = 0; i < options.events; ++i) requests.push_back(MakePush(i % 2 == 0 ? one : other));
    const std::vector<std::optional<Response>> answers =
        transport.Send(requests, {.private_address = true, .span_ms = 2 * requests[0].timeout_ms});
    for (const std::optional<Response>& response : answers)
      Require(response && response->status == 201, "a request was not answered");
    after = PeakRssBytes();
  }
  Table table({"requests of 4 KiB on their way at once", "memory"});
  table.Row({Count(static_cast<double>(options.events)), Bytes(static_cast<int64_t>(after - before))});
  table.Print();
  return 0;
}

#else

int RunSmtp(const BenchOptions&) { return 0; }
int RunInFlight(const BenchOptions&) { return 0; }

#endif

}  // namespace cartwheel::bench
