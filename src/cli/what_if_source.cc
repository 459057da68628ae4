#include "cli/what_if_source.h"

#include <algorithm>

#include "base/compress.h"
#include "base/packed.h"
#include "base/status.h"
#include "cartwheel/event.h"
#include "cli/replayer.h"
#include "cli/session.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kConsentsAtATime = 10'000;
constexpr int64_t kEventsAtATime = 10'000;

// A custom event of no shop: it moves when a customer was last seen, and does nothing else.
constexpr std::string_view kSeenBefore = "cartwheel what-if: seen before";

using Fields = std::vector<std::pair<std::string_view, Value>>;

std::string Packed(const Fields& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) {
    writer.Key(key);
    writer.Any(value);
  }
  writer.End();
  return packed;
}

void Append(EventType type, const Person& who, int64_t at_ms, std::string_view properties, EventBatch* batch) {
  Event event;
  event.type = type;
  event.type_name = type == EventType::kCustom ? kSeenBefore : EventTypeName(type);
  (who.anonymous ? event.anonymous_id : event.customer) = who.id;
  event.at_ms = at_ms;
  event.properties = properties;
  batch->Append(event);
}

// "sms,email" as the list that an event has.
void WriteList(std::string_view key, std::string_view words, PackedWriter& writer) {
  if (words.empty()) return;
  writer.Key(key);
  writer.BeginList();
  while (!words.empty()) {
    const size_t comma = std::min(words.find(','), words.size());
    writer.Scalar(Value::String(words.substr(0, comma)));
    words.remove_prefix(std::min(comma + 1, words.size()));
  }
  writer.End();
}

// Whose expression it is: by its identity key, else the owner of the row.
Person WhoOf(const ConsentRow& row, const Person& owner) {
  if (row.who.size() > 1 && AnonymousKey(std::string_view(row.who).substr(1)) == row.who)
    return {row.who.substr(1), true};
  return owner;
}

// An expression as an event: what was said by a link, in a text or to a provider is a withdrawal of what it named.
void AppendConsent(const ConsentRow& row, const Person& owner, EventBatch* batch) {
  constexpr EventType kPlain[] = {EventType::kConsentGranted, EventType::kConsentRefused, EventType::kConsentWithdrawn,
                                  EventType::kConsentReconfirmed, EventType::kConsentRequested};
  EventType type = FindEventType(row.type);
  if (std::find(std::begin(kPlain), std::end(kPlain), type) == std::end(kPlain)) type = EventType::kConsentWithdrawn;
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap();
  WriteList("medium", row.medium, writer);
  WriteList("scope", row.scope, writer);
  for (const auto& [key, text] : {std::pair<std::string_view, std::string_view>{"topic", row.topic},
                                  {"evidence", row.evidence},
                                  {"address", row.medium.empty() ? row.address : std::string_view()}}) {
    if (text.empty()) continue;
    writer.Key(key);
    writer.Scalar(Value::String(text));
  }
  writer.End();
  Append(type, WhoOf(row, owner), row.at_ms, properties, batch);
}

// The attributes that were told before an instant, each at its own.
void AppendAttributes(const Customer& customer, const Person& who, int64_t start_ms, EventBatch* batch) {
  if (customer.attributes.packed.empty()) return;
  std::vector<std::pair<int64_t, Fields>> tellings;
  for (PackedCursor cursor(ReadPacked(customer.attributes.packed)); cursor.Next();) {
    const uint64_t field = FieldFingerprint(cursor.key());
    int64_t at_ms = customer.attributes.at_ms;
    for (const FieldStamp& stamp : customer.attributes.stamps)
      if (stamp.field == field) at_ms = stamp.at_ms;
    if (at_ms >= start_ms) continue;
    auto telling = std::find_if(tellings.begin(), tellings.end(), [&](const auto& t) { return t.first == at_ms; });
    if (telling == tellings.end()) telling = tellings.insert(tellings.end(), {at_ms, {}});
    telling->second.emplace_back(cursor.key(), cursor.value());
  }
  for (const auto& [at_ms, fields] : tellings) Append(EventType::kIdentify, who, at_ms, Packed(fields), batch);
}

void AppendCustomer(const Customer& customer, int64_t start_ms, EventBatch* batch) {
  const Person who{customer.id, customer.anonymous};
  if (customer.first_seen_at_ms != 0 && customer.first_seen_at_ms < start_ms)
    Append(EventType::kIdentify, who, customer.first_seen_at_ms, Packed({}), batch);
  if (customer.last_seen_at_ms != 0 && customer.last_seen_at_ms < start_ms)
    Append(EventType::kCustom, who, customer.last_seen_at_ms, Packed({}), batch);
  AppendAttributes(customer, who, start_ms, batch);
  for (const std::string& name : customer.names) {
    const std::string_view id = name.empty() ? std::string_view() : std::string_view(name).substr(1);
    if (customer.anonymous || name != AnonymousKey(id)) continue;
    Event event;
    event.type = EventType::kIdentify;
    event.type_name = EventTypeName(event.type);
    event.customer = customer.id;
    event.anonymous_id = id;
    event.at_ms = std::min(customer.first_seen_at_ms, start_ms - 1);
    batch->Append(event);
  }
  for (const Endpoint& endpoint : customer.endpoints) {
    const bool removed = endpoint.removed_at_ms >= endpoint.added_at_ms && endpoint.removed_at_ms < start_ms;
    if (endpoint.added_at_ms == 0 || endpoint.added_at_ms >= start_ms || removed) continue;
    Append(EventType::kEndpointAdded, who, endpoint.added_at_ms,
           Packed({{"channel", Value::String(endpoint.channel)}, {"address", Value::String(endpoint.address)}}), batch);
  }
  for (const Order& order : customer.recent_orders) {
    if (!order.reported || order.cancelled || order.at_ms >= start_ms) continue;
    const std::string id = fmt::format("{:016x}", order.id);
    Append(EventType::kOrderCompleted, who, order.at_ms,
           Packed({{"order_id", Value::String(id)}, {"total", Value::Decimal(order.value)}}), batch);
  }
}

}  // namespace

absl::Status WhatIfSource::Open() {
  ASSIGN_OR_RETURN(const LogHead head, store_.Head());
  last_ = head.last;
  ASSIGN_OR_RETURN(const std::vector<LogRow> first, store_.ReadLog(Position(), last_, 1));
  ASSIGN_OR_RETURN(const std::vector<LogRow> last, store_.ReadLog(last_ - 1, last_, 1));
  if (first.empty() || last.empty()) return absl::NotFoundError("its log holds no event");
  first_ms_ = first.front().ingested_at_ms;
  last_ms_ = last.back().ingested_at_ms;
  return absl::OkStatus();
}

absl::Status WhatIfSource::AddCustomers(int64_t start_ms, EventBatch* batch) {
  for (CustomerRow after;;) {
    ASSIGN_OR_RETURN(const auto rows, store_.Customers(after, kCustomersAtATime));
    if (rows.empty()) return absl::OkStatus();
    for (const StoredCustomer& row : rows) {
      ASSIGN_OR_RETURN(const Customer customer, DecodeCustomer(row.row, row.data));
      people_[row.row] = {customer.id, customer.anonymous};
      has_addresses_ = has_addresses_ || !customer.endpoints.empty();
      AppendCustomer(customer, start_ms, batch);
    }
    after = rows.back().row;
  }
}

absl::Status WhatIfSource::AddConsents(int64_t before_ms, EventBatch* batch) {
  for (; ledger_done_ < ledger_.size() && ledger_[ledger_done_].ingested_at_ms < before_ms; ++ledger_done_) {
    const ConsentRow& row = ledger_[ledger_done_];
    if (const auto owner = people_.find(row.customer); owner != people_.end()) AppendConsent(row, owner->second, batch);
  }
  return absl::OkStatus();
}

absl::StatusOr<EventBatch> WhatIfSource::ToldBefore(int64_t start_ms) {
  EventBatch batch;
  RETURN_IF_ERROR(AddCustomers(start_ms, &batch));
  for (ConsentId after;;) {
    ASSIGN_OR_RETURN(const std::vector<ConsentRow> rows, store_.Consents(CustomerRow(), after, kConsentsAtATime));
    for (const ConsentRow& row : rows)
      if (row.counts) ledger_.push_back(row);
    if (rows.size() < kConsentsAtATime) break;
    after = rows.back().id;
  }
  std::stable_sort(ledger_.begin(), ledger_.end(),
                   [](const ConsentRow& a, const ConsentRow& b) { return a.ingested_at_ms < b.ingested_at_ms; });
  RETURN_IF_ERROR(AddConsents(start_ms, &batch));
  return batch;
}

// The event before the first that arrived at the instant or later.
absl::StatusOr<Position> WhatIfSource::PositionAt(int64_t start_ms) {
  Position before, from = last_;  // events up to `before` arrived earlier, those after `from` did not
  while (before < from) {
    const Position middle = before + (from - before) / 2;
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, store_.ReadLog(middle, last_, 1));
    if (rows.empty() || rows.front().ingested_at_ms >= start_ms)
      from = middle;
    else
      before = std::min(rows.front().last, from);
  }
  return before;
}

absl::Status WhatIfSource::ForEachArrival(int64_t start_ms,
                                          const std::function<absl::Status(const EventBatch&, int64_t)>& each,
                                          const std::function<void(double)>& progress) {
  ASSIGN_OR_RETURN(Position after, PositionAt(start_ms));
  const Position begin = after;
  EventBatch batch;
  int64_t arrived_ms = 0;
  auto close = [&] {
    const EventBatch closed = std::exchange(batch, {});
    return closed.count == 0 ? absl::OkStatus() : each(closed, arrived_ms);
  };
  while (after < last_) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, store_.ReadLog(after, last_, kEventsAtATime));
    if (rows.empty()) break;
    for (const LogRow& row : rows) {
      const bool apart = row.ingested_at_ms / 1000 != arrived_ms / 1000 || batch.count >= kReplayBatchMax;
      if (batch.count > 0 && apart) RETURN_IF_ERROR(close());
      arrived_ms = std::max(arrived_ms, row.ingested_at_ms);
      RETURN_IF_ERROR(AddConsents(row.ingested_at_ms + 1, &batch));
      std::string bytes;
      RETURN_IF_ERROR(Decompress(row.data, &bytes));
      EventCursor cursor(bytes);
      for (Event event; cursor.Next(&event);)
        if (event.type != EventType::kReceipt && event.chain == 0 && !IsAboutConsent(event.type))
          batch.AppendRaw(cursor.encoded(), event);
    }
    after = rows.back().last;
    progress(static_cast<double>(after - begin) / static_cast<double>(std::max<int64_t>(1, last_ - begin)));
  }
  return close();
}

absl::StatusOr<std::optional<RealMessage>> WhatIfSource::FindMessage(int64_t id) {
  const MessageId ids[] = {MessageId(id)};
  ASSIGN_OR_RETURN(const std::vector<MessageRow> rows, store_.Messages(ids));
  if (rows.empty()) return std::optional<RealMessage>();
  const MessageBody body = DecodeMessageBody(rows[0].body);
  return std::optional<RealMessage>(
      {std::string(body.recipient()), std::string(body.journey), std::string(body.step), rows[0].channel});
}

}  // namespace cartwheel::cli
