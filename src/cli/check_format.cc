// `cartwheel check-format`: what a format, a built-in one or a mapping file, makes of a sample, field by field.
#include <algorithm>

#include "base/json_text.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/utf8.h"
#include "cli/args.h"
#include "cli/event_file.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/sniff.h"
#include "fmt/format.h"
#include "formats/mapper.h"
#include "formats/problem.h"
#include "formats/records.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kRecordsMax = 100;      // explained; the rest is counted
constexpr size_t kUnreadShownMax = 200;  // paths

struct Explained {
  std::string text;
  size_t records = 0, events = 0, rejected = 0;
  std::vector<std::string> unread;  // paths, each once
};

// A value cut to one short line.
std::string Short(std::string_view json) {
  constexpr size_t kShownBytes = 60;
  const std::string_view cut = CutAtCharacter(json, kShownBytes);
  return Printable(cut) + (cut.size() < json.size() ? "…" : "");
}

// The value of a field of the made event: "properties.products[0].price".
std::string ValueOf(const formats::SourceNode& event, const std::string& field) {
  formats::MappingPath path;
  const formats::SourceNode* node = &event;
  if (!formats::ParsePath(field, &path).ok()) return {};
  for (const auto& step : path.steps) {
    if (node == nullptr) return {};
    if (step.kind == formats::MappingPath::Step::Kind::kIndex)
      node = step.index < node->members.size() ? &node->members[step.index].value : nullptr;
    else
      node = node->Find(step.name);
  }
  return node == nullptr ? std::string() : Short(node->raw);
}

// What the reader of events says of what the mapping made.
void Judge(const std::string& json, int64_t now_ms, Explained* out) {
  EventBatch batch;
  std::vector<Rejection> rejected;
  EventReader(Format::kNative).Read(json, {now_ms, now_ms}, &batch, &rejected);
  out->events += batch.count;
  out->rejected += rejected.size();
  for (const Rejection& rejection : rejected)
    out->text += fmt::format("    rejected, {}: {}\n", rejection.code, Printable(rejection.message));
}

void ExplainEvent(const formats::Mapping& mapping, const formats::MappedEvent& made, int64_t now_ms, Explained* out) {
  formats::SourceNode event;
  formats::SourceError ignored;
  ReadSource(made.json, &event, &ignored);
  const std::string& about = mapping.rules[made.rule].about;
  const formats::SourceNode* type = event.Find("type");
  out->text += fmt::format("  {}  (rule {}{}{})\n", type == nullptr ? "no type" : Printable(type->Text()), made.rule,
                           about.empty() ? "" : ": ", about);
  for (const formats::MappedField& field : made.fields)
    out->text += fmt::format("    {} = {}  <- {}\n", Printable(field.field), ValueOf(event, field.field),
                             field.path.empty() ? "always" : Printable(field.path));
  Judge(made.json, now_ms, out);
}

void ExplainMapped(const formats::Mapping& mapping, std::string_view text, int64_t now_ms, Explained* out) {
  formats::Mapper mapper(mapping, /*explain=*/true);
  formats::RecordSplitter records(text);
  std::vector<formats::MappedEvent> events;
  std::vector<formats::Problem> problems;
  for (std::string_view record; out->records < kRecordsMax && records.Next(&record); ++out->records) {
    events.clear();
    problems.clear();
    const bool read = mapper.Map(record, &events, &problems);
    out->text += fmt::format("record {}: {}\n", out->records, Plural(static_cast<int64_t>(events.size()), "event"));
    for (const formats::MappedEvent& event : events) ExplainEvent(mapping, event, now_ms, out);
    out->rejected += problems.size();
    for (const formats::Problem& problem : problems)
      out->text += fmt::format("  rejected, {}: {}\n", problem.code, Printable(problem.message));
    if (!read) continue;
    for (std::string& path : mapper.Unread())
      if (std::find(out->unread.begin(), out->unread.end(), path) == out->unread.end())
        out->unread.push_back(std::move(path));
  }
}

// Formats with a reader of their own: the events as they came out.
void ExplainRead(Format format, std::string_view text, int64_t now_ms, Explained* out) {
  EventBatch batch;
  std::vector<Rejection> rejected;
  EventReader(format).Read(text, {now_ms, now_ms}, &batch, &rejected);
  out->events = batch.count;
  out->rejected = rejected.size();
  EventCursor cursor(batch.bytes);
  Event event;
  for (size_t shown = 0; shown < kRecordsMax && cursor.Next(&event); ++shown) {
    std::string json;
    AppendJson(ReadPacked(event.properties), &json);
    out->text += fmt::format("  {} of {}: {}\n", Printable(event.type_name),
                             Printable(event.customer.empty() ? event.anonymous_id : event.customer), Short(json));
  }
  for (size_t i = 0; i < rejected.size() && i < kRecordsMax; ++i)
    out->text += fmt::format("  record {} rejected, {}: {}\n", rejected[i].record, rejected[i].code,
                             Printable(rejected[i].message));
}

absl::StatusOr<std::shared_ptr<const formats::Mapping>> MappingOf(const std::string& name, const InputFormat& format) {
  if (!format.mapped) return formats::ReadMapping(MappingDocument(format.format));
  ASSIGN_OR_RETURN(std::string text, ReadFile(name));
  return formats::ReadMapping(text);
}

absl::Status Explain(const std::string& name, const InputFormat& format, const std::string& sample, Explained* out) {
  ASSIGN_OR_RETURN(std::unique_ptr<EventFile> file, EventFile::Open(sample, format));
  const std::string_view text = file->Next();  // a sample is short: the first chunk
  const int64_t now_ms = SystemClock()->NowMs();
  if (!format.mapped && MappingDocument(format.format).empty()) {
    ExplainRead(format.format, text, now_ms, out);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const formats::Mapping> mapping, MappingOf(name, format));
  ExplainMapped(*mapping, text, now_ms, out);
  return absl::OkStatus();
}

int RunCheckFormat(const Args& args) {
  const std::string& name = args.operand(0);
  absl::StatusOr<InputFormat> format = FindInputFormat(name);
  if (!format.ok()) return Fail(format.status());
  if (args.Has("--show"))
    return Print(format->mapped ? *ReadFile(name) : fmt::format("{}\n", MappingDocument(format->format)));
  Explained explained;
  if (absl::Status status = Explain(name, *format, args.operand(1), &explained); !status.ok()) return Fail(status);
  if (!explained.unread.empty()) explained.text += "\nread by no rule:\n";
  for (size_t i = 0; i < explained.unread.size() && i < kUnreadShownMax; ++i)
    explained.text += fmt::format("  {}\n", Printable(explained.unread[i]));
  explained.text += fmt::format("\n{}, {} rejected\n", Plural(static_cast<int64_t>(explained.events), "event"),
                                Count(static_cast<int64_t>(explained.rejected)));
  const int printed = Print(explained.text);
  return explained.rejected > 0 ? kFailed : printed;
}

constexpr OptionSpec kCheckFormatOptions[] = {
    {"--show", "", "print the mapping itself, to begin one's own with"},
};

const std::string kDetails = "FORMAT is " + FormatNames() +
                             ", or a mapping file (docs/formats.md). For each record of the\nSAMPLE it says which rule "
                             "took it, what events it becomes, where each field "
                             "came from, and what is wrong; at the end, where\nsomething stands that no rule reads. "
                             "The exit code is 1 when something was rejected or the "
                             "mapping is wrong.";

}  // namespace

const Command kCheckFormatCommand = {
    "check-format",
    "FORMAT SAMPLE",
    "says what a format makes of a sample, field by field",
    kDetails,
    {"cartwheel check-format shopify webhook.json", "cartwheel check-format ours.json sample.ndjson"},
    kCheckFormatOptions,
    RunCheckFormat,
};

}  // namespace cartwheel::cli
