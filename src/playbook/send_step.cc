#include "playbook/send_step.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/suggest.h"
#include "base/time.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kVariantWeightMax = 1'000'000;

class SendReader {
 public:
  SendReader(const Playbook& playbook, ErrorList* errors, bool is_notice)
      : playbook_(playbook), errors_(errors), is_notice_(is_notice) {}

  SendStep Read(const JsonNode& node) {
    SendStep step;
    step.latest_ms = step.min_gap_ms = kSpanUnset;
    if (const JsonNode* latest = node.Find("latest"))
      step.latest_ms = ReadSpan(*latest, kSecondMs, errors_).value_or(kSpanUnset);
    if (const JsonNode* gap = node.Find("min_gap")) step.min_gap_ms = ReadSpan(*gap, 0, errors_).value_or(kSpanUnset);
    if (const JsonNode* closed = node.Find("closed")) {
      step.skip_when_closed = closed->is_text() && closed->text == kClosed[1];
      if (!step.skip_when_closed && !(closed->is_text() && closed->text == kClosed[0]))
        errors_->Add(*closed, fmt::format("{} is no choice, expected \"defer\" or \"skip\"", Describe(*closed)));
    }
    if (const JsonNode* prefer = node.Find("prefer")) {
      step.prefers_opened = prefer->is_text() && prefer->text == kPrefer[0];
      if (!step.prefers_opened)
        errors_->Add(*prefer, fmt::format("{} is no choice{}", Describe(*prefer), ExpectedOneOf(kPrefer)));
    }
    step.message_template = FindTemplate(*node.Find("send"));
    ReadVariants(node, &step);
    if (const JsonNode* via = node.Find("via"))
      ReadVia(*via, &step);
    else
      errors_->AddMissing(node, "via",
                          R"("via" is missing: write the channels in order, such as "via": ["web_push", "sms"])");
    return step;
  }

 private:
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

  const Playbook& playbook_;
  ErrorList* errors_;
  const bool is_notice_;
};

}  // namespace

SendStep ReadSendStep(const JsonNode& node, const Playbook& playbook, ErrorList* errors, bool is_notice) {
  return SendReader(playbook, errors, is_notice).Read(node);
}

}  // namespace cartwheel::playbook
