#include "playbook/templates.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/contents.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/purposes.h"
#include "playbook/template_rules.h"

namespace cartwheel::playbook {
namespace {

class TemplateCompiler {
 public:
  TemplateCompiler(const JsonNode& node, const Languages& languages, ErrorList* errors, MessageTemplate* made)
      : node_(node), languages_(languages), errors_(errors), made_(*made) {}

  void Compile() {
    ReadMissing();
    if (const JsonNode* word = node_.Find("class"))
      is_notice_ = word->text == kClasses[static_cast<size_t>(MessageClass::kNotice)];
    for (const JsonMember& part : node_.members) {
      if (part.key == "class") {
        if (auto place = ReadWord(part.value, kClasses, "class"))
          made_.message_class = static_cast<MessageClass>(*place);
      } else if (part.key == "purpose") {
        if (auto place = ReadWord(part.value, kPurposes, "purpose")) made_.purpose = kPurposes[*place];
      } else if (part.key == "require") {
        ReadRequire(part.value);
      } else if (part.key == "fresh_for") {
        made_.fresh_for_ms = ReadSpan(part.value, kFreshForMinMs, errors_).value_or(0);
      } else if (std::find(std::begin(kTemplateKeys), std::end(kTemplateKeys), part.key) == std::end(kTemplateKeys)) {
        ReadSection(part, {}, {});
      }
    }
    if (const JsonNode* locales = node_.Find("locales")) ReadLocales(*locales, {});
    if (const JsonNode* variants = node_.Find("variants")) ReadVariants(*variants);
    if (!says_something_)
      errors_->Add(node_, fmt::format("a template without a section says nothing, expected one of {}",
                                      fmt::join(SectionNames(), ", ")));
  }

 private:
  std::optional<size_t> ReadWord(const JsonNode& node, Names words, std::string_view what) {
    const auto* found = std::find(words.begin(), words.end(), node.text);
    if (node.is_text() && found != words.end()) return static_cast<size_t>(found - words.begin());
    errors_->Add(node, fmt::format("{} is no {}{}", Describe(node), what, Hint(node.text, words)));
    return std::nullopt;
  }

  void ReadMissing() {
    if (const JsonNode* missing = node_.Find("missing"))
      if (auto place = ReadWord(*missing, kMissing, "choice")) missing_ = static_cast<liquid::Missing>(*place);
  }

  void ReadRequire(const JsonNode& node) {
    if (!node.is_text())
      return errors_->Add(node, fmt::format("expected a condition in a text, found {}", Describe(node)));
    auto condition = languages_.CompileRequire(node.text);
    if (condition.ok())
      made_.require = *std::move(condition);
    else
      errors_->Add(node, StatusText(condition.status()));
  }

  void ReadSection(const JsonMember& part, const std::string& variant, const std::string& locale) {
    says_something_ = true;
    if (!CheckSectionName(part, kTemplateKeys, errors_)) return;
    Content content = CompileContent(
        part, languages_,
        {.locale = locale, .missing = missing_, .consent = is_notice_ ? &made_.tells_consent : nullptr}, errors_);
    content.variant = variant;
    content.locale = locale;
    made_.contents.push_back(std::move(content));
  }

  // {"en": {"push": {…}}}
  void ReadLocales(const JsonNode& locales, const std::string& variant) {
    if (!ExpectObject(locales, errors_)) return;
    for (const JsonMember& locale : locales.members) {
      if (!IsLocale(locale.key))
        errors_->AddKey(locale,
                        fmt::format("{} is no locale, expected one such as \"en\" or \"ko-KR\"", Quote(locale.key)));
      if (!ExpectObject(locale.value, errors_)) continue;
      for (const JsonMember& section : locale.value.members) ReadSection(section, variant, locale.key);
    }
  }

  // {"short": {"push": {…}, "locales": {…}}}
  void ReadVariants(const JsonNode& variants) {
    if (!ExpectObject(variants, errors_)) return;
    for (const JsonMember& variant : variants.members) {
      if (std::string problem = NameProblem(variant.key); !problem.empty()) errors_->AddKey(variant, problem);
      if (variant.key == kBaseVariant)
        errors_->AddKey(variant, "\"base\" is what the template's own texts are called, expected another name");
      if (!ExpectObject(variant.value, errors_)) continue;
      for (const JsonMember& part : variant.value.members) {
        if (part.key == "locales")
          ReadLocales(part.value, variant.key);
        else
          ReadSection(part, variant.key, {});
      }
    }
  }

  // "ko", "ko-KR", "zh-Hant-TW".
  static bool IsLocale(std::string_view text) {
    size_t letters = 0, parts = 1;
    for (char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && c != '-') return false;
      if (c == '-' && letters == 0) return false;
      if (c == '-') ++parts;
      if (parts == 1) ++letters;
    }
    return (letters == 2 || letters == 3) && !text.ends_with('-');
  }

  const JsonNode& node_;
  const Languages& languages_;
  ErrorList* errors_;
  MessageTemplate& made_;
  liquid::Missing missing_ = liquid::Missing::kError;
  bool is_notice_ = false;  // so that it may speak of a consent
  bool says_something_ = false;
};

}  // namespace

void CompileTemplates(const JsonNode& node, const Languages& languages, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  if (node.members.size() > kTemplatesMax)
    return errors->Add(node, fmt::format("{} templates: templates_max is {}", node.members.size(), kTemplatesMax));
  for (const JsonMember& member : node.members) {
    auto made = std::make_unique<MessageTemplate>();
    made->name = member.key;
    if (std::string problem = NameProblem(member.key); !problem.empty()) errors->AddKey(member, problem);
    if (ExpectObject(member.value, errors)) {
      TemplateCompiler(member.value, languages, errors, made.get()).Compile();
      CheckTemplateRules(member.value, *made, playbook->policy.label == Policy::Label::kRequire, languages, errors);
    }
    playbook->templates.push_back(std::move(made));
  }
}

}  // namespace cartwheel::playbook
