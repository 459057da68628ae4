// Filters for HTML and URLs. Where texts are HTML, what is printed is escaped unless `raw` (or an escape of its own)
// says otherwise.
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "liquid/filters.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

struct Entity {
  char character;
  std::string_view text;
};
constexpr Entity kEntities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

// "&amp;", "&#39;", "&#x27;" at the start of the text.
bool StartsWithEntity(std::string_view text) {
  constexpr size_t kEntityBytesMax = 12;
  size_t end = text.substr(0, kEntityBytesMax).find(';');
  if (end == text.npos || end < 2) return false;
  std::string_view name = text.substr(1, end - 1);
  if (name.starts_with('#')) name.remove_prefix(1);
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsDigit(c) || UpperAscii(c) != LowerAscii(c); });
}

template <bool kOnce>
Value Escape(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  size_t plain = text.find_first_of("&<>\"'");
  if (plain == text.npos) return IsNil(input) ? Value() : Value::String(text);
  TextBuilder escaped(context);
  escaped.Append(text.substr(0, plain));
  for (size_t i = plain; i < text.size() && !context.failed(); ++i) {
    auto entity = std::find_if(std::begin(kEntities), std::end(kEntities),
                               [&](const Entity& e) { return e.character == text[i]; });
    bool keep = entity == std::end(kEntities) || (kOnce && text[i] == '&' && StartsWithEntity(text.substr(i)));
    escaped.Append(keep ? text.substr(i, 1) : entity->text);
  }
  return Finish(escaped);
}

Value Raw(Context&, const Value& input, const Value*) { return input; }

Value UrlEncode(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  return context.SpendBytes(3 * text.size()) ? context.NewText(PercentEncode(text, "+")) : Value();
}

Value UrlDecode(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  if (!context.SpendBytes(text.size())) return Value();
  const std::string decoded = PercentDecode(text);
  return IsUtf8(decoded) ? context.NewText(decoded) : context.Fail("what this URL stands for is not UTF-8");
}

// What strip_html drops with its content; a plain tag comes last.
struct Element {
  std::string_view opening, closing;
};
constexpr Element kDropped[] = {{"<script", "</script>"}, {"<!--", "-->"}, {"<style", "</style>"}, {"<", ">"}};

Value StripHtml(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  bool never_closed[std::size(kDropped)] = {};  // so that a text of a thousand "<script" is searched once
  TextBuilder kept(context);
  for (size_t at = 0; at < text.size() && context.Spend(1);) {
    size_t bracket = std::min(text.find('<', at), text.size());
    kept.Append(text.substr(at, bracket - at));
    at = bracket;
    if (at == text.size()) break;
    size_t end = text.npos;
    for (size_t i = 0; i < std::size(kDropped) && end == text.npos; ++i) {
      if (never_closed[i] || !text.substr(at).starts_with(kDropped[i].opening)) continue;
      end = text.find(kDropped[i].closing, at + kDropped[i].opening.size());
      if (end == text.npos)
        never_closed[i] = true;
      else
        end += kDropped[i].closing.size();
    }
    if (end == text.npos) {
      kept.Append('<');
      ++at;
    } else {
      at = end;
    }
  }
  return Finish(kept);
}

template <void (*kEncode)(absl::string_view, std::string*)>
Value Encode64(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  if (!context.SpendBytes(text.size())) return Value();
  std::string encoded;
  kEncode({text.data(), text.size()}, &encoded);
  return context.NewText(encoded);
}

template <bool (*kDecode)(absl::string_view, std::string*)>
Value Decode64(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  std::string decoded;
  if (!context.SpendBytes(text.size())) return Value();
  if (!kDecode({text.data(), text.size()}, &decoded) || !IsUtf8(decoded))
    return context.Fail("expected a text in base64");
  return context.NewText(decoded);
}

// With its padding, which WebSafeBase64Escape leaves out.
void EscapeWebSafe(absl::string_view bytes, std::string* out) {
  absl::Base64Escape(bytes, out);
  std::replace(out->begin(), out->end(), '+', '-');
  std::replace(out->begin(), out->end(), '/', '_');
}
void EscapePlain(absl::string_view bytes, std::string* out) { absl::Base64Escape(bytes, out); }
bool UnescapePlain(absl::string_view text, std::string* out) { return absl::Base64Unescape(text, out); }
bool UnescapeWebSafe(absl::string_view text, std::string* out) { return absl::WebSafeBase64Unescape(text, out); }

constexpr Filter kFilters[] = {
    {"base64_decode", 0, 0, Decode64<UnescapePlain>},
    {"base64_encode", 0, 0, Encode64<EscapePlain>},
    {"base64_url_safe_decode", 0, 0, Decode64<UnescapeWebSafe>},
    {"base64_url_safe_encode", 0, 0, Encode64<EscapeWebSafe>},
    {.name = "escape", .arguments_min = 0, .arguments_max = 0, .call = Escape<false>, .makes_html = true},
    {.name = "escape_once", .arguments_min = 0, .arguments_max = 0, .call = Escape<true>, .makes_html = true},
    {.name = "raw", .arguments_min = 0, .arguments_max = 0, .call = Raw, .makes_html = true},
    {"strip_html", 0, 0, StripHtml},
    {"url_decode", 0, 0, UrlDecode},
    {"url_encode", 0, 0, UrlEncode},
};

}  // namespace

absl::Span<const Filter> WebFilters() { return kFilters; }

}  // namespace cartwheel::liquid
