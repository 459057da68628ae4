#include "cli/diff_changes.h"

#include <algorithm>
#include <cstdlib>

#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

struct Part {
  std::string_view key;  // of the playbook
  std::string_view about;
  bool by_name;  // its members are compared each by itself
  std::string_view concerns;
};
constexpr std::string_view kNewWalks =
    "who is inside goes on by the revision of the entry; it holds for who enters after the load";
constexpr Part kParts[] = {
    {"journeys", "journey", true, kNewWalks},
    {"templates", "template", true, kNewWalks},
    {"segments", "segment", true,
     "every customer is judged anew after the load; who is found in it then enters only what says \"existing\""},
    {"policy", "policy", false, "it holds for every message after the load, also of walks that began before"},
    {"channels", "channels", false, "it holds for every message after the load, also of walks that began before"},
    {"shop", "shop", false, kNewWalks},
    {"partials", "partials", false, kNewWalks},
    {"history", "history", false, "conditions look back so far after the load"},
};

constexpr std::string_view kAdopted =
    "who is inside is taken over after the load, a slice at a time; waits count anew, and no step is planned before";

int64_t RevisionOf(const JsonNode& playbook) {
  const JsonNode* revision = playbook.Find("revision");
  return revision == nullptr ? 0 : std::atoll(revision->text.c_str());
}

std::string Quoted(const JsonNode* node) {
  if (node == nullptr) return "nothing";
  return node->is_text() ? fmt::format("\"{}\"", node->text) : Brief(*node);
}

void CompareJourneys(const JsonNode& before, const JsonNode& after, std::vector<std::string>* words) {
  for (const auto& [key, more, less] :
       {std::tuple{"exit", "ends also on", "ends no longer on"},
        {"reset_on", "begins its wait anew also on", "begins its wait anew no longer on"}})
    CompareSets(more, less, before.Find(key), after.Find(key), words);
  struct Row {
    std::string_view key, says;
  };
  static constexpr Row kRows[] = {{"enter", "begins on"}, {"reenter", "is entered again:"}, {"goal", "has the goal"}};
  auto say = [&](std::string_view key, const JsonNode* node) {
    if (node == nullptr) return std::string("nothing");
    if (key == "reenter") return Brief(*node);
    std::string text = TriggerWords(*node);
    for (const std::string& term : TermsOf(*node)) text += ", " + term;
    return text;
  };
  for (const Row& row : kRows) {
    const JsonNode *old = before.Find(row.key), *now = after.Find(row.key);
    const std::string was = say(row.key, old), is = say(row.key, now);
    if (was != is) words->push_back(fmt::format("{} {}; before: {}", row.says, is, was));
  }
  auto other = [](std::string_view key) {
    return key != "steps" && key != "exit" && key != "reset_on" && key != "adopt" &&
           std::none_of(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.key == key; });
  };
  for (const auto& member : after.members)
    if (other(member.key)) CompareValues(member.key, before.Find(member.key), &member.value, words);
  for (const auto& member : before.members)
    if (other(member.key) && after.Find(member.key) == nullptr)
      CompareValues(member.key, &member.value, nullptr, words);
  CompareSteps("", before.Find("steps"), after.Find("steps"), words);
}

// Adds journey/step of every step of the list, and of lists inside of it, that sends the template.
void FindSenders(const std::string& journey, const JsonNode* steps, std::string_view name,
                 std::vector<std::string>* sent_by) {
  if (steps == nullptr) return;
  for (const auto& member : steps->members) {
    if (TextIn(member.value, "send") == name) {
      const std::string_view step = TextIn(member.value, "name");
      sent_by->push_back(fmt::format("{}/{}", journey, step.empty() ? name : step));
    }
    for (const ArmOf& arm : ArmsOf(member.value)) FindSenders(journey, arm.steps, name, sent_by);
  }
}

std::vector<std::string> SendersOf(const JsonNode& playbook, std::string_view name) {
  std::vector<std::string> sent_by;
  if (const JsonNode* journeys = playbook.Find("journeys"))
    for (const auto& member : journeys->members) FindSenders(member.key, member.value.Find("steps"), name, &sent_by);
  return sent_by;
}

// What a part that is new does, or one that is gone did.
std::vector<std::string> Outline(const Part& part, const JsonNode& node) {
  std::vector<std::string> words;
  if (part.about == "journey") {
    if (const JsonNode* enter = node.Find("enter")) words.push_back("begins on " + TriggerWords(*enter));
    CompareSteps("", nullptr, node.Find("steps"), &words);
  } else if (part.about == "segment") {
    words.push_back(Brief(node));
  }
  return words;
}

void CompareMembers(const Part& part, const JsonNode* before, const JsonNode* after, const JsonNode& old_playbook,
                    const JsonNode& new_playbook, std::vector<Change>* changes) {
  static const JsonNode kNone;
  const JsonNode &olds = before == nullptr ? kNone : *before, &news = after == nullptr ? kNone : *after;
  for (const auto& member : news.members) {
    const JsonNode* old = olds.Find(member.key);
    if (old != nullptr && AreEqual(*old, member.value)) continue;
    Change change{part.about, member.key, old == nullptr ? "added" : "changed", {}, {}, part.concerns};
    if (old == nullptr)
      change.words = Outline(part, member.value);
    else if (part.about == "journey")
      CompareJourneys(*old, member.value, &change.words);
    else
      CompareValues("", old, &member.value, &change.words);
    if (part.about == "template") change.sent_by = SendersOf(new_playbook, member.key);
    if (part.about == "journey" && old != nullptr &&
        TellAdoption(*old, member.value, RevisionOf(old_playbook), &change.words))
      change.concerns = kAdopted;
    if (old == nullptr || !change.words.empty()) changes->push_back(std::move(change));
  }
  for (const auto& member : olds.members) {
    if (news.Find(member.key) != nullptr) continue;
    Change change{part.about, member.key, "removed", Outline(part, member.value), {}, part.concerns};
    if (part.about == "journey") change.words.clear();
    if (part.about == "template") change.sent_by = SendersOf(old_playbook, member.key);
    changes->push_back(std::move(change));
  }
}

}  // namespace

bool AreEqual(const JsonNode& one, const JsonNode& other) {
  if (one.kind != other.kind || one.members.size() != other.members.size()) return false;
  if (one.is_object())
    return std::all_of(one.members.begin(), one.members.end(), [&](const auto& member) {
      const JsonNode* same = other.Find(member.key);
      return same != nullptr && AreEqual(member.value, *same);
    });
  if (one.is_list())
    return std::equal(one.members.begin(), one.members.end(), other.members.begin(),
                      [](const auto& a, const auto& b) { return AreEqual(a.value, b.value); });
  return one.text == other.text && one.boolean == other.boolean;
}

void CompareSets(std::string_view more, std::string_view less, const JsonNode* before, const JsonNode* after,
                 std::vector<std::string>* words) {
  auto tell = [&](std::string_view begins, const JsonNode* those, const JsonNode* others) {
    if (those == nullptr) return;
    for (const auto& member : those->members) {
      const bool there =
          others != nullptr && std::any_of(others->members.begin(), others->members.end(),
                                           [&](const auto& other) { return AreEqual(member.value, other.value); });
      const bool trigger = member.value.is_text() || member.value.Find("on") != nullptr;
      if (!there)
        words->push_back(fmt::format("{} {}", begins, trigger ? TriggerWords(member.value) : Brief(member.value)));
    }
  };
  tell(more, after, before);
  tell(less, before, after);
}

void CompareValues(const std::string& path, const JsonNode* before, const JsonNode* after,
                   std::vector<std::string>* words) {
  if (before != nullptr && after != nullptr && AreEqual(*before, *after)) return;
  const bool objects = (before == nullptr || before->is_object()) && (after == nullptr || after->is_object());
  if (objects && (before != nullptr || after != nullptr)) {
    static const JsonNode kNone;
    const JsonNode &olds = before == nullptr ? kNone : *before, &news = after == nullptr ? kNone : *after;
    auto inside = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const auto& member : news.members)
      CompareValues(inside(member.key), olds.Find(member.key), &member.value, words);
    for (const auto& member : olds.members)
      if (news.Find(member.key) == nullptr) CompareValues(inside(member.key), &member.value, nullptr, words);
    return;
  }
  const bool lists = before != nullptr && after != nullptr && before->is_list() && after->is_list();
  const size_t told = words->size();
  if (lists) CompareSets(path + " has also", path + " has no longer", before, after, words);
  if (words->size() > told) return;
  const std::string subject = path.empty() ? "" : path + ": ";
  words->push_back(fmt::format("{}{}; before: {}", subject, Quoted(after), Quoted(before)));
}

std::vector<Change> ChangesOf(const JsonNode& before, const JsonNode& after) {
  std::vector<Change> changes;
  for (const Part& part : kParts) {
    const JsonNode *old = before.Find(part.key), *now = after.Find(part.key);
    if (part.by_name) {
      CompareMembers(part, old, now, before, after, &changes);
      continue;
    }
    Change change{part.about, "", "changed", {}, {}, part.concerns};
    if (old != nullptr || now != nullptr) CompareValues("", old, now, &change.words);
    if (!change.words.empty()) changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace cartwheel::cli
