// What a message is about. A message about a cart needs that cart open and not empty when it leaves, so a word that is
// no purpose is an error, and a template that says none is about the cart where every journey that sends it walks on
// one.
#pragma once

#include <string_view>

#include "core/model/playbook.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

inline constexpr std::string_view kCartPurpose = "cart";
inline constexpr std::string_view kPurposes[] = {
    "cart",     "browse",   "wishlist",    "price",   "stock",      "restock",   "back_in_stock",
    "coupon",   "birthday", "winback",     "welcome", "newsletter", "promotion", "event",
    "loyalty",  "reorder",  "review",      "survey",  "order",      "payment",   "refund",
    "delivery", "shipping", "reservation", "account", "security",   "news",      "general"};

// Gives the templates that say no purpose theirs. `journeys` may be null.
void AssumePurposes(const JsonNode* journeys, Playbook* playbook);

}  // namespace cartwheel::playbook
