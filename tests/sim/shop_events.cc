#include "tests/sim/shop_events.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

struct Share {
  int percent;
  std::string_view type;
};
constexpr Share kShares[] = {
    {14, "product_viewed"},  {31, "product_added"},   {10, "product_removed"},
    {9, "cart_viewed"},      {14, "order_completed"}, {3, "cart_emptied"},
    {4, "cart_updated"},     {6, "identify"},         {1, "alias"},
    {3, "endpoint_added"},   {2, "endpoint_removed"}, {1, "erase"},
    {2, "checkout_started"},
};
constexpr std::string_view kConsentChannels[] = {"web_push", "sms", "email"};
constexpr size_t kOrdersMax = 20;
constexpr size_t kToldMax = 300;

}  // namespace

std::string ShopEvent::Json() const {
  std::string properties;
  auto member = [](std::string& out, std::string_view key, const std::string& value) {
    out += fmt::format("{}\"{}\":\"{}\"", out.empty() ? "" : ",", key, value);
  };
  if (names_cart) member(properties, "cart_id", cart);
  auto members = [&](const Piece& piece) {
    std::string text = fmt::format(R"("product_id":"{0}","name":"{0}","price":1000)", piece.variant.product);
    if (!piece.variant.sku.empty()) member(text, "sku", piece.variant.sku);
    if (piece.quantity != 0) text += fmt::format(R"(,"quantity":{})", piece.quantity);
    return text;
  };
  std::string list;
  for (const Piece& piece : products) list += fmt::format("{}{{{}}}", list.empty() ? "" : ",", members(piece));
  if (type.starts_with("product_"))
    properties += (properties.empty() ? "" : ",") + members(products.front());
  else if (!products.empty() || type == "cart_updated")
    properties += fmt::format(R"({}"products":[{}])", properties.empty() ? "" : ",", list);
  if (!order.empty()) {
    member(properties, "order_id", order);
    properties += ",\"total\":5000";
  }
  if (!channel.empty()) member(properties, "channel", channel);
  if (!address.empty()) member(properties, "address", address);
  if (!previous.empty()) member(properties, "previous_id", previous);
  auto names = [&](std::string_view key, const std::vector<std::string>& values) {
    if (values.size() == 1) member(properties, key, values.front());
    if (values.size() > 1)
      properties += fmt::format("{}\"{}\":[\"{}\"]", properties.empty() ? "" : ",", key, fmt::join(values, "\",\""));
  };
  names("medium", media);
  names("scope", scopes);
  if (!topic.empty()) member(properties, "topic", topic);
  if (!text.empty()) member(properties, "text", text);
  if (!journey.empty()) {
    member(properties, "journey", journey);
    properties += fmt::format(R"(,"data":{{"n":"{}"}})", data);
  }
  if (!call.empty()) {
    member(properties, "call", call);
    properties += fmt::format(R"(,"n":{})", answer);
  }
  if (message != 0) properties += fmt::format("{}\"message_id\":{}", properties.empty() ? "" : ",", message);
  std::string text;
  if (!id.empty()) member(text, "id", id);
  member(text, "type", type);
  if (!customer.empty()) member(text, "customer", customer);
  if (!anonymous_id.empty()) member(text, "anonymous_id", anonymous_id);
  return fmt::format("{{{},\"at\":{},\"properties\":{{{}}}}}", text, at_ms + ahead_ms, properties);
}

ShopEvent ShopEvent::Heard(int64_t now_ms) const {
  ShopEvent heard = *this;
  heard.ahead_ms = std::max<int64_t>(0, at_ms - now_ms);
  heard.at_ms -= heard.ahead_ms;
  return heard;
}

Piece Shops::DrawPiece() {
  Piece piece{{random_.Chance(60) ? "tea" : "cup", ""}};
  if (random_.Chance(30)) piece.variant.sku = random_.Chance(50) ? "s1" : "s2";
  if (random_.Chance(30)) piece.quantity = random_.Between(1, 3);
  return piece;
}

ShopEvent Shops::ReportAgain(const ShopEvent& order) {
  ShopEvent again = order;
  again.id = fmt::format("e{}", next_++);
  again.at_ms += random_.Between(-300, 300) * kSecondMs;
  if (random_.Chance(30)) again.products.clear();
  if (random_.Chance(30) && !again.customer.empty()) again.anonymous_id.clear();
  return again;
}

ShopEvent Shops::Keep(ShopEvent event) {
  told_.push_back(event);
  if (told_.size() > kToldMax) told_.erase(told_.begin());
  return event;
}

std::string Shops::AddressOf(const std::string& channel, int person) const {
  if (!consents_) return fmt::format("{}{}", channel, person);
  if (channel == "sms") return fmt::format("010-1234-000{}", person);
  return channel == "email" ? fmt::format("p{}@x.kr", person) : fmt::format("{}{}", channel, person);
}

int64_t Shops::DrawConsentInstant(int64_t now_ms) {
  int64_t ago = random_.Between(0, 600) * kSecondMs;
  if (random_.Chance(35)) ago = random_.Between(0, 100 * 3600) * kSecondMs;
  if (random_.Chance(5)) ago = -random_.Between(1, 50 * 3600) * kSecondMs;
  return (now_ms - ago) / kSecondMs * kSecondMs;
}

ShopEvent Shops::DrawConsent(int64_t now_ms) {
  ShopEvent event;
  event.id = fmt::format("e{}", next_++);
  event.at_ms = DrawConsentInstant(now_ms);
  const int person = static_cast<int>(random_.Between(1, people_));
  const std::string device = random_.Chance(15) ? std::string("tablet") : fmt::format("d{}", person);
  const std::string channel(kConsentChannels[random_.Below(std::size(kConsentChannels))]);
  event.media = {channel};
  const bool grants = random_.Chance(62);
  constexpr std::string_view kRefusals[] = {"consent_withdrawn", "consent_refused", "unsubscribed", "message_received"};
  event.type = grants ? "consent_granted" : kRefusals[random_.Below(std::size(kRefusals))];
  if (event.type == "message_received") event.text = "수신거부";
  if (grants && random_.Chance(35))
    event.scopes = {"ad", "ad_night"};
  else if (random_.Chance(50))
    event.scopes = {random_.Chance(70) ? "ad" : "ad_night"};
  if (random_.Chance(10)) event.topic = random_.Chance(70) ? "cart" : "browse";
  const int64_t who = random_.Between(1, 100);
  const bool by_address = endpoints_ && !grants && event.type != "unsubscribed" && who <= 40;
  if (by_address) {
    event.address = AddressOf(channel, person);
    // Numbers compare as digits, mail addresses without case.
    if (channel == "sms" && random_.Chance(50)) event.address = fmt::format("0101234000{}", person);
    if (channel == "email" && random_.Chance(50)) event.address = fmt::format("P{}@X.kr", person);
    return event;
  }
  if (grants && random_.Chance(25)) event.media = {"sms", "email", "web_push"};
  if (!grants && random_.Chance(8)) event.media.clear();
  if (who <= 80) event.customer = fmt::format("c{}", person);
  if (who > 70) event.anonymous_id = device;
  return Keep(event);
}

std::vector<ShopEvent> Shops::Welcome(int64_t now_ms) {
  std::vector<ShopEvent> events;
  auto tell = [&](ShopEvent event, bool long_ago = false) {
    event.id = fmt::format("e{}", next_++);
    event.at_ms = now_ms - (long_ago ? random_.Between(20, 45) * 24 : random_.Between(1, 48)) * kHourMs;
    events.push_back(Keep(event));
  };
  for (int person = 1; person <= people_; ++person)
    for (const bool named : {true, false}) {
      ShopEvent event;
      (named ? event.customer : event.anonymous_id) = fmt::format("{}{}", named ? "c" : "d", person);
      for (const std::string_view channel : kConsentChannels) {
        if (!named && channel != "web_push") continue;
        event.media = {std::string(channel)};
        event.type = "consent_granted";
        event.scopes = {"ad"};
        if (random_.Chance(75)) tell(event, campaigns_ && random_.Chance(25));
        if (!endpoints_ || !random_.Chance(named ? 70 : 30)) continue;
        tell({.type = "endpoint_added",
              .customer = event.customer,
              .anonymous_id = event.anonymous_id,
              .channel = std::string(channel),
              .address = AddressOf(std::string(channel), person)});
      }
    }
  return events;
}

ShopEvent Shops::DrawEntry(int64_t now_ms) {
  ShopEvent event;
  const int64_t roll = random_.Between(1, 100);
  event.type = roll <= 40 ? "journey_entered" : roll <= 70 ? "looked" : roll <= 85 ? "checkout_started" : "came_back";
  if (event.type == "journey_entered") {
    event.journey = "api";
    event.data = fmt::format("{}", next_);
  }
  event.id = fmt::format("e{}", next_++);
  int64_t ago = random_.Between(0, 600) * kSecondMs;
  if (late_events_ && random_.Chance(10)) ago = random_.Between(0, 40 * 3600) * kSecondMs;
  event.at_ms = (now_ms - ago) / kSecondMs * kSecondMs;
  const int64_t person = random_.Between(1, people_);
  if (random_.Chance(75))
    event.customer = fmt::format("c{}", person);
  else
    event.anonymous_id = random_.Chance(15) ? std::string("tablet") : fmt::format("d{}", person);
  return Keep(event);
}

std::vector<ShopEvent> Shops::DrawRush(int64_t now_ms) {
  std::vector<ShopEvent> events;
  const bool of_one = random_.Chance(50);
  const std::string customer = fmt::format("c{}", random_.Between(1, people_));
  for (int64_t i = random_.Between(2, 6); i > 0; --i) {
    ShopEvent event = DrawEntry(now_ms);
    if (of_one && event.type == "journey_entered") {
      event.customer = customer;
      event.anonymous_id.clear();
      told_.back() = event;
    }
    events.push_back(std::move(event));
  }
  return events;
}

ShopEvent Shops::DrawWithdrawal(const std::string& who, const std::string& medium, int64_t now_ms) {
  ShopEvent event;
  event.id = fmt::format("e{}", next_++);
  event.type = "consent_withdrawn";
  event.at_ms = now_ms / kSecondMs * kSecondMs;
  (who[0] == 'c' ? event.customer : event.anonymous_id) = who;
  event.media = {medium};
  event.scopes = {"ad"};
  return Keep(event);
}

ShopEvent Shops::Draw(int64_t now_ms) {
  if (!told_.empty() && random_.Chance(5)) return told_[random_.Below(told_.size())];
  if (!orders_.empty() && random_.Chance(2)) return ReportAgain(orders_[random_.Below(orders_.size())]);
  if (consents_ && random_.Chance(15)) return DrawConsent(now_ms);
  if (campaigns_ && random_.Chance(25)) return DrawEntry(now_ms);
  ShopEvent event;
  int roll = static_cast<int>(random_.Between(1, 100));
  for (const Share& share : kShares) {
    event.type = share.type;
    if ((roll -= share.percent) <= 0) break;
  }
  if (!endpoints_ && event.type.starts_with("endpoint")) event.type = "product_added";
  event.id = fmt::format("e{}", next_++);
  int64_t ago = random_.Between(0, 600) * kSecondMs;
  if (late_events_ && random_.Chance(15)) ago = random_.Between(0, 60 * 3600) * kSecondMs;
  if (random_.Chance(2)) ago = -random_.Between(1, 3000) * kSecondMs;
  event.at_ms = (now_ms - ago) / kSecondMs * kSecondMs;

  int person = static_cast<int>(random_.Between(1, people_));
  // Everybody has a device; the last one of the household is used by all.
  std::string device = random_.Chance(15) ? std::string("tablet") : fmt::format("d{}", person);
  bool named = event.type == "identify" || event.type == "alias" || event.type == "erase" || random_.Chance(65);
  if (named) event.customer = fmt::format("c{}", person);
  if (!named || event.type == "identify" || random_.Chance(event.type == "order_completed" ? 40 : 10))
    event.anonymous_id = device;
  if (event.type == "alias") event.anonymous_id.clear(), event.previous = device;
  if (event.type == "erase") event.anonymous_id.clear();

  bool cart_event = event.type.starts_with("product_") || event.type.starts_with("cart_");
  if (cart_event && event.type != "product_viewed" && random_.Chance(35)) {
    event.names_cart = true;
    event.cart = random_.Chance(50) ? "k1" : "k2";
  }
  if (event.type.starts_with("product_")) event.products = {DrawPiece()};
  if (event.type == "cart_updated")
    for (int64_t i = random_.Between(0, 3); i > 0; --i) event.products.push_back(DrawPiece());
  if (event.type == "order_completed") {
    event.order = fmt::format("o{}", next_);
    if (random_.Chance(30)) {
      event.names_cart = true;
      constexpr std::string_view kCarts[] = {"k1", "k2", "never_seen"};
      event.cart = kCarts[random_.Below(std::size(kCarts))];
    }
    if (random_.Chance(50))
      for (int64_t i = random_.Between(1, 2); i > 0; --i) event.products.push_back(DrawPiece());
    orders_.push_back(event);
    if (orders_.size() > kOrdersMax) orders_.erase(orders_.begin());
  }
  if (event.type.starts_with("endpoint")) {
    event.channel = random_.Chance(60) ? "web_push" : "sms";
    if (consents_ && random_.Chance(30)) event.channel = "email";
    event.address =
        AddressOf(event.channel, random_.Chance(80) ? person : static_cast<int>(random_.Between(1, people_)));
    if (consents_ && event.type == "endpoint_removed" && random_.Chance(40)) {
      event.customer.clear();
      event.anonymous_id.clear();
    }
  }
  if (event.order.empty() && random_.Chance(3)) event.id.clear();
  // By an address alone it is not told again: whose duplicate that were depends on who has the address by then.
  return event.customer.empty() && event.anonymous_id.empty() ? event : Keep(event);
}

}  // namespace cartwheel::sim
