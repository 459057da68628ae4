// The world of a walk: what its conditions and expressions may ask for when no event is at hand.
#pragma once

#include "core/message/world.h"
#include "core/model/context.h"
#include "core/model/customer.h"

namespace cartwheel {

// What it points to must outlive it; the walk stands at a step.
struct WalkWorld : World {
  WalkWorld(Customer& customer, const Enrolment& enrolment, const Journey& journey, const FoldContext& context);
};

// Returns the cart that a walk is about; null: none, or it is gone.
const Cart* CartOfWalk(Customer& customer, const Enrolment& enrolment);
// Returns what the walk's revision says of the shop.
std::string_view ShopOfWalk(const Enrolment& enrolment, const FoldContext& context);

}  // namespace cartwheel
