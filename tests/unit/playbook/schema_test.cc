// docs/playbook.schema.json against the readers: it names the keys and words that they take, it refuses nothing that
// they take, and of what they refuse by its shape it refuses the same.
#include "tests/unit/playbook/schema.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "core/model/event.h"
#include "core/model/media.h"
#include "core/policy/packs.h"
#include "playbook/keys.h"
#include "playbook/purposes.h"
#include "tests/unit/playbook/json_text.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

using playbook::JsonMember;
using playbook::JsonNode;
using Kind = JsonNode::Kind;
using Words = std::set<std::string, std::less<>>;

template <typename List>
Words WordsOf(const List& list) {
  return Words(std::begin(list), std::end(list));
}

// The words of the "enum" of a schema, or of the first alternative that has one.
Words Enumerated(const JsonNode& schema) {
  const JsonNode* words = schema.Find("enum");
  const JsonNode* alternatives = schema.Find("anyOf");
  for (size_t i = 0; words == nullptr && alternatives != nullptr && i < alternatives->members.size(); ++i)
    words = alternatives->members[i].value.Find("enum");
  Words found;
  if (words != nullptr)
    for (const JsonMember& word : words->members) found.insert(word.value.text);
  return found;
}

Words SplitWords(std::string_view words) {
  std::istringstream stream{std::string(words)};
  return Words(std::istream_iterator<std::string>(stream), {});
}

// A playbook with every key: the first example of the page.
JsonNode Whole() {
  const std::vector<std::string> examples = JsonExamples("playbook.md");
  REQUIRE_FALSE(examples.empty());
  REQUIRE(Compiled(examples[0]) != nullptr);
  return *playbook::ReadJson(examples[0]);
}

void EachPlace(JsonNode& node, const std::function<void(JsonNode&)>& visit) {
  visit(node);
  for (JsonMember& member : node.members) EachPlace(member.value, visit);
}

// What the reader and the schema say of the same text.
struct Verdicts {
  std::string reader, schema;
};
Verdicts Judge(const JsonNode& root) {
  const std::string text = JsonText(root);
  Verdicts verdicts{ErrorOf(text), PlaybookSchema().ProblemOf(text)};
  INFO(text << "\nreader: " << verdicts.reader << "\nschema: " << verdicts.schema);
  if (verdicts.reader.empty()) CHECK(verdicts.schema.empty());
  return verdicts;
}

}  // namespace

TEST_CASE("playbook schema: its keys are those that the readers take") {
  const Schema& schema = PlaybookSchema();
  auto keys = [&](std::string_view name) { return WordsOf(schema.Keys(name)); };
  auto with = [](Words words, std::initializer_list<std::string> more) {
    words.insert(more);
    return words;
  };
  Words sections;
  for (const Medium& medium : Media()) sections.emplace(medium.name);
  Words of_template = WordsOf(playbook::kTemplateKeys);
  of_template.insert(sections.begin(), sections.end());
  CHECK(keys("playbook") == WordsOf(playbook::kPlaybookKeys));
  CHECK(keys("policy") == WordsOf(playbook::kPolicyKeys));
  CHECK(keys("cap") == WordsOf(playbook::kCapKeys));
  CHECK(keys("reserve") == WordsOf(playbook::kReserveKeys));
  CHECK(keys("opt_out") == WordsOf(playbook::kOptOuts));
  for (const auto& [pack, name] : {std::pair{Pack::kKorea, "pack_kr"},
                                   {Pack::kUnitedStates, "pack_us"},
                                   {Pack::kCanada, "pack_ca"},
                                   {Pack::kEurope, "pack_eu"}}) {
    Words of_pack = {std::string(playbook::kChecked)};
    for (const PackNumberRow& row : PackNumberRows())
      if (row.pack == pack) of_pack.emplace(row.key);
    CHECK(keys(name) == of_pack);
  }
  CHECK(keys("notices") == WordsOf(playbook::kNotices));
  CHECK(with(keys("notice"), {"i_have_checked"}) == WordsOf(playbook::kNoticeKeys));
  CHECK(keys("statement") == Words{"i_have_checked"});
  CHECK(keys("shop") == WordsOf(playbook::kShopTexts));
  CHECK(keys("template") == of_template);
  CHECK(keys("variant") == with(sections, {"locales"}));
  CHECK(keys("sections") == sections);
  CHECK(keys("journey") == WordsOf(playbook::kJourneyKeys));
  CHECK(keys("channel") == WordsOf(playbook::kChannelKeys));
  CHECK(keys("enter") == WordsOf(playbook::kEnterKeys));
  CHECK(keys("schedule") == WordsOf(playbook::kScheduleKeys));
  CHECK(keys("adopt") == WordsOf(playbook::kAdoptKeys));
  CHECK(keys("exit") == WordsOf(playbook::kExitKeys));
  CHECK(keys("goal") == WordsOf(playbook::kGoalKeys));
  CHECK(keys("holdout") == WordsOf(playbook::kHoldoutKeys));
  CHECK(keys("wait_step") == WordsOf(playbook::kWaitStepKeys));
  CHECK(keys("wait_time") == WordsOf(playbook::kTimeWaitKeys));
  CHECK(keys("wait_hours") == WordsOf(playbook::kHoursWaitKeys));
  CHECK(keys("wait_instant") == WordsOf(playbook::kFieldWaitKeys));
  CHECK(keys("send_step") == WordsOf(playbook::kSendKeys));
  CHECK(keys("exit_step") == WordsOf(playbook::kExitStepKeys));
  CHECK(keys("branch_step") == WordsOf(playbook::kBranchKeys));
  CHECK(keys("branch_arm") == WordsOf(playbook::kBranchArmKeys));
  CHECK(keys("split_step") == WordsOf(playbook::kSplitKeys));
  CHECK(keys("split_arm") == WordsOf(playbook::kSplitArmKeys));
  CHECK(keys("wait_for_step") == WordsOf(playbook::kWaitForKeys));
  CHECK(keys("awaited_event") == WordsOf(playbook::kAwaitedEventKeys));
  CHECK(keys("awaited_message") == WordsOf(playbook::kAwaitedMessageKeys));
  CHECK(keys("goto_step") == WordsOf(playbook::kGotoKeys));
  Words all;
  for (const std::string_view kind : playbook::kStepKinds) {
    const Words of_kind = keys(std::string(kind) + "_step");
    CHECK(of_kind.contains(std::string(kind)));
    all.insert(of_kind.begin(), of_kind.end());
  }
  CHECK(all == WordsOf(playbook::kStepKeys));
}

TEST_CASE("playbook schema: its words are those that the readers take") {
  const Schema& schema = PlaybookSchema();
  CHECK(Enumerated(schema.Property("policy", "label")) == WordsOf(playbook::kLabels));
  CHECK(Enumerated(*schema.Property("policy", "rules").Find("items")) == WordsOf(kPackNames));
  CHECK(Enumerated(schema.Property("cap", "count")) == WordsOf(playbook::kCapCounts));
  CHECK(Enumerated(schema.Property("cap", "per")) == WordsOf(playbook::kCapPer));
  CHECK(Enumerated(schema.Property("cap", "class")) == WordsOf(playbook::kClasses));
  CHECK(Enumerated(schema.Property("channel", "medium")) == WordsOf(kConsentMediumNames));
  CHECK(Enumerated(schema.Property("send_step", "closed")) == WordsOf(playbook::kClosed));
  CHECK(Enumerated(schema.Property("schedule", "zone")) == WordsOf(playbook::kWaitZones));
  for (const std::string_view wait : {"wait_time", "wait_hours"}) {
    CHECK(Enumerated(schema.Property(wait, "zone")) == WordsOf(playbook::kWaitZones));
    CHECK(Enumerated(*schema.Property(wait, "weekdays").Find("items")) == WordsOf(playbook::kWeekdays));
  }
  CHECK(Enumerated(schema.Property("journey", "hold")) == WordsOf(playbook::kHolds));
  CHECK(Enumerated(schema.Property("template", "class")) == WordsOf(playbook::kClasses));
  CHECK(Enumerated(schema.Property("template", "missing")) == WordsOf(playbook::kMissing));
  CHECK(Enumerated(schema.Property("template", "purpose")) == WordsOf(playbook::kPurposes));
  CHECK(Enumerated(schema.Property("journey", "reenter")) == WordsOf(playbook::kReenter));
  CHECK(Enumerated(*schema.Property("send_step", "via").Find("items")) == WordsOf(playbook::kChannels));
  Words types;
  for (int i = 1; i <= static_cast<int>(kLastEventType); ++i) types.emplace(EventTypeName(static_cast<EventType>(i)));
  types.erase("erase"), types.erase("receipt");
  CHECK(Enumerated(schema.Definition("trigger")) == types);
}

TEST_CASE("playbook schema: the fields of the media are those of the table") {
  const Schema& schema = PlaybookSchema();
  for (const Medium& medium : Media()) {
    if (medium.fields.empty()) continue;
    Words fields, of_button, needed;
    for (const MediumField& field : medium.fields) {
      INFO(medium.name << "." << field.path);
      constexpr std::string_view kButton = "buttons[].";
      const bool button = field.path.starts_with(kButton);
      const std::string key(button ? field.path.substr(kButton.size()) : field.path);
      (button ? of_button : fields).insert(key);
      if (field.needed) needed.insert(key);
      const std::string name = std::string(medium.name) + (button ? "_button" : "");
      if (medium.name == "sms") continue;  // a text or an object: the page's examples try its fields
      const JsonNode& property = schema.Property(name, key);
      if (field.form == FieldForm::kWord) CHECK(Enumerated(property) == SplitWords(field.words));
      if (field.form == FieldForm::kList) CHECK(property.Find("maxItems")->text == std::to_string(field.size_max));
      if (field.form == FieldForm::kMap) CHECK(property.Find("type")->text == "object");
    }
    INFO(medium.name);
    CHECK(WordsOf(schema.Keys(medium.name)) == fields);
    if (!of_button.empty()) CHECK(WordsOf(schema.Keys(std::string(medium.name) + "_button")) == of_button);
    Words required;
    if (const JsonNode* list = schema.Definition(medium.name).Find("required"))
      for (const JsonMember& key : list->members) required.insert(key.value.text);
    if (medium.name != "sms") CHECK(required == needed);
  }
}

TEST_CASE("playbook schema: it takes every playbook of the tree") {
  size_t playbooks = 0;
  auto take = [&](const std::string& name, const std::string& text) {
    INFO(name << ": " << PlaybookSchema().ProblemOf(text));
    CHECK(PlaybookSchema().ProblemOf(text).empty());
    ++playbooks;
  };
  const std::filesystem::path source(CARTWHEEL_SOURCE_DIR);
  for (const char* folder : {"examples/recipes", "tests/cases/playbooks"})
    for (const auto& entry : std::filesystem::directory_iterator(source / folder))
      if (entry.path().extension() == ".json") take(entry.path(), ReadWholeFile(entry.path()));
  for (const char* file : {"bindings/examples.json", "tests/bench/cart72.json", "examples/one_second.json"})
    take(file, ReadWholeFile(source / file));
  CHECK(playbooks >= 5);
  for (const auto& entry : std::filesystem::directory_iterator(source / "docs")) {
    if (entry.path().extension() != ".md") continue;
    for (const std::string& example : JsonExamples(entry.path().filename()))
      if (example.find("\"playbook\":") != std::string::npos) take(entry.path(), example);
  }
}

TEST_CASE("playbook schema: a part of a playbook that a page shows is one") {
  for (const char* page : {"journeys.md", "segments.md", "templates.md"})
    for (const std::string& example : JsonExamples(page)) {
      if (!example.starts_with("\"")) continue;
      const std::string part = example.starts_with("\"welcome\"") ? "\"templates\": {" + example + "}" : example;
      const std::string text =
          R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S"}, )" +
          part + "}";
      INFO(page << "\n" << text);
      CHECK(playbook::ReadJson(text).ok());
      CHECK(PlaybookSchema().ProblemOf(text).empty());
    }
}

TEST_CASE("playbook schema: an unknown key is refused by both, or taken by both") {
  JsonNode whole = Whole();
  size_t unknown = 0;
  EachPlace(whole, [&](JsonNode& node) {
    if (!node.is_object()) return;
    node.members.push_back({"Zzz qq", 0, JsonNode()});
    const Verdicts verdicts = Judge(whole);
    INFO(JsonText(whole) << "\nreader: " << verdicts.reader);
    if (verdicts.reader.find("unknown key") != std::string::npos) {
      ++unknown;
      CHECK_FALSE(verdicts.schema.empty());
    }
    node.members.pop_back();
  });
  CHECK(unknown >= 10);
}

TEST_CASE("playbook schema: a key that is missing is missed by both") {
  JsonNode whole = Whole();
  std::set<std::string> missed;
  EachPlace(whole, [&](JsonNode& node) {
    for (size_t i = 0; node.is_object() && i < node.members.size(); ++i) {
      const JsonMember kept = node.members[i];
      node.members.erase(node.members.begin() + static_cast<std::ptrdiff_t>(i));
      const Verdicts verdicts = Judge(whole);
      if (verdicts.reader.find("\"" + kept.key + "\" is missing") != std::string::npos) {
        INFO(kept.key << "\nreader: " << verdicts.reader);
        CHECK_FALSE(verdicts.schema.empty());
        missed.insert(kept.key);
      }
      node.members.insert(node.members.begin() + static_cast<std::ptrdiff_t>(i), kept);
    }
  });
  const std::set<std::string> needed = {
      "playbook", "revision", "policy", "shop",    "name", "count",  "max",   "rules", "enter", "steps",   "on",
      "within",   "via",      "text",   "subject", "when", "weight", "share", "from",  "cel",   "payload", "timeout"};
  CHECK(missed == needed);
}

TEST_CASE("playbook schema: a value of the wrong kind is refused by both, in every place") {
  static const std::string kValues =
      R"([null, true, false, 0, -1, 1.5, "", " ", "x\n", [], ["x"], [null], {}, {"x": null}])";
  const JsonNode values = *playbook::ReadJson(kValues);
  JsonNode whole = Whole();
  size_t refused = 0;
  EachPlace(whole, [&](JsonNode& node) {
    const JsonNode kept = node;
    for (const JsonMember& value : values.members) {
      node = value.value;
      const Verdicts verdicts = Judge(whole);
      const bool by_shape = IsAboutShape(verdicts.reader);
      if (by_shape) {
        INFO("reader: " << verdicts.reader << "\n" << JsonText(whole));
        CHECK_FALSE(verdicts.schema.empty());
        ++refused;
      }
    }
    node = kept;
  });
  CHECK(refused > 500);
}

}  // namespace cartwheel
