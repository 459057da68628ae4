#include "core/model/cart.h"

#include <array>
#include <iterator>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/model/amount.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Of the event, not of the product.
constexpr std::string_view kNotOfTheProduct[] = {"quantity", "cart_id", "cart_url", "products"};
// What tells one line from another. A variant is named in several ways, and a shop may use more than one.
constexpr std::string_view kNaming[] = {"product_id", "variant_id", "variant", "sku", "options"};
// What an item that is too large keeps.
constexpr std::string_view kKept[] = {"name", "price", "currency", "url", "image_url"};
constexpr size_t kLineBytesUsual = 160;  // most lines are shorter

template <size_t N>
constexpr bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// What a property of a product is to its line.
struct Role {
  static constexpr uint8_t kNamesNothing = 0xff;

  bool is_of_event = false;
  bool is_name = false;
  bool is_currency = false;
  uint8_t naming = kNamesNothing;  // its place in kNaming
};

constexpr Role RoleOf(std::string_view key) {
  Role role{.is_of_event = IsOneOf(kNotOfTheProduct, key), .is_name = key == "name", .is_currency = key == "currency"};
  const auto* naming = std::find(std::begin(kNaming), std::end(kNaming), key);
  if (naming != std::end(kNaming)) role.naming = static_cast<uint8_t>(naming - std::begin(kNaming));
  return role;
}

// By the words of the dictionary, as nearly all properties are.
constexpr auto kRoles = [] {
  std::array<Role, std::size(kPackedWords)> roles;
  std::transform(std::begin(kPackedWords), std::end(kPackedWords), roles.begin(),
                 [](std::string_view word) { return RoleOf(word); });
  return roles;
}();

Role RoleOf(const PackedCursor& cursor) {
  return cursor.word() == kNoWord ? RoleOf(cursor.key()) : kRoles[cursor.word()];
}

// Equal for 42 and "42", and for options in any order.
std::string TextOf(const Value& value) {
  std::string text;
  if (value.is_string()) {
    text = value.text();
  } else if (value.is_map()) {
    std::vector<std::string> members;
    for (PackedCursor cursor(value); cursor.Next();)
      members.push_back(fmt::format("{}\x1f{}\x1e", cursor.key(), TextOf(cursor.value())));
    std::sort(members.begin(), members.end());
    for (const std::string& member : members) text += member;
  } else if (value.kind() != Kind::kNull && !value.is_absent()) {
    AppendJson(value, &text);
  }
  return text;
}

uint32_t CurrencyOf(const Line& line) {
  return line.shown.is_set() ? FactsOf(*line.shown).currency : line.facts.currency;
}

// The properties of a product that name it.
struct LineNames {
  Value parts[std::size(kNaming)];
  Value name;
  bool any = false;

  LineNames() = default;
  explicit LineNames(const Value& product) {
    for (PackedCursor cursor(product); cursor.Next();) Note(RoleOf(cursor), cursor);
  }

  void Note(const Role& role, const PackedCursor& cursor) {
    if (role.is_name) name = cursor.value();
    if (role.naming == Role::kNamesNothing) return;
    parts[role.naming] = cursor.value();
    any = true;
  }

  uint64_t Fingerprint() const {
    std::string text;
    for (const Value& part : parts) {
      if (part.is_string())
        text += part.text();
      else if (!part.is_absent())
        text += TextOf(part);
      text.push_back('\0');
    }
    if (text.size() > std::size(kNaming)) return SipDigest(text).low | 1;
    const std::string named = TextOf(name);
    return named.empty() ? 0 : SipDigest(named).low | 1;
  }
};

// FNV-1a; products of equal quick looks are compared in full.
uint32_t QuickLook(std::string_view text) {
  uint32_t hash = 2166136261;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return hash | 1;
}

bool SameText(const Value& a, const Value& b) {
  return a.is_string() && b.is_string() ? a.text() == b.text() : TextOf(a) == TextOf(b);
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

Value Line::Find(const PackedKey& field) const {
  return properties().empty() ? Value() : FindPacked(properties(), field);
}

std::optional<Money> Line::price() const {
  const LineFacts of_line = shown.is_set() ? FactsOf(*shown) : facts;
  return of_line.has_price ? std::optional(of_line.price) : std::nullopt;
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
  if (items.empty()) return {};
  for (const uint32_t place : items)
    if (CurrencyOf(lines[place]) != CurrencyOf(item(0))) return {};
  const Value currency = item(0).Find("currency");
  return currency.is_string() ? currency.text() : std::string_view();
}

uint32_t CurrencyCode(std::string_view currency) {
  if (currency.size() > 4) return static_cast<uint32_t>(SipDigest(currency).low) | 0x80000000u;
  uint32_t code = 0;
  for (char c : currency) code = code << 8 | static_cast<unsigned char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return code;
}

// Three look-ups cost less than a walk: nearly all properties are others.
LineFacts FactsOf(std::string_view properties) {
  LineFacts facts;
  const Value id = FindPacked(properties, "product_id"), currency = FindPacked(properties, "currency"),
              price = FindPacked(properties, "price");
  if (!id.is_absent()) facts.product = id.is_string() ? QuickLook(id.text()) : QuickLook(TextOf(id));
  if (currency.is_string()) facts.currency = CurrencyCode(currency.text());
  facts.has_price = IsMoney(price);
  facts.price = MoneyOf(price);
  return facts;
}

uint64_t LineFingerprint(const Value& product) { return product.is_map() ? LineNames(product).Fingerprint() : 0; }

bool SameProduct(const Value& a, const Value& b, bool by_name) {
  // Most products differ here.
  const Value first = a.Find(kNaming[0]), second = b.Find(kNaming[0]);
  if (first.is_string() && second.is_string() && first.text() != second.text()) return false;
  const LineNames left(a), right(b);
  bool any = false;
  for (size_t i = 0; i < std::size(kNaming); ++i) {
    if (left.parts[i].is_absent() || right.parts[i].is_absent()) continue;
    if (!SameText(left.parts[i], right.parts[i])) return false;
    any = true;
  }
  if (any && !by_name) return true;
  if (!by_name && left.any && right.any) return false;
  if (left.name.is_absent() || right.name.is_absent()) return any;
  return SameText(left.name, right.name);
}

ToldLine ToldLineOf(const Value& product, std::string_view currency) {
  ToldLine told;
  LineNames names;
  PackedWriter writer(&told.properties);
  told.properties.reserve(kLineBytesUsual);
  writer.BeginMap();
  bool named = currency.empty();
  for (PackedCursor cursor(product); cursor.Next();) {
    const Role role = RoleOf(cursor);
    if (role.is_of_event) continue;
    named = named || role.is_currency;
    names.Note(role, cursor);
    writer.Raw(cursor.element());
  }
  if (!named) {
    writer.Key("currency");
    writer.Scalar(Value::String(currency));
  }
  writer.End();
  told.name = names.Fingerprint();
  if (told.properties.size() > kItemBytesMax) {
    while (told.properties.size() > kItemBytesMax) told.properties = WithoutLargest(told.properties);
    told.name = LineFingerprint(ReadPacked(told.properties));
  }
  told.facts = FactsOf(told.properties);
  return told;
}

std::optional<Quantity> QuantityOf(const Value& value) {
  return IsMoney(value) ? std::optional(MoneyOf(value)) : std::nullopt;
}

Value QuantityValue(Quantity quantity) {
  return quantity % kOnePiece == 0 ? Value::Int(quantity / kOnePiece) : Value::Decimal(quantity);
}

void ArrangeItems(Cart& cart) {
  for (Line& line : cart.lines) line.shown.Reset();
  for (const Line& joining : cart.lines) {
    if (joining.now.joined == 0) continue;
    Line& line = cart.lines[joining.now.joined - 1];
    StampedFields all = line.fields;
    for (const Line& other : cart.lines)
      if (other.now.joined == joining.now.joined) TellAll(all, other.fields);
    line.shown.Change() = std::move(all.packed);
  }
  cart.items.clear();
  cart.items.reserve(cart.lines.size());
  for (uint32_t i = 0; i < cart.lines.size(); ++i) {
    if (cart.lines[i].is_item()) cart.items.push_back(i);
  }
  if (cart.items.size() < 2) return;
  auto earlier = [&](uint32_t a, uint32_t b) {
    const LineState &left = cart.lines[a].now, &right = cart.lines[b].now;
    return left.since_ms != right.since_ms ? left.since_ms < right.since_ms : left.rank < right.rank;
  };
  if (!std::is_sorted(cart.items.begin(), cart.items.end(), earlier))
    std::stable_sort(cart.items.begin(), cart.items.end(), earlier);
}

Line& PutLine(Cart& cart, std::string_view properties, Quantity quantity, int64_t at_ms) {
  Line& line = cart.lines.emplace_back();
  if (!properties.empty()) {
    line.name = LineFingerprint(ReadPacked(properties));
    Tell(line.fields, properties, at_ms);
  }
  line.facts = FactsOf(properties);
  line.base.Change() = line.now = {.quantity = quantity, .since_ms = at_ms, .at_ms = at_ms};
  if (cart.now.opened_at_ms == 0) cart.now.opened_at_ms = at_ms;
  cart.now.updated_at_ms = std::max(cart.now.updated_at_ms, at_ms);
  cart.base = cart.now;
  ArrangeItems(cart);
  return line;
}

}  // namespace cartwheel
