// What an advertisement must say of itself, by rule pack, medium and field: one table. label.h applies it.
//
// Sources: the Korean Network Act art. 50(4) and (6) with decree annex 6; CAN-SPAM and the CTIA's messaging principles;
// CASL; ePrivacy art. 13. A push needs nothing outside of Korea: the system shows who sent it and how to stop it. Kakao
// itself puts label, profile and opt-out on a brand message; its fallback is a text message of ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace cartwheel {

enum LabelPart : uint16_t {
  kPartAdLabel = 1 << 0,        // "(광고)", the first characters
  kPartSenderFirst = 1 << 1,    // the sender's name right after it
  kPartSender = 1 << 2,         // the sender's name
  kPartContact = 1 << 3,        // its telephone number, or another way to reach it
  kPartEmail = 1 << 4,          // its e-mail address
  kPartAddress = 1 << 5,        // its postal address
  kPartSaysAd = 1 << 6,         // in words, that it is an advertisement
  kPartReplyStop = 1 << 7,      // "Reply STOP to opt out"
  kPartSettings = 1 << 8,       // where in the app or browser it is turned off
  kPartLinkKorean = 1 << 9,     // the opt-out link, explained in Korean
  kPartLinkEnglish = 1 << 10,   // in English
  kPartFreeNumber = 1 << 11,    // "무료수신거부 080…", the last text
  kPartNoFalseLabel = 1 << 12,  // nothing but that the text must not begin with what looks like the label
};
inline constexpr uint16_t kPartsMax = 13;

struct LabelRow {
  std::string_view rule;    // "KR-05"; its first two letters are the pack
  std::string_view medium;  // the section
  std::string_view field;
  uint16_t start = 0;             // parts at the beginning of the field
  uint16_t end = 0;               // parts at its end
  std::string_view instead = {};  // only where the section does not have this field
};
absl::Span<const LabelRow> LabelRows();

// Whether a label may have a place in a field, by any pack.
bool IsLabelPlace(std::string_view medium, std::string_view field);

// What a part is called in errors.
std::string_view LabelPartName(LabelPart part);

// What the parts are made of. All but the name and what the packs ask for may be empty.
struct LabelFacts {
  std::string sender;   // shop.name
  std::string contact;  // shop.contact
  std::string email;    // shop.email
  std::string address;  // shop.address
  // policy.opt_out: "sms" the free number ("080-123-4567"), "email" a link, where "{token}" stands for the token of the
  // message, "push" in words how to turn it off (empty: kOptOutSettings).
  std::string opt_out_sms, opt_out_email, opt_out_push;
  std::string caller_id;  // the number that text messages come from: a contact that is the same is not said twice
};
inline constexpr std::string_view kOptOutSettings = "수신거부: 설정 > 알림";
inline constexpr std::string_view kTokenPlace = "{token}";

// What a playbook lacks, or says wrongly, for the labels of a medium's advertisements.
struct MissingFact {
  std::string_view object, key;  // "shop" and "contact"; "policy.opt_out" and "sms"
  std::string message;           // `KR-05: …`
};
// `packs` are those that an advertisement may come under ("KR", "US", "CA", "EU"). Each fact is listed once.
std::vector<MissingFact> MissingForLabel(absl::Span<const std::string_view> packs, std::string_view medium,
                                         const LabelFacts& facts);

// The digits of a number, whatever stands between them.
std::string DigitsOf(std::string_view number);
// Whether a number is a free Korean one: 080 and seven or eight digits.
bool IsFreeNumber(std::string_view number);

}  // namespace cartwheel
