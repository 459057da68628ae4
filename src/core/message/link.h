// Tracked links: an address of the shop's own that carries where it leads and which message it stood in, signed with
// the database's key, so that no other party can make one that leads elsewhere. The shop answers at that address: it
// asks `query link` what the link is, tells the engine of the click as an event of its own, and redirects.
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

  bool tracks() const { return !base.empty(); }
  // "https://shop.example/r?m=00c0ffee00c0ffee&u=https%3A%2F%2Fshop.example%2Fcart&s=0123456789abcdef". A query and a
  // fragment of the base stay. Links of all messages to the same address are equally long.
  std::string Make(std::string_view url) const;
};

struct Link {
  std::string url;
  uint64_t message = 0;  // the lower half of its key
};
// InvalidArgument when it is no link of this database, whole and unchanged. Whatever else stands in the query
// (utm_source) is passed over.
absl::StatusOr<Link> ReadLink(const HashKey& key, std::string_view link);

}  // namespace cartwheel
