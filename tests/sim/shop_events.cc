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
    {14, "product_viewed"},   {34, "product_added"},  {9, "product_removed"}, {10, "cart_viewed"}, {14, "order_completed"},
    {3, "cart_emptied"},      {6, "identify"},        {1, "alias"},           {4, "endpoint_added"}, {2, "endpoint_removed"},
    {1, "erase"},             {2, "checkout_started"},
};
constexpr size_t kToldMax = 300;

}  // namespace

std::string ShopEvent::Json() const {
  std::string properties;
  auto member = [](std::string& out, std::string_view key, const std::string& value) {
    out += fmt::format("{}\"{}\":\"{}\"", out.empty() ? "" : ",", key, value);
  };
  if (names_cart) member(properties, "cart_id", cart);
  if (!product.empty()) {
    member(properties, "product_id", product);
    properties += ",\"name\":\"" + product + "\",\"price\":1000";
  }
  if (!order.empty()) {
    member(properties, "order_id", order);
    properties += ",\"total\":5000";
  }
  if (!channel.empty()) member(properties, "channel", channel), member(properties, "address", address);
  if (!previous.empty()) member(properties, "previous_id", previous);
  if (message != 0) properties += fmt::format("{}\"message_id\":{}", properties.empty() ? "" : ",", message);
  std::string text;
  if (!id.empty()) member(text, "id", id);
  member(text, "type", type);
  if (!customer.empty()) member(text, "customer", customer);
  if (!anonymous_id.empty()) member(text, "anonymous_id", anonymous_id);
  return fmt::format("{{{},\"at\":{},\"properties\":{{{}}}}}", text, at_ms, properties);
}

ShopEvent Shops::Draw(int64_t now_ms) {
  if (!told_.empty() && random_.Chance(5)) return told_[random_.Below(told_.size())];
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
  if (!named || event.type == "identify" || random_.Chance(10)) event.anonymous_id = device;
  if (event.type == "alias") event.anonymous_id.clear(), event.previous = device;
  if (event.type == "erase") event.anonymous_id.clear();

  bool cart_event = event.type.starts_with("product_") || event.type.starts_with("cart_");
  if (cart_event && event.type != "product_viewed" && random_.Chance(35)) {
    event.names_cart = true;
    event.cart = random_.Chance(50) ? "k1" : "k2";
  }
  if (event.type.starts_with("product_")) event.product = random_.Chance(60) ? "tea" : "cup";
  if (event.type == "order_completed") {
    event.order = fmt::format("o{}", next_);
    if (random_.Chance(30)) {
      event.names_cart = true;
      constexpr std::string_view kCarts[] = {"k1", "k2", "never_seen"};
      event.cart = kCarts[random_.Below(std::size(kCarts))];
    }
  }
  if (event.type.starts_with("endpoint")) {
    event.channel = random_.Chance(60) ? "web_push" : "sms";
    event.address = fmt::format("{}{}", event.channel, random_.Chance(80) ? person : static_cast<int>(random_.Between(1, people_)));
  }
  if (event.order.empty() && random_.Chance(3)) event.id.clear();
  told_.push_back(event);
  if (told_.size() > kToldMax) told_.erase(told_.begin());
  return event;
}

}  // namespace cartwheel::sim
