#include "engine/outbox/provider_reports.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "fmt/format.h"
#include "formats/records.h"

namespace cartwheel {
namespace {

using ReportKind = ProviderReport::Kind;

struct Report {
  size_t record = 0;
  ProviderReport report;
};

std::vector<Report> ReadAll(const ReportFormat& format, std::string_view text, std::vector<RejectedEvent>* rejected) {
  std::vector<Report> all;
  std::vector<ProviderReport> read;
  simdjson::dom::parser parser;
  formats::RecordSplitter records(text);
  std::string_view record;
  for (size_t place = 0; records.Next(&record); ++place) {
    json::Element root;
    read.clear();
    if (parser.parse(record.data(), record.size()).get(root) != simdjson::SUCCESS || !root.is_object()) {
      rejected->push_back({place, {}, "bad_json", "not a JSON object: expected a provider's report"});
      continue;
    }
    if (std::string wrong = format.read(root, &read); !wrong.empty())
      rejected->push_back({place, {}, "bad_report", std::move(wrong)});
    for (ProviderReport& report : read) all.push_back({place, std::move(report)});
  }
  return all;
}

// A message that a report may name.
struct Known {
  MessageRow row;
  std::string key;
  std::string customer, anonymous_id;
  bool erased = false;  // its customer was forgotten since: nothing is told of it any more
};
using KnownById = absl::flat_hash_map<int64_t, Known>;

absl::StatusOr<KnownById> ReadKnown(ReadStore& store, const std::vector<Report>& reports) {
  std::vector<MessageId> ids;
  for (const Report& each : reports)
    if (each.report.message.id != 0) ids.emplace_back(each.report.message.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ASSIGN_OR_RETURN(std::vector<MessageRow> rows, store.Messages(ids));
  std::vector<CustomerRow> customers;
  for (const MessageRow& row : rows) customers.push_back(row.customer);
  ASSIGN_OR_RETURN(const std::vector<std::string> data, store.Load(customers));
  KnownById known;
  for (size_t i = 0; i < rows.size(); ++i) {
    const MessageBody body = DecodeMessageBody(rows[i].body);
    const absl::StatusOr<int64_t> erased_at_ms = DecodeErasedAt(customers[i], data[i]);
    Known one{{},
              std::string(body.key),
              std::string(body.customer),
              std::string(body.anonymous_id),
              erased_at_ms.ok() && *erased_at_ms >= rows[i].made_at_ms && *erased_at_ms != 0};
    one.row = std::move(rows[i]);
    known[one.row.id.value()] = std::move(one);
  }
  return known;
}

std::string_view EventTypeOf(const ProviderReport& report) {
  switch (report.kind) {
    case ReportKind::kOutcome:
      return "bounced";
    case ReportKind::kOpened:
      return "message_opened";
    case ReportKind::kClicked:
      return "message_clicked";
    case ReportKind::kComplained:
      return "complained";
    case ReportKind::kUnsubscribed:
      return "consent_withdrawn";
  }
  return {};
}

void WriteProperties(const ProviderReport& report, const Known* known, std::string_view format, JsonWriter& w) {
  const bool of_address = report.kind == ReportKind::kOutcome || report.kind == ReportKind::kComplained;
  if (known != nullptr) w.Int("message_id", known->row.id.value());
  if (of_address) w.Text("channel", known != nullptr ? std::string_view(known->row.channel) : report.medium);
  if (of_address || known == nullptr) w.Text("address", report.address);
  if (!report.status.empty()) w.Text("status", report.status);
  if (report.kind == ReportKind::kUnsubscribed) {
    w.Text("medium", report.medium);
    w.Text("scope", "ad");
    w.Text("where", format);
  }
  if (!report.url.empty()) w.Text("url", report.url);
  if (!report.agent.empty()) w.Text("agent", report.agent);
}

void AppendEvent(const Report& each, const Known* known, std::string_view format, SortedReports* sorted) {
  const ProviderReport& report = each.report;
  JsonWriter w(&sorted->events);
  w.BeginObject();
  w.Text("type", EventTypeOf(report));
  w.Text("id", report.id);
  if (known != nullptr) {
    const bool of_device = known->customer.empty();
    w.Text(of_device ? "anonymous_id" : "customer", of_device ? known->anonymous_id : known->customer);
  }
  if (!report.at.empty()) w.Text("at", report.at);
  w.Key("properties");
  w.BeginObject();
  WriteProperties(report, known, format, w);
  w.EndObject();
  w.EndObject();
  sorted->events += '\n';
  sorted->event_records.push_back(each.record);
}

// Whether a report that names no message of ours says something of its address.
bool IsOfAddress(const ProviderReport& report) {
  if (report.address.empty()) return false;
  if (report.kind == ReportKind::kOutcome) return report.medium == "email" && report.outcome == OutcomeCode::kGone;
  return report.kind == ReportKind::kComplained || report.kind == ReportKind::kUnsubscribed;
}

}  // namespace

absl::StatusOr<SortedReports> SortReports(ReadStore& store, const ReportFormat& format, std::string_view text) {
  SortedReports sorted;
  const std::vector<Report> reports = ReadAll(format, text, &sorted.rejected);
  ASSIGN_OR_RETURN(const KnownById known, ReadKnown(store, reports));
  for (const Report& each : reports) {
    const ProviderReport& report = each.report;
    const auto found = known.find(report.message.id);
    const Known* of = found != known.end() && found->second.key == report.message.key ? &found->second : nullptr;
    if (of == nullptr && !IsOfAddress(report)) {
      sorted.rejected.push_back(
          {each.record, report.id, "unknown_message", "the report names no message of this database"});
    } else if (of != nullptr && report.kind == ReportKind::kOutcome) {
      sorted.outcomes.push_back(
          {report.message.id, report.message.token, report.outcome, report.reason, /*retry_after_ms=*/0});
    } else if (of == nullptr || !of->erased) {
      AppendEvent(each, of, format.name, &sorted);
    }
  }
  return sorted;
}

}  // namespace cartwheel
