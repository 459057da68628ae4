// Bodies of messages and receipts: each field comes back, and damaged bytes give nothing.
#include "core/model/message_body.h"

#include "base/packed.h"
#include "core/model/receipt.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr std::string_view MessageBody::*kBodyTexts[] = {
    &MessageBody::key,     &MessageBody::customer, &MessageBody::anonymous_id,  &MessageBody::address,
    &MessageBody::journey, &MessageBody::step,     &MessageBody::template_name, &MessageBody::enrolment_key,
    &MessageBody::variant, &MessageBody::locale,   &MessageBody::payload,       &MessageBody::values};
constexpr std::string_view Receipt::*kReceiptTexts[] = {
    &Receipt::reason, &Receipt::channel,       &Receipt::address,  &Receipt::journey,
    &Receipt::step,   &Receipt::enrolment_key, &Receipt::customer, &Receipt::anonymous_id};

}  // namespace

TEST_CASE("message body: every field comes back by itself") {
  // A structure of texts and two numbers: a field that is added and not tested changes the size.
  static_assert(sizeof(MessageBody) == std::size(kBodyTexts) * sizeof(std::string_view) + 2 * sizeof(int64_t));
  for (const auto field : kBodyTexts) {
    MessageBody body;
    body.*field = "온도상점 \"x\"";
    const std::string bytes = EncodeMessageBody(body);
    const MessageBody read = DecodeMessageBody(bytes);
    for (const auto other : kBodyTexts) CHECK(read.*other == body.*other);
    CHECK(read.revision == Revision(0));
  }
  const std::string bytes = EncodeMessageBody({.revision = Revision(-7)});
  CHECK(DecodeMessageBody(bytes).revision == Revision(-7));
  const std::string judged = EncodeMessageBody({.policy = uint64_t{1} << 63});
  CHECK(DecodeMessageBody(judged).policy == uint64_t{1} << 63);
}

TEST_CASE("message body: damaged bytes are an empty body") {
  const std::string bytes =
      EncodeMessageBody({.key = "k", .customer = "ann", .revision = Revision(3), .payload = "{}"});
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK(DecodeMessageBody(std::string_view(bytes).substr(0, size)).customer.empty());
  CHECK(DecodeMessageBody(bytes + "x").customer.empty());
  CHECK(DecodeMessageBody(bytes).customer == "ann");
}

TEST_CASE("message body: the recipient is the customer, else the device") {
  CHECK(MessageBody{.customer = "ann"}.recipient() == "ann");
  CHECK(MessageBody{.anonymous_id = "dev"}.recipient() == "dev");
}

TEST_CASE("receipt: every field comes back by itself, and an export shows it in words") {
  for (const auto field : kReceiptTexts) {
    Receipt receipt{
        .message = MessageId(5), .owner = CustomerRow(17), .outcome = Reason::kGone, .gone_at_ms = 1'772'323'200'000};
    receipt.*field = "gone: 410";
    EventBatch batch;
    AppendReceipt(receipt, 99, &batch);
    EventCursor cursor(batch.bytes);
    Event event;
    REQUIRE(cursor.Next(&event));
    CHECK(event.type == EventType::kReceipt);
    CHECK(event.at_ms == 99);
    CHECK(event.Text("outcome") == "gone");
    CHECK(ReceiptOwner(event) == CustomerRow(17));
    const Receipt read = ReadReceipt(event);
    CHECK(read.message == MessageId(5));
    CHECK(read.owner == CustomerRow(17));
    CHECK(read.outcome == Reason::kGone);
    CHECK(read.gone_at_ms == 1'772'323'200'000);
    for (const auto other : kReceiptTexts) CHECK(read.*other == receipt.*other);
    event.type = EventType::kProductAdded;
    CHECK(ReceiptOwner(event) == CustomerRow(0));
  }
}

}  // namespace cartwheel
