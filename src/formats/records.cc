#include "formats/records.h"

#include <cstring>

namespace cartwheel::formats {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view SkipSpace(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && IsSpace(text[i])) ++i;
  return text.substr(i);
}

// The place behind the string that begins at `start` (a quote); npos when it is not closed.
size_t StringEnd(std::string_view text, size_t start) {
  for (size_t quote = start;;) {
    quote = text.find('"', quote + 1);
    if (quote == std::string_view::npos) return quote;
    size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
  }
}

struct Extent {
  size_t end = 0;          // where the value ends: at a comma or a closing bracket outside of it, or at the text's end
  bool closed = true;      // brackets balance and strings end
  bool in_string = false;  // the text ended inside of a string
};

// How far the first value of `text` reaches. With `stop_when_closed`, the end is right behind its last bracket.
Extent Measure(std::string_view text, bool stop_when_closed) {
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        if (size_t end = StringEnd(text, i); end != std::string_view::npos) {
          i = end - 1;
          break;
        }
        return {text.size(), false, true};
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return {i, true, false};
        if (--depth == 0 && stop_when_closed) return {i + 1, true, false};
        break;
      case ',':
        if (depth == 0) return {i, true, false};
        break;
      default:
        break;
    }
  }
  return {text.size(), depth == 0, false};
}

// A line that is an object with a comma after it is that object: the inside of an array, cut out by hand.
std::string_view WithoutComma(std::string_view line) {
  if (!line.starts_with('{') || !line.ends_with(',')) return line;
  const Extent extent = Measure(line, true);
  return extent.closed && extent.end + 1 == line.size() ? line.substr(0, extent.end) : line;
}

}  // namespace

std::string_view TrimSpace(std::string_view text) {
  text = SkipSpace(text);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view SkipByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  return text.substr(0, kMark.size()) == kMark ? text.substr(kMark.size()) : text;
}

RecordSplitter::RecordSplitter(std::string_view text) : rest_(SkipByteOrderMark(text)) {}

void RecordSplitter::Detect() {
  if (rest_.front() == '[') {
    rest_.remove_prefix(1);
    mode_ = Mode::kArray;
    first_element_ = true;
    return;
  }
  // An object over several lines begins with a line that is not closed and does not end inside a string, and is closed
  // later. If it never is, it was cut: a line of NDJSON when the next line begins an object of its own.
  mode_ = Mode::kLines;
  size_t newline = rest_.find('\n');
  if (rest_.front() != '{' || newline == std::string_view::npos) return;
  Extent line = Measure(rest_.substr(0, newline), true);
  if (line.closed || line.in_string) return;
  std::string_view next = SkipSpace(rest_.substr(newline));
  bool next_begins_an_object = !next.empty() && next.front() == '{';
  if (!next_begins_an_object || Measure(rest_, true).closed) mode_ = Mode::kValues;
}

bool RecordSplitter::Next(std::string_view* record) {
  while (true) {
    if (mode_ == Mode::kUnclosedArray) {
      mode_ = Mode::kStart;
      *record = rest_;
      return true;
    }
    if (mode_ == Mode::kArray) {
      if (NextElement(record)) return true;
      continue;
    }
    rest_ = SkipSpace(rest_);
    if (rest_.empty()) return false;
    if (mode_ == Mode::kStart) {
      Detect();
      continue;
    }
    size_t end = mode_ == Mode::kLines ? rest_.find('\n') : Measure(rest_, true).end;
    if (end == 0 && rest_.front() == ',' && between_) {
      rest_.remove_prefix(1);  // between two objects: the inside of an array
      between_ = false;
      continue;
    }
    if (end == 0) end = 1;  // a comma or a closing bracket where a value should begin
    *record = TrimSpace(rest_.substr(0, end));
    if (mode_ == Mode::kLines) *record = WithoutComma(*record);
    rest_.remove_prefix(end < rest_.size() ? end : rest_.size());
    between_ = record->starts_with('{');
    return true;
  }
}

// One element of an array, or the array's end (false).
bool RecordSplitter::NextElement(std::string_view* record) {
  rest_ = SkipSpace(rest_);
  if (first_element_ && !rest_.empty() && rest_.front() == ']') {
    rest_.remove_prefix(1);
    mode_ = Mode::kStart;
    return false;
  }
  first_element_ = false;
  Extent extent = Measure(rest_, false);
  *record = TrimSpace(rest_.substr(0, extent.end));
  rest_.remove_prefix(extent.end);
  if (rest_.empty()) {
    // The end of the array is missing: an error of its own, unless this record shows it already.
    mode_ = extent.closed && !record->empty() ? Mode::kUnclosedArray : Mode::kStart;
  } else {
    if (rest_.front() != ',') mode_ = Mode::kStart;
    rest_.remove_prefix(1);
  }
  return true;
}

bool FindArrayMember(std::string_view object, std::string_view key, std::string_view* array) {
  if (object.empty() || object.front() != '{' || object.find(key) == std::string_view::npos) return false;
  size_t depth = 0;
  for (size_t i = 0; i < object.size(); ++i) {
    char c = object[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth == 0) return false;
    if (c != '"') continue;
    size_t end = StringEnd(object, i);
    if (end == std::string_view::npos) return false;
    if (depth == 1 && object.substr(i + 1, end - i - 2) == key) {
      std::string_view behind = SkipSpace(object.substr(end));
      if (!behind.empty() && behind.front() == ':') behind = SkipSpace(behind.substr(1));
      if (!behind.empty() && behind.front() == '[') {
        *array = behind.substr(0, Measure(behind, true).end);
        return true;
      }
    }
    i = end - 1;
  }
  return false;
}

}  // namespace cartwheel::formats
