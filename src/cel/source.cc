#include "cel/source.h"

#include <string>

#include "cel/cel.h"
#include "cel/utf8.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

constexpr uint32_t kFirstWide = 0x1100;  // Hangul, kana, ideographs and emoji fill two columns of a terminal

}  // namespace

absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message) {
  std::string_view before = source.substr(0, offset);
  size_t line = 1;
  for (char c : before) line += c == '\n';
  size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  size_t column = CountCodePoints(before.substr(line_begin)) + 1;
  std::string text = fmt::format("{}:{}: {}", line, column, message);
  for (char& c : text)  // a message quotes the source, and is one line all the same
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return absl::InvalidArgumentError(text);
}

std::string Caret(std::string_view source, int line, int column) {
  for (; line > 1; --line) {
    size_t newline = source.find('\n');
    if (newline == std::string_view::npos) return "";
    source.remove_prefix(newline + 1);
  }
  std::string_view text = source.substr(0, source.find('\n'));
  std::string pad;
  for (size_t i = 0; column > 1 && i < text.size(); --column) {
    uint32_t code_point = NextCodePoint(text, &i);
    pad += code_point == '\t' ? "\t" : code_point >= kFirstWide ? "  " : " ";
  }
  return fmt::format("{}\n{}^", text, pad);
}

}  // namespace cartwheel::cel
