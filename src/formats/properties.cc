#include "formats/properties.h"

#include <algorithm>

#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/json_number.h"

namespace cartwheel::formats {
namespace {

constexpr int kProductDepth = 3;        // containers around the members of a product: properties, products, the product
constexpr size_t kPlainDigitsMax = 14;  // of an amount in a text of digits alone

bool IsDigits(std::string_view text) {
  return !text.empty() && text.size() <= kPlainDigitsMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class Packer {
 public:
  Packer(JsonCursor& json, PropertyMode mode, PackedWriter* writer) : json_(json), mode_(mode), writer_(*writer) {}

  // The members of the properties, or of one product. `depth` is the number of containers they stand in.
  bool Members(int depth) {
    uint64_t seen = 0;
    return json_.Members([&](std::string_view key) { return Member(key, depth, &seen); });
  }

 private:
  // `seen`: the properties that stood before.
  bool Member(std::string_view key, int depth, uint64_t* seen) {
    const JsonKind kind = json_.kind();
    const PropertyRule* rule = mode_ == PropertyMode::kAsTheyAre ? nullptr : FindProperty(key);
    if (kind == JsonKind::kNull && mode_ != PropertyMode::kAsTheyAre) return json_.Skip();
    const bool anywhere = rule != nullptr && rule->property->place == Property::kAnywhere && !rule->property->foreign;
    if (rule == nullptr || (!anywhere && !Applies(*rule->property, mode_, depth == kProductDepth))) {
      writer_.Key(key);
      return Plain(depth);
    }
    if ((*seen & rule->bit) != 0 || rule->property->foreign)
      return false;  // which of two names counts is decided elsewhere
    *seen |= rule->bit;
    return Known(*rule, kind, depth);
  }

  bool Plain(int depth) { return PackValue(json_, depth, &writer_); }

  bool Known(const PropertyRule& rule, JsonKind kind, int depth) {
    const Property& property = *rule.property;
    switch (property.holds) {
      case Holds::kId:
      case Holds::kOrderId:
        return Id(rule.key, kind);
      case Holds::kPrice:
      case Holds::kAmount:
      case Holds::kQuantity:
        if (Demands(mode_, property.holds)) return Number(rule, kind);
        if (mode_ == PropertyMode::kCoupon && kind == JsonKind::kText) return false;
        break;
      case Holds::kProducts:
        if (Demands(mode_, property.holds)) return Products(rule.key);
        break;
      case Holds::kText:
        if (Demands(mode_, property.holds) && kind != JsonKind::kText) return false;
        break;
      case Holds::kAddress:
        if (Demands(mode_, property.holds)) return Address(rule.key);
        break;
      case Holds::kMessageId:
        if (Demands(mode_, property.holds)) return MessageId(rule.key);
        break;
      case Holds::kAnything:
        break;
    }
    writer_.Key(rule.key);
    return Plain(depth);
  }

  // Ids become text, so that 42 and "42" are one product; an empty one is none.
  bool Id(const PackedKey& key, JsonKind kind) {
    std::string_view id;
    if (kind == JsonKind::kText) {
      if (!json_.Text(&id)) return false;
      id = TrimId(id);
      if (id.empty()) return true;
    } else {
      Value number;
      if (!json_.Integer(&number, &id)) return false;
    }
    if (id.size() > kIdBytesMax) return false;
    writer_.Key(key);
    writer_.Scalar(Value::String(id));
    return true;
  }

  bool Address(const PackedKey& key) {
    std::string_view address;
    if (!json_.Text(&address)) return false;
    writer_.Key(key);
    writer_.Scalar(Value::String(TrimId(address)));
    return true;
  }

  bool MessageId(const PackedKey& key) {
    Value number;
    if (!json_.Number(&number) || number.kind() != Kind::kInt || number.integer() <= 0) return false;
    writer_.Key(key);
    writer_.Scalar(number);
    return true;
  }

  // A number, or a text of digits alone: shops send "12900". Other texts are read by the shop's currency and language.
  bool Number(const PropertyRule& rule, JsonKind kind) {
    Value number;
    std::string_view text;
    if (kind == JsonKind::kText) {
      if (!json_.Text(&text) || !IsDigits(text)) return false;
      number = NumberFromText(text).value_or(Value());
    } else if (!json_.Number(&number)) {
      return false;
    }
    if (rule.property->holds == Holds::kQuantity ? !MakeQuantity(&number) : !InMoneyRange(number)) return false;
    writer_.Key(rule.key);
    writer_.Scalar(number);
    return true;
  }

  bool Products(const PackedKey& key) {
    writer_.Key(key);
    writer_.BeginList();
    auto product = [&] {
      writer_.BeginMap();
      if (!Members(kProductDepth)) return false;
      writer_.End();
      return true;
    };
    if (!json_.Elements(product)) return false;
    writer_.End();
    return true;
  }

  JsonCursor& json_;
  PropertyMode mode_;
  PackedWriter& writer_;
};

}  // namespace

bool PackProperties(JsonCursor& json, PropertyMode mode, PackedWriter* writer) {
  return Packer(json, mode, writer).Members(1);
}

bool CheckPrice(const Value& number, std::string_view where, std::string_view shown, Problem* problem) {
  if (InMoneyRange(number) && ToDouble(number) >= 0) return true;
  return problem->Set(
      "bad_price", fmt::format("{} is {}: expected a number of at least 0 such as 12900 or \"12.50\"", where, shown));
}

}  // namespace cartwheel::formats
