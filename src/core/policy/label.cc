#include "core/policy/label.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "base/escape_html.h"
#include "base/normal_form.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kFreeNumberWords[] = {"무료수신거부", "무료거부"};
constexpr std::string_view kReplyStop = "Reply STOP to opt out";
constexpr std::string_view kReplyWords[] = {"reply", "text", "txt", "send"};
constexpr std::string_view kSpaces = " \t\r\n";

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

// Where a text stands in another, whatever the case of its ASCII letters; from the end. `word` is in lower case.
size_t FindLast(std::string_view text, std::string_view word) {
  for (size_t at = text.size() < word.size() ? 0 : text.size() - word.size() + 1; at-- > 0;)
    if (std::equal(word.begin(), word.end(), text.begin() + static_cast<ptrdiff_t>(at),
                   [](char a, char b) { return a == absl::ascii_tolower(static_cast<unsigned char>(b)); }))
      return at;
  return text.npos;
}

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Whether the digits of a number stand in a text, with anything of "- .()" between them.
bool ContainsNumber(std::string_view text, std::string_view digits) {
  for (size_t from = 0; from < text.size(); ++from) {
    size_t matched = 0;
    for (size_t at = from; at < text.size() && matched < digits.size(); ++at) {
      if (text[at] == digits[matched])
        ++matched;
      else if (matched == 0 || std::string_view("- .()").find(text[at]) == std::string_view::npos)
        break;
    }
    if (matched == digits.size()) return true;
  }
  return false;
}

// One field's text on its way to being labelled.
class Labeller {
 public:
  Labeller(const LabelPlan& plan, const LabelParts& parts, const MediumField& field, std::string_view token,
           std::string_view text)
      : facts_(plan.facts),
        parts_(parts),
        is_html_(field.form == FieldForm::kHtml),
        by_telephone_(field.measure == Measure::kKoreanBytes),
        token_(token),
        text_(text) {}

  // Why no label may be put to the text; empty: it may.
  std::string Problem() const {
    if (std::string problem = (parts_.start & kPartAdLabel) != 0        ? LabelProblem(text_)
                              : (parts_.start & kPartNoFalseLabel) != 0 ? FalseLabelProblem(text_)
                                                                        : "";
        !problem.empty())
      return problem;
    if ((parts_.end & kPartFreeNumber) != 0 && NamesFreeNumber() && !EndsWithFreeNumber())
      return fmt::format("\"무료수신거부\" stands in the text, and not as its last text with the number {}",
                         facts_.opt_out_sms.empty() ? "080…" : facts_.opt_out_sms);
    return "";
  }

  // The parts that the text does not have.
  LabelParts Missing() const {
    LabelParts missing;
    for (size_t place = 0; place < kPartsMax; ++place) {
      const auto part = static_cast<LabelPart>(1 << place);
      if ((parts_.start & part) != 0 && !Has(part)) missing.start |= part;
      if ((parts_.end & part) != 0 && !Has(part)) missing.end |= part;
    }
    return missing;
  }

  // The parts of `missing` that no fact can make.
  LabelParts Unmakeable(const LabelParts& missing) const {
    uint16_t parts = 0;
    if (facts_.sender.empty()) parts |= kPartSenderFirst | kPartSender | kPartSaysAd;
    if (facts_.contact.empty()) parts |= kPartContact;
    if (facts_.email.empty()) parts |= kPartEmail;
    if (facts_.address.empty()) parts |= kPartAddress;
    if (facts_.opt_out_sms.empty()) parts |= kPartFreeNumber;
    if (facts_.opt_out_email.empty()) parts |= kPartLinkKorean | kPartLinkEnglish;
    return {static_cast<uint16_t>(missing.start & parts), static_cast<uint16_t>(missing.end & parts)};
  }

  std::string Complete(const LabelParts& missing, bool is_line) const {
    std::string text = Head(missing.start);
    const std::string tail = Tail(missing.end, is_line ? " " : "\n");
    if (tail.empty()) return text;
    if (is_html_) {
      const size_t body = FindLast(text, "</body");
      const size_t place = std::min(body == text.npos ? FindLast(text, "</html") : body, text.size());
      return text.insert(place, fmt::format("<p>{}</p>", tail));
    }
    const std::string_view line = is_line ? " " : "\n";
    // A free number that stands there already stays the last text.
    const size_t number = (parts_.end & ~missing.end & kPartFreeNumber) != 0 ? FreeNumberAt(text).word : text.size();
    const std::string last = text.substr(number);
    text.resize(number);
    text.resize(text.find_last_not_of(kSpaces) + 1);  // npos + 1 is 0
    return fmt::format("{}{}{}{}{}", text, text.empty() ? "" : line, tail, last.empty() ? "" : line, last);
  }

 private:
  std::string Shown(std::string_view fact) const { return is_html_ ? EscapeHtml(fact) : std::string(fact); }

  bool Says(std::string_view fact) const {
    return !fact.empty() && (Contains(text_, fact) || (is_html_ && Contains(text_, EscapeHtml(fact))));
  }

  // Whether the shop's link stands there, up to where its token would.
  bool SaysLink() const {
    const std::string_view link = facts_.opt_out_email;
    return Says(link.substr(0, link.find(kTokenPlace)));
  }

  bool Has(LabelPart part) const {
    switch (part) {
      case kPartAdLabel:
        return text_.starts_with(kAdLabel);
      case kPartSenderFirst:
        return HasSenderFirst();
      case kPartSender:
        return Says(facts_.sender) || ((parts_.start & kPartSenderFirst) != 0);  // that part puts it there
      case kPartContact:
        return HasContact();
      case kPartEmail:
        return Says(facts_.email);
      case kPartAddress:
        return Says(facts_.address);
      case kPartSaysAd:
        return Contains(text_, kAdLabel) || FindLast(text_, "advertisement") != text_.npos;
      case kPartReplyStop:
        return SaysReplyStop();
      case kPartSettings:
        return Says(facts_.opt_out_push) || Contains(text_, "수신거부") || Contains(text_, "수신 거부");
      case kPartLinkKorean:
        return SaysLink() && (Contains(text_, "수신거부") || Contains(text_, "수신 거부"));
      case kPartLinkEnglish:
        return SaysLink() && (FindLast(text_, "unsubscribe") != text_.npos ||
                              FindLast(text_, "opt out") != text_.npos || FindLast(text_, "opt-out") != text_.npos);
      case kPartFreeNumber:
        return EndsWithFreeNumber();
      case kPartNoFalseLabel:
        return true;
    }
    return false;
  }

  // The word itself, and what to do with it: "NON-STOP sale" is no opt-out.
  bool SaysReplyStop() const {
    constexpr std::string_view kStop = "STOP";
    const bool says_how = std::any_of(std::begin(kReplyWords), std::end(kReplyWords),
                                      [&](std::string_view word) { return FindLast(text_, word) != text_.npos; });
    for (size_t at = text_.find(kStop); says_how && at != text_.npos; at = text_.find(kStop, at + 1)) {
      const char before = at == 0 ? ' ' : text_[at - 1];
      const char after = at + kStop.size() == text_.size() ? ' ' : text_[at + kStop.size()];
      if (before != '-' && !IsLetter(before) && after != '-' && !IsLetter(after)) return true;
    }
    return false;
  }

  bool HasSenderFirst() const {
    if (facts_.sender.empty() || !text_.starts_with(kAdLabel)) return false;
    std::string_view rest = text_.substr(kAdLabel.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n[<("), rest.size()));
    return rest.starts_with(facts_.sender);
  }

  bool HasContact() const {
    if (facts_.contact.empty()) return false;
    if (Says(facts_.contact)) return true;
    const std::string digits = DigitsOf(facts_.contact);
    const bool is_number = facts_.contact.find_first_not_of("0123456789-+ .()") == std::string::npos;
    if (!is_number || digits.empty()) return false;
    return (by_telephone_ && digits == DigitsOf(facts_.caller_id)) || ContainsNumber(text_, digits);
  }

  // Where the last of the words begins, and where its number may; npos: none stands there.
  struct FreeNumberPlace {
    size_t word = std::string::npos, number = std::string::npos;
  };
  static FreeNumberPlace FreeNumberAt(std::string_view text) {
    FreeNumberPlace last;
    for (std::string_view word : kFreeNumberWords)
      if (const size_t at = text.rfind(word);
          at != text.npos && (last.word == text.npos || at + word.size() > last.number))
        last = {at, at + word.size()};
    return last;
  }
  bool NamesFreeNumber() const { return FreeNumberAt(text_).word != std::string::npos; }
  bool EndsWithFreeNumber() const {
    const size_t at = FreeNumberAt(text_).number;
    if (at == std::string::npos) return false;
    std::string_view number = text_.substr(at);
    number.remove_prefix(std::min(number.find_first_not_of(" :"), number.size()));
    number = number.substr(0, number.find_last_not_of(kSpaces) + 1);
    return IsFreeNumber(number) && (facts_.opt_out_sms.empty() || DigitsOf(number) == DigitsOf(facts_.opt_out_sms));
  }

  std::string Head(uint16_t missing) const {
    std::string_view rest = text_;
    if ((missing & kPartSender) != 0) return fmt::format("{}: {}", Shown(facts_.sender), rest);
    if ((missing & (kPartAdLabel | kPartSenderFirst)) == 0) return std::string(rest);
    if (rest.starts_with(kAdLabel)) rest.remove_prefix(kAdLabel.size());
    if ((missing & kPartSenderFirst) == 0) return fmt::format("{}{}", kAdLabel, rest);
    rest.remove_prefix(std::min(rest.find_first_not_of(kSpaces), rest.size()));
    // A text that begins with the name is not told it twice.
    if (rest.starts_with(facts_.sender)) return fmt::format("{}{}", kAdLabel, rest);
    return fmt::format("{}{}{}{}", kAdLabel, facts_.sender, rest.empty() ? "" : " ", rest);
  }

  std::string Tail(uint16_t missing, std::string_view line) const {
    std::vector<std::string> who, lines;
    if ((missing & kPartSender) != 0) who.push_back(Shown(facts_.sender));
    if ((missing & kPartContact) != 0) who.push_back(Shown(facts_.contact));
    if ((missing & kPartEmail) != 0) who.push_back(Shown(facts_.email));
    if ((missing & kPartAddress) != 0) who.push_back(Shown(facts_.address));
    if ((missing & kPartSaysAd) != 0)
      lines.push_back(fmt::format("This is an advertisement of {}.", Shown(facts_.sender)));
    if (!who.empty()) lines.push_back(fmt::format("{}", fmt::join(who, " | ")));
    if ((missing & kPartReplyStop) != 0) lines.emplace_back(kReplyStop);
    if ((missing & kPartSettings) != 0)
      lines.push_back(facts_.opt_out_push.empty() ? std::string(kOptOutSettings) : facts_.opt_out_push);
    const bool has_link = (missing & (kPartLinkKorean | kPartLinkEnglish)) != 0;
    const std::string link = has_link ? Shown(OptOutLink(facts_.opt_out_email, token_)) : "";
    if ((missing & kPartLinkKorean) != 0)
      lines.push_back(is_html_ ? fmt::format("수신을 원하지 않으시면 <a href=\"{}\">수신거부</a>를 눌러 주세요.", link)
                               : fmt::format("수신을 원하지 않으시면 여기에서 수신거부해 주세요: {}", link));
    if ((missing & kPartLinkEnglish) != 0)
      lines.push_back(is_html_ ? fmt::format("If you do not want these e-mails, <a href=\"{}\">unsubscribe</a>.", link)
                               : fmt::format("If you do not want these e-mails, unsubscribe here: {}", link));
    if ((missing & kPartFreeNumber) != 0)
      lines.push_back(fmt::format("{} {}", kFreeNumberWords[0], facts_.opt_out_sms));
    return fmt::format("{}", fmt::join(lines, is_html_ ? "<br>" : line));
  }

  const LabelFacts& facts_;
  const LabelParts& parts_;
  bool is_html_;
  bool by_telephone_;  // it comes from a number
  std::string_view token_;
  std::string_view text_;
};

absl::Status NoLabel(const Content& content, const MediumField& field, std::string_view rule, std::string_view what) {
  return absl::FailedPreconditionError(fmt::format("no_label: {}.{}: {}: {}", content.medium, field.path, rule, what));
}

std::string NamesOf(const LabelParts& parts) {
  std::vector<std::string_view> names;
  for (size_t place = 0; place < kPartsMax; ++place)
    if ((((parts.start | parts.end) >> place) & 1) != 0)
      names.push_back(LabelPartName(static_cast<LabelPart>(1 << place)));
  return fmt::format("{}", fmt::join(names, ", "));
}

bool HasField(const Content& content, std::string_view path) {
  return std::any_of(content.pieces.begin(), content.pieces.end(),
                     [&](const Content::Piece& piece) { return piece.field != nullptr && piece.field->path == path; });
}

}  // namespace

LabelPlan MakeLabelPlan(absl::Span<const std::string_view> packs, std::string_view medium, const LabelFacts& facts,
                        LabelMode mode) {
  LabelPlan plan{.mode = mode, .facts = facts};
  for (std::string LabelFacts::*fact :
       {&LabelFacts::sender, &LabelFacts::contact, &LabelFacts::email, &LabelFacts::address, &LabelFacts::opt_out_push})
    plan.facts.*fact = ComposedForm(plan.facts.*fact);
  for (const LabelRow& row : LabelRows()) {
    if (row.medium != medium || std::find(packs.begin(), packs.end(), row.rule.substr(0, 2)) == packs.end()) continue;
    plan.rows.push_back(row);
    // A brand message has its label from Kakao; only its fallback, which it need not have, is ours.
    plan.needs_place |= medium != "kakao" && (row.start & kPartAdLabel) != 0;
  }
  return plan;
}

LabelParts PartsOf(const LabelPlan& plan, const Content& content, std::string_view field) {
  LabelParts parts;
  for (const LabelRow& row : plan.rows) {
    if (row.field != field || (!row.instead.empty() && HasField(content, row.instead))) continue;
    parts.start |= row.start;
    parts.end |= row.end;
    if (parts.rule.empty()) parts.rule = row.rule;
  }
  return parts;
}

absl::Status ApplyLabel(const LabelPlan& plan, const LabelParts& parts, const Content& content,
                        const MediumField& field, std::string_view token, size_t start, std::string* out) {
  if ((parts.start | parts.end) == 0) return absl::OkStatus();
  const std::string_view text = std::string_view(*out).substr(start);
  // A label makes no message of an empty text: one that is needed is refused when it is measured, a fallback is none.
  const bool may_lack = field.needed || field.path == "fallback";
  if (may_lack && text.find_first_not_of(kSpaces) == text.npos) return absl::OkStatus();
  const Labeller labeller(plan, parts, field, token, text);
  if (const std::string problem = labeller.Problem(); !problem.empty())
    return NoLabel(content, field, parts.rule, problem);
  const LabelParts missing = labeller.Missing();
  if ((missing.start | missing.end) == 0) return absl::OkStatus();
  const LabelParts refused = plan.mode == LabelMode::kRequire ? missing : labeller.Unmakeable(missing);
  if ((refused.start | refused.end) != 0)
    return NoLabel(content, field, parts.rule, fmt::format("missing: {}", NamesOf(refused)));
  const bool is_line = field.form == FieldForm::kLine || field.path == "title";
  out->replace(start, out->npos, labeller.Complete(missing, is_line));
  return absl::OkStatus();
}

std::string OptOutLink(std::string_view link, std::string_view token) {
  if (const size_t place = link.find(kTokenPlace); place != link.npos)
    return fmt::format("{}{}{}", link.substr(0, place), token, link.substr(place + kTokenPlace.size()));
  if (token.empty() || link.empty()) return std::string(link);
  const size_t fragment = std::min(link.find('#'), link.size());  // it is not sent to the server
  const std::string_view address = link.substr(0, fragment);
  return fmt::format("{}{}t={}{}", address, address.find('?') == address.npos ? "?" : "&", token,
                     link.substr(fragment));
}

}  // namespace cartwheel
