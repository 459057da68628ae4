#include "adapters/push_text.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "base/json_tree.h"
#include "base/status.h"

namespace cartwheel {
namespace {

// A number, also one that a template rendered as text.
std::optional<int64_t> ReadNumber(json::Element element) {
  int64_t number = 0;
  if (element.get_int64().get(number) == simdjson::SUCCESS) return number;
  const std::string_view text = json::Text(element);
  if (absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number)) return number;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<PushText> ReadPushText(std::string_view payload) {
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(payload.data(), payload.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return absl::InvalidArgumentError("the payload is no JSON object");
  PushText text;
  for (auto [key, field] : {std::pair{"title", &text.title},
                            {"body", &text.body},
                            {"icon", &text.icon},
                            {"image", &text.image},
                            {"url", &text.url},
                            {"urgency", &text.urgency},
                            {"topic", &text.topic}})
    *field = std::string(json::Text(root, key));
  for (json::Element button : json::Elements(root, "buttons"))
    text.buttons.push_back({std::string(json::Text(button, "label")), std::string(json::Text(button, "url"))});
  if (json::Element ttl; root["ttl"].get(ttl) == simdjson::SUCCESS) text.ttl_s = ReadNumber(ttl);
  if (text.title.empty() && text.body.empty())
    return absl::InvalidArgumentError("the payload has neither title nor body");
  return text;
}

int64_t PushTtlSeconds(const PushText& text, const Message& message, int64_t now_ms) {
  const int64_t left_s = (message.expires_at_ms - now_ms) / 1000;
  return std::clamp<int64_t>(std::min(text.ttl_s.value_or(kPushTtlMaxS), left_s), 0, kPushTtlMaxS);
}

void WriteTextIfAny(std::string_view key, std::string_view text, JsonWriter& json) {
  if (!text.empty()) json.Text(key, text);
}

void WriteButtons(const PushText& text, JsonWriter& json) {
  json.BeginList();
  for (const PushText::Button& button : text.buttons) {
    json.BeginObject();
    WriteTextIfAny("label", button.label, json);
    WriteTextIfAny("url", button.url, json);
    json.EndObject();
  }
  json.EndList();
}

}  // namespace cartwheel
