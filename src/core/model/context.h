// What applying an input needs besides the customer and the input: the options of the fold, the playbooks, the
// instants.
#pragma once

#include <cstdint>
#include <memory>

#include "base/hash.h"
#include "core/model/ids.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct TokenKey;  // core/policy/token.h

struct FoldOptions {
  int64_t dedupe_window_ms = 0;
  int64_t cart_idle_ms = 0;
  int64_t event_lateness_ms = 0;  // how long operations on carts are kept, so that late ones find their place
  int64_t late_stop_max_ms = 0;   // an exit heard so soon after its `at` ends all that was entered by then
  bool address_by_id = false;     // on every channel, whatever the playbook says: of replays
  HashKey hash_key;               // of the database: event ids are remembered as fingerprints under it
  std::shared_ptr<const TokenKey> token_key;  // makes the tokens of opt-out links; null: links have none
};

// The facts of one input.
struct FoldContext {
  const Playbooks& playbooks;
  const FoldOptions& options;
  int64_t now_ms = 0;          // of the fold
  int64_t ingested_at_ms = 0;  // of the event
  Position position;           // of the event in the log; 0: of none
  // Whether segments are evaluated now: not while the history that they read is incomplete, and without telling
  // journeys while the customers of a new definition are gone through.
  enum class Segments : uint8_t { kOff, kSilent, kLive } segments = Segments::kLive;
  // the database was brought back from a copy then: what was planned before it may have been sent; 0: never
  int64_t restored_at_ms = 0;
  uint32_t chain = 0;  // of the walks that begin now (Enrolment::chain)
};

}  // namespace cartwheel
