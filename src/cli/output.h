// What every command says in the same way: errors, numbers, sizes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "cli/command.h"

namespace cartwheel::cli {

// "cartwheel: message" on standard error; returns the code.
int Fail(ExitCode code, std::string_view message);
// The same for an engine's error: kBusy for Unavailable, kUsage for a wrong option, else kFailed.
int Fail(const absl::Status& status);
// On standard output; kFailed when it could not be written.
int Print(std::string_view text);
// A line on standard error, for people: progress, notes.
void Note(std::string_view line);

std::string Count(int64_t number);                         // "1,234,567"
std::string Size(int64_t bytes);                           // "1.2 MB"
std::string Plural(int64_t number, std::string_view one);  // "1 event", "2 events"

// A bar on standard error that is written over again and again, only where a person looks. Done at 1.
void ShowProgress(double fraction);

// A message's texts, one after the other, as a person reads them: `payload` is the JSON that channels get.
std::string ReadableTexts(std::string_view payload, std::string_view indent);

}  // namespace cartwheel::cli
