// How events are read: the time of ingest, the kind of source, and what is known of the shop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "cartwheel/event.h"

namespace cartwheel {

using Rejection = RejectedEvent;

// How the shop writes what does not say it itself. Empty: unknown.
struct ShopSettings {
  std::string currency;  // ISO 4217
  std::string locale;    // BCP 47
  std::string zone;      // IANA
};

// Where records come from, which decides what their times are worth.
enum class Source : uint8_t {
  kHistory,  // a replay: times are taken as they stand
  kFile,     // a file into a live database: what is ahead of the ingest is taken as the ingest's
  kLive,     // a call: as kFile, after the sender's clock was corrected by `sent_at`
};

// Who withdraws by the link of a message, and what.
struct OptOut {
  std::string customer;
  std::string anonymous_id;
  // Of a customer who was erased: the keyed hash of the address to which the message went, or of the name.
  std::string channel;
  std::string address_hash;
  std::string identity_hash;
  std::string_view medium;  // empty: everything
  std::string_view scope;
};

struct ReadOptions {
  int64_t now_ms = 0;         // the time of ingest, by which clocks are corrected
  int64_t default_at_ms = 0;  // for events without `at`, and with one that cannot be read
  Source source = Source::kHistory;
  bool strict = false;  // a warning rejects
  int64_t clock_skew_max_ms = kDayMs;
  // Asked only when a record needs it: most do not. Empty: nothing is known of the shop.
  std::function<ShopSettings()> shop;
  // Reads the token of an opt-out link; the error says what is wrong with it. Empty: no key is set that could.
  std::function<absl::StatusOr<OptOut>(std::string_view token)> opt_out;
};

}  // namespace cartwheel
