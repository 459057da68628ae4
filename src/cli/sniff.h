// What a file of events really is, told by its first bytes and not by its name: another kind of file gets one line that
// says what it is and what to do with it, in place of one rejection a record.
#pragma once

#include <string>
#include <string_view>

#include "formats/formats.h"

namespace cartwheel::cli {

inline constexpr size_t kSniffBytes = 64 * 1024;  // of the beginning

// What no format can read: "is an Excel workbook: save it as …". Empty: it may hold events.
std::string Unreadable(std::string_view text);
// What is odd and can be read all the same, or is another format than `format` says; empty: nothing. `json` says
// whether the format is one of JSON records.
std::string Oddity(std::string_view text, bool json);

// CSV and NDJSON: the first line is a record (or a header) of its own. A JSON array, or an object written over several
// lines, is not.
bool FirstLineIsWhole(std::string_view text);
bool IsGzip(std::string_view text);
// Its lines end with carriage returns alone.
bool HasOldMacLines(std::string_view text);
// Text for a terminal: control bytes and what is not UTF-8 as \x1b.
std::string Printable(std::string_view text);

}  // namespace cartwheel::cli
