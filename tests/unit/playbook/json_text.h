// A JSON tree as text again, for tests that change one place of a playbook.
#pragma once

#include <string>
#include <string_view>

#include "base/packed.h"
#include "playbook/json.h"
#include "tests/catch.h"

namespace cartwheel {

inline void AppendJsonText(const playbook::JsonNode& node, std::string* out) {
  using Kind = playbook::JsonNode::Kind;
  switch (node.kind) {
    case Kind::kNull:
      *out += "null";
      return;
    case Kind::kBool:
      *out += node.boolean ? "true" : "false";
      return;
    case Kind::kNumber:
      *out += node.text;
      return;
    case Kind::kText:
      return AppendJsonString(node.text, out);
    case Kind::kList:
    case Kind::kObject:
      break;
  }
  *out += node.is_list() ? '[' : '{';
  for (const playbook::JsonMember& member : node.members) {
    if (&member != &node.members.front()) *out += ',';
    if (node.is_object()) {
      AppendJsonString(member.key, out);
      *out += ':';
    }
    AppendJsonText(member.value, out);
  }
  *out += node.is_list() ? ']' : '}';
}

inline std::string JsonText(const playbook::JsonNode& node) {
  std::string text;
  AppendJsonText(node, &text);
  return text;
}

// The place that a pointer ("/journeys/cart/steps/0", "/" for the whole) names.
inline playbook::JsonNode& JsonPlace(playbook::JsonNode& root, std::string_view pointer) {
  playbook::JsonNode* node = &root;
  while (pointer.size() > 1) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    playbook::JsonNode* next = nullptr;
    for (size_t i = 0; i < node->members.size(); ++i)
      if (node->is_list() ? std::to_string(i) == token : node->members[i].key == token) next = &node->members[i].value;
    INFO(token);
    REQUIRE(next != nullptr);
    node = next;
  }
  return *node;
}

}  // namespace cartwheel
