// Our own format: one object an event, and nothing in it but what the table names, so that a misspelt member is
// noticed: it becomes a warning.
#include "formats/json_events.h"
#include "formats/readers.h"

namespace cartwheel::formats {
namespace {

constexpr MemberRule kMembers[] = {
    {"id", RecordField::kId},
    {"type", RecordField::kType},
    {"customer", RecordField::kCustomer},
    {"anonymous_id", RecordField::kAnonymousId},
    {"at", RecordField::kAt},
    {"sent_at", RecordField::kSentAt},
    {"received_at", RecordField::kReceivedAt},
    {"properties", RecordField::kProperties},
    {"anonymousId", RecordField::kAnonymousId, true},
    {"sentAt", RecordField::kSentAt, true},
    {"receivedAt", RecordField::kReceivedAt, true},
};

}  // namespace

void ReadNative(std::string_view input, std::vector<std::string>*, Sink* sink) {
  ReadJsonEvents({.members = kMembers,
                  .calls = {},
                  .closed = true,
                  .batch_member = {},
                  .corrected_with_received = {},
                  .uncorrected = {}},
                 input, sink);
}

}  // namespace cartwheel::formats
