// Tracked links: an address of the shop's own that carries where it leads and which message it stood in, signed with
// the database's key, so that no other party can make one that leads elsewhere. Where the shop has set a key of tokens
// the message is named by a click token (core/policy/token.h), which ends after a while; the link leads on.
// The shop answers at that address: it asks `query link` what the link is, tells the engine of the click as an event of
// its own, and redirects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/hash.h"

namespace cartwheel {

inline constexpr std::string_view kLinkUrl = "link_url";  // of the shop: its address that answers for such links

// How the links of one message are made.
struct LinkMaker {
  HashKey key;            // of the database
  std::string_view base;  // the shop's link_url; empty: it tracks none
  uint64_t message = 0;   // the lower half of its key
  std::string token;      // names the message in its place; empty: there is no key of tokens

  bool tracks() const { return !base.empty(); }
  // "https://shop.example/r?m=00c0ffee00c0ffee&u=https%3A%2F%2Fshop.example%2Fcart&s=0123456789abcdef". A query and a
  // fragment of the base stay. With a token "t=" and it stand in the place of "m=". Links of all messages to the same
  // address are equally long, but for the token, of at most kTokenTextMax characters.
  std::string Make(std::string_view url) const;
};

struct Link {
  std::string url;
  uint64_t message = 0;  // the lower half of its key; not said where there is a token
  std::string token;     // not looked at
};
// InvalidArgument when it is no link of this database, whole and unchanged. Whatever else stands in the query
// (utm_source) is passed over.
absl::StatusOr<Link> ReadLink(const HashKey& key, std::string_view link);

}  // namespace cartwheel
