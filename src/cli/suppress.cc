// `cartwheel suppress`: the addresses that get no message, from and to a CSV file. The whole file is checked before
// anything is appended.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/new_file.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/time_text.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "formats/csv.h"
#include "formats/formats.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kSuppressOptions[] = {
    {"--db", "FILE", "the database; an import makes it when it is not there", true},
};

constexpr size_t kSuppressionsAtATime = 10'000;  // suppressions of one query

enum SuppressColumn : size_t { kChannel, kAddress, kReason, kSince, kColumns };
constexpr std::string_view kSuppressColumnNames[kColumns] = {"channel", "address", "reason", "since"};
using SuppressRow = std::array<std::string_view, kColumns>;

// A reason as an export writes it, and the event that says it.
struct ReasonEvent {
  std::string_view reason, event;
};
constexpr ReasonEvent kReasons[] = {{"bounced", "bounced"},
                                    {"complained", "complained"},
                                    {"address_blocked", "address_blocked"},
                                    {"released", "address_released"}};

const ReasonEvent* FindReasonEvent(std::string_view reason) {
  const auto found = std::find_if(std::begin(kReasons), std::end(kReasons),
                                  [&](const ReasonEvent& known) { return known.reason == reason; });
  return found == std::end(kReasons) ? nullptr : found;
}

// The row as an event of ours. A row that is imported again has the same id, and is a duplicate.
std::string EventOf(const SuppressRow& row) {
  std::string packed, json;
  PackedWriter writer(&packed);
  auto field = [&](std::string_view key, std::string_view text) {
    writer.Key(key);
    writer.Scalar(Value::String(text));
  };
  writer.BeginMap();
  field("type", FindReasonEvent(row[kReason])->event);
  field("id", "suppress-" + ToHex(SipDigest(fmt::format("{}", fmt::join(row, "\n")))));
  if (!row[kSince].empty()) field("at", row[kSince]);
  writer.Key("properties");
  writer.BeginMap();
  field("channel", row[kChannel]);
  field(DigestFromHex(row[kAddress]) ? "address_hash" : "address", row[kAddress]);
  field("evidence", "imported");
  writer.End();
  writer.End();
  AppendJson(ReadPacked(packed), &json);
  return json + "\n";
}

class List {
 public:
  List(std::string_view path, std::string_view text) : path_(path), text_(text) {}

  // Goes through the rows, and calls `each(row)` for those that are right.
  template <typename Each>
  absl::Status Rows(Each each) {
    formats::CsvReader csv(text_);
    if (!csv.Next()) return absl::InvalidArgumentError(fmt::format("{} is empty", path_));
    RETURN_IF_ERROR(ReadHeader(csv));
    std::vector<std::string> errors;
    while (csv.Next()) {
      SuppressRow row;
      for (size_t column = 0; column < kColumns; ++column)
        if (places_[column] && *places_[column] < csv.fields().size()) row[column] = csv.fields()[*places_[column]];
      if (std::string wrong = WhatIsWrong(csv, row); !wrong.empty())
        errors.push_back(fmt::format("{}:{}: {}", path_, LineOf(csv), wrong));
      else if (errors.empty())
        RETURN_IF_ERROR(each(row));
    }
    if (errors.empty()) return absl::OkStatus();
    const size_t more = errors.size() > kErrorsShownMax ? errors.size() - kErrorsShownMax : 0;
    errors.resize(std::min(errors.size(), kErrorsShownMax));
    return absl::InvalidArgumentError(fmt::format("{}\n{}nothing was imported", fmt::join(errors, "\n"),
                                                  more == 0 ? "" : fmt::format("{} more; ", Plural(more, "error"))));
  }

 private:
  absl::Status ReadHeader(const formats::CsvReader& csv) {
    for (size_t i = 0; i < csv.fields().size(); ++i) {
      std::string_view name = csv.fields()[i];
      if (i == 0 && name.starts_with("\xef\xbb\xbf")) name.remove_prefix(3);  // a byte order mark
      const auto found = std::find(std::begin(kSuppressColumnNames), std::end(kSuppressColumnNames), name);
      if (found == std::end(kSuppressColumnNames))
        return absl::InvalidArgumentError(fmt::format("{}:1: unknown column \"{}\", expected {}", path_, name,
                                                      fmt::join(kSuppressColumnNames, ", ")));
      places_[static_cast<size_t>(found - std::begin(kSuppressColumnNames))] = i;
    }
    for (const SuppressColumn needed : {kChannel, kAddress, kReason})
      if (!places_[needed])
        return absl::InvalidArgumentError(
            fmt::format("{}:1: no column \"{}\": the first line names the columns, which are {}", path_,
                        kSuppressColumnNames[needed], fmt::join(kSuppressColumnNames, ", ")));
    return absl::OkStatus();
  }

  static std::string WhatIsWrong(const formats::CsvReader& csv, const SuppressRow& row) {
    if (!csv.good()) return "a quote that does not end";
    if (row[kChannel].empty()) return "no channel";
    if (row[kAddress].empty()) return "no address";
    if (FindReasonEvent(row[kReason]) == nullptr)
      return fmt::format("reason is \"{}\", expected bounced, complained, address_blocked or released", row[kReason]);
    const bool is_time = ReadTimeText(row[kSince]).kind != TimeText::Kind::kNotATime;
    if (!row[kSince].empty() && !is_time)
      return fmt::format("since is \"{}\", expected a time such as 2024-03-01T09:30:00+09:00", row[kSince]);
    EventBatch batch;
    std::vector<Rejection> rejected;
    EventReader(Format::kNative).Read(EventOf(row), {.source = Source::kFile}, &batch, &rejected);
    return rejected.empty() ? std::string() : rejected.front().message;
  }

  int64_t LineOf(const formats::CsvReader& csv) const { return 1 + std::count(text_.data(), csv.row().data(), '\n'); }

  const std::string path_;
  const std::string_view text_;
  std::array<std::optional<size_t>, kColumns> places_;
};

absl::StatusOr<int64_t> Append(Engine& engine, List& list) {
  EventReader reader(Format::kNative);
  EventBatch batch;
  int64_t rows = 0;
  RETURN_IF_ERROR(list.Rows([&](const SuppressRow& row) {
    std::vector<Rejection> rejected;
    const int64_t now_ms = SystemClock()->NowMs();
    reader.Read(EventOf(row), engine.impl().Reading(Source::kFile, now_ms), &batch, &rejected);
    ++rows;
    if (batch.count < kAppendMax) return absl::OkStatus();
    return engine.impl().Append(std::exchange(batch, EventBatch()), now_ms);
  }));
  RETURN_IF_ERROR(engine.impl().Append(batch, SystemClock()->NowMs()));
  return rows;
}

int RunImport(const Args& args) {
  const std::string& path = args.operand(1);
  absl::StatusOr<std::string> text = ReadFile(path == "-" ? "/dev/stdin" : path);
  if (!text.ok()) return Fail(text.status());
  if (absl::Status checked = List(path, *text).Rows([](const SuppressRow&) { return absl::OkStatus(); }); !checked.ok())
    return Fail(kFailed, StatusText(checked));
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenEngine(args.Get("--db"), Options());
  if (!engine.ok()) return Fail(engine.status());
  List list(path, *text);
  absl::StatusOr<int64_t> rows = Append(**engine, list);
  if (!rows.ok()) return Fail(rows.status());
  return Print(fmt::format("{} {} imported\n", Count(*rows), *rows == 1 ? "address" : "addresses"));
}

std::string Quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

int RunExport(const Args& args) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  std::string out = "channel,address,reason,since\n";
  simdjson::dom::parser parser;
  for (int64_t after = 0;;) {
    absl::StatusOr<std::string> page =
        (*engine)->Query({.query = "suppressions", .after = after, .limit = kSuppressionsAtATime});
    if (!page.ok()) return Fail(page.status());
    json::Element answer;
    if (parser.parse(*page).get(answer) != simdjson::SUCCESS) return Fail(kFailed, "the engine's answer is no JSON");
    for (json::Element row : json::Elements(answer, "suppressions")) {
      const std::string_view address = json::Text(row, "address");
      out += fmt::format("{},{},{},{}\n", Quoted(json::Text(row, "channel")),
                         Quoted(address.empty() ? json::Text(row, "address_hash") : address), json::Text(row, "reason"),
                         json::Text(row, "since"));
    }
    after = json::Whole(answer, "next_after");
    if (after == 0) break;
  }
  const std::string& path = args.operand(1);
  if (path == "-") return Print(out);
  const int file = OpenNewFile(path, O_WRONLY, AccessOf(args.Get("--db")));  // as private as the database
  if (file < 0) return Fail(kFailed, fmt::format("{} cannot be made: {}", path, std::strerror(errno)));
  const bool whole = write(file, out.data(), out.size()) == static_cast<ssize_t>(out.size());
  return close(file) == 0 && whole ? 0 : Fail(kFailed, fmt::format("{} could not be written", path));
}

int RunSuppress(const Args& args) {
  const bool exports = args.operand(0) == "export";
  if (!exports && args.operand(0) != "import")
    return Fail(kUsage, fmt::format("suppress: unknown action \"{}\", expected import or export", args.operand(0)));
  return exports ? RunExport(args) : RunImport(args);
}

}  // namespace

const Command kSuppressCommand = {
    "suppress",
    "ACTION FILE",
    "imports or exports the addresses that get no message",
    "ACTION is import or export; - as FILE is the standard input or output. CSV: channel, address, reason, since. The\n"
    "reason is bounced, complained, address_blocked, or (to lift them) released. In the place of an address stands "
    "its\n"
    "keyed hash where no customer has it any more: only the same database knows it again.",
    {"cartwheel suppress import bounces.csv --db shop.db", "cartwheel suppress export suppressed.csv --db shop.db"},
    kSuppressOptions,
    RunSuppress,
};

}  // namespace cartwheel::cli
