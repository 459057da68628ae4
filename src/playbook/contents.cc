#include "playbook/contents.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/normal_form.h"
#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "core/model/unwritable.h"
#include "core/policy/label_table.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/kakao.h"
#include "playbook/plain_text.h"

namespace cartwheel::playbook {
namespace {

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

class ContentBuilder {
 public:
  ContentBuilder(const Languages& languages, const TextStyle& style, const JsonNode& section, ErrorList* errors,
                 Content* content)
      : languages_(languages), style_(style), section_(section), errors_(errors), content_(content) {}

  void Build() {
    literal_ += '{';
    if (section_.is_text()) {
      Key("text");
      AppendText(section_, section_.text, "text");
    }
    for (const JsonMember& member : section_.members) {
      if (content_->medium == "sms" && member.key == "type") {  // it only says what the message must not be
        if (HasForm(member.value, *content_->rules->Find("type")))
          CheckLiteral(member.value, *content_->rules->Find("type"), member.value.text);
        continue;
      }
      CheckKey(member);
      Key(member.key);
      Append(member.value, member.key);
    }
    const JsonNode* html = section_.Find("html");
    if (content_->medium == "email" && html != nullptr && html->is_text() && section_.Find("text") == nullptr) {
      Key("text");
      AppendText(*html, PlainText(html->text), "text");
    }
    literal_ += '}';
    Flush(nullptr, nullptr);
    size_t bytes = 0;
    for (const Content::Piece& piece : content_->pieces) bytes += piece.literal.size() + piece.fixed.size();
    if (bytes > kMessageBytesMax)
      errors_->Add(section_,
                   fmt::format("{} bytes without any value: message_bytes_max is {}", bytes, kMessageBytesMax));
  }

 private:
  void Key(std::string_view key) {
    if (literal_ != "{" || !content_->pieces.empty()) literal_ += ',';
    AppendJsonString(key, &literal_);
    literal_ += ':';
  }

  void CheckKey(const JsonMember& member) {
    if (HasLiquid(member.key))
      errors_->AddKey(member, "a key is no text for customers, expected one without {{ }} or {% %}");
  }

  void Append(const JsonNode& node, const std::string& path) {
    const MediumField* field = content_->rules == nullptr ? nullptr : content_->rules->Find(path);
    if (field != nullptr && !HasForm(node, *field)) return;
    switch (node.kind) {
      case JsonNode::Kind::kText:
        return AppendText(node, TextOf(node, path), path);
      case JsonNode::Kind::kList:
      case JsonNode::Kind::kObject:
        return AppendContainer(node, path);
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

  bool HasForm(const JsonNode& node, const MediumField& field) {
    auto wrong = [&](std::string_view expected) {
      errors_->Add(node, fmt::format("expected {}, found {}", expected, Describe(node)));
      return false;
    };
    switch (field.form) {
      case FieldForm::kNumber:
        return node.kind == JsonNode::Kind::kNumber || (node.is_text() && HasLiquid(node.text)) || wrong("a number");
      case FieldForm::kMap:
        return node.is_object() || wrong("an object");
      case FieldForm::kList:
        if (!node.is_list()) return wrong("a list");
        if (node.members.size() > field.size_max)
          errors_->Add(node, fmt::format("{} of them, and {}.{} takes at most {}", node.members.size(),
                                         content_->medium, field.path, field.size_max));
        return true;
      case FieldForm::kText:
      case FieldForm::kLine:
      case FieldForm::kHtml:
      case FieldForm::kWord:
        break;
    }
    return node.is_text() || wrong("a text");
  }

  std::string TextOf(const JsonNode& node, const std::string& path) {
    if (content_->medium != "kakao" || node.text.find("#{") == std::string::npos) return node.text;
    if (TakesKakaoVariables(path)) return ExpandKakao(node, section_.Find("variables"), errors_);
    errors_->Add(node, "#{…} stands in texts and links, not here");
    return node.text;
  }

  void AppendText(const JsonNode& node, std::string_view source, const std::string& path) {
    const MediumField* field = content_->rules == nullptr ? nullptr : content_->rules->Find(path);
    if (!HasLiquid(source)) {
      if (std::string_view problem = BraceProblem(source); !problem.empty()) errors_->Add(node, problem);
      const std::string text = IsAddress(source) ? std::string(source) : ComposedForm(source);
      if (field != nullptr) CheckLiteral(node, *field, text);
      if (field == nullptr || !IsLabelPlace(content_->medium, path)) return AppendJsonString(text, &literal_);
      literal_.push_back('"');
      Flush(nullptr, field, text);
      literal_.push_back('"');
      return;
    }
    literal_.push_back('"');
    TextStyle style = style_;
    style.html = field != nullptr && field->form == FieldForm::kHtml;
    if (field != nullptr)
      style.literal_problem = [field](std::string_view literal, size_t* at) {
        return UnwritableProblem(*field, literal, at);
      };
    auto text = languages_.CompileText(source, style);
    if (text.ok())
      Flush(*std::move(text), field);
    else
      errors_->Add(node, StatusText(text.status()));
    literal_.push_back('"');
  }

  // What has no variables is judged here, not once for every customer.
  void CheckLiteral(const JsonNode& node, const MediumField& field, std::string_view text) {
    const bool is_text = field.path == "text";
    size_t bytes = 0;
    if (const std::string problem = UnwritableProblem(field, text); !problem.empty())
      errors_->Add(node, fmt::format("{}.{}: {}", content_->medium, field.path, problem));
    else if (absl::Status status = CheckField(*content_->rules, field, text, is_text ? content_->text_max : 0, &bytes);
             !status.ok())
      errors_->Add(node, StatusText(status));
    if (is_text) content_->korean_bytes = bytes;
  }

  void AppendContainer(const JsonNode& node, const std::string& path) {
    literal_.push_back(node.is_list() ? '[' : '{');
    bool first = true;
    for (const JsonMember& member : node.members) {
      if (!std::exchange(first, false)) literal_.push_back(',');
      if (node.is_object()) {
        CheckKey(member);
        AppendJsonString(member.key, &literal_);
        literal_.push_back(':');
      }
      Append(member.value, node.is_list() ? path + "[]" : path + "." + member.key);
    }
    literal_.push_back(node.is_list() ? ']' : '}');
  }

  void Flush(std::unique_ptr<Text> text, const MediumField* field, std::string fixed = {}) {
    if (literal_.empty() && text == nullptr) return;
    content_->pieces.push_back({std::exchange(literal_, {}), std::move(text), field, std::move(fixed)});
  }

  const Languages& languages_;
  const TextStyle& style_;
  const JsonNode& section_;
  ErrorList* errors_;
  Content* content_;
  std::string literal_;
};

// Keys that the medium does not know pass, since a shop's channel may read them, unless they are a slip of one that it
// knows.
void CheckFields(const JsonNode& section, const Medium& medium, ErrorList* errors) {
  for (const JsonMember& part : section.members) {
    if (medium.Find(part.key) != nullptr) continue;
    for (const MediumField& field : medium.fields)
      if (IsSlip(part.key, field.path))
        errors->AddKey(part, fmt::format("unknown key {}, did you mean \"{}\"?", Quote(part.key), field.path));
  }
  for (const MediumField& field : medium.fields)
    if (field.needed && section.Find(field.path) == nullptr)
      errors->AddMissing(section, field.path,
                         fmt::format("\"{0}\" is missing: no {1} leaves without its {0}", field.path, medium.name));
  if (medium.name == "email" && section.Find("text") == nullptr && section.Find("html") == nullptr)
    errors->AddMissing(section, "html", "neither \"html\" nor \"text\": the e-mail would be empty");
}

}  // namespace

Names SectionNames() {
  static const std::vector<std::string_view>* const names = [] {
    auto* made = new std::vector<std::string_view>();
    for (const Medium& medium : Media()) made->push_back(medium.name);
    return made;
  }();
  return *names;
}

bool CheckSectionName(const JsonMember& member, Names others, ErrorList* errors) {
  const std::string& name = member.key;
  if (FindMedium(name) != nullptr) return true;
  if (MediumOf(name) != name) {
    errors->AddKey(member, fmt::format("{} has no section of its own, expected \"{}\", which its channels share",
                                       Quote(name), MediumOf(name)));
    return false;
  }
  for (Names names : {others, SectionNames()})
    for (std::string_view known : names)
      if (IsSlip(name, known)) {
        errors->AddKey(member, fmt::format("unknown key {}, did you mean \"{}\"?", Quote(name), known));
        return false;
      }
  if (IsIdentifier(name)) return true;
  errors->AddKey(member, fmt::format("{} is no name of a section, expected lower-case letters, digits and underscores",
                                     Quote(name)));
  return false;
}

Content CompileContent(const JsonMember& section, const Languages& languages, const TextStyle& style,
                       ErrorList* errors) {
  const JsonNode& node = section.value;
  Content content;
  content.medium = section.key;
  content.rules = FindMedium(section.key);
  const bool is_short = section.key == "sms" && node.is_text();
  if (!is_short && !ExpectObject(node, errors)) return content;
  if (!is_short && node.members.empty())
    errors->Add(node, "the section is empty, expected its texts");
  else if (!is_short && content.rules != nullptr)
    CheckFields(node, *content.rules, errors);
  if (content.medium == "kakao" && node.Find("template_code") != nullptr) content.text_max = kAlimtalkCharactersMax;
  if (content.medium == "sms" && node.Find("type") != nullptr) content.text_max = kSmsBytesMax;
  content.has_image = node.Find("image") != nullptr;
  ContentBuilder(languages, style, node, errors, &content).Build();
  return content;
}

}  // namespace cartwheel::playbook
