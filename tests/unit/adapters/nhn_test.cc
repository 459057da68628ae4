#include "adapters/nhn_kakao.h"
#include "adapters/nhn_sms.h"
#include "fmt/format.h"
#include "providers/nhn_codes.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;
using Values = std::vector<std::pair<std::string, SettingValue>>;

std::unique_ptr<Adapter> MakeKakao(Values more = {}) {
  Values values = {{"app_key", "APP"}, {"secret_key", "SECRET"}, {"sender_key", "SENDER"}};
  for (auto& value : more) values.push_back(std::move(value));
  return MakeAdapter(kNhnKakaoKind, std::move(values));
}

std::unique_ptr<Adapter> MakeSms() {
  return MakeAdapter(kNhnSmsKind, {{"app_key", "APP"}, {"secret_key", "SECRET"}, {"from", "1588-0000"}});
}

Request BuildOne(Adapter& adapter, const Message& message) {
  const Plan plan = adapter.Build({{message}}, kNowMs);
  REQUIRE(plan.outcomes.empty());
  REQUIRE(plan.requests.size() == 1);
  return plan.requests[0];
}

Outcome Interpret(Adapter& adapter, const Message& message, const Response& response) {
  const std::vector<Message> messages = {message};
  const auto outcomes = adapter.Interpret(BuildOne(adapter, message), messages, response, kNowMs);
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].message_id == message.id);
  CHECK(outcomes[0].token == message.token);
  return outcomes[0];
}

std::string KakaoAnswer(int header, std::string_view result) {
  return fmt::format(
      R"({{"header":{{"resultCode":{},"resultMessage":"x","isSuccessful":{}}},"message":{{"requestId":"R",)"
      R"("sendResults":[{{"recipientSeq":1,"recipientNo":"01012345678","resultCode":{}}}]}}}})",
      header, header == 0, result);
}

std::string SmsAnswer(std::string_view result) {
  return fmt::format(R"({{"header":{{"resultCode":0,"isSuccessful":true}},"body":{{"data":{{"requestId":"R",)"
                     R"("statusCode":"2","sendResultList":[{{"recipientSeq":1,"resultCode":{}}}]}}}}}})",
                     result);
}

const Message kAlimtalk =
    MakeMessage(1, "kakao", R"({"text":"글","template_code":"ORDER_1","variables":{"#{이름}":"김"}})", "transactional");
const Message kBrand = MakeMessage(
    2, "kakao", R"({"text":"(광고) 글","targeting":"N","buttons":[{"label":"보기","url":"https://shop.example"}]})");
const Message kText = MakeMessage(3, "sms", R"({"text":"(광고) 글"})");

}  // namespace

TEST_CASE("an Alimtalk by NHN is a request of its own, with its key") {
  const auto adapter = MakeKakao();
  Request request = BuildOne(*adapter, kAlimtalk);
  CHECK(request.url == "https://kakaotalk-bizmessage.api.nhncloudservice.com/alimtalk/v2.3/appkeys/APP/messages");
  CHECK(HeaderOf(request, "X-Secret-Key") == "SECRET");
  CHECK(HeaderOf(request, "Content-Type") == "application/json;charset=UTF-8");
  CHECK(HeaderOf(request, "X-NC-API-IDEMPOTENCY-KEY") == kMessageKey);
  CHECK(request.body ==
        R"({"senderKey":"SENDER","templateCode":"ORDER_1","recipientList":[{"recipientNo":"01012345678",)"
        R"("templateParameter":{"이름":"김"},"resendParameter":{"isResend":false},)"
        R"("recipientGroupingKey":"1.7.00112233445566778899aabbccddeeff"}]})");
  // Without variables the whole text goes, with its buttons.
  request =
      BuildOne(*adapter, MakeMessage(1, "kakao",
                                     R"({"text":"글","template_code":"T","title":"제목","buttons":[{"label":"보기",)"
                                     R"("url":"https://shop.example"},{"label":"조회","type":"DS"}]})"));
  CHECK(request.url.ends_with("/alimtalk/v2.3/appkeys/APP/raw-messages"));
  CHECK(request.body ==
        R"({"senderKey":"SENDER","templateCode":"T","recipientList":[{"recipientNo":"01012345678","content":"글",)"
        R"("templateTitle":"제목","buttons":[{"ordering":1,"type":"WL","name":"보기","linkMo":"https://shop.example",)"
        R"("linkPc":"https://shop.example"},{"ordering":2,"type":"DS","name":"조회"}],)"
        R"("resendParameter":{"isResend":false},"recipientGroupingKey":"1.7.00112233445566778899aabbccddeeff"}]})");
}

TEST_CASE("a brand message by NHN names its targeting and no key") {
  const Request request = BuildOne(*MakeKakao({{"unsubscribe_no", "080-123-4567"}}), kBrand);
  CHECK(request.url.ends_with("/brand-message/v1.0/appkeys/APP/freestyle-messages"));
  CHECK(HeaderOf(request, "X-NC-API-IDEMPOTENCY-KEY") == "(none)");
  CHECK(request.body ==
        R"({"senderKey":"SENDER","chatBubbleType":"TEXT","pushAlarm":true,"unsubscribeNo":"080-123-4567",)"
        R"("content":"(광고) 글","buttons":[{"type":"WL","name":"보기","linkMo":"https://shop.example",)"
        R"("linkPc":"https://shop.example"}],"recipientList":[{"recipientNo":"01012345678","targeting":"N",)"
        R"("resendParameter":{"isResend":false},"recipientGroupingKey":"2.7.00112233445566778899aabbccddeeff"}]})");
  const Request image =
      BuildOne(*MakeKakao(), MakeMessage(2, "kakao", R"({"text":"(광고) 글","image":"https://i","image_url":"https://l"
})"));
  CHECK(image.body.find(R"("chatBubbleType":"IMAGE")") != std::string::npos);
  CHECK(image.body.find(R"("image":{"imageUrl":"https://i","imageLink":"https://l"})") != std::string::npos);
}

TEST_CASE("NHN's idempotency is promised for Alimtalk only") {
  CHECK(MakeKakao()->traits().idempotency_ms == 0);
  const auto adapter = MakeKakao({{"alimtalk_only", true}});
  CHECK(adapter->traits().idempotency_ms == 600'000);
  const Plan plan = adapter->Build({{kBrand}}, kNowMs);
  CHECK(plan.requests.empty());
  REQUIRE(plan.outcomes.size() == 1);
  CHECK(plan.outcomes[0].code == kRejectMsg);
  CHECK(MakeSms()->traits().idempotency_ms == 0);
}

TEST_CASE("NHN falls back where the settings and the payload say so") {
  const auto adapter = MakeKakao({{"fallback", true}, {"from", "02-123-4567"}, {"unsubscribe_no", "0801234567"}});
  const Message message = MakeMessage(1, "kakao", R"({"text":"(광고) 글","fallback":"(광고) 문자"})");
  CHECK(BuildOne(*adapter, message)
            .body.find(R"("resendParameter":{"isResend":true,"resendType":"SMS","resendContent":"(광고) 문자",)"
                       R"("resendSendNo":"021234567","resendUnsubscribeNo":"0801234567"})") != std::string::npos);
  CHECK(BuildOne(*adapter, kAlimtalk).body.find(R"("isResend":false)") != std::string::npos);
  ChannelSettings settings;
  settings.Set("fallback", true);
  CHECK(StatusText(kNhnKakaoKind.make(settings).status()) ==
        "from: a fallback needs the telephone number that it comes from");
}

TEST_CASE("text messages by NHN: the path says the kind and whether it advertises") {
  const auto adapter = MakeSms();
  const Request sms = BuildOne(*adapter, kText);
  CHECK(sms.url == "https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/APP/sender/ad-sms");
  CHECK(sms.body == R"({"body":"(광고) 글","sendNo":"15880000","recipientList":[{"recipientNo":"01012345678",)"
                    R"("recipientGroupingKey":"3.7.00112233445566778899aabbccddeeff"}]})");
  auto path = [&](std::string payload, std::string message_class) {
    const std::string url = BuildOne(*adapter, MakeMessage(1, "sms", std::move(payload), message_class)).url;
    return url.substr(url.rfind('/') + 1);
  };
  CHECK(path(R"({"text":"글"})", "transactional") == "sms");
  CHECK(path(R"({"text":"글","subject":"제목"})", "notice") == "mms");
  CHECK(path(R"({"text":"(광고) 글","image":"42"})", "ad") == "ad-mms");
  // The title of an LMS is its subject, else the beginning of its first line: 40 bytes, twenty syllables.
  const std::string lms =
      BuildOne(*adapter, MakeMessage(1, "sms",
                                     R"({"text":"(광고)가나다라마바사아자차카타파하거너더러머버\n둘째",)"
                                     R"("type":"lms","image":"42"})"))
          .body;
  CHECK(lms.starts_with(R"({"title":"(광고)가나다라마바사아자차카타파하거너더","body":)"));
  CHECK(lms.find(R"("attachFileIdList":[42])") != std::string::npos);
}

TEST_CASE("numbers abroad go as international ones, and only as SMS") {
  const auto adapter = MakeSms();
  Message message = kText;
  message.address = "+1 202-555-0100";
  CHECK(BuildOne(*adapter, message).body.find(R"("internationalRecipientNo":"12025550100")") != std::string::npos);
  message.payload = R"({"text":"글","subject":"제목"})";
  CHECK(adapter->Build({{message}}, kNowMs).outcomes.at(0).code == kFailedFinal);
  message.address = "nowhere";
  CHECK(adapter->Build({{message}}, kNowMs).outcomes.at(0).code == kFailedFinal);
  CHECK(adapter->Build({{MakeMessage(1, "sms", R"({"text":"글","image":"https://i"})")}}, kNowMs).outcomes.at(0).code ==
        kRejectMsg);
}

TEST_CASE("NHN's adapters refuse messages that cannot be delivered, and send as the channel allows") {
  const auto refusal = [](Adapter& adapter, Message message) {
    const Plan plan = adapter.Build({{message}}, kNowMs);
    REQUIRE(plan.requests.empty());
    REQUIRE(plan.outcomes.size() == 1);
    CHECK(plan.outcomes[0].message_id == message.id);
    return OutcomeName(plan.outcomes[0].code);
  };
  const auto kakao = MakeKakao(), sms = MakeSms();
  CHECK(refusal(*kakao, MakeMessage(1, "kakao", R"({"text":""})")) == "reject_msg");
  CHECK(refusal(*kakao, MakeMessage(1, "kakao", R"({"text":"","template_code":"T"})")) == "reject_msg");
  CHECK(refusal(*kakao, MakeMessage(1, "kakao", "[]")) == "reject_msg");
  CHECK(refusal(*sms, MakeMessage(1, "sms", R"({"text":""})")) == "reject_msg");
  CHECK(refusal(*sms, MakeMessage(1, "sms", "none")) == "reject_msg");
  Message message = kBrand;
  message.address = "nowhere";
  CHECK(refusal(*kakao, message) == "failed_final");
  CHECK(StatusText(kNhnSmsKind.make(ChannelSettings()).status()) == "from: expected a Korean telephone number");
  for (const bool allowed : {false, true}) {
    const auto adapter = MakeKakao({{"private_address", allowed}});
    CHECK(BuildOne(*adapter, kAlimtalk).private_address == allowed);
    CHECK(adapter->BuildCheck(kNowMs)->private_address == allowed);
    CHECK(BuildOne(*adapter, kAlimtalk).timeout_ms == adapter->traits().timeout_ms);
  }
}

// The rows that the protocols' sheet names in sections 4.2 and 4.3, of those in the provider's answers.
TEST_CASE("every code of NHN's answers has its outcome") {
  const std::pair<const char*, OutcomeCode> kakao[] = {
      {"0", kAccepted},       {"-1005", kAccepted},   {"-1000", kConfig},   {"-1001", kConfig},
      {"-3010", kRejectMsg},  {"-3005", kRejectMsg},  {"-9992", kConfig},   {"-3301", kSuppressed},
      {"-9999", kRetry},      {"-5000", kGone},       {"4", kRejectMsg},    {"-4029", kConfig},
      {"-31415", kRejectMsg}, {"-77777", kRejectMsg}, {"\"0\"", kAccepted}, {"\"-1027\"", kConfig},
  };
  for (const auto& [code, outcome] : kakao) {
    INFO(code);
    CHECK(OutcomeName(Interpret(*MakeKakao(), kAlimtalk, Answer(200, KakaoAnswer(0, code))).code) ==
          OutcomeName(outcome));
  }
  const std::pair<const char*, OutcomeCode> sms[] = {
      {"0", kAccepted},      {"-6001", kSuppressed}, {"-2312", kConfig},    {"-6003", kRejectMsg},
      {"-2023", kRejectMsg}, {"-2016", kRejectMsg},  {"-6004", kConfig},    {"-9999", kRetry},
      {"-2019", kGone},      {"-31415", kRejectMsg}, {"-1005", kRejectMsg},
  };
  for (const auto& [code, outcome] : sms) {
    INFO(code);
    CHECK(OutcomeName(Interpret(*MakeSms(), kText, Answer(200, SmsAnswer(code))).code) == OutcomeName(outcome));
  }
  for (const auto table : {NhnKakaoApiCodes(), NhnSmsApiCodes(), NhnKakaoResults(), NhnSmsResults()})
    for (const CodeRow& row : table) {
      INFO(row.code);
      CHECK(FindCode(table, row.code) == &row);  // no prefix before it covers it
      CHECK_FALSE(row.meaning.empty());
    }
}

TEST_CASE("an answer of NHN is 200 whatever it says") {
  const auto adapter = MakeKakao();
  auto outcome = [&](const Response& response) { return OutcomeName(Interpret(*adapter, kBrand, response).code); };
  // The header's code counts where no recipient has one.
  CHECK(outcome(Answer(200, R"({"header":{"resultCode":-1000,"isSuccessful":false},"message":null})")) == "config");
  CHECK(outcome(Answer(200, R"({"header":{"resultCode":-1005,"isSuccessful":false}})")) == "accepted");
  CHECK(outcome(Answer(200, KakaoAnswer(-1031, "-3301"))) == "suppressed");
  // It was taken, and nothing is said of the recipient.
  CHECK(outcome(Answer(200, R"({"header":{"resultCode":0,"isSuccessful":true}})")) == "unknown");
  CHECK(outcome(Answer(200, R"({"header":{"resultCode":0},"message":{"sendResults":[]}})")) == "unknown");
  CHECK(outcome(Answer(200, "<html>")) == "unknown");
  CHECK(outcome(Answer(502, "")) == "unknown");
  CHECK(outcome(Answer(504, "")) == "unknown");
  CHECK(outcome(Answer(500, "")) == "retry");
  CHECK(outcome(Answer(429, "")) == "retry");
  CHECK(outcome(Answer(401, "")) == "config");
  CHECK(outcome(Answer(302, "")) == "config");
  CHECK(outcome(Answer(400, "")) == "reject_msg");
  Response lost;
  lost.failure = Response::Failure::kBroken;
  CHECK(outcome(lost) == "unknown");
  lost.failure = Response::Failure::kNotConnected;
  CHECK(outcome(lost) == "not_sent");
}

TEST_CASE("a check of NHN's settings reads what they name") {
  const auto kakao = MakeKakao();
  const std::optional<Request> request = kakao->BuildCheck(kNowMs);
  REQUIRE(request);
  CHECK(request->method == "GET");
  CHECK(request->url.ends_with("/alimtalk/v2.3/appkeys/APP/senders/SENDER"));
  CHECK(HeaderOf(*request, "X-Secret-Key") == "SECRET");
  CHECK(kakao->InterpretCheck(*request, Answer(200, R"({"header":{"resultCode":0}})"), kNowMs).ok());
  CHECK(StatusText(kakao->InterpretCheck(*request, Answer(200, R"({"header":{"resultCode":-1001}})"), kNowMs)) ==
        "NHN answers -1001: the secret key is another one");
  CHECK(StatusText(kakao->InterpretCheck(*request, Answer(404, "<html>"), kNowMs)) ==
        "NHN answers 404, and not as its API does");
  CHECK(MakeSms()->BuildCheck(kNowMs)->url.ends_with("/sms/v3.0/appKeys/APP/sendNos?sendNo=15880000"));
}

}  // namespace cartwheel
