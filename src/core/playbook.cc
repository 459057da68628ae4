#include "core/playbook.h"

namespace cartwheel {

const Content* MessageTemplate::FindContent(std::string_view medium) const {
  for (const Content& content : contents)
    if (content.medium == medium) return &content;
  return nullptr;
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

const Playbook* Playbooks::Revision(int64_t revision) const {
  auto found = by_revision.find(revision);
  return found == by_revision.end() ? nullptr : found->second.get();
}

const Journey* Playbooks::Find(int64_t revision, uint32_t journey) const {
  const Playbook* playbook = Revision(revision);
  return playbook == nullptr || journey >= playbook->journeys.size() ? nullptr : &playbook->journeys[journey];
}

}  // namespace cartwheel
