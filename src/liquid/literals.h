// The parts of a template that are printed as they are written, for checks at load.
#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

// Calls with the texts between tags and with the literals that outputs print ({{ 'x' }}, default: 'x', append: 'x', …),
// in every branch, loop, capture and partial. Left out is what a filter may change or drop before it is printed: {{ '…'
// | writable: 'euc-kr' }}.
void ForEachLiteral(const Tree& tree, absl::FunctionRef<void(std::string_view literal)> call);

// "3:14", or `"footer" 3:14` in a partial, of a view of the tree's sources.
std::string PlaceIn(const Tree& tree, std::string_view text);

}  // namespace cartwheel::liquid
