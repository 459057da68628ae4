// The media of consents: what a customer agrees to be reached by, hence also what hours and caps are about. Several
// channels may be of one medium; a template's section (core/model/media.h) is something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace cartwheel {

enum class ConsentMedium : uint8_t { kSms, kEmail, kKakao, kAppPush, kWebPush };

// By enumerator: the name that events, playbooks and reports use. The channels that come with the library have the
// names of their media.
inline constexpr std::string_view kConsentMediumNames[] = {"sms", "email", "kakao", "app_push", "web_push"};
inline constexpr size_t kConsentMediumCount = std::size(kConsentMediumNames);

constexpr std::string_view ConsentMediumName(ConsentMedium medium) {
  return kConsentMediumNames[static_cast<size_t>(medium)];
}

// Returns the medium of a name, empty for a name that is none.
[[nodiscard]] constexpr std::optional<ConsentMedium> FindConsentMedium(std::string_view name) {
  for (size_t i = 0; i < kConsentMediumCount; ++i) {
    if (kConsentMediumNames[i] == name) return static_cast<ConsentMedium>(i);
  }
  return std::nullopt;
}

// Returns the medium of a channel that comes with the library. Empty for a webhook and for a shop's own channel, which
// has one only where the playbook declares it.
[[nodiscard]] constexpr std::optional<ConsentMedium> MediumOfChannel(std::string_view channel) {
  return FindConsentMedium(channel);
}

// A set of media, as bits.
class MediumSet {
 public:
  constexpr MediumSet() = default;
  template <typename... Media>
  constexpr explicit MediumSet(ConsentMedium first, Media... others) : bits_(Bit(first)) {
    ((bits_ = static_cast<uint8_t>(bits_ | Bit(others))), ...);
  }
  static constexpr MediumSet All() {
    MediumSet all;
    all.bits_ = (1 << kConsentMediumCount) - 1;
    return all;
  }
  constexpr bool has(ConsentMedium medium) const { return (bits_ & Bit(medium)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void insert(ConsentMedium medium) { bits_ = static_cast<uint8_t>(bits_ | Bit(medium)); }
  constexpr MediumSet Without(ConsentMedium medium) const {
    MediumSet others = *this;
    others.bits_ = static_cast<uint8_t>(bits_ & ~Bit(medium));
    return others;
  }
  constexpr uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(MediumSet, MediumSet) = default;

 private:
  static constexpr uint8_t Bit(ConsentMedium medium) { return static_cast<uint8_t>(1 << static_cast<int>(medium)); }
  uint8_t bits_ = 0;
};

// Returns whether its addresses are those of a device rather than of a person: a device's own state binds them too.
[[nodiscard]] constexpr bool IsPush(ConsentMedium medium) {
  return medium == ConsentMedium::kAppPush || medium == ConsentMedium::kWebPush;
}

}  // namespace cartwheel
