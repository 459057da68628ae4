#include "adapters/solapi.h"

#include <fstream>

#include "fmt/format.h"
#include "providers/solapi_codes.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel {
namespace {

constexpr char kLink[] = "https://shop.example/c?a=1&b=2";

std::unique_ptr<Adapter> MakeSolapi(std::vector<std::pair<std::string, SettingValue>> more = {}) {
  std::vector<std::pair<std::string, SettingValue>> values = {
      {"api_key", "KEY"}, {"api_secret", "SECRET"}, {"from", "02-123-4567"}, {"pf_id", "PF"}};
  for (auto& value : more) values.push_back(std::move(value));
  return MakeAdapter(kSolapiKind, std::move(values));
}

Message Sms(int64_t id, std::string text = "안녕") {
  return MakeMessage(id, "sms", fmt::format(R"({{"text":"{}"}})", text));
}

std::string Mark(int64_t id) { return fmt::format("{}.7.{}", id, kMessageKey); }

std::string Result(int64_t id, std::string_view code) {
  return fmt::format(R"({{"messageId":"M{}","statusCode":"{}","customFields":{{"cartwheel":"{}"}}}})", id, code,
                     Mark(id));
}

std::vector<Outcome> Send(Adapter& adapter, const std::vector<Message>& messages, const Response& response) {
  const Plan plan = adapter.Build(messages, kNowMs);
  REQUIRE(plan.requests.size() == 1);
  return adapter.Interpret(plan.requests[0], messages, response, kNowMs);
}

}  // namespace

// The signature of section 9 of the protocols' sheet, computed there by another implementation.
TEST_CASE("SOLAPI's signature is HMAC-SHA256 of date and salt") {
  REQUIRE(SolapiAuthorization("KEY", "SECRETKEY", "2026-11-12T09:00:00.000Z", "0123456789abcdef0123456789abcdef") ==
          "HMAC-SHA256 apiKey=KEY, date=2026-11-12T09:00:00.000Z, salt=0123456789abcdef0123456789abcdef, "
          "signature=536f16fa27aaa439b90acd8816becb2c443757efb9660499aa17a72a0d7cdc5f");
}

TEST_CASE("requests are those of SOLAPI's own library, byte by byte") {
  const std::vector<std::vector<Message>> requests = {
      {MakeMessage(1, "sms", R"({"text":"(광고) 온도상점\n\"머그컵\"이 기다려요\t/ 끝","type":"sms","bytes":36})"),
       MakeMessage(
           2, "sms",
           R"({"text":"가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가","subject":"장바구니"})"),
       MakeMessage(3, "sms", R"({"text":"사진을 보세요","subject":"사진","image":"IMG1"})")},
      {MakeMessage(
           4, "kakao",
           fmt::format(R"({{"text":"김민지님","template_code":"ORDER_1","variables":{{"이름":"김민지","#{{수}}":"2"}},)"
                       R"("buttons":[{{"label":"보기","url":"{}"}},{{"label":"앱에서","url":"shop://c","type":"AL"}},)"
                       R"({{"label":"배송 조회","type":"DS"}}]}})",
                       kLink),
           "transactional"),
       MakeMessage(5, "kakao", R"({"text":"주문이 접수되었어요.","template_code":"ORDER_2"})", "transactional")},
      {MakeMessage(6, "kakao",
                   fmt::format(R"({{"text":"(광고) 담아 둔 머그컵","targeting":"M",)"
                               R"("buttons":[{{"label":"채널 추가","type":"AC"}},{{"label":"보기","url":"{}"}}]}})",
                               kLink)),
       MakeMessage(7, "kakao", fmt::format(R"({{"text":"(광고) 사진","image":"IMG2","image_url":"{}"}})", kLink))}};
  std::ifstream golden(CARTWHEEL_SOURCE_DIR "/tests/unit/adapters/golden/solapi.jsonl");
  const auto adapter = MakeSolapi();
  for (const std::vector<Message>& messages : requests) {
    std::string expected;
    REQUIRE(std::getline(golden, expected));
    const Plan plan = adapter->Build(messages, kNowMs);
    REQUIRE(plan.outcomes.empty());
    REQUIRE(plan.requests.size() == 1);
    CHECK(plan.requests[0].body == expected);
  }
}

TEST_CASE("a request to SOLAPI is signed anew each time") {
  const auto adapter = MakeSolapi();
  const std::vector<Message> messages = {Sms(1), Sms(2)};
  const Plan plan = adapter->Build(messages, kNowMs);
  REQUIRE(plan.requests.size() == 1);
  const Request& request = plan.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.url == "https://api.solapi.com/messages/v4/send-many/detail");
  CHECK(HeaderOf(request, "Content-Type") == "application/json");
  CHECK(request.messages == std::vector<size_t>{0, 1});
  CHECK_FALSE(request.private_address);
  const std::string signature = HeaderOf(request, "Authorization");
  CHECK(signature.starts_with("HMAC-SHA256 apiKey=KEY, date=2026-11-12T09:00:00Z, salt="));
  CHECK(signature.find("SECRET") == std::string::npos);
  CHECK(HeaderOf(adapter->Build(messages, kNowMs).requests[0], "Authorization") != signature);
}

TEST_CASE("SMS or LMS is chosen by the bytes of EUC-KR where the payload does not say it") {
  const auto adapter = MakeSolapi();
  std::string text;
  for (int i = 0; i < 45; ++i) text += "가";  // 90 bytes
  auto type_of = [&](const std::string& payload) {
    const std::string body = adapter->Build({{MakeMessage(1, "sms", payload)}}, kNowMs).requests.at(0).body;
    const size_t at = body.find("\"type\":\"") + 8;
    return body.substr(at, 3);
  };
  CHECK(type_of(fmt::format(R"({{"text":"{}"}})", text)) == "SMS");
  CHECK(type_of(fmt::format(R"({{"text":"{}a"}})", text)) == "LMS");
  CHECK(type_of(R"({"text":"가","subject":"나"})") == "LMS");
  CHECK(type_of(R"({"text":"가","image":"IMG"})") == "MMS");
}

TEST_CASE("SOLAPI is told not to fall back unless the settings say so") {
  const std::string payload = R"({"text":"글","template_code":"T","variables":{"a":"b"},"fallback":"문자"})";
  auto body_of = [&](Adapter& adapter) {
    return adapter.Build({{MakeMessage(1, "kakao", payload, "transactional")}}, kNowMs).requests.at(0).body;
  };
  const std::string without = body_of(*MakeSolapi()), with = body_of(*MakeSolapi({{"fallback", true}}));
  CHECK(without.find(R"("disableSms":true)") != std::string::npos);
  CHECK(without.find("문자") == std::string::npos);
  CHECK(with.find(R"("disableSms":false)") != std::string::npos);
  CHECK(with.find(R"("text":"문자")") != std::string::npos);
}

TEST_CASE("a message that SOLAPI cannot take ends without a request, and the others go") {
  const auto adapter = MakeSolapi({{"pf_id", ""}});
  std::vector<Message> messages = {Sms(1),
                                   Sms(2),
                                   MakeMessage(3, "sms", R"({"text":""})"),
                                   MakeMessage(4, "sms", R"({"text":"글","image":"https://shop.example/a.jpg"})"),
                                   MakeMessage(5, "sms", "no JSON"),
                                   MakeMessage(6, "kakao", R"({"text":"글"})")};
  messages[1].address = "+1 202 555 0100";
  const Plan plan = adapter->Build(messages, kNowMs);
  REQUIRE(plan.requests.size() == 1);
  CHECK(plan.requests[0].messages == std::vector<size_t>{0});
  REQUIRE(plan.outcomes.size() == 5);
  const std::pair<int64_t, OutcomeCode> expected[] = {{2, OutcomeCode::kFailedFinal},
                                                      {3, OutcomeCode::kRejectMsg},
                                                      {4, OutcomeCode::kRejectMsg},
                                                      {5, OutcomeCode::kRejectMsg},
                                                      {6, OutcomeCode::kConfig}};
  for (size_t i = 0; i < 5; ++i) {
    CHECK(plan.outcomes[i].message_id == expected[i].first);
    CHECK(plan.outcomes[i].token == 7);
    CHECK(plan.outcomes[i].code == expected[i].second);
    CHECK(plan.outcomes[i].reason.find("202") == std::string::npos);
  }
  messages = {MakeMessage(1, "kakao", R"({"text":"글","template_code":"T","variables":{"a.b":"c"}})")};
  CHECK(MakeSolapi()->Build(messages, kNowMs).outcomes.at(0).code == OutcomeCode::kRejectMsg);
}

// Each row of the protocols' sheet, section 4.1, with the outcome that stands there.
TEST_CASE("every status code of SOLAPI has its outcome") {
  using enum OutcomeCode;
  const std::pair<const char*, OutcomeCode> expected[] = {
      {"4000", kDelivered},   {"3032", kGone},        {"1060", kSuppressed},  {"2060", kSuppressed},
      {"1061", kSuppressed},  {"2061", kSuppressed},  {"3047", kSuppressed},  {"3107", kSuppressed},
      {"3102", kFailedFinal}, {"3104", kFailedFinal}, {"3040", kFailedFinal}, {"3041", kFailedFinal},
      {"3042", kFailedFinal}, {"3043", kFailedFinal}, {"3044", kFailedFinal}, {"3045", kFailedFinal},
      {"3046", kFailedFinal}, {"3054", kConfig},      {"3055", kConfig},      {"3059", kConfig},
      {"1062", kConfig},      {"1064", kConfig},      {"1030", kConfig},      {"2230", kConfig},
      {"1026", kRejectMsg},   {"1029", kRejectMsg},   {"1031", kRejectMsg},   {"1043", kRejectMsg},
      {"3103", kRejectMsg},   {"3108", kDefer},       {"2000", kAccepted},    {"3000", kAccepted},
      {"1999", kRejectMsg},   {"2999", kRejectMsg},   {"3999", kFailedFinal}, {"5000", kRejectMsg},
      {"", kRejectMsg},
  };
  for (const auto& [code, outcome] : expected) {
    INFO(code);
    const auto adapter = MakeSolapi();
    const auto outcomes =
        Send(*adapter, {Sms(1)}, Answer(200, fmt::format(R"({{"messageList":[{}]}})", Result(1, code))));
    REQUIRE(outcomes.size() == 1);
    CHECK(OutcomeName(outcomes[0].code) == OutcomeName(outcome));
    CHECK(outcomes[0].message_id == 1);
    // 08:00 in Korea is 14 hours after 18:00.
    CHECK(outcomes[0].retry_after_ms == (outcome == kDefer ? 14 * 3'600'000 : 0));
  }
  // No row is shadowed by a prefix before it.
  for (const CodeRow& row : SolapiStatusCodes()) CHECK(FindCode(SolapiStatusCodes(), row.code) == &row);
}

TEST_CASE("each message of a batch has the result that names it") {
  const auto adapter = MakeSolapi();
  const std::vector<Message> messages = {Sms(1), Sms(2), Sms(3), Sms(4)};
  const auto outcomes =
      Send(*adapter, messages,
           Answer(200, fmt::format(R"({{"failedMessageList":[{},{{"statusCode":"1062"}}],"messageList":[{},{},{}]}})",
                                   Result(3, "3032"), Result(2, "2000"), Result(1, "4000"), Result(99, "4000"))));
  REQUIRE(outcomes.size() == 4);
  CHECK(outcomes[0].code == OutcomeCode::kDelivered);
  CHECK(outcomes[1].code == OutcomeCode::kAccepted);
  CHECK(outcomes[2].code == OutcomeCode::kGone);
  CHECK(outcomes[2].reason == "3032: the number has no subscriber");
  CHECK(outcomes[3].code == OutcomeCode::kUnknown);  // not named: never accepted
}

TEST_CASE("SOLAPI's answers other than 2xx") {
  using enum OutcomeCode;
  struct Row {
    int status;
    const char* body;
    OutcomeCode outcome;
    int64_t retry_after_ms;
  };
  const Row rows[] = {
      {403, R"({"errorCode":"RequestTimeTooSkewed","errorMessage":"x"})", kRetry, 60'000},
      {403, R"({"errorCode":"RequestTimeTooSkewed"})", kRetry, 30'000},  // the answer asks for that, not for a minute
      {403, R"({"errorCode":"DuplicatedSignature"})", kRetry, 1'000},
      {403, R"({"errorCode":"InvalidAPIKey"})", kConfig, 0},
      {403, R"({"errorCode":"SignatureDoesNotMatch"})", kConfig, 0},
      {400, R"({"errorCode":"ValidationError","errorMessage":"01012345678"})", kRejectMsg, 0},
      {400, "", kRejectMsg, 0},
      {401, "{}", kConfig, 0},
      {402, "{}", kConfig, 0},
      {404, "<html>", kConfig, 0},
      {301, "", kConfig, 0},
      {429, "{}", kRetry, 30'000},
      {500, R"({"errorCode":"InternalError"})", kRetry, 30'000},
      {503, "", kRetry, 30'000},
      {502, "", kUnknown, 0},
      {504, "", kUnknown, 0},
      {200, "", kUnknown, 0},
      {200, R"({"errorCode":"InternalError"})", kUnknown, 0},
      {200, R"({"messageList":)", kUnknown, 0},
  };
  for (const Row& row : rows) {
    INFO(row.status << " " << row.body);
    const auto adapter = MakeSolapi();
    Response response = Answer(row.status, row.body);
    if (row.outcome == kRetry && row.retry_after_ms == 30'000) response.headers = {{"retry-after", "30"}};
    const auto outcomes = Send(*adapter, {Sms(1)}, response);
    REQUIRE(outcomes.size() == 1);
    CHECK(OutcomeName(outcomes[0].code) == OutcomeName(row.outcome));
    CHECK(outcomes[0].retry_after_ms == row.retry_after_ms);
    CHECK(outcomes[0].reason.find("0101234") == std::string::npos);
  }
}

TEST_CASE("after a refusal of the whole batch each message goes by itself") {
  const auto adapter = MakeSolapi();
  const std::vector<Message> messages = {Sms(1), Sms(2), Sms(3)};
  for (const Outcome& outcome : Send(*adapter, messages, Answer(400, R"({"errorCode":"ValidationError"})")))
    CHECK(outcome.code == OutcomeCode::kNotSent);
  Plan plan = adapter->Build(messages, kNowMs);
  REQUIRE(plan.requests.size() == 3);
  CHECK(adapter->Interpret(plan.requests[1], messages, Answer(400, "{}"), kNowMs).at(0).code ==
        OutcomeCode::kRejectMsg);
  const Response taken = Answer(200, fmt::format(R"({{"messageList":[{}]}})", Result(1, "2000")));
  CHECK(adapter->Interpret(plan.requests[0], messages, taken, kNowMs).at(0).code == OutcomeCode::kAccepted);
  plan = adapter->Build(messages, kNowMs);  // only the third is still to be tried alone
  REQUIRE(plan.requests.size() == 2);
  CHECK(plan.requests[0].messages == std::vector<size_t>{2});
  CHECK(plan.requests[1].messages == std::vector<size_t>{0, 1});
}

TEST_CASE("messages that are to go by themselves are remembered up to a bound") {
  constexpr int64_t kBatch = 1'000, kAloneMax = 10'000;
  const auto adapter = MakeSolapi();
  auto batch = [&](int64_t first) {
    std::vector<Message> messages;
    for (int64_t i = 0; i < kBatch; ++i) messages.push_back(Sms(first + i));
    return messages;
  };
  for (int64_t first = 0; first < kAloneMax; first += kBatch) Send(*adapter, batch(first), Answer(400, "{}"));
  CHECK(adapter->Build(batch(0), kNowMs).requests.size() == kBatch);
  Send(*adapter, batch(kAloneMax), Answer(400, "{}"));
  CHECK(adapter->Build(batch(0), kNowMs).requests.size() == 1);  // forgotten: they go together once more
  CHECK(adapter->Build(batch(kAloneMax), kNowMs).requests.size() == kBatch);
}

TEST_CASE("a request to SOLAPI without an answer") {
  const auto adapter = MakeSolapi();
  Response response;
  response.failure = Response::Failure::kNotConnected;
  response.error = "refused";
  CHECK(Send(*adapter, {Sms(1)}, response).at(0).code == OutcomeCode::kNotSent);
  response.failure = Response::Failure::kTimeout;
  CHECK(Send(*adapter, {Sms(1)}, response).at(0).code == OutcomeCode::kUnknown);
  response.body_begun = false;
  CHECK(Send(*adapter, {Sms(1)}, response).at(0).code == OutcomeCode::kNotSent);
}

TEST_CASE("a check of SOLAPI's settings asks for the balance") {
  const auto adapter = MakeSolapi();
  const std::optional<Request> request = adapter->BuildCheck(kNowMs);
  REQUIRE(request);
  CHECK(request->method == "GET");
  CHECK(request->url == "https://api.solapi.com/cash/v1/balance");
  CHECK(HeaderOf(*request, "Authorization").starts_with("HMAC-SHA256 apiKey=KEY, "));
  CHECK(request->body.empty());
  CHECK(adapter->InterpretCheck(*request, Answer(200, R"({"balance":10})"), kNowMs).ok());
  CHECK(StatusText(adapter->InterpretCheck(*request, Answer(403, R"({"errorCode":"InvalidAPIKey"})"), kNowMs)) ==
        "SOLAPI answers 403 InvalidAPIKey: the API key is not known");
  CHECK(StatusText(adapter->InterpretCheck(*request, Answer(500, ""), kNowMs)) == "SOLAPI answers 500");
}

TEST_CASE("SOLAPI's settings are judged") {
  ChannelSettings settings;
  settings.Set("from", "somewhere");
  const auto made = kSolapiKind.make(settings);
  REQUIRE_FALSE(made.ok());
  CHECK(StatusText(made.status()) == "from: expected a Korean telephone number");
}

}  // namespace cartwheel
