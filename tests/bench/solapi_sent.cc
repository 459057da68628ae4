// Messages from the outbox to SOLAPI's answer and back: claimed, made into requests, sent to a server on loopback that
// takes each, and settled; beside claiming and settling alone.
#include "tests/bench/cases.h"

#ifdef CARTWHEEL_TRANSPORT
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

#include "adapters/settings.h"
#include "adapters/solapi.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/limits.h"
#include "cartwheel/transport.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/outbox_parts.h"
#include "tests/unit/transport/local_server.h"
#endif

namespace cartwheel::bench {

#ifdef CARTWHEEL_TRANSPORT
namespace {

constexpr int64_t kFirstNumber = 821'010'000'001;  // +82 10-1000-0001: customers' ids are their numbers

// Takes every message of every request, as SOLAPI says it.
void TakeMessages(LocalConnection& connection) {
  constexpr std::string_view kField = R"("cartwheel":")";
  for (std::string request; !(request = connection.ReadRequest()).empty();) {
    std::string body = R"({"failedMessageList":[],"messageList":[)";
    const char* between = "";
    for (size_t at = 0; (at = request.find(kField, at)) != request.npos; between = ",") {
      at += kField.size();
      const std::string_view mark = std::string_view(request).substr(at, request.find('"', at) - at);
      body += between;
      body += R"({"statusCode":"2000","statusMessage":"정상 접수","customFields":{"cartwheel":")";
      body += mark;
      body += R"("}})";
    }
    body += "]}";
    connection.Write(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  }
}

std::unique_ptr<Channel> MakeSmsChannel(const LocalServer& server, Transport* transport) {
  ChannelSettings settings;
  settings.Set("api_key", "KEY");
  settings.Set("api_secret", "SECRET");
  settings.Set("from", "0212345678");
  settings.Set("url", server.Url(""));
  settings.Set("private_address", true);
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = kSolapiKind.make(settings);
  Require(adapter.ok(), "SOLAPI's settings: expected to be right");
  return MakeAdapterChannel("sms", *std::move(adapter), transport, SystemClock());
}

// Seconds until `count` messages are accepted. Folding the receipts is not counted, as it is not of claim and settle.
double SendAll(Engine& engine, const LocalServer& server, int64_t count, int64_t now_ms) {
  Transport transport(SystemClock());
  const std::unique_ptr<Channel> channel = MakeSmsChannel(server, &transport);
  Dispatcher dispatcher(&engine);
  Require(dispatcher.Add(MakeSmsChannel(server, &transport)).ok(), "a channel: expected to be added");
  Meter meter;
  DispatchResult result;
  for (int64_t claims = 1; result.accepted < count; ++claims) {
    if (claims % kClaimsOfTurn == 0) AdvanceTo(engine, now_ms);
    meter.Start();
    const std::optional<Dispatcher::Taken> taken = Must(dispatcher.Take(now_ms, result));
    Require(taken.has_value(), fmt::format("{} messages taken, expected {}", result.accepted, count));
    const std::optional<ChannelFailure> failure =
        Must(dispatcher.Answer({channel->SendBatch(taken->messages), "no outcome", false}, now_ms, result));
    meter.Stop();
    Require(!failure, "the channel failed");
  }
  return meter.Read().seconds;
}

}  // namespace

int RunSolapiSent(const BenchOptions& options) {
  const struct {
    const char* name;
    const char* message_class;
    size_t batch;
  } kinds[] = {{"advertisements by 100", "ad", kAdvertisementsMax},
               {"transactional by 1,000", "transactional", kClaimMax}};
  Table table({"SOLAPI on loopback", "messages/s", "claim and settle alone", "share"});
  for (const auto& kind : kinds) {
    std::string playbook = ReplaceAll(Cart72Playbook(), R"("web_push", "sms")", R"("sms")");
    playbook = ReplaceAll(playbook, R"("web_push": {"address_by_id": true}, )", "");
    playbook = ReplaceAll(playbook, R"("class": "ad")", fmt::format(R"("class": "{}")", kind.message_class));
    std::vector<double> sent, alone, shares;
    for (int repeat = 0; repeat < options.repeat; ++repeat) {
      for (const bool sends : {false, true}) {
        const ScratchDirectory scratch;
        const std::unique_ptr<Engine> engine = OpenEngine(scratch.File("solapi.db"), playbook);
        const int64_t now_ms = PlanReminders(*engine, options.events, kFirstNumber);
        AdvanceTo(*engine, now_ms);
        if (sends) {
          LocalServer server(TakeMessages);
          sent.push_back(PerSecond(options.events, SendAll(*engine, server, options.events, now_ms)));
        } else {
          const ClaimRun run = ClaimAll(*engine, "sms", options.events, kind.batch, /*joint=*/true, now_ms);
          alone.push_back(PerSecond(options.events, run.claim.seconds + run.settle.seconds));
        }
      }
      shares.push_back(sent.back() / alone.back());
    }
    table.Row({kind.name, Count(Median(sent)), Count(Median(alone)), Fixed(Median(shares), 2)});
  }
  table.Print();
  return 0;
}

#else

int RunSolapiSent(const BenchOptions&) { return 0; }

#endif

}  // namespace cartwheel::bench
