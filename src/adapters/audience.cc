#include "adapters/audience.h"

#include <algorithm>

#include "adapters/crypto.h"
#include "adapters/lower.h"
#include "providers/korean_number.h"

namespace cartwheel {
namespace {

constexpr std::string_view kGmailDomains[] = {"gmail.com", "googlemail.com"};
constexpr std::string_view kCallingCodeOfKorea = "82";

constexpr AudienceFormat kFormats[] = {
    {"google", "Email,Phone", GoogleEmail, GooglePhone, true},
    {"kakao", "phone_number", nullptr, KakaoPhone, false},
    {"meta", "email,phone", MetaEmail, MetaPhone, true},
};

// A name and a domain; anything else is no address.
bool IsEmail(std::string_view text) {
  const size_t at = text.find('@');
  return at != text.npos && at > 0 && text.find('@', at + 1) == text.npos && text.find('.', at) != text.npos &&
         text.find_first_of(",\"\r\n") == text.npos;
}

std::string InternationalDigits(std::string_view address) {
  const PhoneNumber number = ReadPhoneNumber(address);
  if (!number.korean) return number.digits;
  const std::string_view national = number.digits;
  std::string digits(kCallingCodeOfKorea);
  return digits.append(national.starts_with('0') ? national.substr(1) : national);
}

}  // namespace

std::string MetaEmail(std::string_view address) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace({address.data(), address.size()});
  const std::string text = Lower({trimmed.data(), trimmed.size()});
  return IsEmail(text) ? text : std::string();
}

std::string GoogleEmail(std::string_view address) {
  std::string text = Lower(address);
  std::erase_if(text, [](char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); });
  if (!IsEmail(text)) return {};
  const size_t at = text.find('@');
  const std::string domain = text.substr(at + 1);
  if (std::find(std::begin(kGmailDomains), std::end(kGmailDomains), domain) == std::end(kGmailDomains)) return text;
  std::string name = text.substr(0, std::min(at, text.find('+')));
  std::erase(name, '.');
  return name.append("@").append(domain);
}

std::string MetaPhone(std::string_view address) { return InternationalDigits(address); }

std::string GooglePhone(std::string_view address) {
  const std::string digits = InternationalDigits(address);
  return digits.empty() ? digits : "+" + digits;
}

std::string KakaoPhone(std::string_view address) {
  const PhoneNumber number = ReadPhoneNumber(address);
  return number.korean ? number.digits : std::string();
}

std::string HashForAudience(std::string_view text) { return text.empty() ? std::string() : EncodeHex(Sha256(text)); }

absl::Span<const AudienceFormat> AudienceFormats() { return kFormats; }

std::string AudienceRow(const AudienceFormat& format, std::string_view email, std::string_view phone) {
  auto cell = [&](std::string (*made_alike)(std::string_view), std::string_view address) {
    std::string text = made_alike == nullptr || address.empty() ? std::string() : made_alike(address);
    return format.hashed ? HashForAudience(text) : text;
  };
  const std::string of_phone = cell(format.phone, phone);
  if (format.email == nullptr) return of_phone;
  const std::string of_email = cell(format.email, email);
  return of_email.empty() && of_phone.empty() ? std::string() : of_email + "," + of_phone;
}

}  // namespace cartwheel
