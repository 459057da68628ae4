#include "core/cart.h"

#include <iterator>

#include "base/hash.h"
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/amount.h"

namespace cartwheel {
namespace {

// Of the event, not of the product.
constexpr std::string_view kNotOfTheProduct[] = {"quantity", "cart_id", "cart_url", "products"};
// What tells one line from another. A variant is named in several ways, and a shop may use more than one.
constexpr std::string_view kNaming[] = {"product_id", "variant_id", "variant", "sku", "options"};
// What an item that is too large keeps.
constexpr std::string_view kKept[] = {"name", "price", "currency", "url", "image_url"};

template <size_t N>
bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// Equal for 42 and "42".
std::string TextOf(const Value& value) {
  std::string text;
  if (value.is_string()) text = value.text();
  else if (value.kind() != Kind::kNull && !value.is_absent()) AppendJson(value, &text);
  return text;
}

// Empty: it names none.
std::string_view CurrencyOf(const Line& line) {
  const Value currency = line.Find("currency");
  return currency.is_string() ? currency.text() : std::string_view();
}

bool HasId(const Value& product) {
  return std::any_of(std::begin(kNaming), std::end(kNaming), [&](std::string_view key) { return !product.Find(key).is_absent(); });
}

std::string WithoutLargest(std::string_view packed) {
  std::string_view largest;
  size_t bytes = 0;
  for (PackedCursor cursor(ReadPacked(packed)); cursor.Next();) {
    if (IsOneOf(kNaming, cursor.key()) || IsOneOf(kKept, cursor.key()) || cursor.element().size() <= bytes) continue;
    bytes = cursor.element().size();
    largest = cursor.key();
  }
  if (bytes == 0)  // only what names it or is kept: the largest of all goes
    for (PackedCursor cursor(ReadPacked(packed)); cursor.Next();)
      if (cursor.element().size() > bytes) {
        bytes = cursor.element().size();
        largest = cursor.key();
      }
  return SetPacked(packed, largest, Value());
}

}  // namespace

std::string_view CartStageName(CartStage stage) {
  static constexpr std::string_view kNames[] = {"shopping", "checkout", "ordered", "emptied", "expired"};
  return kNames[static_cast<size_t>(stage)];
}

Value Line::Find(std::string_view field) const { return properties().empty() ? Value() : FindPacked(properties(), field); }

std::optional<Money> Line::price() const {
  const Value price = Find("price");
  return IsMoney(price) ? std::optional(MoneyOf(price)) : std::nullopt;
}

std::optional<Money> Cart::value() const {
  Money sum = 0;
  const Line* first = nullptr;
  for (const Line& line : lines) {
    if (line.now.joined != 0 || line.now.quantity == 0) continue;
    const std::optional<Money> price = line.price();
    if (first == nullptr) first = &line;
    if (!price || CurrencyOf(line) != CurrencyOf(*first)) return std::nullopt;
    sum = AddMoney(sum, MultiplyQuantity(*price, line.now.quantity));
  }
  return sum;
}

Quantity Cart::quantity() const {
  Quantity sum = 0;
  for (const uint32_t place : items) sum += lines[place].now.quantity;
  return sum;
}

std::string_view Cart::currency() const {
  std::string_view currency = items.empty() ? std::string_view() : CurrencyOf(item(0));
  for (size_t i = 1; i < items.size(); ++i)
    if (CurrencyOf(item(i)) != currency) return {};
  return currency;
}

uint64_t LineFingerprint(const Value& product) {
  if (!product.is_map()) return 0;
  std::string text;
  for (std::string_view key : kNaming) {
    text += TextOf(product.Find(key));
    text.push_back('\0');
  }
  if (text.size() > std::size(kNaming)) return SipDigest(text).low | 1;
  const std::string name = TextOf(product.Find("name"));
  return name.empty() ? 0 : SipDigest(name).low | 1;
}

bool SameProduct(const Value& a, const Value& b, bool by_name) {
  bool any = false;
  for (std::string_view key : kNaming) {
    const Value left = a.Find(key), right = b.Find(key);
    if (left.is_absent() || right.is_absent()) continue;
    const bool equal = left.is_string() && right.is_string() ? left.text() == right.text() : TextOf(left) == TextOf(right);
    if (!equal) return false;
    any = true;
  }
  if (any && !by_name) return true;
  if (!by_name && HasId(a) && HasId(b)) return false;
  const Value left = a.Find("name"), right = b.Find("name");
  if (left.is_absent() || right.is_absent()) return any;
  return TextOf(left) == TextOf(right);
}

std::string LineProperties(const Value& product, std::string_view currency) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  bool named = currency.empty();
  for (PackedCursor cursor(product); cursor.Next();) {
    if (IsOneOf(kNotOfTheProduct, cursor.key())) continue;
    named = named || cursor.key() == "currency";
    writer.Raw(cursor.element());
  }
  if (!named) {
    writer.Key("currency");
    writer.Scalar(Value::String(currency));
  }
  writer.End();
  while (packed.size() > kItemBytesMax) packed = WithoutLargest(packed);
  return packed;
}

std::optional<Quantity> QuantityOf(const Value& value) {
  if (!IsMoney(value)) return std::nullopt;
  return std::clamp(MoneyOf(value), -kQuantityMax, kQuantityMax);
}

Value QuantityValue(Quantity quantity) {
  return quantity % kOnePiece == 0 ? Value::Int(quantity / kOnePiece) : Value::Decimal(quantity);
}

void ArrangeItems(Cart& cart) {
  for (Line& line : cart.lines) line.shown.clear();
  for (const Line& joining : cart.lines) {
    if (joining.now.joined == 0) continue;
    Line& line = cart.lines[joining.now.joined - 1];
    StampedFields all = line.fields;
    for (const Line& other : cart.lines)
      if (other.now.joined == joining.now.joined) TellAll(all, other.fields);
    line.shown = all.packed;
  }
  cart.items.clear();
  for (uint32_t i = 0; i < cart.lines.size(); ++i) {
    const Line& line = cart.lines[i];
    if (line.now.joined != 0 || line.now.quantity <= 0) continue;
    if (const std::optional<Money> price = line.price(); price && *price < 0) continue;
    cart.items.push_back(i);
  }
  if (cart.items.size() < 2) return;
  std::stable_sort(cart.items.begin(), cart.items.end(), [&](uint32_t a, uint32_t b) {
    const LineState &left = cart.lines[a].now, &right = cart.lines[b].now;
    return left.since_ms != right.since_ms ? left.since_ms < right.since_ms : left.rank < right.rank;
  });
}

Line& PutLine(Cart& cart, std::string_view properties, Quantity quantity, int64_t at_ms) {
  Line& line = cart.lines.emplace_back();
  if (!properties.empty()) {
    line.name = LineFingerprint(ReadPacked(properties));
    Tell(line.fields, properties, at_ms);
  }
  line.base = line.now = {.quantity = quantity, .since_ms = at_ms, .at_ms = at_ms};
  if (cart.now.opened_at_ms == 0) cart.now.opened_at_ms = at_ms;
  cart.now.updated_at_ms = std::max(cart.now.updated_at_ms, at_ms);
  cart.base = cart.now;
  ArrangeItems(cart);
  return line;
}

}  // namespace cartwheel
