#include "base/json_text.h"

#include <cmath>
#include <cstring>
#include <iterator>

#include "base/packed.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Whether one of eight bytes is below 0x20, a quote or a backslash: a bit trick that looks at all of them at once.
// Source: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
bool AnyJsonEscape(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = kOnes * 0x80;
  uint64_t x;
  std::memcpy(&x, bytes, sizeof x);
  auto below = [](uint64_t v, uint64_t limit) { return (v - kOnes * limit) & ~v; };
  return ((below(x, 0x20) | below(x ^ kOnes * '"', 1) | below(x ^ kOnes * '\\', 1)) & kHighs) != 0;
}

void AppendEscaped(std::string_view text, std::string* out) {
  size_t plain = 0;
  for (size_t i = FindJsonEscape(text, 0); i < text.size(); i = FindJsonEscape(text, i + 1)) {
    const auto c = static_cast<unsigned char>(text[i]);
    out->append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        fmt::format_to(std::back_inserter(*out), "\\u{:04x}", c);
    }
  }
  out->append(text.substr(plain));
}

void AppendJsonContainer(const Value& value, std::string* out) {
  out->push_back(value.is_map() ? '{' : '[');
  const size_t empty = out->size();
  auto element = [&](std::string_view key, const Value& content) {
    if (out->size() > empty) out->push_back(',');
    if (value.is_map()) {
      AppendJsonString(key, out);
      out->push_back(':');
    }
    AppendJson(content, out);
  };
  if (IsPacked(value)) {
    for (PackedCursor cursor(value); cursor.Next();) element(cursor.key(), cursor.value());
  } else {
    for (size_t i = 0, n = value.size(); i < n; ++i) {
      Entry entry = value.is_map() ? value.entry(i) : Entry(Value(), value.at(i));
      std::string key;  // of maps that conditions make, keys may be no texts
      if (value.is_map() && !entry.first.is_string()) AppendJson(entry.first, &key);
      element(!value.is_map() || !key.empty() ? std::string_view(key) : entry.first.text(), entry.second);
    }
  }
  out->push_back(value.is_map() ? '}' : ']');
}

}  // namespace

size_t FindJsonEscape(std::string_view text, size_t from) {
  size_t at = from;
  while (at + 8 <= text.size() && !AnyJsonEscape(text.data() + at)) at += 8;
  for (; at < text.size(); ++at)
    if (const auto c = static_cast<unsigned char>(text[at]); c < 0x20 || c == '"' || c == '\\') break;
  return at;
}

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  AppendEscaped(text, out);
  out->push_back('"');
}

void JsonWriter::Time(std::string_view plain_key, int64_t at_ms) { Text(plain_key, FormatInstant(at_ms)); }

void JsonWriter::AppendInt(int64_t number) {
  const fmt::format_int text(number);
  out_.append(text.data(), text.size());
}

void AppendJson(const Value& value, std::string* out) {
  auto back = std::back_inserter(*out);
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      out->append("null");
      break;
    case Kind::kBool:
      out->append(value.boolean() ? "true" : "false");
      break;
    case Kind::kInt:
      fmt::format_to(back, "{}", value.integer());
      break;
    case Kind::kUint:
      fmt::format_to(back, "{}", value.unsigned_integer());
      break;
    case Kind::kDouble:
      if (std::isfinite(value.real()))
        fmt::format_to(back, "{}", value.real());
      else
        out->append("null");
      break;
    case Kind::kDecimal:
      out->append(FormatMoney(value.decimal()));
      break;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
      AppendJsonString(value.text(), out);
      break;
    case Kind::kDuration:
      AppendJsonString(
          value.nanoseconds() == 0 ? FormatSpan(value.integer()) : FormatSeconds(value.integer(), value.nanoseconds()),
          out);
      break;
    case Kind::kTimestamp:
      AppendJsonString(FormatInstant(value.integer(), value.nanoseconds()), out);
      break;
    case Kind::kList:
    case Kind::kMap:
      AppendJsonContainer(value, out);
      break;
    case Kind::kOptional:
      AppendJson(value.inside() == nullptr ? Value::Null() : *value.inside(), out);
      break;
  }
}

}  // namespace cartwheel
