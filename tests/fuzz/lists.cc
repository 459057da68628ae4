// Lists that providers are asked for, and the signature of what SNS brings: whatever the bytes and the status, a page
// is read, or there is one line that says why not; what is read goes through the reader of its format.
#include "adapters/kinds.h"
#include "adapters/report_signature.h"
#include "base/status.h"
#include "engine/outbox/provider_reports.h"
#include "formats/formats.h"
#include "store/memory/memory_store.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr int kStatuses[] = {200, 403, 503, 0};
constexpr int64_t kNowMs = 1'794'474'000'000;

std::unique_ptr<Adapter> Make(std::string_view kind) {
  ChannelSettings settings;
  for (const char* key : {"api_key", "api_secret", "app_key", "secret_key"}) settings.Set(key, "S3CRET");
  settings.Set("from", "0212345678");
  settings.Set("unsubscribe_no", "0801234567");
  absl::StatusOr<std::unique_ptr<Adapter>> made = FindKind(kind, AdapterKinds())->make(settings);
  Check(made.ok(), "the settings are right");
  return *std::move(made);
}

}  // namespace

void Fuzz(std::string_view input) {
  static constexpr std::string_view kKinds[] = {"solapi", "nhn_sms"};
  static const std::shared_ptr<Store> store = NewMemoryStore();
  const std::unique_ptr<Adapter> adapter = Make(kKinds[Choose(input, std::size(kKinds))]);
  ListQuery query{.what = Choose(input, 2) == 0 ? ListQuery::What::kReports : ListQuery::What::kBlocked,
                  .from_ms = kNowMs - 60'000,
                  .to_ms = kNowMs};
  Response response;
  response.status = kStatuses[Choose(input, std::size(kStatuses))];
  if (response.status == 0) response.failure = Response::Failure::kBroken;
  response.error = "it broke";
  response.body = std::string(input);
  CheckReportSignature("receipts/ses", input, {.secret = "none", .topic = "t"}).IgnoreError();
  const absl::StatusOr<ListPage> page = adapter->InterpretList(query, response, kNowMs);
  if (!page.ok()) {
    const std::string text = StatusText(page.status());
    Check(!text.empty() && text.find('\n') == std::string::npos, "an error is one line");
    Check(text.find("S3CRET") == std::string::npos, "no secret is shown");
    return;
  }
  Check(response.status == 200, "only an answer that is right has a page");
  query.page = page->next;
  const std::optional<Request> request = adapter->BuildList(query, kNowMs);
  Check(request && request->url.find_first_of(" \r\n\t") == std::string::npos, "the next page has an address");
  if (page->format == "native") {
    EventBatch batch;
    std::vector<Rejection> rejected;
    EventReader(Format::kNative).Read(page->records, {.now_ms = kNowMs}, &batch, &rejected);
    Check(static_cast<int64_t>(batch.count + rejected.size()) == page->count, "an event is a line");
    for (const Rejection& rejection : rejected) Check(rejection.code != "bad_json", "an event is JSON");
    return;
  }
  const ReportFormat* format = FindReportFormat(page->format);
  Check(format != nullptr, "the format is one that ingest takes");
  const absl::StatusOr<SortedReports> sorted = SortReports(*store, *format, page->records);
  Check(sorted.ok(), "no report is an error of the store");
  for (const RejectedEvent& rejection : sorted->rejected)
    Check(page->format == "receipts/solapi" || rejection.code != "bad_json", "a report is JSON");
}

std::vector<std::string> Seeds() {
  return {
      std::string("\0\0\0", 3) +
          R"({"nextKey":"M2","messageList":{"M1":{"messageId":"M1","statusCode":"4000","customFields":{"cartwheel":"1.2.00112233445566778899aabbccddeeff"}}}})",
      std::string("\0\0\0", 3) + R"({"nextKey":null,"messageList":[{"messageId":"M1","statusCode":"3104"}]})",
      std::string("\0\1\0", 3) +
          R"({"nextKey":"k","blackList":[{"handleKey":"h","recipientNumber":"01012345678","dateCreated":"2026-05-01T02:03:04.000Z"}]})",
      std::string("\1\0\0", 3) +
          R"({"header":{"isSuccessful":true,"resultCode":0},"body":{"totalCount":2001,"data":[{"requestId":"R","recipientSeq":1,"resultCode":"1000","resultDate":"2023-09-14 10:15:08.0","recipientGroupingKey":"1.2.00112233445566778899aabbccddeeff"}]}})",
      std::string("\1\1\0", 3) +
          R"({"header":{"isSuccessful":true},"body":{"totalCount":1,"data":[{"recipientNo":"01000000000","requestDate":"2018-05-14 17:07:29.0"}]}})",
      std::string("\1\0\2", 3) + "<html>",
      std::string("\0\0\0", 3) +
          R"({"Type":"Notification","Message":"{}","TopicArn":"t","SignatureVersion":"1","Signature":"AAAA"})",
  };
}

}  // namespace cartwheel::fuzz
