#include "playbook/notices.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/hash.h"
#include "base/time.h"
#include "core/policy/packs.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/send_step.h"

namespace cartwheel::playbook {
namespace {

struct DutyRow {
  Duty duty;
  std::string_view journey;
  CountRule (*rule)(PackSet packs);
  int64_t latest_ms;  // of the notice, from the instant at which it is planned
  std::string_view what;
};
constexpr int64_t kResultWindowMs = 14 * kDayMs;  // Network Act art. 50(7), decree 62-2
// In the order of kNotices.
constexpr DutyRow kDuties[] = {
    {Duty::kResult, kResultJourney, ResultNoticeDays, kResultWindowMs,
     "the result of a consent, refusal or withdrawal is told"},
    {Duty::kReconfirm, kReconfirmJourney, [](PackSet packs) { return ReconfirmMonths(packs); }, kReconfirmWindowMs,
     "a consent is confirmed again"},
};
static_assert(std::size(kDuties) == std::size(kNotices));

std::string Advice(std::string_view key) {
  return fmt::format(
      R"(write "notices": {{"{0}": {{"send": TEMPLATE, "via": ["sms"]}}}} with a template of the class notice, or {{"{0}": {{"i_have_checked": "who tells it"}}}})",
      key);
}

// One step a channel, which begins with that channel and tries the others after it: the notice of a consent goes by
// the medium of the consent where it can.
Journey MakeJourney(const DutyRow& row, const SendStep& send) {
  Journey journey;
  journey.name = row.journey;
  journey.fingerprint = SipDigest(row.journey).low;
  journey.duty = row.duty;
  journey.reenter = Journey::Reenter::kAlways;
  for (size_t i = 0; i < send.via.size(); ++i) {
    SendStep step = send;
    std::rotate(step.via.begin(), step.via.begin() + static_cast<int64_t>(i),
                step.via.begin() + static_cast<int64_t>(i) + 1);
    step.latest_ms = row.latest_ms;
    step.min_gap_ms = 0;
    step.until_told = true;
    journey.steps.push_back({send.via[i], static_cast<uint32_t>(send.via.size()), std::move(step)});
  }
  return journey;
}

void ReadSending(const DutyRow& row, const JsonNode& node, ErrorList* errors, Playbook* playbook) {
  const SendStep send = ReadSendStep(node, *playbook, errors, /*is_notice=*/true);
  const MessageTemplate* made = send.message_template;
  if (made != nullptr && made->message_class != MessageClass::kNotice)
    errors->Add(*node.Find("send"),
                fmt::format("{}: the template {} is of the class \"{}\", expected \"class\": \"notice\"",
                            row.rule(PackSet::All()).rule, Quote(made->name), MessageClassName(made->message_class)));
  // Who answers for the proof of consent has told its customers.
  if (made == nullptr || send.via.empty() || playbook->policy.consent_assumed) return;
  const auto place = static_cast<uint32_t>(playbook->journeys.size());
  (row.duty == Duty::kResult ? playbook->result_notice : playbook->reconfirm_notice) = place;
  playbook->journeys.push_back(MakeJourney(row, send));
}

void ReadNotice(const DutyRow& row, std::string_view key, const JsonNode& node, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kNoticeKeys, {}, errors);
  const JsonNode *checked = node.Find("i_have_checked"), *send = node.Find("send"), *via = node.Find("via");
  if (checked != nullptr && (send != nullptr || via != nullptr))
    return errors->Add(*checked, "the shop tells it itself, or a template does, expected one of the two");
  if (checked == nullptr && send == nullptr)
    return errors->AddMissing(node, "send", fmt::format("nothing is sent: {}", Advice(key)));
  if (checked == nullptr) return ReadSending(row, node, errors, playbook);
  const std::optional<std::string> words = ReadName(*checked, errors);
  if (words) playbook->policy.statements.push_back({fmt::format("policy.notices.{}", key), *words});
}

}  // namespace

void CompileNotices(const JsonNode& root, ErrorList* errors, Playbook* playbook) {
  const JsonNode* policy = root.Find("policy");
  if (policy == nullptr || !policy->is_object()) return;
  const JsonNode* notices = policy->Find("notices");
  if (notices != nullptr) {
    if (!ExpectObject(*notices, errors)) return;
    CheckKeys(*notices, kNotices, {}, errors);
  }
  for (size_t i = 0; i < std::size(kDuties); ++i) {
    const DutyRow& row = kDuties[i];
    const JsonNode* node = notices == nullptr ? nullptr : notices->Find(kNotices[i]);
    if (node != nullptr) {
      ReadNotice(row, kNotices[i], *node, errors, playbook);
      continue;
    }
    const CountRule asked = row.rule(playbook->policy.rules);
    if (asked.rule.empty() || playbook->policy.consent_assumed) continue;
    const std::string problem =
        fmt::format("{}: {}, and nothing says how: {}", asked.rule, row.what, Advice(kNotices[i]));
    if (notices != nullptr)
      errors->AddMissing(*notices, kNotices[i], problem);
    else
      errors->AddMissing(*policy, "notices", problem);
  }
}

}  // namespace cartwheel::playbook
