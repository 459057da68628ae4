// One message as SOLAPI's request writes it.
#pragma once

#include <string>
#include <string_view>

#include "adapters/korean_payload.h"
#include "base/json_text.h"
#include "cartwheel/channel.h"

namespace cartwheel {

struct SolapiSender {
  std::string from;   // digits
  std::string pf_id;  // the Kakao channel's; empty: none
  bool fallback = false;
};

// The field of customFields that holds the mark of the message (providers/message_mark.h).
inline constexpr std::string_view kSolapiMarkField = "cartwheel";

// Appends the message; or returns what is wrong with it, and appends nothing. `payload` is the message's.
struct Refusal {
  OutcomeCode code = OutcomeCode::kAccepted;  // kAccepted: nothing is wrong
  std::string_view reason;
};
Refusal WriteSolapiMessage(const Message& message, const KoreanPayload& payload, const SolapiSender& sender,
                           JsonWriter* writer);

}  // namespace cartwheel
