// REES46's CSV feeds (https://rees46.com/en/datasets): the header says which columns are there and in which order. Rows
// have no id; the digest of a row's text is one, so that exact repeats of a row are duplicates.
#include <algorithm>

#include "base/hash.h"
#include "fmt/format.h"
#include "vocabulary/csv.h"
#include "vocabulary/json.h"
#include "vocabulary/properties.h"
#include "vocabulary/readers.h"
#include "vocabulary/records.h"
#include "vocabulary/validate.h"

namespace cartwheel::vocabulary {
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
      Event event;
      Problem problem;
      if (Row(csv, &event, &problem)) {
        sink_.Take(&event);
      } else {
        sink_.Reject(event.id, std::move(problem));
      }
    }
  }

 private:
  void Locate() {
    for (size_t column = 0; column < kColumns; ++column) {
      place_[column] = static_cast<size_t>(std::find(columns_.begin(), columns_.end(), kColumnRules[column].name) -
                                           columns_.begin());
    }
  }

  bool Row(const CsvReader& csv, Event* event, Problem* problem) {
    id_ = ToHex(SipDigest(csv.row()));
    event->id = id_;
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
    return Type(event, problem) && Customer(event) && Properties(event, problem) &&
           ParseAt("event_time", cell_[kEventTime], &event->at_ms, problem);
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

  bool Properties(Event* event, Problem* problem) {
    Value price;
    if (std::string_view text = cell_[kPrice]; !text.empty()) {
      price = NumberFromText(text).value_or(Value());
      if (!CheckPrice(price, "price", Quote(text), problem)) return false;
    }
    packed_.clear();
    PackedWriter writer(&packed_);
    writer.BeginMap();
    if (event->type == EventType::kOrderCompleted) {
      writer.Key("products");
      writer.BeginList();
      writer.BeginMap();
      Product(price, &writer);
      writer.Key("quantity");
      writer.Scalar(Value::Int(1));
      writer.End();
      writer.End();
      if (!price.is_absent()) writer.Key("value"), writer.Scalar(price);
    } else {
      Product(price, &writer);
    }
    for (size_t column = 0; column < kColumns; ++column) {
      std::string_view property = kColumnRules[column].property;
      if (property.empty() || cell_[column].empty() || cell_[column] == kBlank) continue;
      writer.Key(property);
      writer.Scalar(Value::String(cell_[column]));
    }
    writer.End();
    event->properties = packed_;
    return true;
  }

  void Product(const Value& price, PackedWriter* writer) {
    if (!cell_[kProductId].empty()) writer->Key("product_id"), writer->Scalar(Value::String(cell_[kProductId]));
    if (!price.is_absent()) writer->Key("price"), writer->Scalar(price);
  }

  std::vector<std::string>& columns_;
  Sink& sink_;
  size_t place_[kColumns];  // of a column in a row; columns_.size() when it is not there

  // Of the row being read.
  std::string_view cell_[kColumns];
  std::string id_;
  std::string packed_;
};

}  // namespace

void ReadRees46(std::string_view input, std::vector<std::string>* columns, Sink* sink) {
  Reader(columns, sink).Rows(input);
}

}  // namespace cartwheel::vocabulary
