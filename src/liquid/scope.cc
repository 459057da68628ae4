#include "liquid/scope.h"

#include <algorithm>

#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

std::string SimilarName(std::string_view name, const std::vector<Variable>& variables) {
  std::vector<std::string_view> names;
  for (const Variable& variable : variables) names.push_back(variable.name);
  return DidYouMean(name, names);
}

}  // namespace

Scope::Scope(std::string_view source, const Environment& environment) : source_(source), environment_(environment) {}

Scope::Name& Scope::Find(std::string_view name) {
  auto [entry, inserted] = names_.try_emplace(name);
  if (!inserted) return entry->second;
  const auto& roots = environment_.roots;
  auto root = std::find_if(roots.begin(), roots.end(), [&](const Variable& v) { return v.name == name; });
  int32_t root_index = root == roots.end() ? -1 : static_cast<int32_t>(root - roots.begin());
  entry->second = Name{NewSlot(), root_index, false, {}};
  NewSlot();
  return entry->second;
}

Shape Scope::Resolve(std::string_view name, Expression* expression) {
  for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
    if (name != loop->item && name != "forloop") continue;
    expression->slot = name == loop->item ? loop->item_slot : loop->forloop_slot;
    return name == loop->item ? loop->item_shape : Shape{};
  }
  Name& known = Find(name);
  if (known.first_use.empty()) known.first_use = name;
  expression->slot = known.slot;
  expression->root = known.root;
  expression->counter = known.slot + 1;
  return known.root < 0 || known.assigned ? Shape{} : Shape{&environment_.roots[known.root]};
}

absl::StatusOr<Shape> Scope::Step(Shape shape, const PathStep& step, std::string_view before) const {
  bool literal_key = step.kind == PathStep::Kind::kIndex && step.index->kind == Expression::Kind::kLiteral &&
                     step.index->literal.is_string();
  std::string_view name = literal_key ? step.index->literal.text() : step.name;
  bool named = step.kind != PathStep::Kind::kIndex || literal_key;
  bool word = named && !literal_key && step.kind != PathStep::Kind::kField;
  if (shape.is_open()) return Shape{};
  if (shape.is_list()) {
    if (step.kind == PathStep::Kind::kSize) return Shape{};
    if (!named || word) return Shape{shape.variable, true};
    return ErrorAt(source_, name.data() - source_.data(),
                   fmt::format("{} is a list: write {}[0].{}, or loop over it", before, before, name));
  }
  if (!named) return Shape{};
  for (const Variable& field : shape.variable->fields)
    if (field.name == name) return Shape{&field};
  if (word) return Shape{};
  return ErrorAt(source_, name.data() - source_.data(),
                 fmt::format("unknown field \"{}\" of {}{}", name, before, SimilarName(name, shape.variable->fields)));
}

int32_t Scope::Assign(std::string_view name) {
  Name& known = Find(name);
  known.assigned = true;
  return known.slot;
}

int32_t Scope::Counter(std::string_view name) { return Assign(name) + 1; }

int32_t Scope::ResumeSlot(const std::string& loop_name) {
  return resumes_.try_emplace(loop_name, static_cast<int32_t>(resumes_.size())).first->second;
}

void Scope::EnterLoop(std::string_view item, int32_t item_slot, int32_t forloop_slot, Shape item_shape) {
  loops_.push_back({item, item_slot, forloop_slot, item_shape});
}

absl::Status Scope::Finish(Tree* tree) const {
  tree->slots = slots_;
  tree->resumes = static_cast<int32_t>(resumes_.size());
  if (environment_.open) return absl::OkStatus();
  std::string_view unknown;
  for (const auto& [name, known] : names_)
    if (known.root < 0 && !known.assigned && (unknown.empty() || known.first_use.data() < unknown.data()))
      unknown = known.first_use;
  if (unknown.empty()) return absl::OkStatus();
  return ErrorAt(source_, unknown.data() - source_.data(),
                 fmt::format("unknown variable \"{}\"{}", unknown, SimilarName(unknown, environment_.roots)));
}

}  // namespace cartwheel::liquid
