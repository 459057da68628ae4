#include "cel/suggest.h"

#include <vector>

#include "base/suggest.h"
#include "cel/functions.h"
#include "cel/library.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

struct MacroHint {
  std::string_view name, message;
};
constexpr MacroHint kMacroHints[] = {{"exists", "write list.exists(item, condition)"},
                                     {"all", "write list.all(item, condition)"},
                                     {"exists_one", "write list.exists_one(item, condition)"},
                                     {"has", "write has(event.price)"}};

}  // namespace

std::string UnknownFunction(std::string_view name) {
  std::vector<std::string_view> names = LibraryNames();
  for (const MacroHint& hint : kMacroHints) {
    if (hint.name == name) return std::string(hint.message);
    names.push_back(hint.name);
  }
  for (const FunctionName& function : FunctionNames()) names.push_back(function.name);
  return fmt::format("unknown function \"{}\"{}", name, DidYouMean(name, names));
}

}  // namespace cartwheel::cel
