#include "cli/sniff.h"

#include <algorithm>

#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view says;
};
using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {"BZh"sv, "is compressed with bzip2: read it as bzcat FILE | cartwheel … -"},
    {"\x28\xb5\x2f\xfd"sv, "is compressed with zstd: read it as zstdcat FILE | cartwheel … -"},
    {"\xfd"
     "7zXZ"sv,
     "is compressed with xz: read it as xzcat FILE | cartwheel … -"},
    {"7z\xbc\xaf\x27\x1c"sv, "is a 7z archive: take the file of events out of it first"},
    {"PAR1"sv, "is a Parquet file: export it as JSON lines or CSV"},
    {"Obj\x01"sv, "is an Avro file: export it as JSON lines"},
    {"ORC"sv, "is an ORC file: export it as JSON lines or CSV"},
    {"SQLite format 3\0"sv, "is a database, and no file of events"},
    {"%PDF"sv, "is a PDF, and no file of events"},
    {"\xd0\xcf\x11\xe0"sv, "is an Excel workbook of the old kind (.xls): save it as CSV in UTF-8"},
    {"\xff\xfe"sv, "is UTF-16: read it as iconv -f UTF-16 -t UTF-8 FILE | cartwheel … -"},
    {"\xfe\xff"sv, "is UTF-16: read it as iconv -f UTF-16 -t UTF-8 FILE | cartwheel … -"},
    {"%YAML"sv, "is YAML: expected JSON (an object a line, or an array) or CSV"},
    {"---"sv, "is YAML: expected JSON (an object a line, or an array) or CSV"},
};

bool StartsWith(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

std::string_view SkipBlank(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return begin == text.npos ? std::string_view() : text.substr(begin);
}

std::string_view FirstLine(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of("\r\n"), text.size()));
}

// "type: product_added", "- id: 1".
bool LooksLikeYaml(std::string_view line) {
  if (line.starts_with("- ")) line.remove_prefix(2);
  const size_t colon = line.find(": ");
  if (colon == line.npos) return line.size() > 1 && line.back() == ':' && line.find_first_of(",;\"{ ") == line.npos;
  return colon > 0 && line.substr(0, colon).find_first_of(" ,;\"{[") == line.npos;
}

// Every second byte is zero: letters in two bytes each.
bool LooksLikeUtf16(std::string_view text) {
  constexpr size_t kLook = 64;
  if (text.size() < 8) return false;
  size_t even = 0, odd = 0;
  for (size_t i = 0; i < std::min(text.size(), kLook); ++i) (i % 2 == 0 ? even : odd) += text[i] == '\0';
  const size_t half = std::min(text.size(), kLook) / 2;
  return even > half * 3 / 4 || odd > half * 3 / 4;
}

// The encoding of a text that is not UTF-8 anywhere; empty: it is, or only some of its bytes are broken.
std::string OtherEncoding(std::string_view text) {
  size_t broken = 0, good = 0, pairs = 0;
  for (size_t i = 0, bytes = 1; i < text.size(); i += bytes) {
    const char32_t c = DecodeAt(text, i, &bytes);
    if (c == kNotUtf8 && i + 4 < text.size()) ++broken;
    if (c != kNotUtf8 && c >= 0x80) ++good;
    const auto high = [&](size_t at) { return at < text.size() && static_cast<unsigned char>(text[at]) >= 0xa1; };
    if (c == kNotUtf8 && high(i) && high(i + 1)) {
      ++pairs;
      if (bytes == 1) bytes = 2;
    }
  }
  if (broken < 2 || good >= broken) return {};
  const bool korean = pairs * 2 > broken;
  return korean ? "holds text in EUC-KR (CP949) and not UTF-8: read it as iconv -f CP949 -t UTF-8 FILE | cartwheel … -"
                : "holds text in Latin-1 (Windows-1252) and not UTF-8: read it as iconv -f WINDOWS-1252 -t UTF-8 FILE "
                  "| cartwheel … -";
}

}  // namespace

bool FirstLineIsWhole(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  size_t begin = line.find_first_not_of(" \t\r\xef\xbb\xbf");
  if (begin == line.npos) return false;
  if (line[begin] != '{') return line[begin] != '[';
  int depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < line.size(); ++i) {
    char c = line[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted)
      depth += (c == '{' || c == '[') - (c == '}' || c == ']');
  }
  return depth == 0 && !quoted;
}

bool IsGzip(std::string_view text) { return text.starts_with("\x1f\x8b"); }

bool HasOldMacLines(std::string_view text) {
  text = text.substr(0, kSniffBytes);
  return text.find('\n') == text.npos &&
         text.substr(0, text.size() - std::min<size_t>(text.size(), 1)).find('\r') != text.npos;
}

std::string Unreadable(std::string_view text) {
  text = text.substr(0, kSniffBytes);
  for (const Magic& magic : kMagics)
    if (text.starts_with(magic.bytes)) return std::string(magic.says);
  if (text.starts_with("PK\x03\x04")) {
    const bool excel = text.find("[Content_Types].xml") != text.npos || text.find("xl/") != text.npos;
    return excel ? "is an Excel workbook (.xlsx): save it as CSV in UTF-8"
                 : "is a zip archive: read it as unzip -p FILE | cartwheel … -";
  }
  if (LooksLikeUtf16(text)) return "is UTF-16: read it as iconv -f UTF-16 -t UTF-8 FILE | cartwheel … -";
  if (text.find('\0') != text.npos) return "holds zero bytes: it is no text, expected JSON or CSV in UTF-8";
  const std::string_view begin = SkipBlank(text);
  if (StartsWith(begin, "<!doctype html") || StartsWith(begin, "<html"))
    return "is an HTML page (of an error, or a login?): expected JSON or CSV";
  if (begin.starts_with('<')) return "is XML: expected JSON (an object a line, or an array) or CSV";
  if (!begin.empty() && LooksLikeYaml(FirstLine(begin)))
    return "is YAML: expected JSON (an object a line, or an array) or CSV";
  return {};
}

std::string Oddity(std::string_view text, bool json) {
  text = text.substr(0, kSniffBytes);
  const std::string_view begin = SkipBlank(text);
  if (begin.empty()) return "is empty: it holds no events";
  const std::string_view line = FirstLine(begin);
  const bool object = begin.front() == '{' || begin.front() == '[';
  if (json && !object && std::count(line.begin(), line.end(), ',') >= 2)
    return fmt::format(
        "looks like CSV (its first line is {}), and the format is one of JSON: --format rees46 reads the CSV of REES46",
        Printable(line.substr(0, 60)));
  if (!json && object) return "looks like JSON, and the format is CSV: give the --format that it is in";
  if (begin.front() == '{' && line[line.find_last_not_of(" \t")] == ',' && FirstLineIsWhole(begin))
    return "has a comma after its records: this is the inside of a JSON array. It is read line by line; put it into [ "
           "] or leave the commas out";
  return OtherEncoding(text);
}

std::string Printable(std::string_view text) {
  std::string out;
  for (size_t i = 0, bytes = 1; i < text.size(); i += bytes) {
    const char32_t c = DecodeAt(text, i, &bytes);
    const bool control = c == kNotUtf8 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
    if (!control) {
      out += text.substr(i, bytes);
      continue;
    }
    for (size_t k = 0; k < bytes; ++k) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i + k]));
  }
  return out;
}

}  // namespace cartwheel::cli
