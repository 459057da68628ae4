// One playbook with the past of a real database, in memory and in virtual time: the same events arrive at the same
// instants, and every channel accepts what it is handed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "cli/replayer.h"
#include "cli/what_if_source.h"

namespace cartwheel::cli {

class WhatIfLane {
 public:
  // `told` is what was known before `start_ms`; the playbook is in force from then on.
  static absl::StatusOr<std::unique_ptr<WhatIfLane>> Open(const std::string& playbook, const EventBatch& told,
                                                          int64_t start_ms, bool address_by_id);

  // Plays what arrived at an instant. An opening or click of a message of the database becomes one of the message that
  // the same step made here; where it made none it is left out, and counted.
  absl::Status Play(const EventBatch& batch, int64_t now_ms, WhatIfSource& source);
  absl::Status RunOn(int64_t until_ms) { return replayer_->RunOn(until_ms); }

  const std::vector<Message>& sent() const { return sent_; }
  int64_t reactions_left_out() const { return reactions_left_out_; }

 private:
  WhatIfLane() = default;
  absl::Status AppendReaction(const Event& event, WhatIfSource& source, EventBatch* batch);
  // The newest message that a step made for a customer; 0: none.
  int64_t NewestOf(std::string_view customer, std::string_view journey, std::string_view step);

  VirtualClock clock_;
  std::vector<Message> sent_;
  absl::flat_hash_map<std::string, int64_t> newest_;  // of the first `indexed_` of them, by whose and which step
  size_t indexed_ = 0;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Replayer> replayer_;
  int64_t reactions_left_out_ = 0;
};

}  // namespace cartwheel::cli
