// `cartwheel check`: every error of a playbook, with its line and a mark under its place.
#include <charconv>

#include "base/status.h"
#include "base/utf8.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kLineShownMax = 100;  // characters of the playbook's line around the place

struct Place {
  size_t line = 0, column = 0;  // from 1; the column counts characters
};

// The first "(12:30): " of an error.
bool FindPlace(std::string_view error, Place* place) {
  for (size_t open = error.find('('); open != error.npos; open = error.find('(', open + 1)) {
    const char* end = error.data() + error.size();
    auto line = std::from_chars(error.data() + open + 1, end, place->line);
    if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') continue;
    auto column = std::from_chars(line.ptr + 1, end, place->column);
    if (column.ec == std::errc() && column.ptr + 1 < end && column.ptr[0] == ')' && column.ptr[1] == ':') return true;
  }
  return false;
}

std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  for (size_t i = 0; i < text.size();) {
    size_t bytes = 1;
    DecodeAt(text, i, &bytes);
    characters.push_back(text.substr(i, bytes));
    i += bytes;
  }
  return characters;
}

std::string_view LineOf(std::string_view text, size_t number) {
  for (; number > 1; --number) {
    size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// The line, or the part of it around the column, and a caret below. Characters of three bytes and more (Korean, …) are
// two columns wide.
std::string Excerpt(std::string_view line, size_t column) {
  std::vector<std::string_view> characters = Characters(line);
  size_t at = std::min(column - 1, characters.size());
  size_t begin = at > kLineShownMax / 2 ? at - kLineShownMax / 2 : 0;
  size_t end = std::min(characters.size(), begin + kLineShownMax);
  std::string shown = begin > 0 ? "…" : "", below = begin > 0 ? " " : "";
  for (size_t i = begin; i < end; ++i) {
    shown += characters[i] == "\t" ? " " : characters[i];
    if (i < at) below += characters[i].size() >= 3 ? "  " : " ";
  }
  return fmt::format("    {}{}\n    {}^\n", shown, end < characters.size() ? "…" : "", below);
}

int Run(const Args& args) {
  const std::string& path = args.operand(0);
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return Fail(text.status());
  absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(*text);
  if (playbook.ok())
    return Print(fmt::format("{}: good: revision {}, {}, {}\n", path, (*playbook)->revision,
                             Plural(static_cast<int64_t>((*playbook)->journeys.size()), "journey"),
                             Plural(static_cast<int64_t>((*playbook)->templates.size()), "template")));
  std::string errors = StatusText(playbook.status());
  for (size_t begin = 0; begin < errors.size();) {
    size_t end = std::min(errors.find('\n', begin), errors.size());
    std::string_view error = std::string_view(errors).substr(begin, end - begin);
    Place place;
    fmt::print(stderr, "{}: {}\n", path, error);
    if (FindPlace(error, &place) && place.line > 0 && place.column > 0)
      fmt::print(stderr, "{}", Excerpt(LineOf(*text, place.line), place.column));
    begin = end + 1;
  }
  return kFailed;
}

}  // namespace

const Command kCheckCommand = {
    "check",
    "PLAYBOOK",
    "says whether a playbook is good, or everything that is wrong with it",
    "Each error is a line: file, JSON pointer, (line:column), what is wrong and what was expected; below it stands "
    "the\n"
    "playbook's own line. The exit code is 1 when there is an error.",
    {"cartwheel check examples/recipes/cart-24-48-72.json"},
    {},
    Run,
};

}  // namespace cartwheel::cli
