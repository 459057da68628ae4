// Our own format: one object an event, and nothing in it but what the table names, so that a misspelt member is
// noticed: it becomes a warning.
#include "formats/json_events.h"
#include "formats/readers.h"

namespace cartwheel::formats {
namespace {

constexpr MemberRule kMembers[] = {
    {"id", Slot::kId},
    {"type", Slot::kType},
    {"customer", Slot::kCustomer},
    {"anonymous_id", Slot::kAnonymousId},
    {"at", Slot::kAt},
    {"sent_at", Slot::kSentAt},
    {"received_at", Slot::kReceivedAt},
    {"properties", Slot::kProperties},
    {"anonymousId", Slot::kAnonymousId, true},
    {"sentAt", Slot::kSentAt, true},
    {"receivedAt", Slot::kReceivedAt, true},
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
