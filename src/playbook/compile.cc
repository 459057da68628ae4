#include "playbook/compile.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/packed.h"
#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "liquid/currency.h"
#include "liquid/filters.h"
#include "playbook/channels.h"
#include "playbook/errors.h"
#include "playbook/fields.h"
#include "playbook/journeys.h"
#include "playbook/json.h"
#include "playbook/keys.h"
#include "playbook/languages.h"
#include "playbook/notices.h"
#include "playbook/policy.h"
#include "playbook/purposes.h"
#include "playbook/ranks.h"
#include "playbook/segments.h"
#include "playbook/templates.h"
#include "playbook/unreachable.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kPlaybookVersion = 1;
constexpr int64_t kHoldoutShareMax = 50;

const JsonNode* Need(const JsonNode& object, std::string_view key, std::string_view advice, ErrorList* errors) {
  const JsonNode* node = object.Find(key);
  if (node == nullptr) errors->AddMissing(object, key, fmt::format("\"{}\" is missing: {}", key, advice));
  return node;
}

void ReadNumbers(const JsonNode& root, ErrorList* errors, Playbook* playbook) {
  if (const JsonNode* version = Need(root, "playbook", "write \"playbook\": 1, the version of this format", errors))
    if (auto number = ReadWhole(*version, errors); number && *number != kPlaybookVersion)
      errors->Add(*version, fmt::format("{} is no version of this format, expected {}", *number, kPlaybookVersion));
  if (const JsonNode* revision =
          Need(root, "revision", "write \"revision\": 1, and one more with every change", errors)) {
    const int64_t number = ReadWhole(*revision, errors).value_or(1);
    if (number < 1) errors->Add(*revision, fmt::format("{} is no revision, expected 1 or more", number));
    playbook->revision = Revision(number);
  }
}

class ShopReader {
 public:
  explicit ShopReader(ErrorList* errors) : errors_(errors) {}

  // Writes the packed map.
  void Read(const JsonNode& root, std::string* shop) {
    PackedWriter writer(shop);
    writer.BeginMap();
    const JsonNode* node = Need(root, "shop", R"(write at least "shop": {"name": "…"})", errors_);
    if (node != nullptr && ExpectObject(*node, errors_)) {
      Need(*node, "name", "write the shop's name, as its customers know it", errors_);
      for (const JsonMember& member : node->members) {
        Value value = ReadField(member);
        if (value.is_absent()) continue;
        writer.Key(member.key);
        writer.Scalar(value);
        fields.push_back({member.key, value.kind()});
      }
    }
    writer.End();
  }

  std::vector<Languages::ShopField> fields;
  std::string locale, currency, timezone, country;

 private:
  // What is wrong with a key of the shop; empty: nothing.
  static std::string KeyProblem(std::string_view key, bool known) {
    if (key == "rules") return "\"rules\" is not supported yet";
    if (known) return "";
    for (std::string_view text : kShopTexts)
      if (IsSlip(key, text)) return fmt::format("unknown key {}, did you mean \"{}\"?", Quote(key), text);
    if (IsIdentifier(key)) return "";
    return fmt::format("{} is no name that a text could use, expected lower-case letters, digits and underscores",
                       Quote(key));
  }

  // Absent after an error.
  Value ReadField(const JsonMember& member) {
    const JsonNode& node = member.value;
    const bool known = std::find(std::begin(kShopTexts), std::end(kShopTexts), member.key) != std::end(kShopTexts);
    if (const std::string problem = KeyProblem(member.key, known); !problem.empty()) {
      errors_->AddKey(member, problem);
      return Value();
    }
    for (const auto& field : fields)
      if (field.name == member.key) return Value();  // said twice, and reported as such
    Value value = ScalarOf(node);
    if (value.is_absent() || (known && !value.is_string())) {
      errors_->Add(node, fmt::format("expected {}, found {}", known ? "a text" : "a text, a number, true or false",
                                     Describe(node)));
      return Value();
    }
    if (known && node.text.empty()) {
      errors_->Add(node, "expected a text with something in it, found \"\"");
      return Value();
    }
    if (member.key == "locale") locale = node.text;
    if (member.key == "country") ReadCountry(node);
    if (member.key == "timezone") {
      timezone = node.text;
      if (!liquid::IsTimezone(timezone))
        errors_->Add(node, fmt::format("{} is no time zone, expected a name such as \"Asia/Seoul\"", Describe(node)));
    }
    if (member.key == "currency") {
      currency = node.text;
      if (!liquid::IsCurrency(currency))
        errors_->Add(node, fmt::format("{} is no currency, expected a code like \"KRW\" or \"USD\"", Describe(node)));
    }
    return value;
  }

  void ReadCountry(const JsonNode& node) {
    country = node.text;
    const bool letters = std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (country.size() != 2 || !letters)
      errors_->Add(node, fmt::format("{} is no country, expected two letters like \"KR\"", Describe(node)));
  }

  ErrorList* errors_;
};

void ReadHoldout(const JsonNode& node, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kHoldoutKeys, {}, errors);
  const JsonNode* share = Need(node, "share", R"(write the percent of the customers, such as "share": 5)", errors);
  if (share == nullptr) return;
  playbook->holdout_share = ReadWhole(*share, errors).value_or(1);
  if (playbook->holdout_share < 1 || playbook->holdout_share > kHoldoutShareMax)
    errors->Add(*share, fmt::format("{} is no share, expected 1 to {} percent of the customers",
                                    playbook->holdout_share, kHoldoutShareMax));
}

void ReadPersonal(const JsonNode& node, ErrorList* errors, Playbook* playbook) {
  if (!ExpectList(node, errors)) return;
  for (const JsonMember& member : node.members)
    if (const auto name = ReadName(member.value, errors)) playbook->personal.insert(*name);
}

// Read where a text names them, so that an error is told there.
void ReadPartials(const JsonNode& node, Languages* languages, ErrorList* errors) {
  if (!ExpectObject(node, errors)) return;
  for (const JsonMember& member : node.members) {
    if (!member.value.is_text())
      errors->Add(member.value, fmt::format("expected a text, found {}", Describe(member.value)));
    else
      languages->AddPartial(member.key, member.value.text);
  }
}

absl::Status ReadQueryCondition(std::string_view expression, const Languages& languages, const Playbook& playbook,
                                QueryCondition* compiled) {
  ASSIGN_OR_RETURN(cel::Program program, languages.CompileSegment(expression));
  for (const cel::HistoryNeed& need : program.reads().history) RETURN_IF_ERROR(CheckKept(need, playbook));
  compiled->condition = Languages::MakeCondition(std::move(program));
  ASSIGN_OR_RETURN(std::vector<std::string> parts, cel::Conjuncts(expression));
  for (std::string& part : parts) {
    ASSIGN_OR_RETURN(cel::Program one, languages.CompileSegment(part));
    compiled->parts.push_back({std::move(part), Languages::MakeCondition(std::move(one))});
  }
  return absl::OkStatus();
}

// `compiled` may be null; its expression is not the playbook's, so what it asks of the past is not kept for it.
absl::Status Compile(std::string_view json, Playbook* made, std::string_view expression, QueryCondition* compiled,
                     std::vector<std::string>* warnings = nullptr) {
  ASSIGN_OR_RETURN(JsonNode root, ReadJson(json));
  ErrorList errors(json, root);
  if (!ExpectObject(root, &errors)) return errors.ToStatus();
  CheckDuplicateKeys(root, &errors);
  CheckKeys(root, kPlaybookKeys, {}, &errors);
  if (const JsonNode* schema = root.Find("$schema"); schema != nullptr && !schema->is_text())  // for editors only
    errors.Add(*schema, fmt::format("expected a text, found {}", Describe(*schema)));
  ReadNumbers(root, &errors, made);
  ReadPolicy(root, &errors, made);
  ShopReader shop(&errors);
  shop.Read(root, &made->shop);
  made->policy.country = shop.country;
  made->policy.timezone = shop.timezone;
  made->policy.locale = shop.locale;
  made->history_ms = ReadHistory(root, &errors);
  Languages languages(shop.fields, shop.locale, shop.currency, shop.timezone, made->history_ms);
  if (const JsonNode* partials = root.Find("partials")) ReadPartials(*partials, &languages, &errors);
  SegmentCompiler segments(root.Find("segments"), &languages, &errors);
  segments.Compile(made);
  if (const JsonNode* templates = root.Find("templates")) CompileTemplates(*templates, languages, &errors, made);
  AssumePurposes(root.Find("journeys"), made);
  if (const JsonNode* journeys = root.Find("journeys")) {
    CompileJourneys(*journeys, languages, &errors, made);
    CompileRanks(*journeys, &errors, made);
  }
  if (const JsonNode* holdout = root.Find("holdout")) ReadHoldout(*holdout, &errors, made);
  if (const JsonNode* personal = root.Find("personal")) ReadPersonal(*personal, &errors, made);
  CompileNotices(root, &errors, made);
  made->hears_segments = std::any_of(made->journeys.begin(), made->journeys.end(),
                                     [](const Journey& journey) { return journey.HearsSegments(); });
  if (const JsonNode* channels = root.Find("channels")) ReadChannels(*channels, &errors, made);
  CheckTargeting(root, *made, &errors);
  FinishPolicy(root, &errors, made);
  PlanHistory(languages.needs(), made);
  RETURN_IF_ERROR(errors.ToStatus());
  if (warnings != nullptr) *warnings = FindUnreachable(json, root, *made);
  return compiled == nullptr ? absl::OkStatus() : ReadQueryCondition(expression, languages, *made, compiled);
}

}  // namespace
}  // namespace cartwheel::playbook

namespace cartwheel {

absl::StatusOr<std::shared_ptr<const Playbook>> CompilePlaybook(std::string_view json,
                                                                std::vector<std::string>* warnings) {
  if (json.size() > kPlaybookBytesMax)
    return absl::InvalidArgumentError(
        fmt::format("(1:1): the playbook has {} bytes: playbook_bytes_max is {}", json.size(), kPlaybookBytesMax));
  auto made = std::make_shared<Playbook>();
  RETURN_IF_ERROR(playbook::Compile(json, made.get(), "", nullptr, warnings));
  return made;
}

absl::StatusOr<QueryCondition> CompileQueryCondition(std::string_view playbook_json, std::string_view expression) {
  auto made = std::make_shared<Playbook>();
  QueryCondition compiled;
  RETURN_IF_ERROR(playbook::Compile(playbook_json, made.get(), expression, &compiled));
  compiled.playbook = std::move(made);
  return compiled;
}

}  // namespace cartwheel
