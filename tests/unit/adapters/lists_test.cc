// Lists of SOLAPI and NHN Cloud SMS: what is asked, page by page, and what is read of the answers that their documents
// show.
#include "adapters/nhn_sms.h"
#include "adapters/solapi.h"
#include "base/time.h"
#include "fmt/format.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel {
namespace {

using What = ListQuery::What;

constexpr int64_t kFromMs = kNowMs - kHourMs;

std::unique_ptr<Adapter> MakeSolapi(bool poll = false) {
  return MakeAdapter(kSolapiKind,
                     {{"api_key", "KEY"}, {"api_secret", "SECRET"}, {"from", "02-123-4567"}, {"poll", poll}});
}

std::unique_ptr<Adapter> MakeNhn(std::string unsubscribe_no = "080-888-8888", bool poll = false) {
  std::vector<std::pair<std::string, SettingValue>> values = {
      {"app_key", "APP"}, {"secret_key", "SECRET"}, {"from", "02-123-4567"}, {"poll", poll}};
  if (!unsubscribe_no.empty()) values.emplace_back("unsubscribe_no", unsubscribe_no);
  return MakeAdapter(kNhnSmsKind, std::move(values));
}

std::string UrlOf(Adapter& adapter, const ListQuery& query) {
  const std::optional<Request> request = adapter.BuildList(query, kNowMs);
  REQUIRE(request);
  CHECK(request->method == "GET");
  CHECK(request->body.empty());
  return request->url;
}

ListPage Read(Adapter& adapter, const ListQuery& query, std::string body) {
  absl::StatusOr<ListPage> page = adapter.InterpretList(query, Answer(200, std::move(body)), kNowMs);
  INFO(StatusText(page.status()));
  REQUIRE(page.ok());
  return *std::move(page);
}

std::string ErrorOf(Adapter& adapter, What what, const Response& response) {
  return StatusText(adapter.InterpretList({.what = what}, response, kNowMs).status());
}

}  // namespace

TEST_CASE("lists: SOLAPI is asked for what changed, with its signature") {
  const std::unique_ptr<Adapter> adapter = MakeSolapi();
  ListQuery query{.from_ms = kFromMs, .to_ms = kNowMs};
  const std::string first =
      "https://api.solapi.com/messages/v4/list?dateType=UPDATED&startDate=2026-11-12T08%3A00%3A00Z"
      "&endDate=2026-11-12T09%3A00%3A00Z&limit=500";
  CHECK(UrlOf(*adapter, query) == first);
  query.page = "M4V 2&x";
  CHECK(UrlOf(*adapter, query) == first + "&startKey=M4V%202%26x");
  CHECK(HeaderOf(*adapter->BuildList(query, kNowMs), "Authorization").starts_with("HMAC-SHA256 apiKey=KEY, "));
  CHECK(UrlOf(*adapter, {.what = What::kBlocked}) == "https://api.solapi.com/iam/v1/black?type=DENIAL&limit=500");
  CHECK(UrlOf(*adapter, {.what = What::kBlocked, .page = "k"}) ==
        "https://api.solapi.com/iam/v1/black?type=DENIAL&limit=500&startKey=k");
}

TEST_CASE("lists: SOLAPI's messages are what its webhook reports, as a list or by their ids") {
  const std::unique_ptr<Adapter> adapter = MakeSolapi();
  const std::string one = R"({"messageId":"M1","statusCode":"4000","customFields":{"cartwheel":"m"}})";
  for (const std::string& list : {fmt::format("[{}]", one), fmt::format(R"({{"M1":{}}})", one)}) {
    INFO(list);
    const ListPage page =
        Read(*adapter, {}, fmt::format(R"({{"startKey":null,"nextKey":"M2","limit":500,"messageList":{}}})", list));
    CHECK(page.format == "receipts/solapi");
    CHECK(page.records == one + "\n");
    CHECK(page.count == 1);
    CHECK(page.next == "M2");
  }
  const ListPage last = Read(*adapter, {}, R"({"nextKey":null,"messageList":{}})");
  CHECK(last.records.empty());
  CHECK(last.next.empty());
}

TEST_CASE("lists: a number that SOLAPI blocks withdraws, with one id whenever it is read") {
  const std::unique_ptr<Adapter> adapter = MakeSolapi();
  const ListQuery query{.what = What::kBlocked};
  auto list = [](std::string_view number, std::string_view at) {
    return fmt::format(R"({{"nextKey":"","blackList":[{{"handleKey":"h","type":"DENIAL","senderNumber":"0212345678",)"
                       R"("recipientNumber":"{}","dateCreated":"{}"}},{{"handleKey":"none"}}]}})",
                       number, at);
  };
  const ListPage page = Read(*adapter, query, list("01012345678", "2026-05-01T02:03:04.000Z"));
  CHECK(page.format == "native");
  CHECK(page.count == 1);
  const size_t properties = page.records.find(R"("at":)");
  CHECK(page.records.substr(properties) ==
        R"("at":"2026-05-01T02:03:04.000Z","properties":{"medium":"sms","scope":"ad","where":"SOLAPI's block list",)"
        R"("address":"01012345678"}})"
        "\n");
  CHECK(page.records.starts_with(R"({"type":"consent_withdrawn","id":"block-)"));
  CHECK(page.records.find("01012345678") == page.records.rfind("01012345678"));  // not in the id
  CHECK(Read(*adapter, query, list("01012345678", "2026-05-01T02:03:04.000Z")).records == page.records);
  auto id = [](const ListPage& of) { return of.records.substr(0, of.records.find(R"("at":)")); };
  CHECK(id(Read(*adapter, query, list("01012345679", "2026-05-01T02:03:04.000Z"))) != id(page));
  CHECK(id(Read(*adapter, query, list("01012345678", "2026-05-02T02:03:04.000Z"))) != id(page));
}

TEST_CASE("lists: NHN is asked in Korea's time, for a day at most, and page by page") {
  const std::unique_ptr<Adapter> adapter = MakeNhn();
  const std::string base = "https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/APP";
  CHECK(UrlOf(*adapter, {.from_ms = kFromMs, .to_ms = kNowMs}) ==
        base +
            "/message-results?startUpdateDate=2026-11-12%2017%3A00%3A00&endUpdateDate=2026-11-12%2018%3A00%3A00"
            "&pageNum=1&pageSize=1000");
  CHECK(UrlOf(*adapter, {.from_ms = kNowMs - 3 * kDayMs, .to_ms = kNowMs, .page = "3"}) ==
        base +
            "/message-results?startUpdateDate=2026-11-11%2018%3A00%3A00&endUpdateDate=2026-11-12%2018%3A00%3A00"
            "&pageNum=3&pageSize=1000");
  CHECK(UrlOf(*adapter, {.what = What::kBlocked, .page = "2"}) ==
        base + "/blockservice/recipients?unsubscribeNo=080-888-8888&pageNum=2&pageSize=1000");
  CHECK(HeaderOf(*adapter->BuildList({}, kNowMs), "X-Secret-Key") == "SECRET");
  CHECK(!MakeNhn("")->BuildList({.what = What::kBlocked}, kNowMs));
  CHECK(MakeNhn("")->BuildList({}, kNowMs));
}

TEST_CASE("lists: NHN's results are what its webhook reports") {
  const std::unique_ptr<Adapter> adapter = MakeNhn();
  auto body = [](std::string_view data, int total) {
    return fmt::format(R"({{"header":{{"resultCode":0,"resultMessage":"success","isSuccessful":true}},)"
                       R"("body":{{"pageNum":1,"pageSize":1000,"totalCount":{},"data":[{}]}}}})",
                       total, data);
  };
  const std::string result =
      R"({"messageType":"SMS","requestId":"R","recipientSeq":1,"resultCode":"1000","resultCodeName":"성공",)"
      R"("requestDate":"2023-09-14 10:15:05.0","resultDate":"2023-09-14 10:15:08.0","recipientGroupingKey":"m"})";
  const std::string waiting = R"({"messageType":"SMS","requestId":"S","recipientSeq":1,"resultCode":null})";
  const ListPage page = Read(*adapter, {}, body(result + "," + waiting, 1001));
  CHECK(page.format == "receipts/nhn");
  CHECK(page.records == R"({"event":"MESSAGE_RESULT_UPDATE","hooks":[{"hookId":"R-1-1000","resultCode":"1000",)"
                        R"("recipientGroupingKey":"m","receiveDate":"2023-09-14T10:15:08"}]})"
                        "\n");
  CHECK(page.count == 1);
  CHECK(page.next == "2");
  CHECK(Read(*adapter, {.page = "2"}, body(result, 1001)).next.empty());
  CHECK(Read(*adapter, {}, body(result, 1000)).next.empty());
  CHECK(Read(*adapter, {}, body("", 1001)).next.empty());

  const ListPage blocked = Read(*adapter, {.what = What::kBlocked},
                                body(R"({"unsubscribeNo":"0808888888","recipientNo":"01000000000",)"
                                     R"("requestDate":"2018-05-14 17:07:29.0"})",
                                     1));
  CHECK(blocked.format == "native");
  CHECK(blocked.records.find(R"("at":"2018-05-14T17:07:29+09:00")") != std::string::npos);
  CHECK(blocked.records.find(R"("address":"01000000000")") != std::string::npos);
}

TEST_CASE("lists: an answer that is none is an error without a secret or an address") {
  Response broken;
  broken.failure = Response::Failure::kTimeout;
  broken.error = "it took too long";
  for (const What what : {What::kReports, What::kBlocked}) {
    const std::unique_ptr<Adapter> solapi = MakeSolapi(), nhn = MakeNhn();
    for (const std::unique_ptr<Adapter>* adapter : {&solapi, &nhn}) {
      CHECK(ErrorOf(**adapter, what, broken) == "it took too long");
      const std::string who = adapter == &solapi ? "SOLAPI" : "NHN";
      CHECK(ErrorOf(**adapter, what, Answer(503, R"({"errorMessage":"01012345678 SECRET"})")) == who + " answers 503");
      for (const std::string body : {"", "[]", "<html>", "{\"messageList\":"})
        CHECK(ErrorOf(**adapter, what, Answer(200, body)) == who + " answers 200, and not as its API does");
    }
    CHECK(ErrorOf(*solapi, what, Answer(200, "{}")) == "SOLAPI's answer has no list");
    CHECK(ErrorOf(*nhn, what, Answer(200, "{}")) == "NHN answers 200, and not as its API does");
    CHECK(ErrorOf(*nhn, what, Answer(200, R"({"header":{"resultCode":-1006,"isSuccessful":false}})")) ==
          "NHN answers -1006");
    CHECK(ErrorOf(*nhn, what, Answer(200, R"({"header":{"resultCode":0,"isSuccessful":true}})")) ==
          "NHN's answer has no body");
  }
}

TEST_CASE("lists: reports are asked for where the setting says so") {
  CHECK(MakeSolapi()->traits().poll_ms == 0);
  CHECK(MakeNhn()->traits().poll_ms == 0);
  CHECK(MakeSolapi(true)->traits().poll_ms == 5 * kMinuteMs);
  CHECK(MakeNhn("", true)->traits().poll_ms == 5 * kMinuteMs);
}

}  // namespace cartwheel
