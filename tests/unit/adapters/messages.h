// Messages, settings and answers for tests of adapters.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "adapters/settings.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

inline constexpr int64_t kTestNowMs = 1'772'323'200'000;  // 2026-03-01T00:00:00Z

inline Message MessageTo(std::string address, std::string payload, int64_t id = 1) {
  Message message;
  message.id = id;
  message.token = id + 1000;
  message.key = "1a574d43ac5b69d52984136d266d1862";
  message.channel = "push";
  message.message_class = "ad";
  message.purpose = "cart";
  message.medium = "push";
  message.customer = "kim";
  message.address = std::move(address);
  message.journey = "cart";
  message.step = "first";
  message.template_name = "gentle";
  message.payload = std::move(payload);
  message.made_at_ms = kTestNowMs;
  message.expires_at_ms = kTestNowMs + 3'600'000;
  return message;
}

inline Response Answer(int status, std::string body = {}, Headers headers = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

inline std::string HeaderOf(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "(none)";
}

inline ChannelSettings SettingsOf(std::string kind,
                                  std::initializer_list<std::pair<std::string_view, SettingValue>> values) {
  ChannelSettings settings;
  settings.name = "push";
  settings.kind = std::move(kind);
  for (const auto& [key, value] : values) settings.Set(key, value);
  return settings;
}

}  // namespace cartwheel
