// The names of a template while it is parsed: which slot or root each one is, and, as far as the environment says, which
// fields it has. Loops open a scope of their own; assigned names are known to the whole template.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/string_map.h"
#include "liquid/liquid.h"
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
  Scope(std::string_view source, const Environment& environment);

  // Sets slot and root of `expression`. `name` is a view of the source.
  Shape Resolve(std::string_view name, Expression* expression);
  // The shape of `shape.step`, or an error when the environment knows that there is no such thing. `before` is the
  // expression up to the step, as written.
  absl::StatusOr<Shape> Step(Shape shape, const PathStep& step, std::string_view before) const;

  int32_t Assign(std::string_view name);   // the slot
  int32_t Counter(std::string_view name);  // the slot of the counter of that name
  int32_t NewSlot() { return slots_++; }
  int32_t ResumeSlot(const std::string& loop_name);

  void EnterLoop(std::string_view item, int32_t item_slot, int32_t forloop_slot, Shape item_shape);
  void LeaveLoop() { loops_.pop_back(); }
  bool in_loop() const { return !loops_.empty(); }
  int32_t forloop_slot() const { return loops_.empty() ? -1 : loops_.back().forloop_slot; }

  // After the last node: variables that nobody knows are errors, unless the environment is open.
  absl::Status Finish(Tree* tree) const;

 private:
  struct Name {
    int32_t slot;  // that of the counter is the next one
    int32_t root = -1;
    bool assigned = false;
    std::string_view first_use;  // a view of the source
  };
  struct Loop {
    std::string_view item;
    int32_t item_slot;
    int32_t forloop_slot;
    Shape item_shape;
  };
  Name& Find(std::string_view name);

  std::string_view source_;
  const Environment& environment_;
  absl::flat_hash_map<std::string_view, Name, StringHash, StringEqual> names_;
  StringMap<int32_t> resumes_;
  std::vector<Loop> loops_;
  int32_t slots_ = 0;
};

}  // namespace cartwheel::liquid
