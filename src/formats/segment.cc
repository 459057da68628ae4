// Segment's calls (https://segment.com/docs/connections/spec/): track by the event's name, identify with its traits,
// alias, page and screen.
#include "formats/json_events.h"
#include "formats/readers.h"

namespace cartwheel::formats {
namespace {

constexpr MemberRule kMembers[] = {
    {"type", RecordField::kType},
    {"event", RecordField::kName},
    {"name", RecordField::kName},
    {"messageId", RecordField::kId},
    {"userId", RecordField::kCustomer},
    {"anonymousId", RecordField::kAnonymousId},
    {"previousId", RecordField::kPreviousId},
    {"timestamp", RecordField::kAt},
    {"originalTimestamp", RecordField::kAt},
    {"sentAt", RecordField::kSentAt},
    {"receivedAt", RecordField::kReceivedAt},
    {"properties", RecordField::kProperties},
    {"traits", RecordField::kTraits},
};

constexpr CallRule kCalls[] = {
    {"track"},
    {"identify", EventType::kIdentify, RecordField::kTraits},
    {"alias", EventType::kAlias},
    {"page", EventType::kPageViewed},
    {"screen", EventType::kPageViewed},
    {"group", EventType::kCustom, RecordField::kTraits, true},
};

}  // namespace

void ReadSegment(std::string_view input, std::vector<std::string>*, Sink* sink) {
  // Segment's servers write timestamp = receivedAt - (sentAt - originalTimestamp).
  ReadJsonEvents({.members = kMembers,
                  .calls = kCalls,
                  .closed = false,
                  .batch_member = "batch",
                  .corrected_with_received = "timestamp",
                  .uncorrected = "originalTimestamp"},
                 input, sink);
}

}  // namespace cartwheel::formats
