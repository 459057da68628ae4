// Messages, settings and answers for the tests of Korean providers.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "adapters/settings.h"
#include "base/status.h"
#include "tests/catch.h"
#include "tests/unit/adapters/messages.h"

namespace cartwheel {

inline constexpr int64_t kNowMs = 1'794'474'000'000;  // 2026-11-12T09:00:00Z, 18:00 in Korea
inline constexpr char kMessageKey[] = "00112233445566778899aabbccddeeff";

inline Message MakeMessage(int64_t id, std::string medium, std::string payload, std::string message_class = "ad") {
  Message message;
  message.id = id;
  message.token = 7;
  message.key = kMessageKey;
  message.channel = medium;
  message.medium = std::move(medium);
  message.message_class = std::move(message_class);
  message.address = "010-1234-5678";
  message.payload = std::move(payload);
  return message;
}

inline std::unique_ptr<Adapter> MakeAdapter(const AdapterKind& kind,
                                            std::vector<std::pair<std::string, SettingValue>> values) {
  ChannelSettings settings;
  settings.name = settings.kind = std::string(kind.name);
  for (auto& [key, value] : values) settings.Set(key, std::move(value));
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = kind.make(settings);
  INFO(StatusText(adapter.status()));
  REQUIRE(adapter.ok());
  return *std::move(adapter);
}

}  // namespace cartwheel
