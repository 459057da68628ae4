#include "vocabulary/properties.h"

#include <cmath>
#include <cstdint>

#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "vocabulary/validate.h"

namespace cartwheel::vocabulary {
namespace {

enum class Holds : uint8_t { kAnything, kId, kPrice, kQuantity, kAmount, kProducts };

struct Property {
  std::string_view name;  // as shops send it
  std::string_view ours;
  Holds holds;
};

// Names that the core reads, mostly of Segment's e-commerce specification, and their spellings in other code styles.
constexpr Property kProperties[] = {
    {"product_id", "product_id", Holds::kId},
    {"productId", "product_id", Holds::kId},
    {"sku", "sku", Holds::kId},
    {"cart_id", "cart_id", Holds::kId},
    {"cartId", "cart_id", Holds::kId},
    {"order_id", "order_id", Holds::kId},
    {"orderId", "order_id", Holds::kId},
    {"previous_id", "previous_id", Holds::kId},
    {"previousId", "previous_id", Holds::kId},
    {"message_id", "message_id", Holds::kAnything},
    {"messageId", "message_id", Holds::kAnything},
    {"image_url", "image_url", Holds::kAnything},
    {"imageUrl", "image_url", Holds::kAnything},
    {"price", "price", Holds::kPrice},
    {"quantity", "quantity", Holds::kQuantity},
    {"value", "value", Holds::kAmount},
    {"total", "total", Holds::kAmount},
    {"revenue", "revenue", Holds::kAmount},
    {"products", "products", Holds::kProducts},
};

// A rule and the bit under which its name of ours is remembered as seen.
struct Rule {
  const Property* property = nullptr;
  uint32_t bit = 0;
};

// The rules by name, in a table that a look-up enters with three bytes of the name: this runs for every member of every
// event, and nearly always finds at once that there is a rule or none.
struct RuleTable {
  static constexpr size_t kSlots = 64;
  static constexpr size_t SlotOf(std::string_view name) {
    return (static_cast<unsigned char>(name.front()) * 5 + static_cast<unsigned char>(name.back()) + name.size() * 11) %
           kSlots;
  }

  constexpr RuleTable() {
    uint32_t bit = 1;
    const Property* last = nullptr;
    for (const Property& property : kProperties) {
      if (last != nullptr && last->ours != property.ours) bit <<= 1;  // spellings of one name stand together
      last = &property;
      size_t slot = SlotOf(property.name);
      while (rules[slot].property != nullptr) slot = (slot + 1) % kSlots;
      rules[slot] = {&property, bit};
    }
  }
  const Rule* Find(std::string_view name) const {
    if (name.empty()) return nullptr;
    for (size_t slot = SlotOf(name); rules[slot].property != nullptr; slot = (slot + 1) % kSlots)
      if (rules[slot].property->name == name) return &rules[slot];
    return nullptr;
  }

  Rule rules[kSlots] = {};
};
constexpr RuleTable kRules;

constexpr double kMoneyMax = 9.2e14;

bool InMoneyRange(const Value& value) {
  bool number = value.kind() == Kind::kInt || value.kind() == Kind::kUint || value.kind() == Kind::kDecimal ||
                value.kind() == Kind::kDouble;
  return number && std::fabs(ToDouble(value)) < kMoneyMax;
}

// Makes 2.0 the integer 2. False when the value is not a whole number from 0 up.
bool MakeQuantity(Value* number) {
  if (!InMoneyRange(*number) || ToDouble(*number) < 0 || ToDouble(*number) != std::floor(ToDouble(*number)))
    return false;
  *number = Value::Int(static_cast<int64_t>(ToDouble(*number)));
  return true;
}

// How a number property is judged: its code, and what was expected when it is not that.
struct Judgement {
  std::string_view code;
  std::string_view expected;
  bool good;
};
Judgement Judge(Holds holds, Value* number) {
  switch (holds) {
    case Holds::kPrice:
      return {"bad_price", "a number of at least 0 such as 12900 or \"12.50\"",
              InMoneyRange(*number) && ToDouble(*number) >= 0};
    case Holds::kQuantity:
      return {"bad_quantity", "a whole number of at least 0", MakeQuantity(number)};
    default:
      return {"bad_value", "a number such as 12900 or \"12.50\"", InMoneyRange(*number)};
  }
}

class Packer {
 public:
  Packer(Treatment treatment, PackedWriter* writer, JsonText* text, Problem* problem)
      : treatment_(treatment), writer_(*writer), text_(*text), problem_(*problem) {}

  // The members of the properties, or of one product. `depth` is the number of containers they stand in.
  bool Members(ondemand::object object, int depth, const Path& path) {
    uint32_t seen = 0;
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      if (!ReadMember(member, &key, &value, &text_, &problem_)) return false;
      JsonKind kind = KindOf(value);
      if (kind == JsonKind::kNull) continue;
      Path here{&path, key};
      const Rule* rule = treatment_ == Treatment::kAsTheyAre ? nullptr : kRules.Find(key);
      if (rule != nullptr && (seen & rule->bit) != 0) continue;
      if (rule != nullptr) seen |= rule->bit;
      std::string_view name = rule != nullptr ? rule->property->ours : key;
      if (!Member(name, rule != nullptr ? rule->property->holds : Holds::kAnything, value, kind, depth, here))
        return false;
    }
    return true;
  }

 private:
  bool strict() const { return treatment_ >= Treatment::kCommerce; }

  bool Member(std::string_view name, Holds holds, ondemand::value& value, JsonKind kind, int depth, const Path& path) {
    if (kind == JsonKind::kInvalid) return PackValue(value, depth, path, &writer_, &text_, &problem_);
    switch (holds) {
      case Holds::kId:
        if (kind == JsonKind::kString || kind == JsonKind::kNumber || strict()) return Id(name, value, kind, path);
        break;
      case Holds::kPrice:
      case Holds::kQuantity:
      case Holds::kAmount:
        if (strict()) return Number(name, holds, value, kind, depth, path);
        break;
      case Holds::kProducts:
        if (strict() && depth == 1) return Products(name, value, kind, path);
        break;
      case Holds::kAnything:
        break;
    }
    writer_.Key(name);
    return PackValue(value, depth, path, &writer_, &text_, &problem_);
  }

  // Ids become text, so that 42 and "42" are one product; an empty one is none.
  bool Id(std::string_view name, ondemand::value& value, JsonKind kind, const Path& path) {
    std::string_view id;
    std::string_view token = Token(value);
    if (kind == JsonKind::kString) {
      if (auto error = ReadString(value, &id)) return text_.Fail(error, &problem_);
      if (id.empty()) return true;
    } else if (kind == JsonKind::kNumber) {
      Value number;
      if (!ReadNumber(value, &number, &problem_)) return false;
      if (number.kind() == Kind::kInt || number.kind() == Kind::kUint) id = token;
    }
    if (id.empty()) {
      std::string shown = kind == JsonKind::kNumber ? std::string(token) : DescribeValue(value);
      return problem_.Set("bad_id", fmt::format("{} is {}: expected text or an integer", Describe(path), shown));
    }
    if (id.size() > kIdBytesMax) return CheckIdBytes(Describe(path), id, &problem_);
    writer_.Key(name);
    writer_.Scalar(Value::String(id));
    return true;
  }

  // A number, or a text that holds one: shops send "12900".
  bool Number(std::string_view name, Holds holds, ondemand::value& value, JsonKind kind, int depth, const Path& path) {
    Value number;
    std::string_view string;
    std::string_view token = Token(value);
    if (kind == JsonKind::kString) {
      if (auto error = ReadString(value, &string)) return text_.Fail(error, &problem_);
      number = NumberFromText(string).value_or(Value());
    } else if (kind == JsonKind::kNumber && !ReadNumber(value, &number, &problem_)) {
      return false;
    }
    Judgement judgement = Judge(holds, &number);
    if (!judgement.good && (holds != Holds::kAmount || treatment_ == Treatment::kOrder)) {
      std::string shown = kind == JsonKind::kString   ? Quote(string)
                          : kind == JsonKind::kNumber ? std::string(token)
                                                      : DescribeValue(value);
      return problem_.Set(judgement.code,
                          fmt::format("{} is {}: expected {}", Describe(path), shown, judgement.expected));
    }
    writer_.Key(name);
    if (judgement.good || kind == JsonKind::kNumber) return writer_.Scalar(number), true;
    if (kind == JsonKind::kString) return writer_.Scalar(Value::String(string)), true;
    return PackValue(value, depth, path, &writer_, &text_, &problem_);
  }

  bool Products(std::string_view name, ondemand::value& value, JsonKind kind, const Path& path) {
    if (kind != JsonKind::kList) return BadProducts(value, path);
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return text_.Fail(error, &problem_);
    writer_.Key(name);
    writer_.BeginList();
    size_t index = 0;
    for (auto element : array) {
      Path here{&path, {}, index++};
      ondemand::value product;
      if (auto error = element.get(product)) return text_.Fail(error, &problem_);
      if (KindOf(product) != JsonKind::kMap) return BadProducts(product, here);
      ondemand::object object;
      if (auto error = product.get_object().get(object)) return text_.Fail(error, &problem_);
      writer_.BeginMap();
      if (!Members(object, 3, here)) return false;
      writer_.End();
    }
    writer_.End();
    return true;
  }

  bool BadProducts(ondemand::value& value, const Path& path) {
    return problem_.Set("bad_products", fmt::format("{} is {}: expected {}", Describe(path), DescribeValue(value),
                                                    path.index == Path::kNoIndex ? "a list of objects" : "an object"));
  }

  Treatment treatment_;
  PackedWriter& writer_;
  JsonText& text_;
  Problem& problem_;
};

}  // namespace

Treatment TreatmentOf(EventType type) {
  switch (type) {
    case EventType::kIdentify:
      return Treatment::kAsTheyAre;
    case EventType::kCustom:
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
    case EventType::kErase:
    case EventType::kPageViewed:
    case EventType::kExitIntent:
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      return Treatment::kNames;
    case EventType::kOrderUpdated:
    case EventType::kOrderCompleted:
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      return Treatment::kOrder;
    default:
      return Treatment::kCommerce;
  }
}

bool PackProperties(ondemand::object object, Treatment treatment, std::string_view member, PackedWriter* writer,
                    JsonText* text, Problem* problem) {
  return Packer(treatment, writer, text, problem).Members(object, 1, Path{nullptr, member});
}

bool CheckPrice(const Value& number, std::string_view where, std::string_view shown, Problem* problem) {
  Value copy = number;
  Judgement judgement = Judge(Holds::kPrice, &copy);
  if (judgement.good) return true;
  return problem->Set(judgement.code, fmt::format("{} is {}: expected {}", where, shown, judgement.expected));
}

}  // namespace cartwheel::vocabulary
