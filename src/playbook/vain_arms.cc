#include "playbook/vain_arms.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "playbook/facts.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kConditions[] = {"branch", "then"};  // lists of arms with conditions of the same moment
constexpr std::string_view kArmLists[] = {"on_capped", "on_unreachable", "on_failed", "timeout"};

// What is known at a step because of the arms around it. No time has passed since their conditions were asked, and
// nothing was done.
struct Known {
  std::vector<Fact> facts;
  struct NotAll {
    std::vector<Fact> facts;
    std::string_view source;
  };
  std::vector<NotAll> refuted;  // conditions that did not hold
};

class ArmFinder {
 public:
  explicit ArmFinder(ErrorList* told) : told_(told) {}

  void FindIn(const JsonNode* steps, const Known& known) {
    if (steps == nullptr || !steps->is_list()) return;
    for (size_t i = 0; i < steps->members.size(); ++i) FindAt(steps->members[i].value, i == 0 ? known : Known());
  }

 private:
  void FindAt(const JsonNode& step, const Known& known) {
    for (const std::string_view key : kConditions)
      if (const JsonNode* arms = step.Find(key); arms != nullptr && arms->is_list())
        FindInArms(step, *arms, key == "branch" ? known : Known());
    if (const JsonNode* arms = step.Find("split"))
      for (const JsonMember& arm : arms->members) FindIn(arm.value.Find("steps"), known);
    if (const JsonNode* arms = step.Find("wait_for"))
      for (const JsonMember& arm : arms->members) FindIn(arm.value.Find("then"), {});
    for (const std::string_view key : kArmLists) FindIn(step.Find(key), {});
  }

  void FindInArms(const JsonNode& step, const JsonNode& arms, const Known& known) {
    Known before = known;  // the conditions of the arms before do not hold
    const size_t outer = before.refuted.size();
    bool told = FindConflict(known.facts).has_value();  // of the arm around
    for (size_t i = 0; i < arms.members.size(); ++i) {
      const JsonNode& arm = arms.members[i].value;
      const JsonNode* when = arm.Find("when");
      std::vector<Fact> facts = when == nullptr ? std::vector<Fact>() : FactsOf(when->text);
      Known inside = before;
      inside.facts.insert(inside.facts.end(), facts.begin(), facts.end());
      if (const std::string why = told || when == nullptr ? "" : WhyNever(inside, outer, when->text); !why.empty())
        told_->Add(arm, "is never walked: " + why);
      else if (!told && AllFollow(facts, known.facts) && GoesOn(step, arms, i)) {
        told = true;
        told_->Add(arm, "is always walked: what stands around it says the same, and what stands after it is in vain");
      }
      FindIn(arm.Find("steps"), inside);
      before.refuted.push_back({std::move(facts), when == nullptr ? std::string_view() : when->text});
    }
    FindIn(step.Find("else"), before);
  }

  // Whether another arm, or steps of `else`, stand after an arm.
  static bool GoesOn(const JsonNode& step, const JsonNode& arms, size_t arm) {
    const JsonNode* otherwise = step.Find("else");
    return arm + 1 < arms.members.size() || (otherwise != nullptr && !otherwise->members.empty());
  }

  // `outer`: how many of the refuted conditions are of arms around.
  static std::string WhyNever(const Known& inside, size_t outer, std::string_view when) {
    if (const auto conflict = FindConflict(inside.facts))
      return fmt::format("{} and {} never hold together", Quote(conflict->one), Quote(conflict->other));
    for (size_t i = 0; i < inside.refuted.size(); ++i) {
      const Known::NotAll& refuted = inside.refuted[i];
      if (!AllFollow(refuted.facts, inside.facts)) continue;
      if (i < outer) return fmt::format("{} did not hold before it", Quote(refuted.source));
      return fmt::format("arm {} {}", i - outer + 1,
                         refuted.source == when ? "asks for the same" : "takes every walk that it would");
    }
    return {};
  }

  ErrorList* told_;
};

}  // namespace

void FindVainArms(const JsonNode& steps, ErrorList* told) { ArmFinder(told).FindIn(&steps, {}); }

}  // namespace cartwheel::playbook
