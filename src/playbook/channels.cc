#include "playbook/channels.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/suggest.h"
#include "base/time.h"
#include "core/policy/matrix.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/section_texts.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kTargeting = "targeting";

void ReadAdmitted(const JsonNode& node, std::string_view channel, ErrorList* errors, Playbook* playbook) {
  if (node.kind != JsonNode::Kind::kBool)
    return errors->Add(node, fmt::format("expected true or false, found {}", Describe(node)));
  if (!node.boolean) return;
  if (playbook->policy.MediumOf(channel) != ConsentMedium::kKakao)
    return errors->Add(node, fmt::format("{} is no channel of Kakao's, which admits channels to its targeting: "
                                         "expected no such key",
                                         Quote(channel)));
  playbook->policy.admitted.insert(std::string(channel));
}

}  // namespace

void ReadChannels(const JsonNode& node, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  std::vector<std::string_view> names = playbook->Channels();
  std::sort(names.begin(), names.end());      // a hint names the first of several that are as near
  const bool complete = errors->size() == 0;  // else a journey with an error may be missing
  for (const JsonMember& member : node.members) {
    if (complete && std::find(names.begin(), names.end(), member.key) == names.end()) {
      errors->AddKey(member, fmt::format("no journey sends by {}{}", Quote(member.key), Hint(member.key, names)));
      continue;
    }
    if (!ExpectObject(member.value, errors)) continue;
    CheckKeys(member.value, kChannelKeys, {}, errors);
    if (const JsonNode* medium = member.value.Find("medium")) {
      const auto found = medium->is_text() ? FindConsentMedium(medium->text) : std::nullopt;
      if (found)
        playbook->policy.media[member.key] = *found;
      else
        errors->Add(*medium, fmt::format("{} is no medium of consents{}", Describe(*medium),
                                         medium->is_text() ? Hint(medium->text, kConsentMediumNames)
                                                           : ExpectedOneOf(kConsentMediumNames)));
    }
    if (const JsonNode* certified = member.value.Find("certified")) {
      if (certified->kind != JsonNode::Kind::kBool)
        errors->Add(*certified, fmt::format("expected true or false, found {}", Describe(*certified)));
      else if (certified->boolean)
        playbook->policy.certified.insert(member.key);
    }
    if (const JsonNode* daily = member.value.Find("daily_max")) {
      const int64_t max = ReadWhole(*daily, errors).value_or(1);
      if (max < 1) errors->Add(*daily, fmt::format("{} is no limit, expected 1 or more", max));
      playbook->policy.daily_max[member.key] = max;
    }
    if (const JsonNode* within = member.value.Find("report_within"))
      if (const auto span = ReadSpan(*within, kSecondMs, errors); span) playbook->report_within_ms[member.key] = *span;
    if (const JsonNode* admitted = member.value.Find(kAdmitted)) ReadAdmitted(*admitted, member.key, errors, playbook);
    const JsonNode* by_id = member.value.Find("address_by_id");
    if (by_id == nullptr) continue;
    if (by_id->kind != JsonNode::Kind::kBool)
      errors->Add(*by_id, fmt::format("expected true or false, found {}", Describe(*by_id)));
    else if (by_id->boolean)
      playbook->addressed_by_id.insert(member.key);
  }
}

void CheckTargeting(const JsonNode& root, const Playbook& playbook, ErrorList* errors) {
  const Policy& policy = playbook.policy;
  const std::vector<std::string_view> sent_by = playbook.Channels();
  const JsonNode* templates = root.Find("templates");
  if (templates == nullptr || !templates->is_object()) return;
  for (const JsonMember& made : templates->members)
    ForEachSection(made.value, [&](const JsonMember& section) {
      if (policy.MediumOf(section.key) != ConsentMedium::kKakao || policy.admitted.contains(section.key)) return;
      if (std::find(sent_by.begin(), sent_by.end(), section.key) == sent_by.end()) return;
      const JsonNode* targeting = section.value.Find(kTargeting);
      if (targeting == nullptr || !targeting->is_text()) return;
      const std::string problem =
          HasLiquid(targeting->text)
              ? fmt::format(
                    "KAKAO-06: the targeting comes from a value, which may be M or N: expected I, or \"{}\": "
                    "true of the channel",
                    kAdmitted)
              : TargetingProblem(targeting->text, /*admitted=*/false);
      if (!problem.empty()) errors->Add(*targeting, problem);
    });
}

}  // namespace cartwheel::playbook
