#include "playbook/template_rules.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "base/normal_form.h"
#include "core/policy/label_marks.h"
#include "core/policy/label_table.h"
#include "core/policy/matrix.h"
#include "core/policy/promotion.h"
#include "fmt/format.h"
#include "playbook/section_texts.h"

namespace cartwheel::playbook {
namespace {

// Where shops say the kind of a Kakao message to their providers.
constexpr std::string_view kKindKeys[] = {"type", "kind", "message_type"};
// Texts of a section that are not shown to people.
constexpr std::string_view kUnread[] = {"url", "icon", "image", "image_url", "template_code", "topic"};

std::string_view TextOf(const JsonNode& object, std::string_view key) {
  const JsonNode* node = object.Find(key);
  return node != nullptr && node->is_text() ? std::string_view(node->text) : std::string_view();
}

void CheckBrandButtons(const JsonNode& section, ErrorList* errors) {
  const JsonNode* buttons = section.Find("buttons");
  const std::string_view targeting = TextOf(section, "targeting");
  if (buttons == nullptr || HasLiquid(targeting)) return;
  for (const JsonMember& button : buttons->members)
    if (const std::string problem = ButtonProblem(targeting, TextOf(button.value, "type")); !problem.empty())
      errors->Add(*button.value.Find("type"), problem);
}

void CheckKind(const JsonMember& section, const MessageTemplate& made, ErrorList* errors) {
  const JsonNode* code = section.value.Find("template_code");
  MessageKind kind = KindOf(section.key, code != nullptr);
  for (std::string_view key : kKindKeys)
    if (kind != MessageKind::kPlain && IsFriendtalk(TextOf(section.value, key))) kind = MessageKind::kFriendtalk;
  if (kind == MessageKind::kBrand) CheckBrandButtons(section.value, errors);
  const std::string problem = MatrixProblem(kind, made.message_class, made.purpose);
  if (problem.empty()) return;
  if (kind == MessageKind::kAlimtalk)
    errors->Add(*code, problem);
  else
    errors->AddKey(section, problem);
}

bool IsRead(const SectionText& text) {
  const std::string_view path = text.path;
  const std::string_view name = path.substr(path.rfind('.') + 1);  // npos + 1 is 0
  if (std::find(std::begin(kUnread), std::end(kUnread), name) != std::end(kUnread)) return false;
  return text.field == nullptr || (text.field->form != FieldForm::kWord && text.field->form != FieldForm::kNumber);
}

void CheckPromotion(const SectionText& text, const MessageTemplate& made, const Languages& languages,
                    ErrorList* errors) {
  if (!IsRead(text)) return;
  auto check = [&](std::string_view literals, size_t* at) {
    return PromotionProblem(made.message_class, literals, at);
  };
  const std::string problem = ProblemOfLiterals(text, made.message_class == MessageClass::kNotice, languages, check);
  if (!problem.empty()) errors->Add(text.node, problem);
}

// What a text surely begins with: up to the first value, without the tags before.
std::string Beginning(std::string_view source) {
  while (source.starts_with("{%")) {
    const size_t end = source.find("%}");
    source.remove_prefix(end == source.npos ? source.size() : end + 2);
  }
  return ComposedForm(source.substr(0, std::min(source.find("{{"), source.find("{%"))));
}

void CheckBeginning(const SectionText& text, bool label_required, ErrorList* errors) {
  for (const LabelRow& row : LabelRows()) {
    if (row.medium != text.section || row.field != text.path) continue;
    if (!row.instead.empty() && text.section_node.Find(row.instead) != nullptr) continue;
    const std::string beginning = Beginning(text.node.text);
    const bool is_place = (row.start & kPartAdLabel) != 0;
    std::string problem;
    if (is_place) problem = LabelProblem(beginning);
    if ((row.start & kPartNoFalseLabel) != 0) problem = FalseLabelProblem(beginning);
    if (problem.empty() && is_place && label_required && !kAdLabel.starts_with(beginning) &&
        !beginning.starts_with(kAdLabel))
      problem = fmt::format("an advertisement begins with \"{}\", and \"label\": \"require\" adds none", kAdLabel);
    if (!problem.empty()) return errors->Add(text.node, fmt::format("{}: {}", row.rule, problem));
  }
}

}  // namespace

void CheckTemplateRules(const JsonNode& node, const MessageTemplate& made, bool label_required,
                        const Languages& languages, ErrorList* errors) {
  ForEachSection(node, [&](const JsonMember& section) { CheckKind(section, made, errors); });
  ForEachText(node, [&](const SectionText& text) {
    if (made.message_class == MessageClass::kAdvertisement)
      CheckBeginning(text, label_required, errors);
    else
      CheckPromotion(text, made, languages, errors);
  });
}

}  // namespace cartwheel::playbook
