// REES46's CSV feeds (https://rees46.com/en/datasets): the header says which columns are there and in which order. Rows
// have no id; the digest of a row's text is one, so that exact repeats of a row are duplicates. A purchase is a row for
// each product: those of one user, session and instant are one event, at the place of the first, and all of a session
// have one order id, the session's.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "base/hash.h"
#include "base/money.h"
#include "core/model/amount.h"
#include "fmt/format.h"
#include "formats/csv.h"
#include "formats/json.h"
#include "formats/json_number.h"
#include "formats/properties.h"
#include "formats/readers.h"
#include "formats/records.h"
#include "formats/validate.h"

namespace cartwheel::formats {
namespace {

enum Column : size_t {
  kEventTime,
  kEventType,
  kProductId,
  kCategoryId,
  kCategoryCode,
  kBrand,
  kPrice,
  kUserId,
  kUserSession,
  kColumns,
};

struct ColumnRule {
  std::string_view name;
  bool required;
  std::string_view property;  // under which a text goes into the event as it is
};
constexpr ColumnRule kColumnRules[kColumns] = {
    {"event_time", true, {}},
    {"event_type", true, {}},
    {"product_id", true, {}},
    {"category_id", false, "category_id"},
    {"category_code", false, "category"},
    {"brand", false, "brand"},
    {"price", false, {}},
    {"user_id", true, {}},
    {"user_session", false, "session_id"},
};

struct TypeRule {
  std::string_view theirs;
  EventType ours;
};
constexpr TypeRule kTypes[] = {
    {"view", EventType::kProductViewed},
    {"cart", EventType::kProductAdded},
    {"remove_from_cart", EventType::kProductRemoved},
    {"purchase", EventType::kOrderCompleted},
};

// How far the rows of an order are looked for: a shop has fewer at one instant, and a file with one instant for
// everything costs no more.
constexpr size_t kRowsAheadMax = 1'000;

constexpr std::string_view kBlank = "Unknown";  // what some copies of the feed put for a blank

class Reader {
 public:
  Reader(std::vector<std::string>* columns, Sink* sink) : columns_(*columns), sink_(*sink) { Locate(); }

  void Rows(std::string_view input) {
    CsvReader csv(columns_.empty() ? SkipByteOrderMark(input) : input);
    if (columns_.empty() && csv.Next()) {
      for (std::string_view field : csv.fields()) columns_.emplace_back(TrimSpace(field));
      Locate();
    }
    for (; csv.Next(); ++sink_.record) {
      if (joined_.contains(csv.row().data())) continue;
      Event event;
      Problem problem;
      Value price;
      if (!Row(csv, &event, &price, &problem)) {
        sink_.Reject(event.id, std::move(problem));
        continue;
      }
      if (event.type == EventType::kOrderCompleted) {
        Order(csv, price);
        event.id = id_;
      } else {
        Properties(price);
      }
      event.properties = packed_;
      sink_.Take(&event);
    }
  }

 private:
  void Locate() {
    for (size_t column = 0; column < kColumns; ++column) {
      place_[column] = static_cast<size_t>(std::find(columns_.begin(), columns_.end(), kColumnRules[column].name) -
                                           columns_.begin());
    }
  }

  bool Row(const CsvReader& csv, Event* event, Value* price, Problem* problem) {
    id_ = ToHex(SipDigest(csv.row()));
    event->id = id_;
    return Cells(csv, problem) && Type(event, problem) && Customer(event) && Price(price, problem) &&
           ParseAt("event_time", cell_[kEventTime], &event->at_ms, problem);
  }

  bool Cells(const CsvReader& csv, Problem* problem) {
    if (!CheckEventBytes(csv.row().size(), problem)) return false;
    if (!csv.good()) {
      return problem->Set("bad_csv",
                          fmt::format("the quotes of the row {} do not match: expected \"\" for a quote inside "
                                      "a quoted field",
                                      Quote(csv.row())));
    }
    if (size_t at = FindInvalidUtf8(csv.row()); at != std::string_view::npos) {
      return problem->Set("invalid_utf8", fmt::format("byte {} (0x{:02x}) is not UTF-8: expected CSV in UTF-8", at,
                                                      static_cast<unsigned char>(csv.row()[at])));
    }
    for (size_t column = 0; column < kColumns; ++column) {
      if (place_[column] < columns_.size() || !kColumnRules[column].required) continue;
      return problem->Set("bad_header", fmt::format("the header has no column {}: expected it in the first line",
                                                    Quote(kColumnRules[column].name)));
    }
    if (csv.fields().size() != columns_.size()) {
      return problem->Set("bad_csv", fmt::format("the row has {} fields: expected {}, as the header has",
                                                 csv.fields().size(), columns_.size()));
    }
    for (size_t column = 0; column < kColumns; ++column) {
      cell_[column] = place_[column] < columns_.size() ? TrimSpace(csv.fields()[place_[column]]) : std::string_view();
    }
    return true;
  }

  bool Type(Event* event, Problem* problem) {
    for (const TypeRule& rule : kTypes) {
      if (rule.theirs != cell_[kEventType]) continue;
      event->type = rule.ours;
      event->type_name = EventTypeName(rule.ours);
      return true;
    }
    return problem->Set(
        "unknown_type",
        fmt::format("event_type is {}: expected view, cart, remove_from_cart or purchase", Quote(cell_[kEventType])));
  }

  bool Customer(Event* event) {
    if (!cell_[kUserId].empty()) event->customer = cell_[kUserId];
    return true;
  }

  bool Price(Value* price, Problem* problem) {
    *price = Value();
    std::string_view text = cell_[kPrice];
    if (text.empty()) return true;
    *price = NumberFromText(text).value_or(Value());
    return CheckPrice(*price, "price", Quote(text), problem);
  }

  void Properties(const Value& price) {
    packed_.clear();
    PackedWriter writer(&packed_);
    writer.BeginMap();
    Product(price, &writer);
    Text(kUserSession, &writer);
    writer.End();
  }

  // The row that `csv` stands at, and those of the same instant, user and session that come after it.
  void Order(const CsvReader& csv, const Value& first_price) {
    const std::string_view at = cell_[kEventTime], user = cell_[kUserId], session = cell_[kUserSession];
    const bool whole = !session.empty() && session != kBlank;
    const std::string id = id_;
    packed_.clear();
    PackedWriter writer(&packed_);
    writer.BeginMap();
    if (whole) {
      writer.Key("order_id");
      writer.Scalar(Value::String(session));
    }
    Text(kUserSession, &writer);
    writer.Key("products");
    writer.BeginList();
    bool priced = !first_price.is_absent();
    Money sum = MoneyOf(first_price);
    Line(first_price, &writer);
    if (joined_at_ != at) joined_.clear();
    joined_at_ = at;
    absl::flat_hash_set<std::string> seen{id};
    CsvReader ahead = csv.Rest();
    for (size_t rows = 0; whole && rows < kRowsAheadMax && ahead.Next(); ++rows) {
      if (joined_.contains(ahead.row().data())) continue;
      Event event;
      Problem problem;
      Value price;
      if (!Row(ahead, &event, &price, &problem)) continue;  // rejected in its turn
      if (cell_[kEventTime] != at) break;
      if (event.type != EventType::kOrderCompleted || cell_[kUserId] != user || cell_[kUserSession] != session)
        continue;
      joined_.insert(ahead.row().data());
      if (!seen.insert(id_).second) continue;  // told again
      priced = priced && !price.is_absent();
      sum = AddMoney(sum, MoneyOf(price));
      Line(price, &writer);
    }
    writer.End();
    if (priced) {
      writer.Key("value");
      writer.Scalar(Value::Decimal(sum));
    }
    writer.End();
    id_ = id;
  }

  void Line(const Value& price, PackedWriter* writer) {
    writer->BeginMap();
    Product(price, writer);
    writer->Key("quantity");
    writer->Scalar(Value::Int(1));
    writer->End();
  }

  void Product(const Value& price, PackedWriter* writer) {
    if (!cell_[kProductId].empty()) {
      writer->Key("product_id");
      writer->Scalar(Value::String(cell_[kProductId]));
    }
    if (!price.is_absent()) {
      writer->Key("price");
      writer->Scalar(price);
    }
    for (Column column : {kCategoryId, kCategoryCode, kBrand}) Text(column, writer);
  }

  void Text(Column column, PackedWriter* writer) {
    if (cell_[column].empty() || cell_[column] == kBlank) return;
    writer->Key(kColumnRules[column].property);
    writer->Scalar(Value::String(cell_[column]));
  }

  std::vector<std::string>& columns_;
  Sink& sink_;
  size_t place_[kColumns];  // of a column in a row; columns_.size() when it is not there

  // Of the row being read.
  std::string_view cell_[kColumns];
  std::string id_;
  std::string packed_;
  std::string joined_at_;                    // rows of this instant that are part of an order before them
  absl::flat_hash_set<const char*> joined_;  // where they begin
};

}  // namespace

void ReadRees46(std::string_view input, std::vector<std::string>* columns, Sink* sink) {
  Reader(columns, sink).Rows(input);
}

}  // namespace cartwheel::formats
