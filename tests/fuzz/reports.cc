// What providers report of messages: whatever the bytes, each record is taken or refused with a reason, and what is
// told as events can be read.
#include "engine/outbox/provider_reports.h"
#include "formats/formats.h"
#include "store/memory/memory_store.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {

void Fuzz(std::string_view input) {
  static const std::shared_ptr<Store> store = NewMemoryStore();
  const auto formats = ReportFormats();
  const ReportFormat& format = formats[Choose(input, formats.size())];
  const absl::StatusOr<SortedReports> sorted = SortReports(*store, format, input);
  Check(sorted.ok(), "no report is an error of the store");
  Check(sorted->outcomes.empty(), "no message is settled that is not there");
  for (const RejectedEvent& rejection : sorted->rejected) {
    Check(!rejection.code.empty() && !rejection.message.empty(), "a rejection says why");
    Check(rejection.message.find('\n') == std::string::npos, "a rejection is one line");
  }
  EventBatch batch;
  std::vector<Rejection> rejected;
  EventReader(Format::kNative).Read(sorted->events, {.now_ms = 1'767'225'600'000}, &batch, &rejected);
  Check(batch.count + rejected.size() == sorted->event_records.size(), "an event is a line");
  for (const Rejection& rejection : rejected) Check(rejection.code != "bad_json", "an event is JSON");
}

std::vector<std::string> Seeds() {
  return {
      std::string(1, '\0') +
          R"({"event":"MESSAGE_RESULT_UPDATE","hooks":[{"hookId":"h","kakaoMessageType":"ALIMTALK_NORMAL","resultCode":"1000","recipientGroupingKey":"1.2.00112233445566778899aabbccddeeff"}]})",
      std::string(1, '\0') + R"({"event":"UNSUBSCRIBE","hooks":[{"hookId":"h","recipientNo":"01012341234"}]})",
      std::string(1, '\1') +
          R"([{"email":"a@b.c","event":"spamreport","sg_event_id":"e","timestamp":1794474000},{"email":"a@b.c","event":"bounce","type":"bounce","status":"5.1.1","sg_event_id":"f"}])",
      std::string(1, '\2') +
          R"({"eventType":"Bounce","mail":{"messageId":"m","tags":{"cartwheel":["1.2.00112233445566778899aabbccddeeff"]}},"bounce":{"bounceType":"Permanent","bounceSubType":"General","timestamp":"2026-11-12T09:00:00Z","bouncedRecipients":[{"emailAddress":"a@b.c","status":"5.1.1"}]}})",
      std::string(1, '\2') +
          R"({"Type":"Notification","Message":"{\"notificationType\":\"Complaint\",\"mail\":{\"messageId\":\"m\"},\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"a@b.c\"}]}}"})",
      std::string(1, '\3') +
          R"([{"messageId":"M","statusCode":"4000","customFields":{"cartwheel":"1.2.00112233445566778899aabbccddeeff"}}])",
  };
}

}  // namespace cartwheel::fuzz
