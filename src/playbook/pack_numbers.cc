#include "playbook/pack_numbers.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/packs.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

constexpr int kHourMinutes = 60;

std::string Shown(const PackNumberRow& row, int value) {
  if (row.form == PackNumberRow::Form::kTime)
    return fmt::format("{:02}:{:02}", value / kHourMinutes, value % kHourMinutes);
  return value == kWithoutEnd && row.law == kWithoutEnd ? "without end" : fmt::format("{}", value);
}

// Empty after an error.
std::optional<int> ReadValue(const JsonNode& node, const PackNumberRow& row, ErrorList* errors) {
  if (row.form == PackNumberRow::Form::kTime) {
    const auto minute = node.is_text() ? ReadTimeOfDay(node.text) : std::nullopt;
    if (!minute) errors->Add(node, fmt::format("{} is no time of day, expected one such as \"20:30\"", Describe(node)));
    return minute;
  }
  const std::optional<int64_t> whole = ReadWhole(node, errors);
  if (!whole) return std::nullopt;
  if (*whole >= row.least && *whole <= row.most) return static_cast<int>(*whole);
  errors->Add(node, fmt::format("{} cannot be set, expected {} to {}", *whole, row.least, row.most));
  return std::nullopt;
}

// What the shop says that it has checked; null: nothing.
const JsonNode* WordsOf(const JsonNode& pack, ErrorList* errors) {
  const JsonNode* words = pack.Find(kChecked);
  if (words == nullptr || (words->is_text() && !words->text.empty())) return words;
  errors->Add(*words, fmt::format("expected a text with something in it, found {}", Describe(*words)));
  return nullptr;
}

// Hours of which nothing is left are a mistake.
void CheckHours(const JsonNode& pack, const PackNumbers& numbers, ErrorList* errors) {
  for (const HoursRule& of_law : HoursRules()) {
    const HoursRule rule = WithNumbers(of_law, numbers);
    if (rule.rule != PackNumberRows()[static_cast<size_t>(PackNumber::kKoreaOpens)].rule) continue;
    const DayWindow day = rule.week.front();
    if (day.opens < day.closes - rule.cut_off_minutes && rule.cut_off_minutes >= 0) continue;
    auto shown = [](int minute) { return fmt::format("{:02}:{:02}", minute / kHourMinutes, minute % kHourMinutes); };
    errors->Add(pack, fmt::format("these are no hours: opens {}, cut_off {}, closes {}, expected them in this order",
                                  shown(day.opens), shown(day.closes - rule.cut_off_minutes), shown(day.closes)));
  }
}

void ReadPack(const JsonNode& node, Pack pack, ErrorList* errors, Policy* policy) {
  if (!ExpectObject(node, errors)) return;
  std::vector<std::string_view> keys = {kChecked};
  for (const PackNumberRow& row : PackNumberRows())
    if (row.pack == pack) keys.push_back(row.key);
  CheckKeys(node, keys, {}, errors);
  const JsonNode* words = WordsOf(node, errors);
  bool any_wrong = false;
  for (const PackNumberRow& row : PackNumberRows()) {
    const JsonNode* said = row.pack == pack ? node.Find(row.key) : nullptr;
    if (said == nullptr) continue;
    const std::optional<int> value = ReadValue(*said, row, errors);
    any_wrong |= !value;
    if (!value) continue;
    policy->pack_numbers.Set(row.number, *value);
    if (!IsLooser(row, *value)) continue;
    if (words != nullptr)
      policy->statements.push_back({fmt::format("policy.packs.{}.{} ({}; {} says {})", PackName(pack), row.key,
                                                Shown(row, *value), row.rule, Shown(row, row.law)),
                                    words->text});
    else
      errors->Add(*said, fmt::format("{0} allows more than {1} does, which says {2}: expected {3} {2}, or \"{4}\": "
                                     "\"why\" beside it",
                                     Shown(row, *value), row.rule, Shown(row, row.law),
                                     row.higher_is_stricter ? "at least" : "at most", kChecked));
  }
  if (pack == Pack::kKorea && !any_wrong) CheckHours(node, policy->pack_numbers, errors);
}

}  // namespace

void ReadPackNumbers(const JsonNode& node, ErrorList* errors, Policy* policy) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kPackNames, {}, errors);
  for (const JsonMember& member : node.members)
    if (const std::optional<Pack> pack = FindPack(member.key)) ReadPack(member.value, *pack, errors, policy);
}

}  // namespace cartwheel::playbook
