#include "core/policy/label_table.h"

#include <algorithm>
#include <iterator>

#include "base/measure.h"
#include "base/normal_form.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr uint16_t kKoreanMail =
    kPartSender | kPartContact | kPartEmail | kPartAddress | kPartLinkKorean | kPartLinkEnglish;
constexpr uint16_t kMail = kPartSender | kPartAddress | kPartLinkEnglish;

constexpr LabelRow kRows[] = {
    {"KR-05", "sms", "text", kPartAdLabel | kPartSenderFirst, kPartContact | kPartFreeNumber},
    {"KR-05", "sms", "subject", kPartNoFalseLabel},
    {"KR-05", "kakao", "text", kPartNoFalseLabel},
    {"KR-05", "kakao", "fallback", kPartAdLabel | kPartSenderFirst, kPartContact | kPartFreeNumber},
    // The contact of a push is one tap away, on the page that it opens.
    {"KR-05", "push", "title", kPartAdLabel | kPartSenderFirst},
    {"KR-05", "push", "title", 0, kPartSettings, "body"},
    {"KR-05", "push", "body", kPartAdLabel | kPartSenderFirst, 0, "title"},
    {"KR-05", "push", "body", kPartNoFalseLabel, kPartSettings},
    {"KR-05", "email", "subject", kPartAdLabel},
    {"KR-05", "email", "text", 0, kKoreanMail},
    {"KR-05", "email", "html", 0, kKoreanMail},

    {"US-09", "sms", "text", kPartSender, kPartReplyStop},
    {"US-09", "kakao", "fallback", kPartSender, kPartReplyStop},
    {"US-07", "email", "text", 0, kMail | kPartSaysAd},
    {"US-07", "email", "html", 0, kMail | kPartSaysAd},

    {"CA-03", "sms", "text", kPartSender, kPartContact | kPartReplyStop},
    {"CA-03", "kakao", "fallback", kPartSender, kPartContact | kPartReplyStop},
    {"CA-03", "email", "text", 0, kMail | kPartContact},
    {"CA-03", "email", "html", 0, kMail | kPartContact},

    {"EU-04", "sms", "text", kPartSender, kPartReplyStop},
    {"EU-04", "kakao", "fallback", kPartSender, kPartReplyStop},
    {"EU-04", "email", "text", 0, kMail},
    {"EU-04", "email", "html", 0, kMail},
};

constexpr std::string_view kPartNames[] = {"\"(광고)\" at the start",
                                           "the sender's name after \"(광고)\"",
                                           "the sender's name",
                                           "the sender's contact",
                                           "the sender's e-mail address",
                                           "the sender's postal address",
                                           "that it is an advertisement",
                                           "\"Reply STOP to opt out\"",
                                           "how to turn it off (\"수신거부: …\")",
                                           "the opt-out link in Korean (\"수신거부\")",
                                           "the opt-out link in English (\"unsubscribe\")",
                                           "\"무료수신거부 080…\" as the last text",
                                           "no false label"};
static_assert(std::size(kPartNames) == kPartsMax);

// The fact that parts need, what is wrong with its value, and how it is written.
struct FactRow {
  uint16_t parts;
  std::string LabelFacts::*fact;
  std::string_view object, key;
  bool (*is_right)(std::string_view value);
  std::string_view advice;
};

bool IsNotEmpty(std::string_view value) { return value.find_first_not_of(" \t\r\n") != value.npos; }
bool IsLink(std::string_view value) {
  return (value.starts_with("https://") || value.starts_with("http://")) &&
         value.find_first_of(" \t\r\n\"<>") == value.npos;
}

constexpr FactRow kFacts[] = {
    {kPartSenderFirst | kPartSender | kPartSaysAd, &LabelFacts::sender, "shop", "name", IsNotEmpty,
     R"(the sender's name: write "name": "…")"},
    {kPartContact, &LabelFacts::contact, "shop", "contact", IsNotEmpty,
     R"(how the sender is reached: write "contact": "02-123-4567")"},
    {kPartEmail, &LabelFacts::email, "shop", "email", IsNotEmpty,
     R"(the sender's e-mail address: write "email": "help@shop.example")"},
    {kPartAddress, &LabelFacts::address, "shop", "address", IsNotEmpty,
     R"(the sender's postal address: write "address": "…")"},
    {kPartFreeNumber, &LabelFacts::opt_out_sms, "policy.opt_out", "sms", IsFreeNumber,
     R"(a number that is called free of charge to opt out: write "sms": "080-123-4567")"},
    {kPartLinkKorean | kPartLinkEnglish, &LabelFacts::opt_out_email, "policy.opt_out", "email", IsLink,
     R"(the link to opt out: write "email": "https://shop.example/opt-out?t={token}")"},
};

}  // namespace

absl::Span<const LabelRow> LabelRows() { return kRows; }

bool IsLabelPlace(std::string_view medium, std::string_view field) {
  return std::any_of(std::begin(kRows), std::end(kRows),
                     [&](const LabelRow& row) { return row.medium == medium && row.field == field; });
}

std::string_view LabelPartName(LabelPart part) {
  size_t place = 0;
  while ((part >> place) > 1) ++place;
  return kPartNames[place];
}

std::vector<MissingFact> MissingForLabel(absl::Span<const std::string_view> packs, std::string_view medium,
                                         const LabelFacts& facts) {
  std::vector<MissingFact> missing;
  for (const FactRow& fact : kFacts) {
    const std::string& value = facts.*fact.fact;
    for (const LabelRow& row : kRows) {
      const bool asks = row.medium == medium && ((row.start | row.end) & fact.parts) != 0 &&
                        std::find(packs.begin(), packs.end(), row.rule.substr(0, 2)) != packs.end();
      if (!asks) continue;
      const bool by_carrier = medium == "sms" || medium == "kakao";
      const std::string composed = ComposedForm(value);
      const KoreanSize size = MeasureKorean(composed);
      if (!fact.is_right(value))
        missing.push_back({fact.object, fact.key,
                           fmt::format("{}: an advertisement by {} says {}{}", row.rule, medium, fact.advice,
                                       value.empty() ? "" : fmt::format(", not \"{}\"", value))});
      else if (by_carrier && !size.unwritable.empty())
        missing.push_back({fact.object, fact.key,
                           fmt::format("{}: an advertisement by {} says it, and \"{}\" cannot be written in EUC-KR",
                                       row.rule, medium, size.unwritable)});
      else
        continue;
      break;
    }
  }
  return missing;
}

std::string DigitsOf(std::string_view number) {
  std::string digits;
  for (char c : number)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

bool IsFreeNumber(std::string_view number) {
  const std::string digits = DigitsOf(number);
  return (digits.size() == 10 || digits.size() == 11) && digits.starts_with("080") && number.starts_with('0') &&
         number.back() == digits.back() && number.find_first_not_of("0123456789- ") == number.npos;
}

}  // namespace cartwheel
