#include "core/policy/matrix.h"

#include <algorithm>
#include <iterator>

#include "absl/types/span.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// What reviewers refuse as Alimtalk: things of the cart, looked at and wished for, special prices, gifts without a
// contract, calls to come back or to buy again, surveys for points, newsletters.
constexpr std::string_view kNeverAlimtalk[] = {"cart",    "browse",     "wishlist",  "price", "coupon",  "birthday",
                                               "winback", "newsletter", "promotion", "event", "reorder", "survey"};

constexpr std::string_view kFriendtalkNames[] = {"friendtalk",   "friend_talk", "friend-talk", "kakao_friendtalk",
                                                 "chingutalk",   "chingu_talk", "친구톡",      "카카오친구톡",
                                                 "kakao_friend", "친구_톡",     "친구 톡"};

constexpr uint8_t Bit(MessageClass message_class) { return static_cast<uint8_t>(1 << static_cast<int>(message_class)); }
constexpr uint8_t kAd = Bit(MessageClass::kAdvertisement);
constexpr uint8_t kInformation = Bit(MessageClass::kTransactional) | Bit(MessageClass::kNotice);

// The first row of a kind that refuses decides. A row refuses the classes that it names, and the purposes.
struct MatrixRow {
  MessageKind kind;
  std::string_view rule;
  uint8_t classes = 0;
  absl::Span<const std::string_view> purposes = {};
  std::string_view why;
};
constexpr MatrixRow kMatrix[] = {
    {MessageKind::kAlimtalk, "KAKAO-04", kAd, {}, "carries information only: its class is transactional or notice"},
    {MessageKind::kAlimtalk, "KAKAO-02", 0, kNeverAlimtalk,
     "carries information only, and Kakao refuses these purposes whatever the class:"},
    {MessageKind::kBrand, "KAKAO-03", kInformation, {}, "is an advertisement: its class is ad"},
    {MessageKind::kFriendtalk,
     "KAKAO-05",
     kAd | kInformation,
     {},
     "ended on 2025-12-31: write \"kakao\", a brand message"},
};

bool Contains(absl::Span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string_view MessageKindName(MessageKind kind) {
  switch (kind) {
    case MessageKind::kPlain:
      return "a message";
    case MessageKind::kAlimtalk:
      return "an Alimtalk (kakao.template_code)";
    case MessageKind::kBrand:
      return "a brand message (kakao without a template_code)";
    case MessageKind::kFriendtalk:
      return "Friendtalk";
  }
  return "";
}

MessageKind KindOf(std::string_view section, bool has_template_code) {
  if (IsFriendtalk(section)) return MessageKind::kFriendtalk;
  if (section != "kakao") return MessageKind::kPlain;
  return has_template_code ? MessageKind::kAlimtalk : MessageKind::kBrand;
}

MessageKind KindOf(const Content& content) {
  return KindOf(content.medium, content.text_max == kAlimtalkCharactersMax);
}

bool IsFriendtalk(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return Contains(kFriendtalkNames, lower);
}

std::string MatrixProblem(MessageKind kind, MessageClass message_class, std::string_view purpose) {
  for (const MatrixRow& row : kMatrix) {
    if (row.kind != kind) continue;
    if ((row.classes & Bit(message_class)) != 0)
      return kind == MessageKind::kFriendtalk
                 ? fmt::format("{}: {} {}", row.rule, MessageKindName(kind), row.why)
                 : fmt::format("{}: {} {}, and this is of the class \"{}\"", row.rule, MessageKindName(kind), row.why,
                               MessageClassName(message_class));
    if (Contains(row.purposes, purpose))
      return fmt::format("{}: {} {} {}; and this is of the purpose \"{}\"", row.rule, MessageKindName(kind), row.why,
                         fmt::join(row.purposes, ", "), purpose);
  }
  return "";
}

std::string TargetingProblem(std::string_view targeting, bool admitted) {
  if (admitted || (targeting != "M" && targeting != "N")) return "";
  return fmt::format(
      "KAKAO-06: targeting {0} reaches customers by the shop's own consents, which Kakao admits a channel to (50,000 "
      "friends, evidence of the consents, a registered 080 number), and this shop does not say that it is: expected I, "
      "or \"admitted\": true of the channel",
      targeting);
}

std::string ButtonProblem(std::string_view targeting, std::string_view button_type) {
  if (button_type != "AC" || targeting == "M" || targeting == "N") return "";
  return "KAKAO-07: a button of the type AC adds the channel: only a brand message with the targeting M or N has one";
}

}  // namespace cartwheel
