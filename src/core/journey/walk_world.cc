#include "core/journey/walk_world.h"

namespace cartwheel {

const Cart* CartOfWalk(Customer& customer, const Enrolment& enrolment) {
  return enrolment.has_cart ? customer.FindCart(enrolment.cart) : nullptr;
}

std::string_view ShopOfWalk(const Enrolment& enrolment, const FoldContext& context) {
  const Playbook* playbook = context.playbooks.Find(enrolment.revision);
  return playbook == nullptr ? std::string_view() : std::string_view(playbook->shop);
}

WalkWorld::WalkWorld(Customer& customer, const Enrolment& enrolment, const Journey& journey, const FoldContext& context)
    : World(customer, CartOfWalk(customer, enrolment), nullptr, ShopOfWalk(enrolment, context), context.now_ms) {
  SetWalk(enrolment, journey.name, journey.steps[enrolment.position].name);
  SetMessages(customer, journey);
}

}  // namespace cartwheel
