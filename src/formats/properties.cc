#include "formats/properties.h"

#include <algorithm>

#include "cartwheel/limits.h"
#include "fmt/format.h"

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
  Packer(PropertyMode mode, PackedWriter* writer, JsonText* text) : mode_(mode), writer_(*writer), text_(*text) {}

  // The members of the properties, or of one product. `depth` is the number of containers they stand in.
  bool Members(ondemand::object object, int depth) {
    uint64_t seen = 0;
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      if (!ReadMember(member, &key, &value, &text_, &problem_)) return false;
      const JsonKind kind = KindOf(value);
      if (kind == JsonKind::kNull) {
        if (mode_ == PropertyMode::kAsTheyAre) {
          writer_.Key(key);
          writer_.Scalar(Value::Null());
        }
        continue;
      }
      const PropertyRule* rule = mode_ == PropertyMode::kAsTheyAre ? nullptr : FindProperty(key);
      const bool anywhere = rule != nullptr && rule->property->place == Property::kAnywhere && !rule->property->foreign;
      if (rule == nullptr || (!anywhere && !Applies(*rule->property, mode_, depth == kProductDepth))) {
        writer_.Key(key);
        if (!Plain(value, depth)) return false;
        continue;
      }
      if ((seen & rule->bit) != 0 || rule->property->foreign)
        return false;  // which of two names counts is decided elsewhere
      seen |= rule->bit;
      if (!Known(*rule->property, value, kind, depth)) return false;
    }
    return true;
  }

 private:
  bool Plain(ondemand::value& value, int depth) { return PackValue(value, depth, Path(), &writer_, &text_, &problem_); }

  bool Known(const Property& property, ondemand::value& value, JsonKind kind, int depth) {
    switch (property.holds) {
      case Holds::kId:
      case Holds::kOrderId:
        return Id(property.ours, value, kind);
      case Holds::kPrice:
      case Holds::kAmount:
      case Holds::kQuantity:
        if (Demands(mode_, property.holds)) return Number(property, value, kind);
        if (mode_ == PropertyMode::kCoupon && kind == JsonKind::kString) return false;
        break;
      case Holds::kProducts:
        if (Demands(mode_, property.holds)) return Products(value, kind);
        break;
      case Holds::kText:
        if (Demands(mode_, property.holds) && kind != JsonKind::kString) return false;
        break;
      case Holds::kAddress:
        if (Demands(mode_, property.holds)) return Address(property.ours, value, kind);
        break;
      case Holds::kMessageId:
        if (Demands(mode_, property.holds)) return MessageId(value, kind);
        break;
      case Holds::kAnything:
        break;
    }
    writer_.Key(property.ours);
    return Plain(value, depth);
  }

  // Ids become text, so that 42 and "42" are one product; an empty one is none.
  bool Id(std::string_view name, ondemand::value& value, JsonKind kind) {
    std::string_view id;
    if (kind == JsonKind::kString) {
      if (ReadString(value, &id)) return false;
      id = TrimId(id);
      if (id.empty()) return true;
    } else {
      Value number;
      id = Token(value);
      const bool integer = kind == JsonKind::kNumber && ReadNumber(value, &number, &problem_) &&
                           (number.kind() == Kind::kInt || number.kind() == Kind::kUint);
      if (!integer) return false;
    }
    if (id.size() > kIdBytesMax) return false;
    writer_.Key(name);
    writer_.Scalar(Value::String(id));
    return true;
  }

  bool Address(std::string_view name, ondemand::value& value, JsonKind kind) {
    std::string_view address;
    if (kind != JsonKind::kString || ReadString(value, &address)) return false;
    writer_.Key(name);
    writer_.Scalar(Value::String(TrimId(address)));
    return true;
  }

  bool MessageId(ondemand::value& value, JsonKind kind) {
    Value number;
    if (kind != JsonKind::kNumber || !ReadNumber(value, &number, &problem_) || number.kind() != Kind::kInt ||
        number.integer() <= 0)
      return false;
    writer_.Key("message_id");
    writer_.Scalar(number);
    return true;
  }

  // A number, or a text of digits alone: shops send "12900". Other texts are read by the shop's currency and language.
  bool Number(const Property& property, ondemand::value& value, JsonKind kind) {
    Value number;
    std::string_view string;
    if (kind == JsonKind::kString) {
      if (ReadString(value, &string) || !IsDigits(string)) return false;
      number = NumberFromText(string).value_or(Value());
    } else if (kind != JsonKind::kNumber || !ReadNumber(value, &number, &problem_)) {
      return false;
    }
    if (property.holds == Holds::kQuantity ? !MakeQuantity(&number) : !InMoneyRange(number)) return false;
    writer_.Key(property.ours);
    writer_.Scalar(number);
    return true;
  }

  bool Products(ondemand::value& value, JsonKind kind) {
    ondemand::array array;
    if (kind != JsonKind::kList || value.get_array().get(array)) return false;
    writer_.Key("products");
    writer_.BeginList();
    for (auto element : array) {
      ondemand::value product;
      ondemand::object object;
      if (element.get(product) || KindOf(product) != JsonKind::kMap || product.get_object().get(object)) return false;
      writer_.BeginMap();
      if (!Members(object, kProductDepth)) return false;
      writer_.End();
    }
    writer_.End();
    return true;
  }

  PropertyMode mode_;
  PackedWriter& writer_;
  JsonText& text_;
  Problem problem_;  // what it says is not asked
};

}  // namespace

bool PackProperties(ondemand::object object, PropertyMode mode, PackedWriter* writer, JsonText* text) {
  return Packer(mode, writer, text).Members(object, 1);
}

bool CheckPrice(const Value& number, std::string_view where, std::string_view shown, Problem* problem) {
  if (InMoneyRange(number) && ToDouble(number) >= 0) return true;
  return problem->Set(
      "bad_price", fmt::format("{} is {}: expected a number of at least 0 such as 12900 or \"12.50\"", where, shown));
}

}  // namespace cartwheel::formats
