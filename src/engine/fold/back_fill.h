// What a new playbook asks that was not asked before is brought back in the background of advance(): first the past
// that its conditions look at, out of the log; then every customer is judged by its segments. How far that is, is part
// of the fold's state.
//
// Segments are not judged at all while their past is incomplete, and silently until everybody was judged once.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/journey/step.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct BackFill {
  uint64_t history_version = 0;  // of the playbook that it is for
  uint64_t segments_version = 0;
  int64_t log_done = 0;  // events up to here were looked at; done at log_target
  int64_t log_target = 0;
  int64_t row_done = kAllRows;  // customers up to this row were judged

  static constexpr int64_t kAllRows = std::numeric_limits<int64_t>::max();

  bool log_pending() const { return log_done < log_target; }
  bool rows_pending() const { return row_done != kAllRows; }
  bool pending() const { return log_pending() || rows_pending(); }
  StepContext::Segments mode() const;
  bool operator==(const BackFill&) const = default;

  // Turns to what this playbook (null: none) asks; `cursor` is the last event that was folded by the one before.
  void Aim(const Playbook* playbook, int64_t cursor);
};

std::string EncodeBackFill(const BackFill& back_fill);
// Nothing to do when the bytes are empty.
BackFill DecodeBackFill(std::string_view bytes);

}  // namespace cartwheel
