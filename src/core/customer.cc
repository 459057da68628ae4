#include "core/customer.h"

#include <algorithm>

#include "base/packed.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr uint8_t kRowVersion = 1;

// One description of each struct serves both directions: Visit(codec, thing) names its fields in the order of the file.
struct Encoder {
  ByteWriter out;
  void Int(int64_t x) { out.Signed(x); }
  void Unsigned(uint64_t x) { out.Varint(x); }
  void Fixed(uint64_t x) { out.Fixed64(x); }
  void Text(const std::string& text) { out.Text(text); }
  template <typename T, typename F>
  void List(const std::vector<T>& things, F each) {
    out.Varint(things.size());
    for (const T& thing : things) each(*this, thing);
  }
};

struct Decoder {
  ByteReader in;
  void Int(int64_t& x) { x = in.Signed(); }
  template <typename T>
  void Unsigned(T& x) {
    x = static_cast<T>(in.Varint());
  }
  void Fixed(uint64_t& x) { x = in.Fixed64(); }
  void Text(std::string& text) { text = in.Text(); }
  template <typename T, typename F>
  void List(std::vector<T>& things, F each) {
    things.resize(in.Count());
    for (T& thing : things) {
      if (!in.ok()) return;
      each(*this, thing);
    }
  }
};

template <typename Codec, typename T>
void Flag(Codec& codec, T& flag) {
  auto bits = static_cast<uint64_t>(flag);
  codec.Unsigned(bits);
  if constexpr (!std::is_const_v<T>) flag = static_cast<T>(bits);
}

const auto kText = [](auto& codec, auto& text) { codec.Text(text); };

const auto kEndpoint = [](auto& codec, auto& e) { codec.Text(e.channel), codec.Text(e.address), codec.Int(e.added_at_ms); };

const auto kItem = [](auto& codec, auto& item) {
  codec.Fixed(item.product), codec.Int(item.quantity), codec.Int(item.price), codec.Int(item.at_ms);
  codec.Text(item.properties);
};

const auto kRemoval = [](auto& codec, auto& r) { codec.Fixed(r.product), codec.Int(r.at_ms); };

const auto kCart = [](auto& codec, auto& cart) {
  codec.Text(cart.id), Flag(codec, cart.stage);
  codec.Int(cart.opened_at_ms), codec.Int(cart.updated_at_ms), codec.Int(cart.floor_at_ms);
  codec.Text(cart.currency), codec.Text(cart.url);
  codec.List(cart.items, kItem), codec.List(cart.removals, kRemoval);
};

const auto kOrder = [](auto& codec, auto& order) {
  codec.Fixed(order.id), codec.Int(order.at_ms), codec.Int(order.value);
  Flag(codec, order.reported), Flag(codec, order.cancelled), codec.Int(order.back);
};

const auto kOpenMessage = [](auto& codec, auto& message) {
  codec.Int(message.id), codec.Unsigned(message.step), codec.Unsigned(message.via), codec.Int(message.expires_at_ms);
};

const auto kEnrolment = [](auto& codec, auto& e) {
  codec.Fixed(e.id.low), codec.Fixed(e.id.high), codec.Int(e.revision), codec.Unsigned(e.journey);
  codec.Text(e.key), Flag(codec, e.has_cart), codec.Text(e.cart), codec.Int(e.entered_at_ms);
  codec.Unsigned(e.position), codec.Int(e.planned_at_ms), codec.Int(e.wake_at_ms), codec.Int(e.last_message_at_ms);
  codec.Int(e.later_at_ms), codec.Fixed(e.later_event), Flag(codec, e.finished);
  codec.List(e.messages, kOpenMessage);
};

const auto kMark = [](auto& codec, auto& mark) {
  codec.Fixed(mark.journey), codec.Fixed(mark.key), codec.Int(mark.at_ms), codec.Int(mark.message_at_ms);
};

const auto kTouch = [](auto& codec, auto& touch) {
  codec.Fixed(touch.journey), codec.Fixed(touch.key), codec.Int(touch.at_ms), codec.Int(touch.until_ms);
};

const auto kSeen = [](auto& codec, auto& seen) { codec.Fixed(seen.id), codec.Int(seen.ingested_at_ms); };

template <typename Codec, typename C>
void Visit(Codec& codec, C& c) {
  codec.Text(c.id), Flag(codec, c.anonymous), codec.List(c.names, kText);
  codec.Int(c.first_seen_at_ms), codec.Int(c.last_seen_at_ms), codec.Int(c.erased_at_ms), codec.Text(c.attributes);
  codec.List(c.endpoints, kEndpoint), codec.List(c.refused_channels, kText);
  codec.List(c.carts, kCart), codec.Int(c.carts_floor_at_ms), codec.List(c.recent_orders, kOrder);
  codec.Int(c.orders), codec.Int(c.revenue), codec.Int(c.last_order_at_ms);
  codec.List(c.enrolments, kEnrolment), codec.List(c.exits, kMark), codec.List(c.ends, kMark);
  codec.List(c.touches, kTouch), codec.List(c.seen, kSeen);
  codec.Int(c.last_decision), codec.Int(c.filed_at_ms);
}

bool PartsAreValid(const Customer& c) {
  if (!c.attributes.empty() && !ValidPacked(c.attributes)) return false;
  for (const Cart& cart : c.carts) {
    if (cart.stage > CartStage::kExpired) return false;
    for (const Item& item : cart.items)
      if (!ValidPacked(item.properties)) return false;
  }
  return true;
}

}  // namespace

Cart* Customer::FindCart(std::string_view cart_id) {
  auto found = std::find_if(carts.begin(), carts.end(), [&](const Cart& cart) { return cart.id == cart_id; });
  return found == carts.end() ? nullptr : &*found;
}

const Endpoint* Customer::FindEndpoint(std::string_view channel) const {
  const Endpoint* newest = nullptr;
  for (const Endpoint& endpoint : endpoints)
    if (endpoint.channel == channel && (newest == nullptr || endpoint.added_at_ms >= newest->added_at_ms))
      newest = &endpoint;
  return newest;
}

int64_t Customer::NextAlarm(int64_t cart_idle_ms) const {
  int64_t next = 0;
  auto consider = [&](int64_t at_ms) {
    if (next == 0 || at_ms < next) next = at_ms;
  };
  for (const Enrolment& enrolment : enrolments) consider(enrolment.wake_at_ms);
  for (const Cart& cart : carts)
    if (cart.open()) consider(cart.updated_at_ms + cart_idle_ms);
  return next;
}

void EncodeCustomer(const Customer& customer, std::string* out) {
  out->clear();
  Encoder encoder{ByteWriter(out)};
  encoder.out.Byte(kRowVersion);
  Visit(encoder, customer);
}

std::string EncodeCustomer(const Customer& customer) {
  std::string bytes;
  EncodeCustomer(customer, &bytes);
  return bytes;
}

absl::Status DecodeCustomer(int64_t row, std::string_view bytes, Customer* customer) {
  Decoder decoder{ByteReader(bytes)};
  customer->row = row;
  uint8_t version = decoder.in.Byte();
  if (version == kRowVersion) Visit(decoder, *customer);
  if (version == kRowVersion && decoder.in.ok() && decoder.in.at_end() && !customer->names.empty() && PartsAreValid(*customer))
    return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("customer row {}: {} bytes that are no row of version {}", row, bytes.size(), kRowVersion));
}

absl::StatusOr<Customer> DecodeCustomer(int64_t row, std::string_view bytes) {
  Customer customer;
  RETURN_IF_ERROR(DecodeCustomer(row, bytes, &customer));
  return customer;
}

}  // namespace cartwheel
