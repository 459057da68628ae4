// Which addresses requests may go to: endpoints are data from outside, and must not reach into the shop's own network.
// The resolved address is judged, not the name: a name may resolve to anything (DNS rebinding).
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace cartwheel {

// Whether an address is one of the public internet, by the special-purpose registries of IANA (RFC 6890). IPv4 within
// IPv6 (mapped, NAT64, 6to4) counts as the IPv4 address that it holds. Other families than IP are not public.
bool IsPublicAddress(const sockaddr* address);
// The same of a text without brackets, "10.0.0.1" or "fe80::1"; false: it is no address.
bool IsPublicAddress(const std::string& address);

// The address as people write it; empty: it is none of IP.
std::string AddressText(const sockaddr* address);

}  // namespace cartwheel
