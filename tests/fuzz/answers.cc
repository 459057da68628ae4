// What providers answer to a hand-over: whatever the bytes and the status, each message has one outcome, and none is
// accepted that the answer does not name.
#include "adapters/kinds.h"
#include "cartwheel/adapter.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr int kStatuses[] = {200, 201, 400, 403, 429, 500, 503, 504, 0};

std::unique_ptr<Adapter> Make(std::string_view kind) {
  ChannelSettings settings;
  for (const char* key : {"api_key", "api_secret", "app_key", "secret_key", "sender_key", "pf_id"})
    settings.Set(key, "k");
  settings.Set("from", "0212345678");
  absl::StatusOr<std::unique_ptr<Adapter>> made = FindKind(kind, AdapterKinds())->make(settings);
  Check(made.ok(), "the settings are right");
  return *std::move(made);
}

}  // namespace

void Fuzz(std::string_view input) {
  static constexpr std::string_view kKinds[] = {"solapi", "nhn_kakao", "nhn_sms"};
  const std::unique_ptr<Adapter> adapter = Make(kKinds[Choose(input, std::size(kKinds))]);
  Response response;
  response.status = kStatuses[Choose(input, std::size(kStatuses))];
  if (response.status == 0) response.failure = Response::Failure::kBroken;
  response.body = std::string(input);
  std::vector<Message> messages(2);
  for (Message& message : messages) {
    message.id = &message - messages.data() + 1;
    message.token = 7;
    message.key = "00112233445566778899aabbccddeeff";
    message.medium = "sms";
    message.address = "01012345678";
    message.payload = R"({"text":"a"})";
  }
  const Plan plan = adapter->Build(messages, 1'794'474'000'000);
  size_t outcomes = plan.outcomes.size();
  for (const Request& request : plan.requests)
    for (const Outcome& outcome : adapter->Interpret(request, messages, response, 1'794'474'000'000)) {
      ++outcomes;
      Check(outcome.token == 7 && outcome.message_id >= 1 && outcome.message_id <= 2, "an outcome is of a message");
      Check(outcome.code != OutcomeCode::kAccepted || response.status < 300 || !response.body.empty(),
            "nothing is accepted by an answer that says nothing");
    }
  Check(outcomes == messages.size(), "each message has one outcome");
}

std::vector<std::string> Seeds() {
  return {
      std::string("\0\0", 2) +
          R"({"failedMessageList":[{"statusCode":"1062","customFields":{"cartwheel":"2.7.00112233445566778899aabbccddeeff"}}],"messageList":[{"statusCode":"2000","customFields":{"cartwheel":"1.7.00112233445566778899aabbccddeeff"}}]})",
      std::string("\0\3", 2) + R"({"errorCode":"SignatureDoesNotMatch","errorMessage":"x"})",
      std::string("\1\0", 2) +
          R"({"header":{"resultCode":0},"message":{"sendResults":[{"recipientSeq":1,"resultCode":-3301}]}})",
      std::string("\2\0", 2) +
          R"({"header":{"resultCode":0},"body":{"data":{"sendResultList":[{"recipientSeq":1,"resultCode":"0"}]}}})",
      std::string("\2\5", 2) + "<html>",
  };
}

}  // namespace cartwheel::fuzz
