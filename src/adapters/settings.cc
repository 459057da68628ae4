#include "adapters/settings.h"

namespace cartwheel {
namespace {

constexpr SettingKey kCommonKeys[] = {
    {"kind", SettingType::kText, true, "which provider or protocol"},
    {"rate_per_second", SettingType::kNumber, false, "messages a second, at most"},
    {"rate_per_day", SettingType::kWhole, false, "messages a day (UTC) of one worker, at most"},
    {"private_address", SettingType::kFlag, false, "may connect to loopback and private addresses, and without TLS"},
    {"ca_file", SettingType::kPath, false, "certificates (PEM) that are trusted in place of the system's"},
};

template <typename T>
T Value(const std::map<std::string, SettingValue, std::less<>>& values, std::string_view key, T otherwise) {
  const auto found = values.find(key);
  if (found == values.end()) return otherwise;
  const T* value = std::get_if<T>(&found->second);
  return value == nullptr ? otherwise : *value;
}

}  // namespace

absl::Span<const SettingKey> CommonSettingKeys() { return kCommonKeys; }

std::string ChannelSettings::Text(std::string_view key, std::string_view otherwise) const {
  return Value<std::string>(values_, key, std::string(otherwise));
}
int64_t ChannelSettings::Whole(std::string_view key, int64_t otherwise) const {
  return Value<int64_t>(values_, key, otherwise);
}
double ChannelSettings::Number(std::string_view key, double otherwise) const {
  return Value<double>(values_, key, otherwise);
}
bool ChannelSettings::Flag(std::string_view key, bool otherwise) const { return Value<bool>(values_, key, otherwise); }
std::vector<std::string> ChannelSettings::Texts(std::string_view key) const {
  return Value<std::vector<std::string>>(values_, key, {});
}
TextMap ChannelSettings::Map(std::string_view key) const { return Value<TextMap>(values_, key, {}); }

}  // namespace cartwheel
