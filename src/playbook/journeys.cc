#include "playbook/journeys.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/adopt.h"
#include "playbook/enter.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/purposes.h"
#include "playbook/steps.h"
#include "playbook/triggers.h"

namespace cartwheel::playbook {
namespace {

class JourneyCompiler {
 public:
  JourneyCompiler(const Languages& languages, Playbook* playbook, ErrorList* errors, Journey* journey)
      : languages_(languages), playbook_(*playbook), errors_(errors), journey_(*journey) {}

  void Compile(const JsonNode& node) {
    CheckKeys(node, kJourneyKeys, {}, errors_);
    if (const JsonNode* enter =
            Need(node, "enter", R"(write what starts it, such as "enter": {"on": "product_added"})"))
      ReadEnter(*enter);
    if (const JsonNode* existing = node.Find("existing")) ReadExisting(*existing);
    if (const JsonNode* types = node.Find("reset_on"); types != nullptr && ExpectList(*types, errors_))
      for (const JsonMember& type : types->members) journey_.reset_on.push_back(ReadTrigger(type.value, errors_));
    if (const JsonNode* reenter = node.Find("reenter")) ReadReenter(*reenter);
    if (const JsonNode* exits = node.Find("exit"); exits != nullptr && ExpectList(*exits, errors_))
      for (const JsonMember& exit : exits->members) ReadExit(exit.value);
    if (const JsonNode* goal = node.Find("goal")) ReadGoal(*goal);
    if (const JsonNode* hold = node.Find("hold")) ReadHold(*hold);
    if (const JsonNode* steps = Need(node, "steps", R"(write what happens, such as "steps": [{"wait": "24h"}, …])"))
      CompileSteps(*steps, languages_, playbook_, errors_, &journey_);
    if (const JsonNode* adopt = node.Find("adopt")) ReadAdopt(*adopt, playbook_, errors_, &journey_);
    CheckPurchaseEndsIt(node);
  }

 private:
  const JsonNode* Need(const JsonNode& object, std::string_view key, std::string_view advice) {
    const JsonNode* node = object.Find(key);
    if (node == nullptr) errors_->AddMissing(object, key, fmt::format("\"{}\" is missing: {}", key, advice));
    return node;
  }

  Trigger ReadOn(const JsonNode& object) {
    const JsonNode* on = Need(object, "on", R"(write an event type, such as "on": "order_completed")");
    Trigger trigger = on == nullptr ? Trigger() : ReadTrigger(*on, errors_);
    if (const JsonNode* segment = object.Find("segment")) ReadTriggerSegment(*segment, playbook_, errors_, &trigger);
    return trigger;
  }

  void ReadExisting(const JsonNode& node) {
    if (node.kind != JsonNode::Kind::kBool)
      return errors_->Add(node, fmt::format("expected true or false, found {}", Describe(node)));
    journey_.existing = node.boolean;
    if (journey_.existing && journey_.enter_on.type != EventType::kSegmentEntered)
      errors_->Add(
          node,
          R"("existing" takes those who are in a segment already: it needs "enter": {"on": "segment_entered", "segment": "…"})");
  }

  void ReadHold(const JsonNode& node) {
    const auto hold = node.is_text() ? FindHold(node.text) : std::nullopt;
    if (!hold)
      return errors_->Add(node, fmt::format("{} is no hold{}", Describe(node),
                                            node.is_text() ? Hint(node.text, kHolds) : ExpectedOneOf(kHolds)));
    playbook_.policy.journey_holds[journey_.name] = *hold;
  }

  std::unique_ptr<Condition> ReadExpression(const JsonNode* node, bool key) {
    if (node == nullptr) return nullptr;
    if (!node->is_text()) {
      errors_->Add(*node, fmt::format("expected an expression in a text, such as \"{}\", found {}",
                                      key ? "cart.id" : "cart.quantity > 0", Describe(*node)));
      return nullptr;
    }
    auto compiled = key ? languages_.CompileKey(node->text) : languages_.CompileWhen(node->text);
    if (compiled.ok()) return *std::move(compiled);
    errors_->Add(*node, StatusText(compiled.status()));
    return nullptr;
  }

  void ReadEnter(const JsonNode& node) {
    if (!ExpectObject(node, errors_)) return;
    CheckKeys(node, kEnterKeys, {}, errors_);
    if (node.Find("schedule") != nullptr)
      ReadSchedule(node, playbook_, errors_, &journey_);
    else
      journey_.enter_on = ReadOn(node);
    if (const JsonNode* latest = node.Find("latest"); latest != nullptr && !journey_.schedule)
      errors_->Add(*latest, R"("latest" of an entry stands beside "schedule": waits and sends have their own)");
    ReadEntryCaps(node, errors_, &journey_);
    journey_.enter_when = ReadExpression(node.Find("when"), false);
    journey_.key = ReadExpression(node.Find("key"), true);
  }

  void ReadReenter(const JsonNode& node) {
    auto named = std::find(std::begin(kReenter), std::end(kReenter), node.text);
    if (node.is_text() && named != std::end(kReenter)) {
      journey_.reenter = static_cast<Journey::Reenter>(named - std::begin(kReenter));
      return;
    }
    std::optional<int64_t> span = node.is_text() ? ParseSpan(node.text) : std::nullopt;
    if (!span) {
      errors_->Add(node, fmt::format(R"({} is no way to enter again{}{})", Describe(node), Hint(node.text, kReenter),
                                     R"( (or a span like "7d"))"));
      return;
    }
    journey_.reenter = Journey::Reenter::kAfterSpan;
    journey_.reenter_after_ms = ReadSpan(node, kSecondMs, errors_).value_or(0);
  }

  void ReadExit(const JsonNode& node) {
    if (!ExpectObject(node, errors_)) return;
    CheckKeys(node, kExitKeys, {}, errors_);
    Exit& exit = journey_.exits.emplace_back();
    exit.on = ReadOn(node);
    exit.when = ReadExpression(node.Find("when"), false);
    bool at_once = exit.when == nullptr && node.Find("when") == nullptr && !exit.on.name.empty() &&
                   exit.on.Matches(journey_.enter_on.type, journey_.enter_on.name, journey_.enter_on.segment);
    if (at_once)
      errors_->Add(
          node,
          fmt::format("the exit on \"{}\" would end what the same event enters, expected another event or a \"when\"",
                      exit.on.name));
  }

  void ReadGoal(const JsonNode& node) {
    if (!ExpectObject(node, errors_)) return;
    CheckKeys(node, kGoalKeys, {}, errors_);
    journey_.has_goal = true;
    journey_.goal_on = ReadOn(node);
    journey_.goal_when = ReadExpression(node.Find("when"), false);
    if (const JsonNode* from = node.Find("from")) {
      const auto named = std::find(std::begin(kGoalFrom), std::end(kGoalFrom), from->text);
      if (!from->is_text() || named == std::end(kGoalFrom))
        errors_->Add(*from, fmt::format("{} is no beginning of its time{}", Describe(*from), ExpectedOneOf(kGoalFrom)));
      journey_.goal_from_entry = named == std::begin(kGoalFrom) + 1;
    }
    if (const JsonNode* within = Need(node, "within", R"(write the time it has, such as "within": "7d")"))
      journey_.goal_within_ms = ReadSpan(*within, kSecondMs, errors_).value_or(0);
  }

  void CheckPurchaseEndsIt(const JsonNode& node) {
    for (const Exit& exit : journey_.exits)
      if (exit.on.type == EventType::kOrderCompleted) return;
    for (const JourneyStep& step : journey_.steps) {
      const auto* send = std::get_if<SendStep>(&step.does);
      if (send == nullptr || send->message_template == nullptr || send->message_template->purpose != kCartPurpose)
        continue;
      std::string what = fmt::format("a reminder of the cart ({}) could follow the purchase: write {}",
                                     Quote(send->message_template->name), R"("exit": [{"on": "order_completed"}])");
      if (const JsonNode* exits = node.Find("exit"))
        errors_->Add(*exits, what);
      else
        errors_->AddMissing(node, "exit", what);
      return;
    }
  }

  const Languages& languages_;
  Playbook& playbook_;
  ErrorList* errors_;
  Journey& journey_;
};

}  // namespace

void CompileJourneys(const JsonNode& node, const Languages& languages, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  if (node.members.size() > kJourneysMax)
    return errors->Add(node, fmt::format("{} journeys: journeys_max is {}", node.members.size(), kJourneysMax));
  for (const JsonMember& member : node.members) {
    if (std::string problem = NameProblem(member.key); !problem.empty()) errors->AddKey(member, problem);
    if (member.key.starts_with(kNoticePrefix))
      errors->AddKey(member, fmt::format("names that begin with \"{}\" are those of policy.notices, expected another",
                                         kNoticePrefix));
    Journey& journey = playbook->journeys.emplace_back();
    journey.name = member.key;
    journey.fingerprint = SipDigest(member.key).low;
    if (ExpectObject(member.value, errors))
      JourneyCompiler(languages, playbook, errors, &journey).Compile(member.value);
  }
  std::sort(playbook->journeys.begin(), playbook->journeys.end(),
            [](const Journey& a, const Journey& b) { return a.name < b.name; });
  for (uint32_t i = 0; i < playbook->journeys.size(); ++i) {
    const Journey& journey = playbook->journeys[i];
    playbook->caps_entries = playbook->caps_entries || journey.caps_entries();
    playbook->adopts = playbook->adopts || journey.adopt.has_value();
    if (journey.schedule) continue;
    const Trigger& on = journey.enter_on;
    if (on.type == EventType::kCustom)
      playbook->custom_entries[on.name].push_back(i);
    else
      playbook->entries[on.type].push_back(i);
  }
}

}  // namespace cartwheel::playbook
