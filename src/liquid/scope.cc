#include "liquid/scope.h"

#include <algorithm>

#include "base/place.h"
#include "base/suggest.h"
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

Scope::Scope(Tree* tree, std::string_view source, const Environment& environment)
    : tree_(*tree), source_(source), environment_(environment) {}

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

std::string_view Scope::Person(std::string_view name) const {
  auto is_name = [&](const Variable& root) { return root.name == name; };
  const bool known =
      environment_.person.empty() || std::any_of(environment_.roots.begin(), environment_.roots.end(), is_name);
  return known ? name : std::string_view(environment_.person);
}

Shape Scope::Resolve(std::string_view name, Expression* expression) {
  for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
    if (name != loop->item && name != loop->word) continue;
    expression->slot = name == loop->item ? loop->item_slot : loop->loop_slot;
    return name == loop->item ? loop->item_shape : Shape{};
  }
  if (name == "forloop" && bound_forloop_ >= 0) {
    expression->slot = bound_forloop_;
    return Shape{};
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
  known.mixed = true;
  std::erase(tree_.captured, known.slot);
  return known.slot;
}

int32_t Scope::Capture(std::string_view name) {
  Name& known = Find(name);
  known.assigned = true;
  if (!known.mixed && known.root < 0) tree_.captured.push_back(known.slot);
  return known.slot;
}

int32_t Scope::Counter(std::string_view name) { return Assign(name) + 1; }

int32_t Scope::ResumeSlot(const std::string& loop_name) {
  auto [entry, inserted] = resumes_.try_emplace(loop_name, tree_.resumes);
  tree_.resumes += inserted;
  return entry->second;
}

void Scope::EnterLoop(std::string_view item, int32_t item_slot, std::string_view word, int32_t loop_slot,
                      Shape item_shape) {
  loops_.push_back({item, item_slot, word, loop_slot, item_shape});
}

int32_t Scope::forloop_slot() const {
  for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop)
    if (loop->word == "forloop") return loop->loop_slot;
  return -1;
}

absl::Status Scope::Finish() {
  if (names_needed_) {
    for (const Variable& root : environment_.roots) Find(root.name);
    for (const auto& [name, known] : names_) tree_.names.push_back({std::string(name), known.slot, known.root});
  }
  if (environment_.open) return absl::OkStatus();
  std::string_view unknown;
  for (const auto& [name, known] : names_)
    if (known.root < 0 && !known.assigned && (unknown.empty() || known.first_use.data() < unknown.data()))
      unknown = known.first_use;
  if (unknown.empty()) return absl::OkStatus();
  const bool here = unknown.data() >= source_.data() && unknown.data() < source_.data() + source_.size();
  return ErrorAt(source_, here ? unknown.data() - source_.data() : 0,
                 fmt::format("unknown variable \"{}\"{}", unknown, SimilarName(unknown, environment_.roots)));
}

}  // namespace cartwheel::liquid
