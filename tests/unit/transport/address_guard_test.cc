#include "transport/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/catch.h"

using namespace cartwheel;

// The first and last addresses of the blocks in IANA's special-purpose registries, and their neighbours.
TEST_CASE("address guard: only addresses of the public internet may be connected to") {
  struct Case {
    const char* address;
    bool is_public;
  };
  constexpr Case kCases[] = {
      {"0.0.0.0", false},
      {"0.255.255.255", false},
      {"1.0.0.0", true},
      {"9.255.255.255", true},
      {"10.0.0.0", false},
      {"10.255.255.255", false},
      {"11.0.0.0", true},
      {"100.63.255.255", true},
      {"100.64.0.0", false},
      {"100.127.255.255", false},
      {"100.128.0.0", true},
      {"126.255.255.255", true},
      {"127.0.0.1", false},
      {"127.255.255.255", false},
      {"128.0.0.0", true},
      {"169.253.255.255", true},
      {"169.254.169.254", false},
      {"169.255.0.0", true},
      {"172.15.255.255", true},
      {"172.16.0.0", false},
      {"172.31.255.255", false},
      {"172.32.0.0", true},
      {"192.0.0.1", false},
      {"192.0.0.255", false},
      {"192.0.1.0", true},
      {"192.0.1.255", true},
      {"192.0.2.0", false},
      {"192.0.2.255", false},
      {"192.0.3.0", true},
      {"192.88.98.255", true},
      {"192.88.99.0", false},
      {"192.88.99.255", false},
      {"192.88.100.0", true},
      {"192.167.255.255", true},
      {"192.168.0.0", false},
      {"192.168.255.255", false},
      {"192.169.0.0", true},
      {"198.17.255.255", true},
      {"198.18.0.0", false},
      {"198.19.255.255", false},
      {"198.20.0.0", true},
      {"198.51.99.255", true},
      {"198.51.100.0", false},
      {"198.51.100.255", false},
      {"198.51.101.0", true},
      {"203.0.112.255", true},
      {"203.0.113.0", false},
      {"203.0.113.255", false},
      {"203.0.114.0", true},
      {"223.255.255.255", true},
      {"224.0.0.1", false},
      {"239.255.255.255", false},
      {"240.0.0.0", false},
      {"255.255.255.255", false},
      {"8.8.8.8", true},
      {"::", false},
      {"::1", false},
      {"::ffff:10.0.0.1", false},
      {"::ffff:127.0.0.1", false},
      {"::ffff:8.8.8.8", true},
      {"::ffff:200.0.0.1", true},
      {"::fffe:8.8.8.8", false},
      {"::7f00:1", false},  // "IPv4-compatible", given up
      {"64:ff9b::7f00:1", false},
      {"64:ff9b::808:808", true},
      {"64:ff9b::c800:1", true},
      {"64:ff9b::1:808:808", false},
      {"64:ff9b:1::1", false},
      {"100::1", false},
      {"1fff:ffff::1", false},
      {"2001::1", false},
      {"2001:1ff:ffff::1", false},
      {"2001:200::1", true},
      {"2001:db7:ffff::1", true},
      {"2001:db8::1", false},
      {"2001:db8:ffff::1", false},
      {"2001:db9::1", true},
      {"2001:4860:4860::8888", true},
      {"2002:7f00:1::1", false},
      {"2002:a01:101::1", false},
      {"2002:c0a8:1::1", false},
      {"2002:808:808::1", true},
      {"2003:7f00:1::1", true},
      {"3fff:0fff::1", false},
      {"3fff:1000::1", true},
      {"4000::1", false},
      {"fc00::1", false},
      {"fdff::1", false},
      {"fe80::1", false},
      {"febf::1", false},
      {"ff02::1", false},
      {"localhost", false},
      {"", false},
  };
  for (const Case& c : kCases) {
    INFO(c.address);
    CHECK(IsPublicAddress(std::string(c.address)) == c.is_public);
  }
}

TEST_CASE("address guard: an address is named as it is written; one of another family is neither named nor public") {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x0a000001);
  CHECK(AddressText(reinterpret_cast<const sockaddr*>(&v4)) == "10.0.0.1");
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr.s6_addr[0] = 0xfe;
  v6.sin6_addr.s6_addr[1] = 0x80;
  v6.sin6_addr.s6_addr[15] = 7;
  CHECK(AddressText(reinterpret_cast<const sockaddr*>(&v6)) == "fe80::7");
  v6.sin6_addr.s6_addr[0] = 0x20;  // it would be public if it were one of IPv6
  v6.sin6_family = AF_UNIX;
  CHECK_FALSE(IsPublicAddress(reinterpret_cast<const sockaddr*>(&v6)));
  CHECK(AddressText(reinterpret_cast<const sockaddr*>(&v6)).empty());
}
