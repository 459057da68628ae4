#include "cel/names.h"

#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kTypeNames[] = {"bool",
                                           "bytes",
                                           "double",
                                           "int",
                                           "list",
                                           "map",
                                           "null_type",
                                           "string",
                                           "type",
                                           "uint",
                                           "google.protobuf.Duration",
                                           "google.protobuf.Timestamp",
                                           "optional_type"};

}  // namespace

std::optional<int> Names::FindBound(std::string_view name) const {
  for (size_t i = bound_.size(); i-- > 0;)
    if (bound_[i].name == name) return static_cast<int>(bound_.size() - 1 - i);
  return std::nullopt;
}

std::optional<int> Names::FindVariable(std::string_view name) const {
  for (size_t i = 0; i < environment_.variables.size(); ++i)
    if (!environment_.variables[i].is_history && environment_.variables[i].name == name) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> Names::Resolve(std::string_view name) const {
  for (std::string scope = environment_.container; !scope.empty();) {
    if (std::optional<int> slot = FindVariable(fmt::format("{}.{}", scope, name))) return slot;
    const size_t dot = scope.rfind('.');
    scope.resize(dot == scope.npos ? 0 : dot);
  }
  return FindVariable(name);
}

std::string Names::QualifiedName(NodeId id) const {
  const Node& node = tree_[id];
  if (node.kind == NodeKind::kIdentifier) return node.absolute || !FindBound(node.name) ? node.name : "";
  if (node.kind != NodeKind::kSelect) return "";
  std::string qualifier = QualifiedName(node.children[0]);
  return qualifier.empty() ? "" : qualifier + "." + node.name;
}

std::string_view Names::FindType(std::string_view name) {
  for (std::string_view type : kTypeNames)
    if (type == name) return type;
  return {};
}

std::vector<std::string_view> Names::All() const {
  std::vector<std::string_view> names;
  for (const Variable& variable : environment_.variables)
    if (!variable.is_history) names.push_back(variable.name);
  for (const Bound& bound : bound_) names.push_back(bound.name);
  return names;
}

}  // namespace cartwheel::cel
