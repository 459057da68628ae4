#include "core/model/playbook.h"

#include <algorithm>

namespace cartwheel {

namespace {

char Plain(char c) { return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// How well texts in `offered` suit a reader of `wanted`: 3 the same, 2 the same language, 1 the shop's own, 0 not.
int Suits(std::string_view offered, std::string_view wanted) {
  if (offered.empty()) return 1;
  if (wanted.size() < offered.size() ||
      !std::equal(offered.begin(), offered.end(), wanted.begin(), [](char a, char b) { return Plain(a) == Plain(b); }))
    return 0;
  return wanted.size() == offered.size() ? 3 : Plain(wanted[offered.size()]) == '-' ? 2 : 0;
}

}  // namespace

const Content* MessageTemplate::FindContent(std::string_view medium, std::string_view variant,
                                            std::string_view locale) const {
  const Content* best = nullptr;
  int best_rank = 0;
  for (const Content& content : contents) {
    if (content.medium != medium || (!content.variant.empty() && content.variant != variant)) continue;
    const int suits = Suits(content.locale, locale), rank = suits == 0 ? 0 : 2 * suits + (content.variant == variant);
    if (rank > best_rank) {
      best = &content;
      best_rank = rank;
    }
  }
  return best;
}

bool Journey::HearsSegments() const {
  auto hears = [](const Trigger& on) {
    return on.type == EventType::kSegmentEntered || on.type == EventType::kSegmentLeft;
  };
  return hears(enter_on) || hears(goal_on) || std::any_of(reset_on.begin(), reset_on.end(), hears) ||
         std::any_of(exits.begin(), exits.end(), [&](const Exit& exit) { return hears(exit.on); }) ||
         std::any_of(steps.begin(), steps.end(), [&](const JourneyStep& step) {
           const auto* wait = std::get_if<WaitForStep>(&step.does);
           return wait != nullptr && std::any_of(wait->alternatives.begin(), wait->alternatives.end(),
                                                 [&](const auto& one) { return !one.of_message && hears(one.on); });
         });
}

bool MessageTemplate::HasVariant(std::string_view variant) const {
  return std::any_of(contents.begin(), contents.end(),
                     [&](const Content& content) { return content.variant == variant; });
}

std::string_view MediumOf(std::string_view channel) {
  return channel == "web_push" || channel == "app_push" ? std::string_view("push") : channel;
}

const std::vector<uint32_t>* Playbook::EntriesOn(EventType type, std::string_view name) const {
  if (type == EventType::kCustom) {
    auto found = custom_entries.find(name);
    return found == custom_entries.end() ? nullptr : &found->second;
  }
  auto found = entries.find(type);
  return found == entries.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Playbook::Channels() const {
  std::vector<std::string_view> channels;
  for (const Journey& journey : journeys)
    for (const JourneyStep& step : journey.steps)
      if (const SendStep* send = step.FindSend())
        for (const std::string& channel : send->via)
          if (std::find(channels.begin(), channels.end(), channel) == channels.end()) channels.push_back(channel);
  return channels;
}

const Playbook* Playbooks::Find(Revision revision) const {
  if (current != nullptr && current->revision == revision) return current.get();  // most walks and messages are of it
  auto found = by_revision.find(revision);
  return found == by_revision.end() ? nullptr : found->second.get();
}

const Journey* Playbooks::Find(Revision revision, uint32_t journey) const {
  const Playbook* playbook = Find(revision);
  return playbook == nullptr || journey >= playbook->journeys.size() ? nullptr : &playbook->journeys[journey];
}

}  // namespace cartwheel
