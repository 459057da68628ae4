#include "playbook/policy.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/suggest.h"
#include "base/time.h"
#include "core/policy/caps.h"
#include "core/policy/labels.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/pack_numbers.h"
#include "playbook/purposes.h"
#include "playbook/wait_step.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kConsent = "assumed_by_shop";
constexpr std::string_view kPolicyToWrite = R"("policy": {"rules": ["KR"]})";
constexpr size_t kCapsMax = 32;
constexpr int64_t kCapWithinMaxMs = 366 * kDayMs;
constexpr int64_t kOpeningSpreadMaxMs = 6 * kHourMs;

// What a node says, without its layout.
void AppendTree(const JsonNode& node, std::string* out) {
  out->push_back(static_cast<char>('a' + static_cast<int>(node.kind)));
  if (node.kind == JsonNode::Kind::kBool) out->push_back(node.boolean ? '1' : '0');
  *out += node.text;
  out->push_back('\0');
  for (const JsonMember& member : node.members) {
    *out += member.key;
    out->push_back('=');
    AppendTree(member.value, out);
  }
  out->push_back('.');
}

// The place of a word among those that a key may take; empty after an error.
std::optional<size_t> ReadWord(const JsonNode& node, Names words, ErrorList* errors) {
  if (node.is_text())
    for (size_t i = 0; i < words.size(); ++i)
      if (words[i] == node.text) return i;
  errors->Add(node, fmt::format("{} is no choice{}", Describe(node),
                                node.is_text() ? Hint(node.text, words) : ExpectedOneOf(words)));
  return std::nullopt;
}

bool ReadFlag(const JsonNode& node, ErrorList* errors) {
  if (node.kind == JsonNode::Kind::kBool) return node.boolean;
  errors->Add(node, fmt::format("expected true or false, found {}", Describe(node)));
  return false;
}

void ReadRules(const JsonNode& node, ErrorList* errors, Policy* policy) {
  if (!ExpectList(node, errors)) return;
  for (const JsonMember& member : node.members) {
    const auto place = ReadWord(member.value, kPackNames, errors);
    if (place) policy->rules.insert(static_cast<Pack>(*place));
  }
}

void ReadHours(const JsonNode& node, ErrorList* errors, Policy* policy) {
  policy->hours = node.is_text() ? ReadDayHours(node.text) : std::nullopt;
  if (!policy->hours)
    errors->Add(node,
                fmt::format("{} are no hours, expected two times of one day such as \"09:00-20:00\"", Describe(node)));
}

void ReadWithin(const JsonNode& node, ErrorList* errors, Cap* cap) {
  if (node.is_text())
    for (size_t i = 0; i < std::size(kCalendars); ++i)
      if (node.text == kCalendars[i]) {
        cap->calendar = static_cast<Cap::Calendar>(i + 1);
        return;
      }
  cap->within_ms = ReadSpan(node, kSecondMs, errors).value_or(kDayMs);
  if (cap->within_ms > kCapWithinMaxMs)
    errors->Add(node, fmt::format("{} is too long, expected at most \"366d\"", Describe(node)));
}

void ReadCap(const JsonNode& node, ErrorList* errors, Policy* policy) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kCapKeys, {}, errors);
  Cap cap;
  if (const JsonNode* counts = node.Find("count"))
    cap.counts = static_cast<Cap::Counts>(ReadWord(*counts, kCapCounts, errors).value_or(0));
  else
    errors->AddMissing(node, "count", R"("count" is missing: write "messages", "entries" or "unanswered")");
  if (const JsonNode* word = node.Find("class"))
    if (auto place = ReadWord(*word, kClasses, errors)) cap.message_class = static_cast<MessageClass>(*place);
  if (const JsonNode* per = node.Find("per"))
    cap.per = static_cast<Cap::Per>(ReadWord(*per, kCapPer, errors).value_or(0));
  auto name = [&](std::string_view key, std::string* out) {
    if (const JsonNode* value = node.Find(key)) *out = ReadName(*value, errors).value_or("");
  };
  name("purpose", &cap.purpose);
  name("channel", &cap.channel);
  name("journey", &cap.journey);
  if (const JsonNode* max = node.Find("max")) {
    cap.max = ReadWhole(*max, errors).value_or(1);
    if (cap.max < 1 || cap.max > kCapMax)
      errors->Add(*max, fmt::format("{} is no cap, expected 1 to {}", cap.max, kCapMax));
  } else {
    errors->AddMissing(node, "max", R"("max" is missing: write how many, such as "max": 3)");
  }
  const JsonNode* within = node.Find("within");
  if (within != nullptr)
    ReadWithin(*within, errors, &cap);
  else if (cap.counts != Cap::Counts::kUnanswered)
    errors->AddMissing(node, "within", R"("within" is missing: write a span such as "24h", or "day", "week", "month")");
  policy->caps.push_back(std::move(cap));
}

void ReadReserve(const JsonNode& node, ErrorList* errors, Policy* policy) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kReserveKeys, {}, errors);
  Cap::Reserve reserve;
  const JsonNode* cap = node.Find("cap");
  const JsonNode* purpose = node.Find("purpose");
  const JsonNode* keep = node.Find("keep");
  if (cap == nullptr || purpose == nullptr || keep == nullptr)
    return errors->Add(
        node,
        R"(expected a cap by its place, a purpose and how many are kept: {"cap": 0, "purpose": "cart", "keep": 1})");
  const auto place = ReadWhole(*cap, errors);
  if (place && (*place < 0 || *place >= static_cast<int64_t>(policy->caps.size())))
    return errors->Add(*cap, fmt::format("{} is the place of no cap, expected 0 to {}", *place,
                                         static_cast<int64_t>(policy->caps.size()) - 1));
  reserve.purpose = ReadName(*purpose, errors).value_or("");
  reserve.keep = ReadWhole(*keep, errors).value_or(0);
  if (!place) return;
  Cap& of = policy->caps[static_cast<size_t>(*place)];
  if (of.counts != Cap::Counts::kMessages) return errors->Add(*cap, "a cap of this kind has nothing to reserve");
  if (reserve.keep < 1 || reserve.keep > of.max)
    return errors->Add(*keep, fmt::format("{} cannot be kept, expected 1 to {}", reserve.keep, of.max));
  of.reserves.push_back(std::move(reserve));
}

LabelFacts FactsOfLabels(const JsonNode& root, const Policy& policy) {
  const JsonNode* shop = root.Find("shop");
  auto said = [&](std::string_view key) {
    const JsonNode* value = shop == nullptr ? nullptr : shop->Find(key);
    return value != nullptr && value->is_text() ? value->text : std::string();
  };
  auto opt_out = [&](std::string_view section) {
    const auto found = policy.opt_out.find(section);
    return found == policy.opt_out.end() ? std::string() : found->second;
  };
  return {said("name"),   said("contact"),  said("email"),   said("address"),
          opt_out("sms"), opt_out("email"), opt_out("push"), ""};
}

// What the labels of the playbook's advertisements are made of must be there.
void CheckLabels(const JsonNode& root, ErrorList* errors, Playbook* playbook) {
  const Policy& policy = playbook->policy;
  const LabelFacts facts = FactsOfLabels(root, policy);
  std::vector<std::string_view> packs;
  for (size_t i = 0; i < kPackCount; ++i)
    if (policy.rules.has(static_cast<Pack>(i))) packs.push_back(kPackNames[i]);
  std::set<std::string_view> sections;
  for (const auto& made : playbook->templates)
    if (made->message_class == MessageClass::kAdvertisement)
      for (const Content& content : made->contents) sections.insert(content.medium);
  std::set<std::string> told;
  for (const std::string_view section : sections)
    for (const MissingFact& missing : MissingForLabel(packs, section, facts)) {
      if (!told.insert(fmt::format("{}.{}", missing.object, missing.key)).second) continue;
      const JsonNode* policy_node = root.Find("policy");
      const JsonNode* object = missing.object == "shop" ? root.Find("shop") : policy_node->Find("opt_out");
      if (object == nullptr) object = policy_node;
      if (const JsonNode* value = object->Find(missing.key); value != nullptr && object != policy_node)
        errors->Add(*value, missing.message);
      else
        errors->AddMissing(*object, missing.key, missing.message);
    }
  playbook->labels = MakeLabelPlans(policy, facts);
}

void ReadOptOut(const JsonNode& node, ErrorList* errors, Policy* policy) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kOptOuts, {}, errors);
  for (const JsonMember& member : node.members) {
    if (member.value.is_text() && !member.value.text.empty())
      policy->opt_out[member.key] = member.value.text;
    else
      errors->Add(member.value, fmt::format("expected a text with something in it, found {}", Describe(member.value)));
  }
}

}  // namespace

void ReadPolicy(const JsonNode& root, ErrorList* errors, Playbook* playbook) {
  const JsonNode* node = root.Find("policy");
  if (node == nullptr)
    return errors->AddMissing(
        root, "policy",
        fmt::format("\"policy\" is missing: say whose rules of the law apply: write {}", kPolicyToWrite));
  if (!ExpectObject(*node, errors)) return;
  CheckKeys(*node, kPolicyKeys, {}, errors);
  Policy& policy = playbook->policy;
  if (const JsonNode* consent = node->Find("consent")) {
    policy.consent_assumed = consent->is_text() && consent->text == kConsent;
    if (!policy.consent_assumed)
      errors->Add(*consent, fmt::format("{} is no way to prove consent, expected \"{}\", or no such key: consent is "
                                        "then proved by events",
                                        Describe(*consent), kConsent));
  }
  const JsonNode* rules = node->Find("rules");
  if (rules == nullptr)
    errors->AddMissing(*node, "rules", fmt::format("\"rules\" is missing: write {}", kPolicyToWrite));
  else
    ReadRules(*rules, errors, &policy);
  if (rules != nullptr && rules->members.empty() && !policy.consent_assumed)
    errors->Add(*rules,
                fmt::format("no rule of the law would apply, expected a country such as [\"KR\"]; an empty list "
                            "is taken only together with \"consent\": \"{}\"",
                            kConsent));
  if (const JsonNode* label = node->Find("label"))
    policy.label = static_cast<Policy::Label>(ReadWord(*label, kLabels, errors).value_or(0));
  if (const JsonNode* domestic = node->Find("domestic")) policy.domestic = ReadFlag(*domestic, errors);
  if (const JsonNode* existing = node->Find("existing_customers"))
    policy.existing_customers = ReadFlag(*existing, errors);
  if (const JsonNode* quiet = node->Find("quiet")) policy.quiet = ReadFlag(*quiet, errors);
  if (const JsonNode* surge = node->Find("surge_max")) {
    policy.surge_max = ReadWhole(*surge, errors).value_or(1);
    if (policy.surge_max < 1) errors->Add(*surge, fmt::format("{} is no limit, expected 1 or more", policy.surge_max));
  }
  if (const JsonNode* spread = node->Find("opening_spread")) {
    policy.opening_spread_ms = ReadSpan(*spread, 0, errors).value_or(0);
    if (policy.opening_spread_ms > kOpeningSpreadMaxMs)
      errors->Add(*spread, fmt::format("{} is too long, expected at most \"6h\"", Describe(*spread)));
  }
  if (const JsonNode* hours = node->Find("hours")) ReadHours(*hours, errors, &policy);
  if (const JsonNode* packs = node->Find("packs")) ReadPackNumbers(*packs, errors, &policy);
  if (const JsonNode* caps = node->Find("caps"); caps != nullptr && ExpectList(*caps, errors)) {
    for (const JsonMember& member : caps->members) ReadCap(member.value, errors, &policy);
    if (policy.caps.size() > kCapsMax)
      errors->Add(*caps, fmt::format("{} caps, expected at most {}", policy.caps.size(), kCapsMax));
  }
  if (const JsonNode* reserve = node->Find("reserve"); reserve != nullptr && ExpectList(*reserve, errors))
    for (const JsonMember& member : reserve->members) ReadReserve(member.value, errors, &policy);
  if (const JsonNode* opt_out = node->Find("opt_out")) ReadOptOut(*opt_out, errors, &policy);
}

void FinishPolicy(const JsonNode& root, ErrorList* errors, Playbook* playbook) {
  const JsonNode* node = root.Find("policy");
  const JsonNode* caps = node == nullptr ? nullptr : node->Find("caps");
  const bool complete = errors->size() == 0;  // else a journey with an error may be missing
  std::vector<std::string_view> journeys;
  for (const Journey& journey : playbook->journeys)
    if (journey.duty == Duty::kNone) journeys.push_back(journey.name);
  auto check = [&](const JsonNode& cap, std::string_view key, Names names, std::string_view what) {
    const JsonNode* value = cap.Find(key);
    if (value == nullptr || !value->is_text() || std::find(names.begin(), names.end(), value->text) != names.end())
      return;
    errors->Add(*value, fmt::format("no {} {}{}", what, Quote(value->text), Hint(value->text, names)));
  };
  if (complete && caps != nullptr)
    for (const JsonMember& member : caps->members) {
      check(member.value, "journey", journeys, "journey is called");
      check(member.value, "channel", playbook->Channels(), "journey sends by");
      check(member.value, "purpose", kPurposes, "purpose is called");
    }
  CheckLabels(root, errors, playbook);
  std::string said;
  if (node != nullptr) AppendTree(*node, &said);
  if (const JsonNode* channels = root.Find("channels")) AppendTree(*channels, &said);
  for (const std::string* part : {&playbook->policy.country, &playbook->policy.timezone, &playbook->policy.locale})
    said += "\n" + *part;
  playbook->policy.fingerprint = SipDigest(said).low | 1;
}

}  // namespace cartwheel::playbook
