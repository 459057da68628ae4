#include "playbook/section_texts.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/normal_form.h"
#include "base/status.h"
#include "core/policy/promotion.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

void ForEachSectionIn(const JsonNode& node, absl::FunctionRef<void(const JsonMember&)> call) {
  for (const JsonMember& member : node.members) {
    if (member.key == "locales" || member.key == "variants") {
      for (const JsonMember& part : member.value.members) ForEachSectionIn(part.value, call);
    } else if (std::find(std::begin(kTemplateKeys), std::end(kTemplateKeys), member.key) == std::end(kTemplateKeys)) {
      call(member);
    }
  }
}

void Walk(const JsonMember& section, const Medium* medium, const JsonNode& node, const std::string& path,
          absl::FunctionRef<void(const SectionText&)> call) {
  if (node.is_text())
    return call({section.key, path, medium == nullptr ? nullptr : medium->Find(path), node, section.value});
  for (const JsonMember& member : node.members) {
    const std::string below = path.empty() ? member.key : path + "." + member.key;
    Walk(section, medium, member.value, node.is_list() ? path + "[]" : below, call);
  }
}

// Kakao's variables are values too.
std::string WithoutKakaoVariables(std::string_view text) {
  std::string plain;
  for (size_t at; (at = text.find("#{")) != text.npos;) {
    const size_t end = text.find('}', at);
    if (end == text.npos) break;
    plain += text.substr(0, at);
    plain += kUnknownValue;
    text.remove_prefix(end + 1);
  }
  return plain += text;
}

// The literals of a text in their order, joined, and where each begins.
struct Joined {
  std::string text;
  std::vector<size_t> starts;

  void Add(std::string_view literal) {
    if (!starts.empty()) text += kUnknownValue;
    starts.push_back(text.size());
    text += ComposedForm(literal);
  }
};

}  // namespace

void ForEachSection(const JsonNode& template_node, absl::FunctionRef<void(const JsonMember& section)> call) {
  ForEachSectionIn(template_node, call);
}

void ForEachText(const JsonNode& template_node, absl::FunctionRef<void(const SectionText& text)> call) {
  ForEachSection(template_node, [&](const JsonMember& section) {
    const std::string path = section.value.is_text() ? "text" : "";  // "sms": "…"
    Walk(section, FindMedium(section.key), section.value, path, call);
  });
}

std::string ProblemOfLiterals(const SectionText& text, bool is_notice, const Languages& languages,
                              LiteralProblem check) {
  const bool html = text.field != nullptr && text.field->form == FieldForm::kHtml;
  auto judge = [&](std::string_view joined, size_t* at) {
    return html ? check(VisibleText(joined), at) : check(joined, at);
  };
  std::string source = text.section == "kakao" ? WithoutKakaoVariables(text.node.text) : text.node.text;
  size_t at = 0;
  if (!HasLiquid(source)) return judge(ComposedForm(source), &at);
  Joined joined;
  bool speaks = false;  // of a consent
  TextStyle style{.html = html,
                  .consent = is_notice ? &speaks : nullptr,
                  .literal_problem = [&joined](std::string_view literal, size_t*) {
                    joined.Add(literal);
                    return std::string();
                  }};
  if (!languages.CompileText(source, style).ok()) return "";
  const std::string problem = judge(joined.text, &at);
  if (problem.empty()) return "";
  // Again, to have its place told by the literal that it stands in.
  const auto after = std::upper_bound(joined.starts.begin(), joined.starts.end(), at);
  const size_t which = static_cast<size_t>(after - joined.starts.begin()) - 1;
  size_t count = 0;
  style.literal_problem = [&](std::string_view, size_t* place) {
    if (count++ != which) return std::string();
    *place = at - joined.starts[which];
    return problem;
  };
  return StatusText(languages.CompileText(source, style).status());
}

}  // namespace cartwheel::playbook
