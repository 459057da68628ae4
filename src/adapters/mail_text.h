// Texts of a mail's header, and bodies, as mail carries them: ASCII lines of at most 78 bytes that end with CRLF
// (RFC 5322, RFC 2047, RFC 2045).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cartwheel {

inline constexpr size_t kMailLineMax = 76;  // bytes without CRLF

// Whether a text is an address that may stand in an envelope and a header: ASCII, one "@", a local part without quotes,
// a domain of letters, digits, "-" and "." (RFC 5321's dot-string and domain).
bool IsMailAddress(std::string_view text);
std::string_view DomainOf(std::string_view address);  // after the "@"

// "Subject: …" with CRLF. Whatever is not printable ASCII goes as encoded words, split where characters end; control
// characters become spaces, so that no text makes a header of its own.
std::string HeaderLine(std::string_view name, std::string_view text);
// The same of a name and an address: `From: "Shop" <shop@shop.example>`; an empty name leaves it out.
std::string AddressLine(std::string_view name, std::string_view display_name, std::string_view address);
// The same of a value that is ASCII (other bytes become "?") without spaces within its parts; long ones are folded at
// the spaces.
std::string FoldedLine(std::string_view name, std::string_view value);

// "Mon, 30 Nov 2026 09:00:00 +0000".
std::string MailDate(int64_t now_ms);

// Base64 in lines, each ended by CRLF. Line ends of a text become CRLF before.
std::string Base64Lines(std::string_view bytes);
std::string CanonicalLines(std::string_view text);

}  // namespace cartwheel
