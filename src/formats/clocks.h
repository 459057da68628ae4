// Times of a record: how they are read, and how the clock of a device that lies is corrected.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/event.h"
#include "formats/findings.h"

namespace cartwheel::formats {

// What a record says of times beyond the event's own, which the reader has put into it (or the time of ingest).
struct Stamps {
  std::string_view record;   // as it was sent
  std::string_view at_text;  // the event's time as it was written; empty: it was no text
  bool at_missing = false;
  bool at_unreadable = false;
  bool at_corrected = false;  // the sender's system did it
  std::optional<int64_t> sent_at_ms, received_at_ms;
};

// An instant as a number (of seconds, milliseconds, microseconds or nanoseconds) or as text. A local time is placed in
// the shop's zone; where that is not known in UTC, with a warning about `field`. False when it is no time.
bool ReadInstant(std::string_view text, bool number, std::string_view field, Findings* findings, int64_t* at_ms);

// Returns the offset that a time was written with, "+09:00" or "Z"; empty: none, or in another form.
std::string_view WrittenOffset(std::string_view time);

// Moves the event by how much the sender's clock was off when it sent the record: received (the record's own word, else
// the ingest) minus sent. Beyond clock_skew_max nothing is corrected, with a warning.
void CorrectClock(const Stamps& stamps, Event* event, Findings* findings);

inline constexpr std::string_view kTimeExpected =
    "ISO 8601 such as \"2022-08-01T09:30:00Z\", or the seconds or milliseconds since 1970";

}  // namespace cartwheel::formats
