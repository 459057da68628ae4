// Reads mails that others made: header fields, parts, encodings. Lenient: whatever is broken ends early, and no part is
// nested deeper than kMimeDepthMax.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartwheel {

inline constexpr int kMimeDepthMax = 8;
inline constexpr size_t kMimePartsMax = 100;  // of one multipart

using MimeHeader = std::vector<std::pair<std::string, std::string>>;  // names in lower case, values unfolded

// The first field of that name; empty: there is none.
std::string_view FindField(const MimeHeader& header, std::string_view name);
// Reads header fields up to an empty line; *body is what follows it. Lines end with LF.
MimeHeader ReadMimeHeader(std::string_view text, std::string_view* body);

struct ContentType {
  std::string type;                               // "multipart/report", lower case; text/plain where none is said
  std::map<std::string, std::string> parameters;  // names in lower case
};
ContentType ReadContentType(std::string_view value);

struct MimePart {
  MimeHeader header;
  ContentType type;
  std::string body;  // decoded
};
// Calls `visit` for the mail and each of its parts, also those of mails within it. Line ends become LF.
void WalkMail(std::string_view mail, const std::function<void(const MimePart&)>& visit);

}  // namespace cartwheel
