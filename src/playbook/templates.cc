#include "playbook/templates.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/packed.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kClasses[] = {"ad", "transactional", "notice"};  // in the order of MessageClass
constexpr std::string_view kPurposeDefault = "general";
constexpr std::string_view kTemplateKeys[] = {"class", "purpose", "push", "sms", "kakao", "email", "webhook"};

// What our channels read of a section. Other keys pass (a shop's channel may read them), unless they are a slip of one
// of these.
constexpr std::string_view kPushKeys[] = {"title", "body", "image", "icon", "url", "buttons"};
constexpr std::string_view kSmsKeys[] = {"text"};
constexpr std::string_view kKakaoKeys[] = {"text", "image", "buttons"};
constexpr std::string_view kEmailKeys[] = {"subject", "text", "html"};
struct Section {
  std::string_view name;
  Names keys;
};
constexpr Section kSections[] = {
    {"push", kPushKeys}, {"sms", kSmsKeys}, {"kakao", kKakaoKeys}, {"email", kEmailKeys}, {"webhook", {}},
};

const Section* FindSection(std::string_view name) {
  for (const Section& section : kSections)
    if (section.name == name) return &section;
  return nullptr;
}

// Braces that are probably meant to be Liquid in a text that has none: they would reach the customer as they are.
std::string_view BraceProblem(std::string_view text) {
  if (text.find("}}") != text.npos || text.find("%}") != text.npos)
    return R"(a closing "}}" or "%}" without its beginning, expected "{{ … }}" or "{% … %}")";
  for (std::string_view root : {"customer.", "cart.", "shop.", "event."})
    for (size_t at = text.find(root); at != text.npos; at = text.find(root, at + 1)) {
      std::string_view before = text.substr(0, at);
      before = before.substr(0, before.find_last_not_of(' ') + 1);  // npos + 1 is 0
      if (!before.empty() && before.back() == '{')
        return R"(a value stands in two braces, expected "{{ customer.name }}")";
    }
  return {};
}

// Builds the pieces of one section.
class ContentBuilder {
 public:
  ContentBuilder(const Languages& languages, ErrorList* errors, Content* content)
      : languages_(languages), errors_(errors), content_(content) {}

  void Append(const JsonNode& node) {
    switch (node.kind) {
      case JsonNode::Kind::kText:
        return AppendText(node);
      case JsonNode::Kind::kList:
      case JsonNode::Kind::kObject:
        return AppendContainer(node);
      case JsonNode::Kind::kNumber:
        literal_ += node.text;
        return;
      case JsonNode::Kind::kBool:
        literal_ += node.boolean ? "true" : "false";
        return;
      case JsonNode::Kind::kNull:
        literal_ += "null";
        return;
    }
  }
  void AppendLiteral(std::string_view literal) { literal_ += literal; }

  void Finish(const JsonNode& section) {
    Flush(nullptr);
    size_t bytes = 0;
    for (const Content::Piece& piece : content_->pieces) bytes += piece.literal.size();
    if (bytes > kMessageBytesMax)
      errors_->Add(section,
                   fmt::format("{} bytes without any value: message_bytes_max is {}", bytes, kMessageBytesMax));
  }

 private:
  void AppendText(const JsonNode& node) {
    if (!HasLiquid(node.text)) {
      if (std::string_view problem = BraceProblem(node.text); !problem.empty()) errors_->Add(node, problem);
      AppendJsonString(node.text, &literal_);
      return;
    }
    literal_.push_back('"');
    auto text = languages_.CompileText(node.text);
    if (text.ok())
      Flush(*std::move(text));
    else
      errors_->Add(node, StatusText(text.status()));
    literal_.push_back('"');
  }

  void AppendContainer(const JsonNode& node) {
    literal_.push_back(node.is_list() ? '[' : '{');
    bool first = true;
    for (const JsonMember& member : node.members) {
      if (!std::exchange(first, false)) literal_.push_back(',');
      if (node.is_object()) {
        if (HasLiquid(member.key))
          errors_->AddKey(member, "a key is no text for customers, expected one without {{ }} or {% %}");
        AppendJsonString(member.key, &literal_);
        literal_.push_back(':');
      }
      Append(member.value);
    }
    literal_.push_back(node.is_list() ? ']' : '}');
  }

  void Flush(std::unique_ptr<Text> text) {
    if (literal_.empty() && text == nullptr) return;
    content_->pieces.push_back({std::exchange(literal_, {}), std::move(text)});
  }

  const Languages& languages_;
  ErrorList* errors_;
  Content* content_;
  std::string literal_;
};

// Whether the key of a template names a section. A shop's own channel may have any name that is not nearly one of ours.
bool CheckSectionName(const JsonMember& member, ErrorList* errors) {
  const std::string& name = member.key;
  if (FindSection(name) != nullptr) return true;
  if (MediumOf(name) != name) {
    errors->AddKey(member, fmt::format("{} has no section of its own, expected \"{}\", which its channels share",
                                       Quote(name), MediumOf(name)));
    return false;
  }
  for (std::string_view known : kTemplateKeys)
    if (IsSlip(name, known)) {
      errors->AddKey(member, fmt::format("unknown key {}, did you mean \"{}\"?", Quote(name), known));
      return false;
    }
  if (IsIdentifier(name)) return true;
  errors->AddKey(member, fmt::format("{} is no name of a section, expected lower-case letters, digits and underscores",
                                     Quote(name)));
  return false;
}

Content CompileSection(const JsonMember& member, const Languages& languages, ErrorList* errors) {
  const JsonNode& node = member.value;
  Content content;
  content.medium = member.key;
  ContentBuilder builder(languages, errors, &content);
  if (member.key == "sms" && node.is_text()) {
    builder.AppendLiteral("{\"text\":");
    builder.Append(node);
    builder.AppendLiteral("}");
  } else if (!ExpectObject(node, errors)) {
    return content;
  } else {
    if (node.members.empty()) errors->Add(node, "the section is empty, expected its texts");
    const Section* section = FindSection(member.key);
    for (const JsonMember& part : node.members) {
      if (section == nullptr || std::count(section->keys.begin(), section->keys.end(), part.key) > 0) continue;
      for (std::string_view known : section->keys)
        if (IsSlip(part.key, known))
          errors->AddKey(part, fmt::format("unknown key {}, did you mean \"{}\"?", Quote(part.key), known));
    }
    builder.Append(node);
  }
  builder.Finish(node);
  return content;
}

void CompileTemplate(const JsonMember& member, const Languages& languages, ErrorList* errors, MessageTemplate* made) {
  const JsonNode& node = member.value;
  made->name = member.key;
  made->purpose = std::string(kPurposeDefault);
  if (std::string problem = NameProblem(member.key); !problem.empty()) errors->AddKey(member, problem);
  if (!ExpectObject(node, errors)) return;
  bool says_something = false;
  for (const JsonMember& part : node.members) {
    if (part.key == "class") {
      auto found = std::find(std::begin(kClasses), std::end(kClasses), part.value.text);
      if (part.value.is_text() && found != std::end(kClasses))
        made->message_class = static_cast<MessageClass>(found - std::begin(kClasses));
      else
        errors->Add(part.value, fmt::format("{} is no class{}", Describe(part.value), Hint(part.value.text, kClasses)));
    } else if (part.key == "purpose") {
      if (auto purpose = ReadName(part.value, errors)) made->purpose = *std::move(purpose);
    } else {
      says_something = true;
      if (CheckSectionName(part, errors) && made->FindContent(part.key) == nullptr)
        made->contents.push_back(CompileSection(part, languages, errors));
    }
  }
  if (!says_something)
    errors->Add(node, "a template without a section says nothing, expected one of push, sms, kakao, email, webhook");
}

}  // namespace

void CompileTemplates(const JsonNode& node, const Languages& languages, ErrorList* errors, Playbook* playbook) {
  if (!ExpectObject(node, errors)) return;
  if (node.members.size() > kTemplatesMax)
    return errors->Add(node, fmt::format("{} templates: templates_max is {}", node.members.size(), kTemplatesMax));
  for (const JsonMember& member : node.members) {
    auto made = std::make_unique<MessageTemplate>();
    CompileTemplate(member, languages, errors, made.get());
    playbook->templates.push_back(std::move(made));
  }
}

}  // namespace cartwheel::playbook
