// Whose law a recipient is under: rule packs, the state where one has rules of its own, and the zones whose clocks its
// hours are read from. Pure. Of facts that disagree the address is believed before attributes, and attributes before
// the shop. A mail address tells no country.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/policy/medium.h"
#include "core/policy/pack.h"
#include "core/policy/zones.h"

namespace cartwheel {

// A state of the United States, by its place in the table (states.h); 0: not known.
enum class StateId : uint8_t { kUnknown = 0 };

struct Jurisdiction {
  PackSet packs;         // the strictest of them applies; empty: the playbook names no pack, and no law is applied
  bool unknown = false;  // the country is not known or has no named pack: all packs apply
  bool country_known = false;
  StateId state = StateId::kUnknown;  // where US is among the packs
  ZoneSet zones = ZoneSet::kAnywhere;
  friend bool operator==(const Jurisdiction&, const Jurisdiction&) = default;
};

// What is known of a recipient. Views; empty: not known.
struct RecipientFacts {
  ConsentMedium medium = ConsentMedium::kSms;
  std::string_view address;   // a phone number tells a country, any other address none
  std::string_view country;   // the customer's attribute `country`: two letters, any case
  std::string_view timezone;  // the customer's attribute `timezone`
};

// What the playbook says.
struct ShopFacts {
  PackSet rules;              // policy.rules
  bool domestic = false;      // policy.domestic: recipients of whom nothing is known live in the shop's country
  std::string_view country;   // shop.country
  std::string_view timezone;  // shop.timezone: tells the country where `country` is empty
};

// Finds the jurisdiction of a recipient. Fails closed: unknown packs and zones where nothing tells.
[[nodiscard]] Jurisdiction FindJurisdiction(const RecipientFacts& recipient, const ShopFacts& shop);

}  // namespace cartwheel
