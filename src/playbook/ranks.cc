#include "playbook/ranks.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"

namespace cartwheel::playbook {
namespace {

class RankReader {
 public:
  RankReader(ErrorList* errors, Playbook* playbook) : errors_(errors), playbook_(*playbook) {
    for (const Journey& journey : playbook_.journeys) names_.push_back(journey.name);
  }

  void Read(const JsonMember& member) {
    const JsonNode* list = member.value.is_object() ? member.value.Find("outranks") : nullptr;
    if (list == nullptr || !ExpectList(*list, errors_)) return;
    if (list->members.size() > kOutranksMax)
      return errors_->Add(*list, fmt::format("{} journeys: outranks_max is {}", list->members.size(), kOutranksMax));
    for (const JsonMember& below : list->members) Add(*Find(member.key), below.value);
  }

  // A journey that outranks itself by way of others would end by its own entry.
  void CheckCircles(const JsonNode& journeys) {
    for (const JsonMember& member : journeys.members) {
      const Journey* journey = Find(member.key);
      std::set<uint64_t> reached;
      std::vector<uint64_t> next = journey->outranks;
      while (!next.empty()) {
        const uint64_t below = next.back();
        next.pop_back();
        if (!reached.insert(below).second) continue;
        for (const Journey& other : playbook_.journeys)
          if (other.fingerprint == below) next.insert(next.end(), other.outranks.begin(), other.outranks.end());
      }
      if (reached.contains(journey->fingerprint))
        return errors_->Add(*member.value.Find("outranks"),
                            fmt::format("{} outranks itself by way of these, expected an order", Quote(member.key)));
    }
  }

 private:
  Journey* Find(std::string_view name) {
    const auto found = std::find_if(playbook_.journeys.begin(), playbook_.journeys.end(),
                                    [&](const Journey& journey) { return journey.name == name; });
    return found == playbook_.journeys.end() ? nullptr : &*found;
  }

  void Add(Journey& journey, const JsonNode& name) {
    Journey* below = name.is_text() ? Find(name.text) : nullptr;
    if (below == nullptr)
      return errors_->Add(name, fmt::format("{} is no journey of this playbook{}", Describe(name),
                                            name.is_text() ? Hint(name.text, names_) : ""));
    if (below == &journey) return errors_->Add(name, "a journey does not outrank itself, expected another");
    journey.outranks.push_back(below->fingerprint);
    below->outranked_by.push_back(journey.fingerprint);
  }

  ErrorList* errors_;
  Playbook& playbook_;
  std::vector<std::string_view> names_;
};

}  // namespace

void CompileRanks(const JsonNode& journeys, ErrorList* errors, Playbook* playbook) {
  if (!journeys.is_object() || errors->size() > 0) return;  // with errors a journey may be missing
  RankReader reader(errors, playbook);
  for (const JsonMember& member : journeys.members) reader.Read(member);
  if (errors->size() == 0) reader.CheckCircles(journeys);
}

}  // namespace cartwheel::playbook
