#include "core/message/world.h"

#include <algorithm>
#include <optional>

#include "base/packed.h"

namespace cartwheel {
namespace {

constexpr WorldField kItemFields[] = {
    {"product_id", Kind::kString}, {"name", Kind::kString},        {"price", Kind::kDecimal},
    {"quantity", Kind::kInt},      {"category", Kind::kString},    {"url", Kind::kString},
    {"image_url", Kind::kString},  {"added_at", Kind::kTimestamp}, {"currency", Kind::kString},
    {"sku", Kind::kString},        {"variant", Kind::kString},
};
constexpr WorldField kEventFields[] = {
    {"id", Kind::kString},
    {"type", Kind::kString},
    {"at", Kind::kTimestamp},
    {"properties", Kind::kMap},
};
constexpr WorldField kShopFields[] = {
    {"name", Kind::kString},
    {"contact", Kind::kString},
    {"url", Kind::kString},
    {"cart_url", Kind::kString},
};
constexpr WorldField kSentFields[] = {
    {"step", Kind::kString}, {"channel", Kind::kString}, {"sent_at", Kind::kTimestamp},
    {"opened", Kind::kBool}, {"clicked", Kind::kBool},
};
constexpr WorldField kJourneyFields[] = {
    {"name", Kind::kString},
    {"step", Kind::kString},
    {"entered_at", Kind::kTimestamp},
    {"last_message_at", Kind::kTimestamp},
    {"messages", Kind::kList, nullptr, kSentFields},
    {"answers", Kind::kMap},
    {"data", Kind::kMap},
};
constexpr WorldField kConsentFields[] = {
    {"action", Kind::kString},
    {"medium", Kind::kString},
    {"scope", Kind::kString},
    {"at", Kind::kTimestamp},
};
// Absent rather than 1970 for something that never happened.
Value Instant(int64_t at_ms) { return at_ms == 0 ? Value() : Value::Timestamp(at_ms); }

Value Optional(const std::optional<Money>& money) { return money ? Value::Decimal(*money) : Value(); }

Value ItemFind(const void* object, std::string_view key) {
  const Line& line = *static_cast<const Line*>(object);
  if (key == "price") return Optional(line.price());
  if (key == "quantity") return QuantityValue(line.now.quantity);
  if (key == "added_at") return Instant(line.now.at_ms);
  return line.Find(key);
}

const Endpoint* LiveEndpointAt(const Customer& customer, size_t index) {
  for (const Endpoint& endpoint : customer.endpoints)
    if (endpoint.live() && index-- == 0) return &endpoint;
  return nullptr;
}

// Addresses by channel; of several on a channel the newest.
constexpr ContainerOps kEndpointsOps = {
    [](const void* object) {
      const auto& endpoints = static_cast<const Customer*>(object)->endpoints;
      return static_cast<size_t>(
          std::count_if(endpoints.begin(), endpoints.end(), [](const Endpoint& endpoint) { return endpoint.live(); }));
    },
    nullptr,
    [](const void* object, std::string_view channel) {
      const Endpoint* endpoint = static_cast<const Customer*>(object)->FindEndpoint(channel);
      return endpoint == nullptr ? Value() : Value::String(endpoint->address);
    },
    [](const void* object, size_t i) {
      const Endpoint* endpoint = LiveEndpointAt(*static_cast<const Customer*>(object), i);
      return Entry(Value::String(endpoint->channel), Value::String(endpoint->address));
    },
};

// A map also where there is none, so that `in` may be asked.
Value AudiencesOf(const Customer& customer) {
  static const std::string* none = [] {
    auto* packed = new std::string;
    PackedWriter writer(packed);
    writer.BeginMap();
    writer.End();
    return packed;
  }();
  const std::string& told = customer.audiences->packed;
  return ReadPacked(told.empty() ? *none : told);
}

// Returns the field of that name, of those that have a getter; absent: there is none, or it has no value.
Value FindField(absl::Span<const WorldField> fields, const void* object, std::string_view key, bool* known = nullptr) {
  for (const WorldField& field : fields) {
    if (field.name != key) continue;
    if (known != nullptr) *known = true;
    return field.get(object);
  }
  return Value();
}

const Customer& CustomerOf(const void* object) { return *static_cast<const Customer*>(object); }

constexpr WorldField kCustomerFields[] = {
    {"id", Kind::kString, [](const void* o) { return Value::String(CustomerOf(o).id); }},
    {"anonymous", Kind::kBool, [](const void* o) { return Value::Bool(CustomerOf(o).anonymous); }},
    {"first_seen", Kind::kTimestamp, [](const void* o) { return Instant(CustomerOf(o).first_seen_at_ms); }},
    {"last_seen", Kind::kTimestamp, [](const void* o) { return Instant(CustomerOf(o).last_seen_at_ms); }},
    {"orders", Kind::kInt, [](const void* o) { return Value::Int(CustomerOf(o).orders); }},
    {"revenue", Kind::kDecimal, [](const void* o) { return Value::Decimal(CustomerOf(o).revenue); }},
    {"last_order_at", Kind::kTimestamp, [](const void* o) { return Instant(CustomerOf(o).last_order_at_ms); }},
    {"endpoints", Kind::kMap, [](const void* o) { return Value::Map(&kEndpointsOps, o); }},
    {"attributes", Kind::kMap,
     [](const void* o) {
       const std::string& packed = CustomerOf(o).attributes.packed;
       return packed.empty() ? Value() : ReadPacked(packed);
     }},
    {"audiences", Kind::kMap, [](const void* o) { return AudiencesOf(CustomerOf(o)); }},
};

Value CustomerFind(const void* object, std::string_view key) {
  bool known = false;
  const Value value = FindField(kCustomerFields, object, key, &known);
  return known ? value : CustomerOf(object).attributes.Find(key);
}

size_t ItemsSize(const void* object) { return static_cast<const Cart*>(object)->items.size(); }

template <const auto& Fields, auto Find>
struct MapOver {
  static size_t Size(const void*) { return std::size(Fields); }
  static Entry At(const void* object, size_t i) {
    return {Value::String(Fields[i].name), Find(object, Fields[i].name)};
  }
  static constexpr ContainerOps kOps{Size, nullptr, Find, At};
};

Value ItemsAt(const void* object, size_t index) {
  return Value::Map(&MapOver<kItemFields, ItemFind>::kOps, &static_cast<const Cart*>(object)->item(index));
}
constexpr ContainerOps kItemsOps{ItemsSize, ItemsAt, nullptr, nullptr};

using CartView = World::CartView;
const CartView& ViewOf(const void* object) { return *static_cast<const CartView*>(object); }
const Cart& CartOf(const void* object) { return *ViewOf(object).cart; }

Value CartQuantity(const void* object) {
  const CartView& view = ViewOf(object);
  if (!view.quantity) view.quantity = QuantityValue(view.cart->quantity());
  return *view.quantity;
}

Value CartValue(const void* object) {
  const CartView& view = ViewOf(object);
  if (!view.value) view.value = Optional(view.cart->value());
  return *view.value;
}

Value CartCurrency(const void* object) {
  const std::string_view currency = CartOf(object).currency();
  return currency.empty() ? Value() : Value::String(currency);
}

Value CartUrl(const void* object) {
  const auto& [cart, shop, quantity, value] = ViewOf(object);
  if (!cart->url.empty()) return Value::String(cart->url);
  const Value url = shop.empty() ? Value() : FindPacked(shop, "cart_url");
  return url.is_string() && !url.text().empty() ? url : Value();
}

constexpr WorldField kCartFields[] = {
    {"id", Kind::kString, [](const void* o) { return Value::String(CartOf(o).id); }},
    {"items", Kind::kList, [](const void* o) { return Value::List(&kItemsOps, &CartOf(o)); }, kItemFields, true},
    {"value", Kind::kDecimal, CartValue},
    {"currency", Kind::kString, CartCurrency},
    {"quantity", Kind::kInt, CartQuantity},
    {"stage", Kind::kString, [](const void* o) { return Value::String(CartStageName(CartOf(o).now.stage)); }},
    {"opened_at", Kind::kTimestamp, [](const void* o) { return Instant(CartOf(o).now.opened_at_ms); }},
    {"updated_at", Kind::kTimestamp, [](const void* o) { return Instant(CartOf(o).now.updated_at_ms); }},
    {"url", Kind::kString, CartUrl},
};

Value CartFind(const void* object, std::string_view key) { return FindField(kCartFields, object, key); }

Value OneOfCartsFind(const void* object, std::string_view key) {
  const CartView view{static_cast<const Cart*>(object), {}};
  return FindField(kCartFields, &view, key);
}

constexpr ContainerOps kCartsOps = {
    [](const void* object) { return static_cast<const Customer*>(object)->carts.size(); },
    [](const void* object, size_t i) {
      return Value::Map(&MapOver<kCartFields, OneOfCartsFind>::kOps, &static_cast<const Customer*>(object)->carts[i]);
    },
    nullptr,
    nullptr,
};

Value SentFind(const void* object, std::string_view key) {
  const auto& [message, step] = *static_cast<const World::WalkView::Sent*>(object);
  if (key == "step") return Value::String(step->name);
  if (key == "channel") return Value::String(step->send().via[message->via]);
  if (key == "sent_at") return Value::Timestamp(message->at_ms);
  if (key == "opened") return Value::Bool(message->opened_at_ms != 0);
  if (key == "clicked") return Value::Bool(message->clicked_at_ms != 0);
  return Value();
}

constexpr ContainerOps kMessagesOps = {
    [](const void* object) { return static_cast<const World::WalkView*>(object)->messages.size(); },
    [](const void* object, size_t i) {
      return Value::Map(&MapOver<kSentFields, SentFind>::kOps,
                        &static_cast<const World::WalkView*>(object)->messages[i]);
    },
    nullptr,
    nullptr,
};

const std::vector<StoredCall>& CallsOf(const void* object) {
  return static_cast<const Enrolment*>(object)->reactions->calls;
}

// The answers to the calls of the walk, by the names of their steps.
constexpr ContainerOps kAnswersOps = {
    [](const void* object) {
      const std::vector<StoredCall>& calls = CallsOf(object);
      return static_cast<size_t>(
          std::count_if(calls.begin(), calls.end(), [](const StoredCall& call) { return call.is_known(); }));
    },
    nullptr,
    [](const void* object, std::string_view step) {
      for (const StoredCall& call : CallsOf(object))
        if (call.step == step && call.is_known()) return ReadPacked(call.packed);
      return Value();
    },
    [](const void* object, size_t i) {
      for (const StoredCall& call : CallsOf(object))
        if (call.is_known() && i-- == 0) return Entry(Value::String(call.step), ReadPacked(call.packed));
      return Entry(Value(), Value());
    },
};

Value JourneyFind(const void* object, std::string_view key) {
  const auto& view = *static_cast<const World::WalkView*>(object);
  if (key == "name") return Value::String(view.journey);
  if (key == "step") return Value::String(view.step);
  if (key == "entered_at") return Value::Timestamp(view.enrolment->entered_at_ms);
  if (key == "last_message_at") return Instant(view.enrolment->last_message_at_ms);
  if (key == "messages") return Value::List(&kMessagesOps, &view);
  if (key == "answers") return Value::Map(&kAnswersOps, view.enrolment);
  if (key == "data") return view.enrolment->data.empty() ? Value() : ReadPacked(view.enrolment->data);
  return Value();
}

Value ConsentFind(const void* object, std::string_view key) {
  const auto& view = *static_cast<const World::ConsentView*>(object);
  if (key == "action") return Value::String(view.said.action);
  if (key == "medium") return Value::String(view.said.medium);
  if (key == "scope") return Value::String(view.said.scope);
  if (key == "at") return Instant(view.at_ms);
  return Value();
}

Value EventFind(const void* object, std::string_view key) {
  const Event& event = *static_cast<const Event*>(object);
  if (key == "type") return Value::String(event.type_name);
  if (key == "id") return Value::String(event.id);
  if (key == "at") return Value::Timestamp(event.at_ms);
  if (key == "properties") return ReadPacked(event.properties);
  return Value();
}

constexpr WorldRoot kRoots[kRootCount] = {
    {"customer", kCustomerFields, true, &MapOver<kCustomerFields, CustomerFind>::kOps},
    {"cart", kCartFields, false, &MapOver<kCartFields, CartFind>::kOps},
    {"shop", kShopFields, true},
    {"now", {}, false},
    {"carts", kCartFields, false},
    {"", {}, false},
    {"event", kEventFields, false},
    {"journey", kJourneyFields, false},
    {"consent", kConsentFields, false},
    {"answer", {}, true},
};

}  // namespace

absl::Span<const WorldRoot> WorldRoots() { return kRoots; }

World::World(const Customer& customer, const Cart* cart, const Event* event, std::string_view shop, int64_t now_ms)
    : cart_view{.cart = cart, .shop = shop} {
  roots[static_cast<size_t>(Root::kCustomer)] = Value::Map(&MapOver<kCustomerFields, CustomerFind>::kOps, &customer);
  if (cart != nullptr)
    roots[static_cast<size_t>(Root::kCart)] = Value::Map(&MapOver<kCartFields, CartFind>::kOps, &cart_view);
  if (event != nullptr)
    roots[static_cast<size_t>(Root::kEvent)] = Value::Map(&MapOver<kEventFields, EventFind>::kOps, event);
  roots[static_cast<size_t>(Root::kShop)] = ReadPacked(shop);
  roots[static_cast<size_t>(Root::kNow)] = Value::Timestamp(now_ms);
  roots[static_cast<size_t>(Root::kCarts)] = Value::List(&kCartsOps, &customer);
  roots[static_cast<size_t>(Root::kHistory)] = HistoryValue(&customer.history);
}

void World::TrackLinks(const HashKey& key, uint64_t message) {
  const Value& shop = roots[static_cast<size_t>(Root::kShop)];
  const Value base = shop.is_map() ? shop.Find(kLinkUrl) : Value();
  if (base.is_string()) links = {key, base.text(), message, {}};
}

void World::SetWalk(const Enrolment& enrolment, std::string_view journey, std::string_view step) {
  walk_view = {&enrolment, journey, step, {}};
  roots[static_cast<size_t>(Root::kJourney)] = Value::Map(&MapOver<kJourneyFields, JourneyFind>::kOps, &walk_view);
}

void World::SetConsent(std::string_view key, int64_t said_at_ms) {
  consent_view = {SplitNewsKey(key), said_at_ms};
  roots[static_cast<size_t>(Root::kConsent)] = Value::Map(&MapOver<kConsentFields, ConsentFind>::kOps, &consent_view);
}

void World::SetAnswer(std::string_view packed) { roots[static_cast<size_t>(Root::kAnswer)] = ReadPacked(packed); }

void World::SetMessages(const Customer& customer, const Journey& journey) {
  for (const SentMessage& sent : customer.sent) {
    if (sent.walk != walk_view.enrolment->id.low || sent.step >= journey.steps.size()) continue;
    const JourneyStep& step = journey.steps[sent.step];
    const auto* send = std::get_if<SendStep>(&step.does);
    if (send != nullptr && sent.via < send->via.size()) walk_view.messages.push_back({&sent, &step});
  }
}

}  // namespace cartwheel
