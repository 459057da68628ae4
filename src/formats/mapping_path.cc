#include "absl/status/status.h"
#include "fmt/format.h"
#include "formats/mapping.h"
#include "formats/problem.h"

namespace cartwheel::formats {
namespace {

absl::Status Wrong(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError(
      fmt::format("{} is no path: {}; expected one such as items[].price, line_items[0].sku, "
                  "params[key=currency].value or ^.client_id",
                  Quote(path), what));
}

// The inside of one pair of brackets.
absl::Status ParseBracket(std::string_view whole, std::string_view inside, MappingPath* path) {
  using Kind = MappingPath::Step::Kind;
  if (inside.empty()) {
    path->steps.push_back({.kind = Kind::kEach});
    return absl::OkStatus();
  }
  if (inside.front() == '\'') {
    if (inside.size() < 3 || inside.back() != '\'') return Wrong(whole, "a name in ['…'] is not closed");
    path->steps.push_back({.kind = Kind::kMember, .name = std::string(inside.substr(1, inside.size() - 2))});
    return absl::OkStatus();
  }
  if (const size_t equals = inside.find('='); equals != inside.npos) {
    if (equals == 0) return Wrong(whole, "a name is missing before =");
    path->steps.push_back({.kind = Kind::kWhere,
                           .name = std::string(inside.substr(0, equals)),
                           .value = std::string(inside.substr(equals + 1))});
    return absl::OkStatus();
  }
  constexpr size_t kIndexDigitsMax = 6;
  if (inside.size() > kIndexDigitsMax || inside.find_first_not_of("0123456789") != inside.npos)
    return Wrong(whole, fmt::format("[{}] is neither a place nor a condition", inside));
  size_t index = 0;
  for (char digit : inside) index = index * 10 + static_cast<size_t>(digit - '0');
  path->steps.push_back({.kind = Kind::kIndex, .index = index});
  return absl::OkStatus();
}

}  // namespace

absl::Status ParsePath(std::string_view text, MappingPath* path) {
  *path = {.text = std::string(text)};
  std::string_view rest = text;
  while (rest.starts_with('^')) {
    ++path->up;
    rest.remove_prefix(1);
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
  if (rest.empty() && path->up == 0) return Wrong(text, "it is empty");
  if (rest == ".") return absl::OkStatus();  // the element itself
  while (!rest.empty()) {
    if (rest.front() == '[') {
      const size_t close = rest.find(']');
      if (close == rest.npos) return Wrong(text, "a [ is not closed");
      if (absl::Status status = ParseBracket(text, rest.substr(1, close - 1), path); !status.ok()) return status;
      rest.remove_prefix(close + 1);
    } else {
      const size_t end = std::min(rest.find_first_of(".["), rest.size());
      if (end == 0) return Wrong(text, "a name is missing");
      path->steps.push_back({.kind = MappingPath::Step::Kind::kMember, .name = std::string(rest.substr(0, end))});
      rest.remove_prefix(end);
    }
    if (rest.empty()) break;
    if (rest.front() == '.') {
      rest.remove_prefix(1);
      if (rest.empty()) return Wrong(text, "it ends with a dot");
    } else if (rest.front() != '[') {
      return Wrong(text, "expected . or [ after ]");
    }
  }
  return absl::OkStatus();
}

}  // namespace cartwheel::formats
