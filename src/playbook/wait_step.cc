#include "playbook/wait_step.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/status.h"
#include "base/suggest.h"
#include "base/time.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

class WaitReader {
 public:
  WaitReader(const Languages& languages, ErrorList* errors) : languages_(languages), errors_(errors) {}

  WaitStep Read(const JsonNode& node) {
    if (!node.is_object()) {
      wait_.span_ms = ReadSpan(node, kSecondMs, errors_).value_or(0);
      return wait_;
    }
    const JsonNode *until = node.Find("until"), *hours = node.Find("business_hours"), *field = node.Find("until_field");
    if ((until != nullptr) + (hours != nullptr) + (field != nullptr) != 1) {
      errors_->Add(node, R"(expected one of "until", "business_hours" and "until_field")");
    } else if (field != nullptr) {
      CheckKeys(node, kFieldWaitKeys, {}, errors_);
      ReadField(*field, node.Find("offset"));
    } else {
      CheckKeys(node, until != nullptr ? Names(kTimeWaitKeys) : Names(kHoursWaitKeys), {}, errors_);
      wait_.kind = WaitStep::Kind::kHours;
      until != nullptr ? ReadTime(*until) : ReadHours(*hours);
      if (const JsonNode* zone = node.Find("zone")) ReadZone(*zone);
      if (const JsonNode* days = node.Find("weekdays")) ReadDays(*days);
    }
    return wait_;
  }

 private:
  void ReadTime(const JsonNode& node) {
    const auto minute = node.is_text() ? ReadTimeOfDay(node.text) : std::nullopt;
    if (!minute || *minute == 24 * 60)
      return errors_->Add(node, fmt::format("{} is no time of the day, expected one like \"20:00\"", Describe(node)));
    wait_.opens = *minute;
    wait_.closes = static_cast<int16_t>(*minute + 1);
  }

  void ReadHours(const JsonNode& node) {
    const auto hours = node.is_text() ? ReadDayHours(node.text) : std::nullopt;
    if (!hours)
      return errors_->Add(
          node, fmt::format("{} are no hours, expected two times of one day such as \"09:00-18:00\"", Describe(node)));
    wait_.opens = hours->first;
    wait_.closes = hours->second;
  }

  void ReadZone(const JsonNode& node) {
    wait_.recipient_zone = node.is_text() && node.text == kWaitZones[0];
    if (!wait_.recipient_zone && !(node.is_text() && node.text == kWaitZones[1]))
      errors_->Add(node, fmt::format("{} is no choice, expected \"recipient\" or \"shop\"", Describe(node)));
  }

  void ReadDays(const JsonNode& list) {
    if (!ExpectList(list, errors_)) return;
    wait_.weekdays = 0;
    for (const JsonMember& member : list.members) {
      const JsonNode& node = member.value;
      const auto day = std::find(std::begin(kWeekdays), std::end(kWeekdays), node.text);
      if (!node.is_text() || day == std::end(kWeekdays))
        errors_->Add(node, fmt::format("{} is no weekday{}", Describe(node),
                                       node.is_text() ? Hint(node.text, kWeekdays) : ExpectedOneOf(kWeekdays)));
      else
        wait_.weekdays = static_cast<uint8_t>(wait_.weekdays | 1U << (day - std::begin(kWeekdays)));
    }
    if (list.members.empty()) errors_->Add(list, "no weekday, expected at least one such as \"mon\"");
  }

  void ReadField(const JsonNode& node, const JsonNode* offset) {
    wait_.kind = WaitStep::Kind::kInstant;
    if (!node.is_text())
      return errors_->Add(node, fmt::format("expected an expression in a text, such as \"customer.trial_ends_at\", "
                                            "found {}",
                                            Describe(node)));
    auto compiled = languages_.CompileInstant(node.text);
    if (compiled.ok())
      wait_.field = *std::move(compiled);
    else
      errors_->Add(node, StatusText(compiled.status()));
    if (offset == nullptr) return;
    // "-1d": a day before.
    const bool before = offset->is_text() && offset->text.starts_with('-');
    const auto span =
        offset->is_text() ? ParseSpan(std::string_view(offset->text).substr(before ? 1 : 0)) : std::nullopt;
    if (!span || *span > kSpanMaxMs)
      return errors_->Add(*offset,
                          fmt::format("{} is no span, expected one like \"-1d\" or \"2h\"", Describe(*offset)));
    wait_.span_ms = before ? -*span : *span;
  }

  const Languages& languages_;
  ErrorList* errors_;
  WaitStep wait_;
};

}  // namespace

std::optional<std::pair<int16_t, int16_t>> ReadDayHours(std::string_view text) {
  const size_t dash = text.find('-');
  const auto opens = ReadTimeOfDay(text.substr(0, dash));
  const auto closes = dash == text.npos ? std::nullopt : ReadTimeOfDay(text.substr(dash + 1));
  if (!opens || !closes || *opens >= *closes) return std::nullopt;
  return std::pair(*opens, *closes);
}

WaitStep ReadWaitStep(const JsonNode& node, const Languages& languages, ErrorList* errors) {
  return WaitReader(languages, errors).Read(node);
}

}  // namespace cartwheel::playbook
