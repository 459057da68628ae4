#include "adapters/korean_payload.h"

#include "base/measure.h"
#include "base/utf8.h"

namespace cartwheel {
namespace {

constexpr size_t kTitleBytesMax = 40;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 24 * kHourMs;
constexpr int64_t kKoreaOffsetMs = 9 * kHourMs;  // no summer time since 1988
constexpr int64_t kMorningMs = 8 * kHourMs;

// The longest beginning of a line that fits.
std::string_view CutToKoreanBytes(std::string_view line, size_t bytes_max) {
  size_t bytes = 0, at = 0;
  while (at < line.size()) {
    const std::string_view rest = line.substr(at);
    const size_t size = std::max<size_t>(CutAtCharacter(rest, 4).size(), 1);
    size_t one = 1;
    while (one < size && (static_cast<unsigned char>(rest[one]) & 0xC0) == 0x80) ++one;
    const size_t more = KoreanBytes(rest.substr(0, one));
    if (bytes + more > bytes_max) break;
    bytes += more;
    at += one;
  }
  return line.substr(0, at);
}

}  // namespace

bool ReadKoreanPayload(std::string_view payload, simdjson::dom::parser* parser, KoreanPayload* read) {
  json::Element root;
  if (parser->parse(payload.data(), payload.size()).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
  *read = {};
  for (const auto& [key, value] : json::Members(root)) {
    if (key == "text") read->text = json::Text(value);
    if (key == "subject") read->subject = json::Text(value);
    if (key == "title") read->title = json::Text(value);
    if (key == "image") read->image = json::Text(value);
    if (key == "image_url") read->image_url = json::Text(value);
    if (key == "template_code") read->template_code = json::Text(value);
    if (key == "targeting") read->targeting = json::Text(value);
    if (key == "fallback") read->fallback = json::Text(value);
    if (key == "type") read->type = json::Text(value);
    if (key == "variables") read->variables = json::Members(value);
    if (key == "buttons") read->buttons = json::Elements(value);
  }
  return true;
}

std::string_view ButtonType(json::Element button) {
  const std::string_view type = json::Text(button, "type");
  return type.empty() ? "WL" : type;
}

std::string_view VariableName(std::string_view key) {
  return key.starts_with("#{") && key.ends_with('}') ? key.substr(2, key.size() - 3) : key;
}

bool IsAlimtalk(const KoreanPayload& payload) { return !payload.template_code.empty(); }

std::string TitleOf(const KoreanPayload& payload) {
  const std::string_view from = payload.subject.empty() ? payload.text : payload.subject;
  return std::string(CutToKoreanBytes(from.substr(0, from.find_first_of("\r\n")), kTitleBytesMax));
}

int64_t UntilMorningInKorea(int64_t now_ms) {
  const int64_t of_day = (now_ms + kKoreaOffsetMs) % kDayMs;
  return of_day < kMorningMs ? kMorningMs - of_day : kDayMs - of_day + kMorningMs;
}

}  // namespace cartwheel
