// Whose law a recipient is under: rule packs, the state where one has rules of its own, and the zones whose clocks its
// hours are read from. Pure. Of facts that disagree the address is believed before attributes, and attributes before
// the shop. A mail address tells no country.
#pragma once

#include <string_view>

#include "core/model/consent_medium.h"
#include "core/model/pack.h"
#include "core/policy/us_states.h"
#include "core/policy/zones.h"

namespace cartwheel {

struct Jurisdiction {
  PackSet packs;         // the strictest of them applies; empty: the playbook names no pack, and no law is applied
  bool unknown = false;  // the country is not known or has no named pack: all packs apply
  bool seoul = false;    // hours of Korea are read from Seoul's clock too: the country is Korea or not known
  StateId state = StateId::kUnknown;  // of the United States
  ZoneSet zones = ZoneSet::kAnywhere;
  friend bool operator==(const Jurisdiction&, const Jurisdiction&) = default;
};

// What is known of a recipient. Views; empty: not known.
struct RecipientFacts {
  ConsentMedium medium = ConsentMedium::kSms;
  std::string_view address;   // of sms and kakao a phone number tells a country; any other address tells none
  std::string_view country;   // the customer's attribute `country`: two letters, any case
  std::string_view timezone;  // the customer's attribute `timezone`
};

// What the playbook says.
struct ShopFacts {
  PackSet rules;              // policy.rules
  bool domestic = false;      // policy.domestic: recipients whose country nothing tells live in the shop's
  std::string_view country;   // shop.country
  std::string_view timezone;  // shop.timezone: tells the country where `country` is empty
};

// Finds the jurisdiction of a recipient. Fails closed: all packs and all zones where nothing tells.
[[nodiscard]] Jurisdiction FindJurisdiction(const RecipientFacts& recipient, const ShopFacts& shop);

// Returns the pack of a country, empty where no pack knows it.
[[nodiscard]] PackSet PackOfCountry(std::string_view country);

}  // namespace cartwheel
