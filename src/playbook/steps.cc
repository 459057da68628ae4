#include "playbook/steps.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/string_map.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kUnset = -1;
constexpr int64_t kVariantWeightMax = 1'000'000;

// Law 6 (docs/laws.md).
constexpr int64_t kLatestDefaultMaxMs = 24 * kHourMs;

class StepCompiler {
 public:
  StepCompiler(const Playbook& playbook, ErrorList* errors) : playbook_(playbook), errors_(errors) {}

  JourneyStep CompileNotice(const JsonNode& node) {
    steps_.emplace_back();
    is_notice_ = true;
    ReadSend(node);
    return std::move(steps_.back());
  }

  std::vector<JourneyStep> Compile(const JsonNode& list) {
    for (const JsonMember& member : list.members) {
      JourneyStep& step = steps_.emplace_back();
      step.next = static_cast<uint32_t>(steps_.size());
      if (ExpectObject(member.value, errors_)) ReadStep(member.value);
    }
    for (size_t i = 0; i + 1 < steps_.size(); ++i)
      if (exits_.count(i) > 0) {
        errors_->Add(list.members[i + 1].value,
                     "no step after an \"exit\" is ever reached, expected the exit at the end");
        break;
      }
    FillTimes();
    FillNames();
    return std::move(steps_);
  }

 private:
  void ReadStep(const JsonNode& node) {
    std::vector<std::string_view> kinds;
    for (std::string_view kind : kStepKinds)
      if (node.Find(kind) != nullptr) kinds.push_back(kind);
    if (kinds.size() == 1) {
      if (kinds[0] == "send") return ReadSend(node);
      CheckKeys(node, Names(kinds), kStepKeysLater, errors_);
      return kinds[0] == "wait" ? ReadWait(*node.Find("wait")) : ReadExit(*node.Find("exit"));
    }
    size_t before = errors_->size();
    CheckKeys(node, kStepKeys, kStepKeysLater, errors_);
    if (errors_->size() == before)
      errors_->Add(node,
                   fmt::format("a step is exactly one of \"wait\", \"send\", \"exit\", found {}",
                               kinds.empty() ? "none of them" : fmt::format("\"{}\"", fmt::join(kinds, "\" and \""))));
  }

  void ReadWait(const JsonNode& node) { steps_.back().does = WaitStep{ReadSpan(node, kSecondMs, errors_).value_or(0)}; }

  void ReadExit(const JsonNode& node) {
    exits_.insert(steps_.size() - 1);
    if (node.kind == JsonNode::Kind::kBool && node.boolean) return;
    if (node.is_text() && NameProblem(node.text).empty()) {
      steps_.back().name = node.text;
      return;
    }
    errors_->Add(node, fmt::format("expected true or the reason in a text, found {}", Describe(node)));
  }

  void ReadSend(const JsonNode& node) {
    CheckKeys(node, kSendKeys, kStepKeysLater, errors_);
    SendStep& step = steps_.back().does.emplace<SendStep>();
    step.latest_ms = step.min_gap_ms = kUnset;
    if (const JsonNode* latest = node.Find("latest"))
      step.latest_ms = ReadSpan(*latest, kSecondMs, errors_).value_or(kUnset);
    if (const JsonNode* gap = node.Find("min_gap")) step.min_gap_ms = ReadSpan(*gap, 0, errors_).value_or(kUnset);
    if (const JsonNode* closed = node.Find("closed")) {
      step.skip_when_closed = closed->is_text() && closed->text == kClosed[1];
      if (!step.skip_when_closed && !(closed->is_text() && closed->text == kClosed[0]))
        errors_->Add(*closed, fmt::format("{} is no choice, expected \"defer\" or \"skip\"", Describe(*closed)));
    }
    if (const JsonNode* name = node.Find("name"))
      if (auto read = ReadName(*name, errors_)) {
        if (!names_.insert(*read).second)
          errors_->Add(*name, fmt::format("two steps have the name {}, expected one of its own", Quote(*read)));
        steps_.back().name = *std::move(read);
      }
    step.message_template = FindTemplate(*node.Find("send"));
    ReadVariants(node, &step);
    if (const JsonNode* via = node.Find("via"))
      ReadVia(*via, &step);
    else
      errors_->AddMissing(node, "via",
                          R"("via" is missing: write the channels in order, such as "via": ["web_push", "sms"])");
  }

  const MessageTemplate* FindTemplate(const JsonNode& node) {
    std::vector<std::string_view> names;
    for (const auto& made : playbook_.templates) {
      if (node.is_text() && made->name == node.text) {
        if (made->tells_consent && !is_notice_)
          errors_->Add(
              node, fmt::format("the template {} tells of a consent: only policy.notices sends it", Quote(node.text)));
        return made.get();
      }
      names.push_back(made->name);
    }
    if (!node.is_text())
      errors_->Add(node, fmt::format("expected the name of a template, found {}", Describe(node)));
    else if (names.empty())
      errors_->Add(node, fmt::format("unknown template {}: the playbook has no \"templates\"", Quote(node.text)));
    else
      errors_->Add(node, fmt::format("unknown template {}{}", Quote(node.text), Hint(node.text, names)));
    return nullptr;
  }

  // "variant": "short", or "variants": {"base": 50, "short": 50}, their shares of the customers.
  void ReadVariants(const JsonNode& node, SendStep* step) {
    const JsonNode *one = node.Find("variant"), *several = node.Find("variants");
    if (one != nullptr && several != nullptr)
      return errors_->Add(*several, "\"variant\" says it already, expected one of the two");
    if (one != nullptr) {
      if (auto name = ReadName(*one, errors_)) AddShare(*one, *name, 1, step);
    } else if (several != nullptr && ExpectObject(*several, errors_)) {
      for (const JsonMember& member : several->members) {
        const int64_t weight = ReadWhole(member.value, errors_).value_or(1);
        if (weight < 1 || weight > kVariantWeightMax)
          errors_->Add(member.value, fmt::format("{} is no share, expected 1 to {}", weight, kVariantWeightMax));
        else
          AddShare(member.value, member.key, static_cast<uint32_t>(weight), step);
      }
      if (several->members.empty())
        errors_->Add(*several, R"(no variant, expected their shares such as {"base": 50, "short": 50})");
    }
  }

  void AddShare(const JsonNode& node, const std::string& name, uint32_t weight, SendStep* step) {
    if (name == kBaseVariant) {
      step->shares.push_back({"", weight});
    } else if (step->message_template == nullptr || step->message_template->HasVariant(name)) {
      step->shares.push_back({name, weight});
    } else {
      std::vector<std::string_view> names = {kBaseVariant};
      for (const Content& content : step->message_template->contents)
        if (!content.variant.empty() && std::find(names.begin(), names.end(), content.variant) == names.end())
          names.push_back(content.variant);
      errors_->Add(node, fmt::format("the template {} has no variant {}{}", Quote(step->message_template->name),
                                     Quote(name), Hint(name, names)));
    }
  }

  void ReadVia(const JsonNode& list, SendStep* step) {
    if (!ExpectList(list, errors_)) return;
    if (list.members.empty()) errors_->Add(list, R"(no channel, expected at least one such as "web_push")");
    for (const JsonMember& member : list.members) {
      const JsonNode& node = member.value;
      if (!node.is_text() || !IsIdentifier(node.text)) {
        errors_->Add(node, fmt::format("expected a channel such as \"web_push\", found {}", Describe(node)));
      } else if (std::find(step->via.begin(), step->via.end(), node.text) != step->via.end()) {
        errors_->Add(node, fmt::format("the channel {} stands here twice, expected it once", Quote(node.text)));
      } else {
        CheckChannel(node, *step);
        step->via.push_back(node.text);
      }
    }
  }

  void CheckChannel(const JsonNode& node, const SendStep& step) {
    const MessageTemplate* message_template = step.message_template;
    const std::string& channel = node.text;
    if (channel == "push") {
      errors_->Add(node, R"("push" is a section, not a channel, expected "web_push" or "app_push")");
      return;
    }
    std::string_view medium = MediumOf(channel);
    if (message_template == nullptr) return;
    bool speaks = step.shares.empty() && message_template->FindContent(medium) != nullptr;
    if (!step.shares.empty())
      speaks = std::all_of(step.shares.begin(), step.shares.end(), [&](const SendStep::Share& share) {
        return message_template->FindContent(medium, share.variant) != nullptr;
      });
    if (speaks) return;
    std::string hint;
    if (std::find(std::begin(kChannels), std::end(kChannels), channel) == std::end(kChannels))
      hint = DidYouMean(channel, kChannels);
    errors_->Add(node, fmt::format("the template {} has no section \"{}\" for the channel \"{}\"{}",
                                   Quote(message_template->name), medium, channel,
                                   hint.empty() ? fmt::format(", expected \"{}\": {{…}} in it", medium) : hint));
  }

  // The sum of the waits that lie directly after the step.
  int64_t WaitAfter(const JourneyStep& step) const {
    int64_t sum = 0;
    for (uint32_t place = step.next; place < steps_.size(); place = steps_[place].next) {
      const auto* wait = std::get_if<WaitStep>(&steps_[place].does);
      if (wait == nullptr) break;
      sum += wait->span_ms;
    }
    return sum;
  }

  void FillTimes() {
    int64_t wait_before = 0;  // the sum of the waits that lie directly before the step
    uint32_t turn = 0;
    for (uint32_t place = 0; place < steps_.size(); place = steps_[place].next) {
      JourneyStep& step = steps_[place];
      if (const auto* wait = std::get_if<WaitStep>(&step.does)) {
        wait_before += wait->span_ms;
        ++turn;
        continue;
      }
      if (auto* send = std::get_if<SendStep>(&step.does)) {
        const int64_t following = WaitAfter(step);
        if (send->latest_ms == kUnset)
          send->latest_ms = following == 0 ? kLatestDefaultMaxMs : std::min(following, kLatestDefaultMaxMs);
        if (send->min_gap_ms == kUnset) send->min_gap_ms = wait_before / 2;
        send->turn = turn;
      }
      wait_before = 0;
    }
  }

  // The playbook's own names stand; the others step aside: "gentle", "gentle_2".
  void FillNames() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      JourneyStep& step = steps_[i];
      const auto* send = std::get_if<SendStep>(&step.does);
      if (!step.name.empty() && send != nullptr) continue;
      std::string base = step.name;
      if (base.empty())
        base =
            send != nullptr && send->message_template != nullptr ? send->message_template->name : std::to_string(i + 1);
      std::string name = base;
      for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}_{}", base, n);
      step.name = std::move(name);
    }
  }

  const Playbook& playbook_;
  ErrorList* errors_;
  std::vector<JourneyStep> steps_;
  absl::flat_hash_set<size_t> exits_;  // steps that were written as exits
  StringSet names_;
  bool is_notice_ = false;  // of policy.notices
};

}  // namespace

std::vector<JourneyStep> CompileSteps(const JsonNode& list, const Playbook& playbook, ErrorList* errors) {
  if (!ExpectList(list, errors)) return {};
  if (list.members.empty())
    errors->Add(list, R"(a journey without steps does nothing, expected one such as {"wait": "24h"})");
  if (list.members.size() > kJourneyStepsMax) {
    errors->Add(list, fmt::format("{} steps: journey_steps_max is {}", list.members.size(), kJourneyStepsMax));
    return {};
  }
  return StepCompiler(playbook, errors).Compile(list);
}

JourneyStep CompileNoticeStep(const JsonNode& node, const Playbook& playbook, ErrorList* errors) {
  return StepCompiler(playbook, errors).CompileNotice(node);
}

}  // namespace cartwheel::playbook
