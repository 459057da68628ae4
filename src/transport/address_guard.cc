#include "transport/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace cartwheel {
namespace {

using Bytes = std::array<uint8_t, 16>;

// IANA IPv4 Special-Purpose Address Registry, with multicast and the reserved block.
struct Net4 {
  uint32_t base;
  int bits;
};
constexpr Net4 kNotPublic4[] = {
    {0x00000000, 8},   // "this network"
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared by carriers (CGNAT)
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local: also the clouds' metadata service
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocol assignments
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // 6to4 relays, given up
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
};

// IANA IPv6 Special-Purpose Address Registry. Only 2000::/3 is given out at all.
struct Net6 {
  Bytes base;
  int bits;
};
constexpr Net6 kPublic6 = {{0x20}, 3};
constexpr Net6 kNotPublic6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

// Blocks that hold an IPv4 address, and where.
struct Embedded {
  Net6 net;
  size_t place;
};
constexpr Embedded kEmbedded[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                    // NAT64
    {{{0x20, 0x02}, 16}, 2},                                 // 6to4
};

bool Within(const Bytes& address, const Net6& net) {
  for (int bit = 0; bit < net.bits; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if (((address[bit / 8] ^ net.base[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool IsPublic4(uint32_t address) {
  return std::none_of(std::begin(kNotPublic4), std::end(kNotPublic4),
                      [&](const Net4& net) { return (address ^ net.base) >> (32 - net.bits) == 0; });
}

bool IsPublic6(const Bytes& address) {
  for (const Embedded& embedded : kEmbedded)
    if (Within(address, embedded.net)) {
      uint32_t inner = 0;
      for (size_t i = 0; i < 4; ++i) inner = inner << 8 | address[embedded.place + i];
      return IsPublic4(inner);
    }
  return Within(address, kPublic6) && std::none_of(std::begin(kNotPublic6), std::end(kNotPublic6),
                                                   [&](const Net6& net) { return Within(address, net); });
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET)
    return IsPublic4(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  if (address->sa_family != AF_INET6) return false;
  Bytes bytes;
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, bytes.size());
  return IsPublic6(bytes);
}

bool IsPublicAddress(const std::string& address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1)
    return IsPublicAddress(reinterpret_cast<const sockaddr*>(&v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  return inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1 &&
         IsPublicAddress(reinterpret_cast<const sockaddr*>(&v6));
}

std::string AddressText(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
  if (address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
  return text;
}

}  // namespace cartwheel
