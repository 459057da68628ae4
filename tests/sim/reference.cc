#include "tests/sim/reference.h"

#include <algorithm>

#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kDedupeWindowMs = int64_t{7} * 24 * 3600 * 1000;

// All of an event that has no id.
std::string Said(const ShopEvent& event) { return event.Json(); }

}  // namespace

int64_t Reference::Due(Person& person, const std::string& cart, const Walk& walk) {
  const StepPromise& step = steps_[walk.place];
  int64_t planned = walk.base_ms + step.after_ms;
  int64_t last = last_ms_[&person][cart];
  if (last == 0) return planned;
  int64_t due = std::max(planned, last + step.min_gap_ms);
  return due >= planned + step.latest_ms ? planned : due;  // it will be skipped when its time has come
}

void Reference::Run(Person& person, const std::string& cart, Walk& walk, int64_t now_ms) {
  const StepPromise& step = steps_[walk.place];
  int64_t planned = walk.base_ms + step.after_ms, latest = planned + step.latest_ms;
  int64_t& last = last_ms_[&person][cart];
  bool crowded = last != 0 && last + step.min_gap_ms >= latest;
  if (now_ms < latest && !crowded && person.story.carts[cart].HasItems()) {
    made_.push_back(fmt::format("{} {} step{} {}", person.KnownAs(), cart, step.place, now_ms));
    walk.last_ms = last = now_ms;
  }
  ++walk.place;
}

void Reference::AdvanceTo(int64_t now_ms) {
  while (true) {
    Person* person = nullptr;
    std::string cart;
    int64_t due = now_ms + 1;
    for (auto& [who, walks] : walks_)
      for (auto& [id, walk] : walks)
        if (int64_t at = Due(*who, id, walk); at < due) due = at, person = who, cart = id;
    if (person == nullptr) break;
    Walk& walk = walks_[person][cart];
    Run(*person, cart, walk, std::max(due, clock_ms_));
    if (walk.place == steps_.size()) walks_[person].erase(cart);
  }
  clock_ms_ = now_ms;
}

bool Reference::ClosedSince(const Person& person, const std::string& cart, int64_t at_ms) const {
  return std::any_of(person.closings.begin(), person.closings.end(),
                     [&](const Closing& closing) { return closing.Concerns(cart) && at_ms <= closing.at_ms; });
}

// Ends what was entered at or before the closing, or by then at all; what would have entered after it does so now,
// unless the closing ended that too.
void Reference::Leave(Person& person, const Closing& closing, int64_t now_ms) {
  Walks& walks = walks_[&person];
  for (auto walk = walks.begin(); walk != walks.end();) {
    if (!closing.Concerns(walk->first) || (!closing.in_time && walk->second.entered_ms > closing.at_ms)) {
      ++walk;
      continue;
    }
    int64_t later = walk->second.later_ms;
    const bool enters = !closing.in_time && later > closing.at_ms && !ClosedSince(person, walk->first, later);
    if (enters && person.story.carts[walk->first].HasItems() && EntersAnew(person, walk->second.later, now_ms)) {
      walk->second = Walk{later, later};
      ++walk;
    } else {
      walk = walks.erase(walk);
    }
  }
}

void Reference::Tell(const ShopEvent& event, int64_t now_ms) {
  People::Told told = people_.Tell(event, now_ms);
  Person& person = *told.person;
  if (told.merged != nullptr) {
    for (auto& [cart, theirs] : walks_[told.merged]) {
      auto [ours, is_new] = walks_[&person].try_emplace(cart, theirs);
      if (is_new) continue;
      int64_t last = std::max(ours->second.last_ms, theirs.last_ms),
              later = std::max(ours->second.later_ms, theirs.later_ms);
      const std::string said = theirs.later_ms > ours->second.later_ms ? theirs.later : ours->second.later;
      if (theirs.entered_ms >= ours->second.entered_ms) ours->second = theirs;
      ours->second.last_ms = last;
      ours->second.later_ms = later;
      ours->second.later = said;
    }
    entered_[&person].merge(entered_[told.merged]);
    for (const auto& [cart, at_ms] : last_ms_[told.merged])
      last_ms_[&person][cart] = std::max(last_ms_[&person][cart], at_ms);
    walks_.erase(told.merged);
    std::vector<Closing> closings = person.closings;
    for (Closing closing : closings) {
      closing.in_time = false;
      Leave(person, closing, now_ms);
    }
  }
  if (told.duplicate || told.refused) return;
  if (event.type == "erase") walks_[&person].clear(), last_ms_[&person].clear();
  for (const auto& [who, closing] : told.closings) Leave(*who, closing, now_ms);
  Walks& walks = walks_[&person];
  if (event.type == "product_added" || event.type == "cart_viewed") {
    for (auto& [cart, walk] : walks) {
      bool begun = walk.last_ms != 0 || event.at_ms <= walk.entered_ms;
      if (begun || event.at_ms + steps_[0].after_ms <= walk.base_ms + steps_[walk.place].after_ms) continue;
      walk.base_ms = event.at_ms;
      walk.place = 0;
    }
  }
  if (event.type != "product_added") return;
  if (!told.grew || !person.story.carts[event.cart].HasItems() || ClosedSince(person, event.cart, event.at_ms)) return;
  if (auto walk = walks.find(event.cart); walk != walks.end()) {
    if (event.at_ms > std::max(walk->second.entered_ms, walk->second.later_ms))
      walk->second.later_ms = event.at_ms, walk->second.later = Said(event);
  } else if (!event.id.empty() || EntersAnew(person, Said(event), now_ms)) {
    walks.emplace(event.cart, Walk{event.at_ms, event.at_ms});
  }
}

bool Reference::EntersAnew(Person& person, const std::string& said, int64_t now_ms) {
  auto [before, is_new] = entered_[&person].try_emplace(said, now_ms);
  if (!is_new && now_ms - before->second <= kDedupeWindowMs) return false;
  before->second = now_ms;
  return true;
}

}  // namespace cartwheel::sim
