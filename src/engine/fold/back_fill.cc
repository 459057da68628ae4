#include "engine/fold/back_fill.h"

namespace cartwheel {

FoldContext::Segments BackFill::mode() const {
  if (!rows_pending()) return FoldContext::Segments::kLive;
  return log_pending() ? FoldContext::Segments::kOff : FoldContext::Segments::kSilent;
}

void BackFill::SetTarget(const Playbook* playbook, Position cursor) {
  const uint64_t history = playbook == nullptr ? 0 : playbook->history_version,
                 segments = playbook == nullptr ? 0 : playbook->segments_version;
  if (history != history_version) {
    log_done = history == 0 ? cursor : Position();
    log_target = cursor;
  }
  if (segments != segments_version) row_done = segments == 0 ? kAllRows : CustomerRow();
  history_version = history;
  segments_version = segments;
}

void WriteBackFill(const BackFill& back_fill, ByteWriter& writer) {
  writer.Fixed64(back_fill.history_version);
  writer.Fixed64(back_fill.segments_version);
  writer.Signed(back_fill.log_done.value());
  writer.Signed(back_fill.log_target.value());
  writer.Signed(back_fill.row_done.value());
}

BackFill ReadBackFill(ByteReader& reader) {
  BackFill back_fill;
  back_fill.history_version = reader.Fixed64();
  back_fill.segments_version = reader.Fixed64();
  back_fill.log_done = Position(reader.Signed());
  back_fill.log_target = Position(reader.Signed());
  back_fill.row_done = CustomerRow(reader.Signed());
  return back_fill;
}

}  // namespace cartwheel
