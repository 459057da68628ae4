// The back-fill of a new playbook, done in the background of Advance: first the history that its conditions read, out
// of the log; then every customer is evaluated by its segments. The progress is part of the fold's state.
//
// Segments are not evaluated while their history is incomplete, and silently until every customer was evaluated once.
#pragma once

#include <cstdint>
#include <limits>

#include "base/codec.h"
#include "core/journey/identity.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct BackFill {
  uint64_t history_version = 0;  // of the playbook that it is for
  uint64_t segments_version = 0;
  Position log_done;  // events up to here were looked at; done at log_target
  Position log_target;
  CustomerRow row_done = kAllRows;  // customers up to this row were judged

  static constexpr CustomerRow kAllRows{std::numeric_limits<int64_t>::max()};

  bool log_pending() const { return log_done < log_target; }
  bool rows_pending() const { return row_done != kAllRows; }
  bool pending() const { return log_pending() || rows_pending(); }
  FoldContext::Segments mode() const;
  bool operator==(const BackFill&) const = default;

  // Sets what this playbook (null: none) needs; `cursor` is the last event that was folded by the playbook before.
  void SetTarget(const Playbook* playbook, Position cursor);
};

void WriteBackFill(const BackFill& back_fill, ByteWriter& writer);
BackFill ReadBackFill(ByteReader& reader);

}  // namespace cartwheel
