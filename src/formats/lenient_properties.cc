#include "formats/lenient_properties.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/amount.h"
#include "formats/json_number.h"

namespace cartwheel::formats {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kDeepExpected = "at most 12 levels of lists and objects (event_depth_max)";
static_assert(kEventDepthMax == 12);
constexpr std::string_view kProductNames[] = {"product_id", "productId", "item_id", "id",        "sku",
                                              "name",       "item_name", "price",   "item_price"};
constexpr double kExactIdMax = 9e15;  // whole numbers up to it are exact in a double

// What a known property holds once it was read.
struct Reading {
  bool readable = true;
  Value value;       // absent: there is nothing to write, as of an empty id
  std::string text;  // what a value of kString views
};

class Packer {
 public:
  Packer(PropertyMode mode, PackedWriter* writer, Sink* sink) : mode_(mode), writer_(*writer), sink_(*sink) {}

  void Members(const JsonNode& map, bool in_product, const Path& path) {
    const JsonNode* currency = map.Find("currency");
    const std::string around = currency_;
    if (currency != nullptr && currency->is(Kind::kText)) currency_ = TrimId(currency->text);
    for (const std::string& key : map.repeated)
      sink_.Warn("duplicate_key", Describe(Path{&path, key}), "there twice", "it once; the first counts");
    const std::vector<const Property*> rules = Choose(map, in_product);
    for (size_t i = 0; i < map.keys.size(); ++i) {
      const JsonNode& node = map.children[i];
      const Path here{&path, map.keys[i]};
      if (node.is(Kind::kNull)) {
        if (mode_ == PropertyMode::kAsTheyAre) {
          writer_.Key(map.keys[i]);
          writer_.Scalar(Value::Null());
        }
        continue;
      }
      const PropertyRule* named = mode_ == PropertyMode::kAsTheyAre ? nullptr : FindProperty(map.keys[i]);
      const bool applies = named != nullptr && Applies(*named->property, mode_, in_product);
      if (!applies)
        Plain(map.keys[i], node, here);
      else if (rules[i] != nullptr)
        Known(*rules[i], node, here);
    }
    currency_ = around;
  }

 private:
  // For each member the rule by which it is written. Of several names of one thing ours count before others', and what
  // can be read before what cannot; then the first.
  std::vector<const Property*> Choose(const JsonNode& map, bool in_product) {
    std::vector<const Property*> rules(map.keys.size(), nullptr);
    if (mode_ == PropertyMode::kAsTheyAre) return rules;
    struct Winner {
      size_t index;
      int rank;
    };
    std::vector<std::pair<uint64_t, Winner>> winners;
    for (size_t i = 0; i < map.keys.size(); ++i) {
      const PropertyRule* rule = FindProperty(map.keys[i]);
      if (rule == nullptr || map.children[i].is(Kind::kNull) || !Applies(*rule->property, mode_, in_product)) continue;
      const int rank = (rule->property->foreign ? 1 : 0) + (Readable(*rule->property, map.children[i]) ? 0 : 2);
      auto same = std::find_if(winners.begin(), winners.end(), [&](const auto& w) { return w.first == rule->bit; });
      if (same == winners.end()) {
        winners.push_back({rule->bit, {i, rank}});
      } else if (rank < same->second.rank) {
        same->second = {i, rank};
      }
    }
    for (const auto& [bit, winner] : winners) rules[winner.index] = FindProperty(map.keys[winner.index])->property;
    return rules;
  }

  bool Readable(const Property& property, const JsonNode& node) {
    if (property.holds == Holds::kProducts) return node.is(Kind::kList) || node.is(Kind::kMap);
    return !Demands(mode_, property.holds) || Read(property.holds, node).readable;
  }

  void Known(const Property& property, const JsonNode& node, const Path& path) {
    const bool id = property.holds == Holds::kId || property.holds == Holds::kOrderId;
    const bool may_be_one = (id && (node.is(Kind::kText) || node.is(Kind::kNumber))) ||
                            (property.holds == Holds::kAmount && mode_ == PropertyMode::kCoupon);
    if (!Demands(mode_, property.holds) && !may_be_one) return Plain(property.ours, node, path);
    if (property.holds == Holds::kProducts) return Products(node, path);
    Reading reading = Read(property.holds, node);
    if (!reading.readable) {
      if (!Demands(mode_, property.holds)) return Plain(property.ours, node, path);
      return sink_.Warn(CodeOf(property.holds), Describe(path), Show(node), Expected(property.holds));
    }
    if (id && reading.text.size() > kIdBytesMax) return LongId(property, reading, path);
    if (property.holds == Holds::kAddress && reading.text.size() > kAddressBytesMax)
      return sink_.Warn("address_bytes_max", Describe(path), Show(node),
                        fmt::format("at most {} bytes", kAddressBytesMax));
    if (reading.value.is_absent()) return;
    if (node.control) WarnOfControl(node, path);
    writer_.Key(property.ours);
    writer_.Scalar(reading.value.is_string() ? Value::String(reading.text) : reading.value);
  }

  void LongId(const Property& property, const Reading& reading, const Path& path) {
    const bool hashed = property.holds == Holds::kOrderId;
    sink_.Warn("id_bytes_max", Describe(path), Quote(reading.text),
               fmt::format("at most {} bytes (id_bytes_max){}", kIdBytesMax, hashed ? "; its hash stands for it" : ""));
    if (!hashed) return;
    const std::string hash = HashedId(reading.text);
    writer_.Key(property.ours);
    writer_.Scalar(Value::String(hash));
  }

  Reading Read(Holds holds, const JsonNode& node) {
    Reading reading;
    switch (holds) {
      case Holds::kId:
      case Holds::kOrderId:
        reading.text = ReadId(node, &reading.readable);
        if (!reading.text.empty()) reading.value = Value::String(reading.text);
        break;
      case Holds::kText:
      case Holds::kAddress:
        reading.readable = node.is(Kind::kText) || node.is(Kind::kNumber);
        reading.text = node.is(Kind::kText) ? node.text : std::string(node.raw);
        if (holds == Holds::kAddress) reading.text = std::string(TrimId(reading.text));
        reading.value = Value::String(reading.text);
        break;
      case Holds::kPrice:
      case Holds::kAmount:
        reading.value = Amount(node);
        reading.readable = InMoneyRange(reading.value);
        break;
      case Holds::kQuantity:
        reading.value = Amount(node);
        reading.readable = MakeQuantity(&reading.value);
        break;
      case Holds::kMessageId:
        reading.value = node.is(Kind::kText) ? NumberFromText(node.text).value_or(Value()) : node.number;
        reading.readable = reading.value.kind() == cartwheel::Kind::kInt && reading.value.integer() > 0;
        break;
      case Holds::kProducts:
      case Holds::kAnything:
        break;
    }
    return reading;
  }

  Value Amount(const JsonNode& node) {
    if (node.is(Kind::kNumber)) return node.number;
    if (!node.is(Kind::kText)) return Value();
    const ShopSettings& shop = sink_.shop();
    return ReadAmount(node.text, currency_.empty() ? std::string_view(shop.currency) : currency_, shop.locale);
  }

  void Products(const JsonNode& node, const Path& path) {
    JsonNode parsed;
    const JsonNode* products = &node;
    if (node.is(Kind::kText) && ParseValueTree(node.text, &parsed) && (parsed.is(Kind::kList) || parsed.is(Kind::kMap)))
      products = &parsed;
    if (products->is(Kind::kList)) return ProductList(products->children, path);
    const bool map = products->is(Kind::kMap);
    const bool one = map && std::any_of(std::begin(kProductNames), std::end(kProductNames), [&](std::string_view name) {
                       const JsonNode* found = products->Find(name);
                       return found != nullptr && !found->is(Kind::kMap) && !found->is(Kind::kNull);
                     });
    if (one) return ProductList({*products}, path);
    const bool keyed = map && std::all_of(products->children.begin(), products->children.end(),
                                          [](const JsonNode& child) { return child.is(Kind::kMap); });
    if (keyed) return ProductList(products->children, path);
    sink_.Warn("bad_products", Describe(path), Show(node), Expected(Holds::kProducts));
  }

  // One that is no object stays as an empty one: that there was a line is known.
  void ProductList(const std::vector<JsonNode>& products, const Path& path) {
    writer_.Key("products");
    writer_.BeginList();
    for (size_t i = 0; i < products.size(); ++i) {
      const Path here{&path, {}, i};
      writer_.BeginMap();
      if (products[i].is(Kind::kMap))
        Members(products[i], true, here);
      else
        sink_.Warn("bad_products", Describe(here), Show(products[i]), "an object");
      writer_.End();
    }
    writer_.End();
  }

  void Plain(std::string_view key, const JsonNode& node, const Path& path) {
    if (node.HoldsTooDeep()) return sink_.Warn("event_depth_max", Describe(path), Show(node), kDeepExpected);
    if (node.is(Kind::kUnreadable)) return WarnOfUnreadable(node, path);
    writer_.Key(key);
    Any(node, path);
  }

  // Inside of a list what cannot be read is null, so that the others keep their places; inside of a map it is left out.
  void Any(const JsonNode& node, const Path& path) {
    switch (node.kind) {
      case Kind::kBool:
        return writer_.Scalar(Value::Bool(node.boolean));
      case Kind::kNumber:
        return writer_.Scalar(node.number);
      case Kind::kText:
        if (node.control) WarnOfControl(node, path);
        return writer_.Scalar(Value::String(node.text));
      case Kind::kUnreadable:
        WarnOfUnreadable(node, path);
        return writer_.Scalar(Value::Null());
      case Kind::kList:
        writer_.BeginList();
        for (size_t i = 0; i < node.children.size(); ++i) Any(node.children[i], Path{&path, {}, i});
        return writer_.End();
      case Kind::kMap:
        writer_.BeginMap();
        for (size_t i = 0; i < node.children.size(); ++i) {
          const Path here{&path, node.keys[i]};
          if (node.children[i].is(Kind::kUnreadable)) {
            WarnOfUnreadable(node.children[i], here);
          } else if (!node.children[i].is(Kind::kNull)) {
            writer_.Key(node.keys[i]);
            Any(node.children[i], here);
          }
        }
        return writer_.End();
      case Kind::kNull:
      case Kind::kTooDeep:
        return writer_.Scalar(Value::Null());
    }
  }

  void WarnOfUnreadable(const JsonNode& node, const Path& path) {
    sink_.Warn(
        node.quoted ? "bad_text" : "bad_json", Describe(path), Show(node),
        node.quoted ? "text in UTF-8 with whole characters" : "a number, text, true, false, null, an object or a list");
  }

  void WarnOfControl(const JsonNode& node, const Path& path) {
    sink_.Warn("control_character", Describe(path), Show(node),
               "control characters as escapes such as \\n; it was taken as it stands");
  }

  PropertyMode mode_;
  PackedWriter& writer_;
  Sink& sink_;
  std::string currency_;  // of the amounts being read, as the event says; empty: the shop's
};

// Leaves out the largest members until the rest is within event_bytes_max, those that the core reads last.
JsonNode Slim(const JsonNode& map, const Path& path, Sink* sink) {
  size_t bytes = std::accumulate(map.children.begin(), map.children.end(), size_t{0},
                                 [](size_t sum, const JsonNode& child) { return sum + child.raw.size(); });
  JsonNode slim = map;
  while (bytes > kEventBytesMax) {
    auto counts = [&](size_t i) { return std::pair(!IsRead(slim.keys[i]), slim.children[i].raw.size()); };
    size_t largest = 0;
    for (size_t i = 1; i < slim.children.size(); ++i)
      if (counts(i) > counts(largest)) largest = i;
    sink->Warn("event_bytes_max", Describe(Path{&path, slim.keys[largest]}), Show(slim.children[largest]),
               fmt::format("an event of at most {} bytes (event_bytes_max)", kEventBytesMax));
    bytes -= slim.children[largest].raw.size();
    slim.keys.erase(slim.keys.begin() + static_cast<ptrdiff_t>(largest));
    slim.children.erase(slim.children.begin() + static_cast<ptrdiff_t>(largest));
  }
  return slim;
}

}  // namespace

std::string ReadId(const JsonNode& node, bool* readable) {
  *readable = true;
  if (node.is(Kind::kText)) return std::string(TrimId(node.text));
  if (node.is(Kind::kNumber)) {
    if (node.number.kind() == cartwheel::Kind::kInt || node.number.kind() == cartwheel::Kind::kUint)
      return std::string(node.raw);
    // 1001.0, as Python and spreadsheets write a number of their own.
    if (const double whole = ToDouble(node.number); whole == std::floor(whole) && std::fabs(whole) < kExactIdMax)
      return fmt::format("{}", static_cast<int64_t>(whole));
  }
  *readable = false;
  return {};
}

void PackLeniently(const JsonNode& properties, PropertyMode mode, std::string_view member, PackedWriter* writer,
                   Sink* sink) {
  const Path path{nullptr, member};
  const bool php_empty = properties.is(Kind::kList) && properties.children.empty();
  if (properties.is(Kind::kNull) || php_empty) return;
  if (!properties.is(Kind::kMap))
    return sink->Warn("bad_properties", std::string(member), Show(properties), "an object");
  Packer packer(mode, writer, sink);
  if (properties.raw.size() <= kEventBytesMax) return packer.Members(properties, false, path);
  packer.Members(Slim(properties, path, sink), false, path);
}

}  // namespace cartwheel::formats
