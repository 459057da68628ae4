// What a playbook says of the policy that every message passes: `policy` and what it needs of `shop` and `channels`.
// Plain data; core/policy judges by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/string_map.h"
#include "core/model/consent_medium.h"
#include "core/model/holds.h"
#include "core/model/message.h"
#include "core/model/pack.h"
#include "core/model/pack_numbers.h"

namespace cartwheel {

// A bound on how many messages a customer gets, or how often one enters a journey. All of its conditions must hold of
// a message for it to count, and for the cap to be asked.
struct Cap {
  enum class Counts : uint8_t {
    kMessages,    // that were handed over, or may be
    kEntries,     // into journeys
    kUnanswered,  // messages in a row that were neither opened nor clicked
  } counts = Counts::kMessages;
  std::optional<MessageClass> message_class;
  std::string purpose, channel, journey;  // empty: any
  // Counted apart for each journey, purpose or channel of the message asked for.
  enum class Per : uint8_t { kCustomer, kJourney, kPurpose, kChannel } per = Per::kCustomer;
  int64_t max = 0;
  // A rolling window, or a calendar one in the recipient's zone; kUnanswered has none.
  int64_t within_ms = 0;
  enum class Calendar : uint8_t { kNone, kDay, kWeek, kMonth } calendar = Calendar::kNone;
  // Of `max`, so many are kept for messages of a purpose: others may not use them.
  struct Reserve {
    std::string purpose;
    int64_t keep = 0;
  };
  std::vector<Reserve> reserves;
};

struct Policy {
  // "consent": "assumed_by_shop": the shop answers for the proof of consent itself. Said openly in every report. It
  // replaces that proof and nothing else: refusals, suppression, caps, hours and labels stay in force.
  bool consent_assumed = false;
  PackSet rules;
  PackNumbers pack_numbers;               // in the place of the law's
  bool domestic = false;                  // recipients of whom nothing is known live in the shop's country
  std::string country, timezone, locale;  // the shop's; empty: not said
  bool quiet = false;                     // advertisements wait
  StringMap<Hold> journey_holds;          // journeys that the playbook holds
  int64_t surge_max = 0;  // advertisements of all channels in an hour, beyond which they wait; 0: by what is usual
  int64_t opening_spread_ms = int64_t{30} * 60 * 1000;
  std::optional<std::pair<int16_t, int16_t>>
      hours;  // the shop's own, in minutes of the day: only narrower than the law's
  std::vector<Cap> caps;
  enum class Label : uint8_t { kAdd, kRequire } label = Label::kAdd;
  StringMap<std::string> opt_out;  // by medium: how a recipient says no
  StringSet certified;             // channels whose provider has the certificate of KR-10
  StringSet admitted;              // channels that Kakao has admitted to the targeting M and N, as KAKAO-06 says
  // The shop sells what its advertisements are about, and got the addresses in its sales: an order may then stand for
  // consent, as KR-02, CA-02 and EU-03 say.
  bool existing_customers = false;
  StringMap<int64_t> daily_max;    // advertisements of a channel in a day of the shop
  StringMap<ConsentMedium> media;  // of the shop's own channels
  // What the shop says that it does itself: said openly at every start, by checks and in every report.
  struct Statement {
    std::string about;  // "policy.notices.result"
    std::string words;
  };
  std::vector<Statement> statements;
  uint64_t fingerprint = 0;  // of everything above: messages of another policy are judged anew

  // The medium of a channel; absent for a shop's own channel that declares none, which carries no advertisement.
  std::optional<ConsentMedium> MediumOf(std::string_view channel) const;
};

}  // namespace cartwheel
