// Two lists of steps, laid beside each other so that as few as possible are new or gone; and what a step that stands in
// both does otherwise.
#include <algorithm>
#include <limits>

#include "cli/diff_changes.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr double kGoneOrNew = 1, kSameStep = 0.4, kOtherStep = 0.9;

double DistanceOf(const JsonNode& before, const JsonNode& after) {
  if (AreEqual(before, after)) return 0;
  if (KindOf(before) != KindOf(after)) return std::numeric_limits<double>::infinity();
  const std::string_view was = IdentityOf(before), is = IdentityOf(after);
  return was == is && !was.empty() ? kSameStep : kOtherStep;
}

struct Pair {
  const JsonNode* before;  // null: the step is new
  const JsonNode* after;   // null: it is gone
  size_t place;            // in the list that has it, from 1 on
};

std::vector<Pair> Aligned(const JsonNode& before, const JsonNode& after) {
  const size_t m = before.members.size(), n = after.members.size();
  std::vector<std::vector<double>> cost(m + 1, std::vector<double>(n + 1, 0));  // of what comes from there on
  for (size_t i = m + 1; i-- > 0;)
    for (size_t j = n + 1; j-- > 0;) {
      if (i == m || j == n) {
        cost[i][j] = static_cast<double>(m - i + n - j) * kGoneOrNew;
        continue;
      }
      cost[i][j] = std::min({cost[i + 1][j] + kGoneOrNew, cost[i][j + 1] + kGoneOrNew,
                             cost[i + 1][j + 1] + DistanceOf(before.members[i].value, after.members[j].value)});
    }
  std::vector<Pair> pairs;
  for (size_t i = 0, j = 0; i < m || j < n;) {
    const JsonNode* old = i < m ? &before.members[i].value : nullptr;
    const JsonNode* now = j < n ? &after.members[j].value : nullptr;
    if (old != nullptr && now != nullptr && cost[i][j] == cost[i + 1][j + 1] + DistanceOf(*old, *now)) {
      pairs.push_back({old, now, j + 1});
      ++i;
      ++j;
    } else if (old != nullptr && (now == nullptr || cost[i][j] == cost[i + 1][j] + kGoneOrNew)) {
      pairs.push_back({old, nullptr, i + 1});
      ++i;
    } else {
      pairs.push_back({nullptr, now, j + 1});
      ++j;
    }
  }
  return pairs;
}

struct KeyWording {
  std::string_view key, says;
};
constexpr KeyWording kKeyWordings[] = {
    {"wait", "waits"},
    {"send", "sends"},
    {"via", "goes by"},
    {"latest", "may be late by"},
    {"min_gap", "leaves after the message before it"},
    {"variant", "has the variant"},
    {"variants", "shares out the variants"},
    {"closed", "outside of the hours does"},
    {"within", "waits no longer than"},
    {"exit", "ends with the reason"},
    {"set", "sets"},
    {"emit", "tells the event"},
    {"properties", "tells with it"},
    {"call", "asks by"},
    {"payload", "asks with"},
    {"answer", "asks for"},
    {"add_to", "adds to"},
    {"remove_from", "removes from"},
    {"on_capped", "where it is capped does"},
    {"on_unreachable", "where no channel reaches does"},
    {"on_failed", "where it does not arrive does"},
    {"prefer", "prefers"},
    {"goto", "goes back to"},
    {"max", "goes back at most so often:"},
    {"name", "is called"},
};

std::string SaysOf(std::string_view key) {
  const auto wording =
      std::find_if(std::begin(kKeyWordings), std::end(kKeyWordings), [&](const auto& w) { return w.key == key; });
  return wording == std::end(kKeyWordings) ? fmt::format("has {}", key) : std::string(wording->says);
}

std::string Full(const JsonNode& step) {
  const StepWords words = WordsOf(step);
  return words.details.empty() ? words.title : fmt::format("{}, {}", words.title, fmt::join(words.details, ", "));
}

// Keys whose values are arms, which are compared by themselves.
bool IsOfArms(const JsonNode& step, std::string_view key, const std::vector<ArmOf>& arms) {
  const JsonNode* value = step.Find(key);
  if (ArmsAreAll(step) && key == (KindOf(step) == "call" ? "then" : KindOf(step))) return true;
  return value != nullptr &&
         std::any_of(arms.begin(), arms.end(), [&](const ArmOf& arm) { return arm.steps == value; });
}

void CompareArms(const std::string& where, const std::vector<ArmOf>& before, const std::vector<ArmOf>& after,
                 std::vector<std::string>* words) {
  auto find = [](const std::vector<ArmOf>& arms, const std::string& name) {
    const auto found = std::find_if(arms.begin(), arms.end(), [&](const ArmOf& arm) { return arm.name == name; });
    return found == arms.end() ? nullptr : &*found;
  };
  for (const ArmOf& arm : after) {
    const ArmOf* old = find(before, arm.name);
    const std::string within = fmt::format("{}on the way \"{}\" ", where, arm.name);
    if (old == nullptr) words->push_back(fmt::format("{}has a new way: {}", where, arm.label));
    if (old != nullptr && old->label != arm.label)
      words->push_back(fmt::format("{}has the way \"{}\"; before: \"{}\"", where, arm.label, old->label));
    if (old != nullptr && (old->holdout != arm.holdout || old->as != arm.as))
      words->push_back(fmt::format("{}{}", within, arm.holdout ? "is held out" : "is not held out any more"));
    CompareSteps(within, old == nullptr ? nullptr : old->steps, arm.steps, words);
  }
  for (const ArmOf& arm : before)
    if (find(after, arm.name) == nullptr)
      words->push_back(fmt::format("{}has no longer the way: {}", where, arm.label));
}

void CompareStep(const std::string& within, const Pair& pair, std::vector<std::string>* words) {
  const JsonNode &before = *pair.before, &after = *pair.after;
  const std::vector<ArmOf> olds = ArmsOf(before), news = ArmsOf(after);
  const std::string_view called = IdentityOf(after);
  const std::string where = called.empty() ? fmt::format("{}step {} ", within, pair.place)
                                           : fmt::format("{}step {} \"{}\" ", within, pair.place, called);
  auto say = [](const JsonNode* node) { return node == nullptr ? std::string("nothing") : Brief(*node); };
  for (const auto& member : after.members) {
    const JsonNode* old = before.Find(member.key);
    if (IsOfArms(after, member.key, news) || (old != nullptr && AreEqual(*old, member.value))) continue;
    words->push_back(fmt::format("{}{} {}; before: {}", where, SaysOf(member.key), say(&member.value), say(old)));
  }
  for (const auto& member : before.members)
    if (!IsOfArms(before, member.key, olds) && after.Find(member.key) == nullptr)
      words->push_back(fmt::format("{}{} nothing; before: {}", where, SaysOf(member.key), Brief(member.value)));
  CompareArms(where, olds, news, words);
}

}  // namespace

void CompareSteps(const std::string& within, const JsonNode* before, const JsonNode* after,
                  std::vector<std::string>* words) {
  static const JsonNode kNone;
  for (const Pair& pair : Aligned(before == nullptr ? kNone : *before, after == nullptr ? kNone : *after)) {
    if (pair.before == nullptr) {
      words->push_back(fmt::format("{}new step {}: {}", within, pair.place, Full(*pair.after)));
      CompareArms(fmt::format("{}step {} ", within, pair.place), {}, ArmsOf(*pair.after), words);
    } else if (pair.after == nullptr) {
      words->push_back(fmt::format("{}no longer: {} (was step {})", within, Full(*pair.before), pair.place));
    } else if (!AreEqual(*pair.before, *pair.after)) {
      CompareStep(within, pair, words);
    }
  }
}

}  // namespace cartwheel::cli
