#include "playbook/kakao.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/suggest.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kWithVariables[] = {"text", "title", "subtitle", "fallback", "buttons[].url"};

// "variables" may write its keys with their brackets, as providers do.
std::string_view NameOf(std::string_view key) {
  return key.starts_with("#{") && key.ends_with("}") ? key.substr(2, key.size() - 3) : key;
}

}  // namespace

bool TakesKakaoVariables(std::string_view path) {
  return std::find(std::begin(kWithVariables), std::end(kWithVariables), path) != std::end(kWithVariables);
}

std::string ExpandKakao(const JsonNode& text, const JsonNode* variables, ErrorList* errors) {
  std::string expanded;
  std::string_view rest = text.text;
  for (size_t at; (at = rest.find("#{")) != rest.npos;) {
    const size_t end = rest.find('}', at);
    if (end == rest.npos) break;
    const std::string_view name = rest.substr(at + 2, end - at - 2);
    expanded += rest.substr(0, at);
    rest.remove_prefix(end + 1);
    std::vector<std::string_view> names;
    const JsonNode* value = nullptr;
    for (size_t i = 0; variables != nullptr && i < variables->members.size(); ++i) {
      const JsonMember& member = variables->members[i];
      names.push_back(NameOf(member.key));
      if (names.back() == name) value = &member.value;
    }
    if (value == nullptr && names.empty())
      errors->Add(text, fmt::format("#{{{0}}} is nothing: write \"variables\": {{\"{0}\": \"…\"}} beside it", name));
    else if (value == nullptr)
      errors->Add(text, fmt::format("unknown variable #{{{}}}{}", name, Hint(name, names)));
    else
      expanded += value->text;
  }
  return expanded += rest;
}

}  // namespace cartwheel::playbook
