// How advertising platforms ask for the addresses of an audience: made alike, then hashed, or as they are.
// Sources: Meta's "Customer file custom audiences" and Google's "Customer Match" (formatting guidelines), Kakao's
// friend groups (a file of telephone numbers).
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

// Empty: it is no address of the kind.
std::string MetaEmail(std::string_view address);    // trimmed, lower case
std::string GoogleEmail(std::string_view address);  // no spaces, lower case; of Gmail without dots and "+…"
std::string MetaPhone(std::string_view address);    // digits with the calling code, "821012345678"
std::string GooglePhone(std::string_view address);  // E.164, "+821012345678"
std::string KakaoPhone(std::string_view address);   // Korean, "01012345678"

// "8e62…", SHA-256 in hex; of an empty text empty.
std::string HashForAudience(std::string_view text);

struct AudienceFormat {
  std::string_view name;                           // "meta"
  std::string_view header;                         // the first line of its file
  std::string (*email)(std::string_view address);  // null: the platform takes none
  std::string (*phone)(std::string_view address);
  bool hashed = false;
};
absl::Span<const AudienceFormat> AudienceFormats();

// "email,phone" as the platform's file has it, without a line end; empty: neither can be used.
std::string AudienceRow(const AudienceFormat& format, std::string_view email, std::string_view phone);

}  // namespace cartwheel
