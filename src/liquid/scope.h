// The names of a template while it is parsed: which slot or root each one is, and, as far as the environment says,
// which fields it has. Loops open a scope of their own; assigned names are known to the whole template.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/string_map.h"
#include "liquid/environment.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

// What is known of a value: nothing (null), or the variable it is, or is an element of.
struct Shape {
  const Variable* variable = nullptr;
  bool element = false;

  bool is_list() const { return variable != nullptr && variable->list && !element; }
  bool is_open() const { return variable == nullptr || (!is_list() && variable->fields.empty()); }
};

class Scope {
 public:
  // Slots are the tree's, so that the scopes of one tree have no slot in common.
  Scope(Tree* tree, std::string_view source, const Environment& environment);

  // Sets slot and root of `expression`. `name` is a view of the source.
  Shape Resolve(std::string_view name, Expression* expression);
  // The root that a name which the environment does not have may be a field of (Environment::person), else `name`
  // itself.
  std::string_view Person(std::string_view name) const;
  // The shape of `shape.step`, or an error when the environment knows that there is no such thing. `before` is the
  // expression up to the step, as written.
  absl::StatusOr<Shape> Step(Shape shape, const PathStep& step, std::string_view before) const;

  int32_t Assign(std::string_view name);   // the slot
  int32_t Capture(std::string_view name);  // the same, of a text that the template itself made
  int32_t Counter(std::string_view name);  // the slot of the counter of that name
  int32_t NewSlot() { return tree_.slots++; }
  int32_t ResumeSlot(const std::string& loop_name);

  // `word` is what the loop calls itself: forloop, tablerowloop.
  void EnterLoop(std::string_view item, int32_t item_slot, std::string_view word, int32_t loop_slot, Shape item_shape);
  void LeaveLoop() { loops_.pop_back(); }
  bool tracks_links() const { return environment_.links; }
  bool in_loop() const { return !loops_.empty(); }
  int32_t forloop_slot() const;  // of the innermost; -1: none
  // A forloop that is known where no loop is: of {% render … for %}.
  void BindForloop(int32_t slot) { bound_forloop_ = slot; }
  // A partial is read where it stands: errors are of its source until it is left. Returns the source before.
  std::string_view EnterSource(std::string_view source) { return std::exchange(source_, source); }
  // Somewhere a variable is named by an expression: all names must be known while it renders.
  void NeedNames() { names_needed_ = true; }

  // After the last node: unknown variables are errors, unless the environment is open.
  absl::Status Finish();

 private:
  struct Name {
    int32_t slot;  // that of the counter is the next one
    int32_t root = -1;
    bool assigned = false;
    bool mixed = false;          // assigned by other tags than captures too
    std::string_view first_use;  // a view of the source
  };
  struct Loop {
    std::string_view item;
    int32_t item_slot;
    std::string_view word;
    int32_t loop_slot;
    Shape item_shape;
  };
  Name& Find(std::string_view name);

  Tree& tree_;
  std::string_view source_;
  const Environment& environment_;
  absl::flat_hash_map<std::string_view, Name, StringHash, StringEqual> names_;
  StringMap<int32_t> resumes_;
  std::vector<Loop> loops_;
  int32_t bound_forloop_ = -1;
  bool names_needed_ = false;
};

}  // namespace cartwheel::liquid
