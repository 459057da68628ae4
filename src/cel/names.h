// What a name means where it stands: one that a macro binds, a variable of the environment (by itself or in the
// container), or a type.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.h"
#include "cel/tree.h"
#include "cel/type.h"

namespace cartwheel::cel {

class Names {
 public:
  Names(const Tree& tree, const Environment& environment) : tree_(tree), environment_(environment) {}

  void Bind(std::string_view name, Type type) { bound_.push_back({name, std::move(type)}); }
  size_t bound() const { return bound_.size(); }
  void Unbind(size_t outer) { bound_.resize(outer); }
  // How many names further out it is bound.
  std::optional<int> FindBound(std::string_view name) const;
  const Type& TypeOfBound(int hops) const { return bound_[bound_.size() - 1 - static_cast<size_t>(hops)].type; }

  // The slot of a variable; Resolve looks in the container first.
  std::optional<int> FindVariable(std::string_view name) const;
  std::optional<int> Resolve(std::string_view name) const;
  // "a.b" of a kSelect chain over an identifier; empty for anything else, and when a macro binds the identifier.
  std::string QualifiedName(NodeId id) const;
  // The same text with a static life when it is the name of a type; else empty.
  static std::string_view FindType(std::string_view name);
  // Everything that may be named here, for an error.
  std::vector<std::string_view> All() const;

 private:
  struct Bound {
    std::string_view name;
    Type type;
  };
  const Tree& tree_;
  const Environment& environment_;
  std::vector<Bound> bound_;
};

}  // namespace cartwheel::cel
