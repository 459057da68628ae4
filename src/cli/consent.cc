// `cartwheel consent import`: the consents of an existing shop, from a CSV file. The whole file is checked before
// anything is appended.
#include "core/model/consent.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/suggest.h"
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

constexpr OptionSpec kConsentOptions[] = {
    {"--db", "FILE", "the database; made when it is not there", true},
    {"--undated-since", "DATE", "you vouch that rows without a date are consents of that day: they are in force"},
};

constexpr std::string_view kScopeNames[] = {"ad", "ad_night", "audience_share", "profiling"};

enum ConsentColumn : size_t { kCustomer, kMedium, kScope, kWhen, kWhere, kColumns };
constexpr std::string_view kConsentColumnNames[kColumns] = {"customer", "medium", "scope", "when", "where"};
using ConsentRow = std::array<std::string_view, kColumns>;

bool IsTime(std::string_view text) {
  return ReadTimeText(text).kind != TimeText::Kind::kNotATime || ReadTimeNumber(text).kind != TimeText::Kind::kNotATime;
}

class Import {
 public:
  Import(std::string_view path, std::string_view text, std::string_view undated_since)
      : path_(path), text_(text), undated_since_(undated_since) {}

  // Goes through the rows, and calls `each(row)` for those that are right.
  template <typename Each>
  absl::Status Rows(Each each) {
    formats::CsvReader csv(text_);
    if (!csv.Next()) return absl::InvalidArgumentError(fmt::format("{} is empty", path_));
    RETURN_IF_ERROR(ReadHeader(csv));
    while (csv.Next()) {
      const size_t before = errors_.size();
      const ConsentRow row = Read(csv);
      if (errors_.size() == before) TryEvent(csv, row);
      if (errors_.size() == before) RETURN_IF_ERROR(each(row));
    }
    if (errors_.empty()) return absl::OkStatus();
    const size_t more = errors_.size() > kErrorsShownMax ? errors_.size() - kErrorsShownMax : 0;
    errors_.resize(std::min(errors_.size(), kErrorsShownMax));
    return absl::InvalidArgumentError(fmt::format("{}\n{}nothing was imported", fmt::join(errors_, "\n"),
                                                  more == 0 ? "" : fmt::format("{} more; ", Plural(more, "error"))));
  }

  // The row as an event of ours. A row that is imported again has the same id, and is a duplicate.
  std::string EventOf(const ConsentRow& row) const {
    std::string packed, json;
    PackedWriter writer(&packed);
    auto field = [&](std::string_view key, std::string_view text) {
      writer.Key(key);
      writer.Scalar(Value::String(text));
    };
    const std::string_view when = row[kWhen].empty() ? std::string_view(undated_since_) : row[kWhen];
    writer.BeginMap();
    field("type", "consent_granted");
    field("id", "import-" + ToHex(SipDigest(fmt::format("{}\n{}", fmt::join(row, "\n"), when))));
    field("customer", row[kCustomer]);
    field("at", when.empty() ? std::string_view("not known") : when);  // it is recorded, and grants nothing
    writer.Key("properties");
    writer.BeginMap();
    field("medium", row[kMedium]);
    field("scope", row[kScope].empty() ? kScopeNames[0] : row[kScope]);
    if (!row[kWhere].empty()) field("where", row[kWhere]);
    field("evidence", "imported");
    writer.End();
    writer.End();
    AppendJson(ReadPacked(packed), &json);
    return json + "\n";
  }

 private:
  absl::Status ReadHeader(const formats::CsvReader& csv) {
    places_.fill(std::nullopt);
    for (size_t i = 0; i < csv.fields().size(); ++i) {
      std::string_view name = csv.fields()[i];
      if (i == 0 && name.starts_with("\xef\xbb\xbf")) name.remove_prefix(3);  // a byte order mark
      const auto found = std::find(std::begin(kConsentColumnNames), std::end(kConsentColumnNames), name);
      if (found == std::end(kConsentColumnNames))
        return absl::InvalidArgumentError(fmt::format("{}: unknown column \"{}\", expected {}", PlaceOf(csv, i), name,
                                                      fmt::join(kConsentColumnNames, ", ")));
      places_[static_cast<size_t>(found - std::begin(kConsentColumnNames))] = i;
    }
    for (const ConsentColumn needed : {kCustomer, kMedium})
      if (!places_[needed])
        return absl::InvalidArgumentError(
            fmt::format("{}: no column \"{}\": the first line names the columns, which are {}", PlaceOf(csv, 0),
                        kConsentColumnNames[needed], fmt::join(kConsentColumnNames, ", ")));
    return absl::OkStatus();
  }

  ConsentRow Read(const formats::CsvReader& csv) {
    ConsentRow row;
    if (!csv.good()) {
      Wrong(csv, 0, "a quote that does not end");
      return row;
    }
    for (size_t column = 0; column < kColumns; ++column)
      if (places_[column] && *places_[column] < csv.fields().size()) row[column] = csv.fields()[*places_[column]];
    if (row[kCustomer].empty()) Wrong(csv, *places_[kCustomer], "no customer");
    if (!FindConsentMedium(row[kMedium]))
      Wrong(csv, *places_[kMedium], Unknown("medium", row[kMedium], kConsentMediumNames));
    if (!row[kScope].empty() && !FindConsentScope(row[kScope]))
      Wrong(csv, *places_[kScope], Unknown("scope", row[kScope], kScopeNames));
    if (!row[kWhen].empty() && !IsTime(row[kWhen]))
      Wrong(csv, *places_[kWhen],
            fmt::format("when is \"{}\", expected a time such as 2024-03-01T09:30:00+09:00", row[kWhen]));
    return row;
  }

  // What an event may not be: of a placeholder for a customer, or of a name that is too long.
  void TryEvent(const formats::CsvReader& csv, const ConsentRow& row) {
    EventBatch batch;
    std::vector<Rejection> rejected;
    EventReader(Format::kNative).Read(EventOf(row), {.source = Source::kFile}, &batch, &rejected);
    if (!rejected.empty()) Wrong(csv, *places_[kCustomer], rejected.front().message);
  }

  template <size_t kNames>
  static std::string Unknown(std::string_view what, std::string_view text, const std::string_view (&names)[kNames]) {
    return fmt::format("{} is \"{}\", expected {}", what, text, fmt::join(names, ", "));
  }

  void Wrong(const formats::CsvReader& csv, size_t field, std::string_view what) {
    errors_.push_back(fmt::format("{}: {}", PlaceOf(csv, field), what));
  }

  // "list.csv:3:7", in bytes.
  std::string PlaceOf(const formats::CsvReader& csv, size_t field) {
    const char* row = csv.row().data();
    if (row < counted_) {  // another pass
      counted_ = text_.data();
      line_ = 1;
    }
    line_ += static_cast<size_t>(std::count(counted_, row, '\n'));
    counted_ = row;
    size_t column = 1;
    if (field < csv.fields().size()) {
      const char* at = csv.fields()[field].data();
      if (at >= row && at <= row + csv.row().size()) column += static_cast<size_t>(at - row);
    }
    return fmt::format("{}:{}:{}", path_, line_, column);
  }

  const std::string path_;
  const std::string_view text_;
  const std::string undated_since_;
  std::array<std::optional<size_t>, kColumns> places_;
  std::vector<std::string> errors_;
  const char* counted_ = text_.data();  // up to where lines were counted
  size_t line_ = 1;
};

struct Imported {
  int64_t rows = 0;
  int64_t undated = 0;
};

absl::Status Append(Engine& engine, Import& import, Imported* imported) {
  EventReader reader(Format::kNative);
  EventBatch batch;
  RETURN_IF_ERROR(import.Rows([&](const ConsentRow& row) {
    std::vector<Rejection> rejected;
    const int64_t now_ms = SystemClock()->NowMs();
    reader.Read(import.EventOf(row), engine.impl().Reading(Source::kFile, now_ms), &batch, &rejected);
    if (!rejected.empty())
      return absl::InternalError(fmt::format("customer \"{}\": {}", row[kCustomer], rejected.front().message));
    ++imported->rows;
    if (row[kWhen].empty()) ++imported->undated;
    if (batch.count < kAppendMax) return absl::OkStatus();
    return engine.impl().Append(std::exchange(batch, EventBatch()), now_ms);
  }));
  return engine.impl().Append(batch, SystemClock()->NowMs());
}

int RunConsent(const Args& args) {
  if (args.operand(0) != "import")
    return Fail(kUsage, fmt::format("consent: unknown action \"{}\", expected import", args.operand(0)));
  const std::string since = args.Get("--undated-since");
  if (args.Has("--undated-since") && !IsTime(since))
    return Fail(kUsage, fmt::format("--undated-since is \"{}\", expected a date such as 2024-03-01", since));
  absl::StatusOr<std::string> text = ReadFile(args.operand(1));
  if (!text.ok()) return Fail(text.status());
  Import import(args.operand(1), *text, since);
  if (absl::Status checked = import.Rows([](const ConsentRow&) { return absl::OkStatus(); }); !checked.ok())
    return Fail(kFailed, StatusText(checked));
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenEngine(args.Get("--db"), Options());
  if (!engine.ok()) return Fail(engine.status());
  Imported imported;
  if (absl::Status status = Append(**engine, import, &imported); !status.ok()) return Fail(status);
  std::string said = fmt::format("{} imported\n", Plural(imported.rows, "consent"));
  if (imported.undated != 0)
    said += since.empty() ? fmt::format("  {} without a date: recorded, and not in force\n", Count(imported.undated))
                          : fmt::format("  {} without a date: in force since {}\n", Count(imported.undated), since);
  return Print(said);
}

}  // namespace

const Command kConsentCommand = {
    "consent",
    "ACTION FILE",
    "imports a list of consents",
    "ACTION is import. FILE is CSV whose first line names the columns: customer, medium, scope, when, where. Each row "
    "is "
    "a\n"
    "consent_granted event with the evidence \"imported\"; without a scope it is of ad. A row without a date is "
    "recorded "
    "and\n"
    "not in force. Nothing is imported when a row is wrong.",
    {"cartwheel consent import consents.csv --db shop.db",
     "cartwheel consent import consents.csv --db shop.db --undated-since 2024-03-01"},
    kConsentOptions,
    RunConsent,
};

}  // namespace cartwheel::cli
