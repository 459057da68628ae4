// Which message may go as what: purpose and class against the kinds of message that a channel knows, as a table.
// Kakao's kinds have rules of their own, judged when a playbook is loaded; every other channel carries every purpose.
// Sources: Kakao's operating policies of Alimtalk and of brand messages, 2026.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/playbook.h"

namespace cartwheel {

enum class MessageKind : uint8_t {
  kPlain,       // of a channel without kinds
  kAlimtalk,    // kakao with a template_code: information, of a template that Kakao has reviewed
  kBrand,       // kakao without: an advertisement
  kFriendtalk,  // ended on 2025-12-31; brand messages took its place
};
std::string_view MessageKindName(MessageKind kind);  // "an Alimtalk"

// What a section of a template is sent as.
MessageKind KindOf(std::string_view section, bool has_template_code);
MessageKind KindOf(const Content& content);
// Whether a word names Friendtalk: as a channel, a section, or the kind of a Kakao message.
bool IsFriendtalk(std::string_view word);

// Why a message of this class and purpose cannot be one of this kind: the rule's id, what is refused, what is expected
// ("KAKAO-02: …"). Empty: it can.
std::string MatrixProblem(MessageKind kind, MessageClass message_class, std::string_view purpose);

// Why a brand message cannot have this targeting. `targeting` is I, M or N, or empty: the channel's own. `admitted`:
// whether the shop says that Kakao admitted its channel to M and N: one verified for business with 50,000 friends, an
// Alimtalk within three months, the evidence of consents handed in, and a registered 080 number.
std::string TargetingProblem(std::string_view targeting, bool admitted);
// The same of a button that adds the channel (type AC): those who get it by I are its friends already.
std::string ButtonProblem(std::string_view targeting, std::string_view button_type);

}  // namespace cartwheel
