// The table of a format of JSON records: which member of a record says what, and what the calls of the format mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/event.h"

namespace cartwheel::formats {

// What a member of a record says.
enum class RecordField : uint8_t {
  kId,
  kType,  // the event's type, or the call where the table has calls
  kName,  // the event's name where the call does not decide it; else the property `name`
  kCustomer,
  kAnonymousId,
  kPreviousId,  // becomes the property of that name
  kAt,
  kSentAt,      // by the sender's clock, when it sent the record
  kReceivedAt,  // when a server of the sender's received it
  kProperties,
  kTraits,
  kIgnored,
};

struct MemberRule {
  std::string_view member;
  RecordField field;
  bool spelling = false;  // of a name that stands above: not said where the members are listed
};

struct CallRule {
  std::string_view call;
  EventType type = EventType::kCustom;  // kCustom: by the member of RecordField::kName, as OurName makes it
  RecordField properties = RecordField::kProperties;
  bool ignored = false;
};

struct JsonFormat {
  // Of several members for one field the one named first counts.
  absl::Span<const MemberRule> members;
  // Empty: types are named as ours.
  absl::Span<const CallRule> calls;
  // Whether a member that is not in the table is worth a warning.
  bool closed = false;
  // An object with an array of records under this name is a batch; empty: none.
  std::string_view batch_member;
  // The member of RecordField::kAt from which the sender's servers have taken the error of its clock, where
  // `uncorrected` and a received_at stand beside it. Empty: none.
  std::string_view corrected_with_received;
  std::string_view uncorrected;
};

}  // namespace cartwheel::formats
