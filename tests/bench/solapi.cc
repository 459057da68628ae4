// What SOLAPI's adapter costs: requests of a hundred messages built, and answers that name each of them read. Nothing
// is sent.
#include "tests/bench/cases.h"

#ifdef CARTWHEEL_ADAPTERS
#include <fmt/format.h>

#include "adapters/settings.h"
#include "adapters/solapi.h"
#include "providers/message_mark.h"
#endif

namespace cartwheel::bench {

#ifdef CARTWHEEL_ADAPTERS
namespace {

constexpr int64_t kBatch = 100;
constexpr int64_t kNowMs = 1'794'474'000'000;  // 2026-11-12T09:00:00Z

std::unique_ptr<Adapter> MakeAdapter() {
  ChannelSettings settings;
  settings.Set("api_key", "KEY");
  settings.Set("api_secret", "SECRET");
  settings.Set("from", "0212345678");
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = kSolapiKind.make(settings);
  Require(adapter.ok(), "SOLAPI's settings: expected to be right");
  return *std::move(adapter);
}

std::vector<Message> MakeBatch(int64_t first) {
  std::vector<Message> messages(kBatch);
  for (int64_t i = 0; i < kBatch; ++i) {
    Message& message = messages[static_cast<size_t>(i)];
    message.id = first + i;
    message.token = 7;
    message.key = fmt::format("{:032x}", message.id);
    message.message_class = "ad";
    message.medium = "sms";
    message.address = fmt::format("010{:08}", message.id % 100'000'000);
    message.payload = fmt::format(
        R"({{"text":"(광고) 온도상점 {}님, 담아 두신 머그컵이 기다려요\n무료거부 0801234567","type":"lms","bytes":94}})",
        message.id);
  }
  return messages;
}

Response MakeAnswer(const std::vector<Message>& messages) {
  Response response;
  response.status = 200;
  response.body = R"({"failedMessageList":[],"groupInfo":{"groupId":"G","count":{"total":100}},"messageList":[)";
  for (const Message& message : messages)
    response.body += fmt::format(
        R"({}{{"messageId":"M4V20261112{}","statusCode":"2000","statusMessage":"정상 접수","customFields":{{"cartwheel":"{}"}}}})",
        &message == messages.data() ? "" : ",", message.id, WriteMark(message));
  response.body += "]}";
  return response;
}

}  // namespace

int RunSolapi(const BenchOptions& options) {
  std::vector<double> rates;
  for (int run = 0; run < options.repeat; ++run) {
    const std::unique_ptr<Adapter> adapter = MakeAdapter();
    Meter meter;
    int64_t done = 0;
    for (int64_t first = 1; done < options.events; first += kBatch) {
      const std::vector<Message> messages = MakeBatch(first);
      const Response response = MakeAnswer(messages);
      meter.Start();
      const Plan plan = adapter->Build(messages, kNowMs);
      Require(plan.requests.size() == 1, "a batch: expected one request");
      const std::vector<Outcome> outcomes = adapter->Interpret(plan.requests[0], messages, response, kNowMs);
      meter.Stop();
      for (const Outcome& outcome : outcomes) done += outcome.code == OutcomeCode::kAccepted ? 1 : 0;
      Require(done == first + kBatch - 1, "an answer: expected every message to be accepted");
    }
    rates.push_back(static_cast<double>(done) / meter.Read().seconds);
  }
  Table table({"SOLAPI, batches of 100", "messages/s"});
  table.Row({"BuildRequest and Interpret", Count(Median(rates))});
  table.Print();
  return 0;
}

#else

int RunSolapi(const BenchOptions&) { return 0; }

#endif

}  // namespace cartwheel::bench
