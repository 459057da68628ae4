// Segment's calls (https://segment.com/docs/connections/spec/): track by the event's name, identify with its traits,
// alias, page and screen.
#include "formats/json_events.h"
#include "formats/readers.h"

namespace cartwheel::formats {
namespace {

constexpr MemberRule kMembers[] = {
    {"type", Slot::kType},
    {"event", Slot::kName},
    {"name", Slot::kName},
    {"messageId", Slot::kId},
    {"userId", Slot::kCustomer},
    {"anonymousId", Slot::kAnonymousId},
    {"previousId", Slot::kPreviousId},
    {"timestamp", Slot::kAt},
    {"originalTimestamp", Slot::kAt},
    {"sentAt", Slot::kSentAt},
    {"receivedAt", Slot::kReceivedAt},
    {"properties", Slot::kProperties},
    {"traits", Slot::kTraits},
};

constexpr CallRule kCalls[] = {
    {"track"},
    {"identify", EventType::kIdentify, Slot::kTraits},
    {"alias", EventType::kAlias},
    {"page", EventType::kPageViewed},
    {"screen", EventType::kPageViewed},
    {"group", EventType::kCustom, Slot::kTraits, true},
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
