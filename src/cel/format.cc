// Texts of values: string() of numbers and times, and format(), whose clauses are those of cel-go's extension library
// strings.
#include "fmt/format.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/time.h"
#include "cel/library.h"

namespace cartwheel::cel {
namespace {

constexpr int kPrecision = 6, kPrecisionMax = 100;

std::string RealText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", number);
}

bool AppendText(const Value& value, std::string* out);

bool AppendMap(const Value& map, std::string* out) {
  std::vector<std::pair<std::string, Value>> entries;
  for (size_t i = 0; i < map.size(); ++i) {
    std::string key;
    if (!AppendText(map.entry(i).first, &key)) return false;
    entries.emplace_back(std::move(key), map.entry(i).second);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  *out += '{';
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) *out += ", ";
    *out += entries[i].first + ": ";
    if (!AppendText(entries[i].second, out)) return false;
  }
  *out += '}';
  return true;
}

// What %s writes. False: no such value.
bool AppendText(const Value& value, std::string* out) {
  if (out->size() > kMadeBytesMax) return false;
  switch (value.kind()) {
    case Kind::kAbsent:
      return false;
    case Kind::kNull:
      *out += "null";
      return true;
    case Kind::kBool:
      *out += value.boolean() ? "true" : "false";
      return true;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
      *out += value.text();
      return true;
    case Kind::kList:
      *out += '[';
      for (size_t i = 0; i < value.size(); ++i) {
        if (i > 0) *out += ", ";
        if (!AppendText(value.at(i), out)) return false;
      }
      *out += ']';
      return true;
    case Kind::kMap:
      return AppendMap(value, out);
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kDecimal:
    case Kind::kTimestamp:
    case Kind::kDuration:
    case Kind::kOptional:
      break;
  }
  *out += ScalarText(value);
  return true;
}

bool IsReal(const Value& value) { return value.kind() == Kind::kDouble || value.kind() == Kind::kDecimal; }
bool IsWhole(const Value& value) { return value.kind() == Kind::kInt || value.kind() == Kind::kUint; }
bool IsStrange(const Value& value) { return IsReal(value) && !std::isfinite(ToDouble(value)); }

std::string Based(const Value& value, char clause) {
  const bool minus = value.kind() == Kind::kInt && value.integer() < 0;
  const uint64_t size = minus ? 0 - value.unsigned_integer() : value.unsigned_integer();
  const char* sign = minus ? "-" : "";
  if (clause == 'b') return fmt::format("{}{:b}", sign, size);
  if (clause == 'o') return fmt::format("{}{:o}", sign, size);
  return clause == 'x' ? fmt::format("{}{:x}", sign, size) : fmt::format("{}{:X}", sign, size);
}

std::string Hex(std::string_view bytes, bool upper) {
  std::string text;
  for (unsigned char byte : bytes) text += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  return text;
}

// The text of a value in one clause other than %s. Empty: the clause does not take it.
std::optional<std::string> ClauseText(char clause, int precision, const Value& value) {
  if (clause == 'd' || clause == 'f' || clause == 'e') {
    if (IsStrange(value)) return RealText(ToDouble(value));
    if (!IsReal(value) && !IsWhole(value)) return std::nullopt;
    if (clause == 'd') return ScalarText(value);
    return clause == 'f' ? fmt::format("{:.{}f}", ToDouble(value), precision)
                         : fmt::format("{:.{}e}", ToDouble(value), precision);
  }
  if (clause == 'b' && value.kind() == Kind::kBool) return value.boolean() ? "1" : "0";
  if (IsWhole(value)) return Based(value, clause);
  if ((clause == 'x' || clause == 'X') && (value.is_string() || value.kind() == Kind::kBytes))
    return Hex(value.text(), clause == 'X');
  return std::nullopt;
}

// False: the clause does not take this value.
bool AppendClause(char clause, int precision, const Value& value, std::string* out) {
  if (clause == 's') return AppendText(value, out);
  const std::optional<std::string> text = ClauseText(clause, precision, value);
  if (text) *out += *text;
  return text.has_value();
}

}  // namespace

std::string ScalarText(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return fmt::format("{}", value.integer());
    case Kind::kUint:
      return fmt::format("{}", value.unsigned_integer());
    case Kind::kDouble:
    case Kind::kDecimal:
      return RealText(ToDouble(value));
    case Kind::kTimestamp:
      return FormatInstant(value.integer(), value.nanoseconds());
    case Kind::kDuration:
      return FormatSeconds(value.integer(), value.nanoseconds());
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kList:
    case Kind::kMap:
    case Kind::kType:
    case Kind::kOptional:
      break;
  }
  return "";
}

Value FormatText(std::string_view format, const Value& arguments, Arena& arena, std::string_view* error) {
  auto fail = [&](std::string_view why) { return Fail(why, error); };
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    if (++i == format.size()) return fail("a clause that ends too soon");
    if (format[i] == '%') {
      out += '%';
      continue;
    }
    int precision = kPrecision;
    if (format[i] == '.') {
      precision = 0;
      for (++i; i < format.size() && format[i] >= '0' && format[i] <= '9'; ++i)
        if ((precision = 10 * precision + format[i] - '0') > kPrecisionMax)
          return fail("a precision of more than 100 digits");
      if (i == format.size()) return fail("a clause that ends too soon");
    }
    if (std::string_view("sdfebxXo").find(format[i]) == std::string_view::npos)
      return fail("a clause that is none of %s %d %f %e %b %o %x %X");
    if (next >= arguments.size()) return fail("fewer values than clauses");
    if (!AppendClause(format[i], precision, arguments.at(next++), &out))
      return fail("a clause that does not take such a value");
  }
  return arena.Text(std::move(out));
}

}  // namespace cartwheel::cel
