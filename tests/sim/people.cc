#include "tests/sim/people.h"

#include <algorithm>

#include "base/time.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kDedupeMs = 7 * 24 * kHourMs;
constexpr int64_t kClosedCartsMs = 6 * 24 * kHourMs;  // are remembered at least so long

}  // namespace

bool CartPicture::Holds(const std::string& product) const {
  auto put = added.find(product);
  if (put == added.end() || put->second <= floor_ms) return false;
  auto taken = removed.find(product);
  return taken == removed.end() || taken->second < put->second;
}

bool CartPicture::HasItems() const {
  return std::any_of(added.begin(), added.end(), [&](const auto& put) { return Holds(put.first); });
}

int64_t CartPicture::TouchedAt() const {
  int64_t at_ms = floor_ms;
  for (const auto* told : {&added, &removed})
    for (const auto& [product, told_at_ms] : *told) at_ms = std::max(at_ms, told_at_ms);
  return at_ms;
}

Person* People::Make(const std::string& name, const std::string& id, bool anonymous) {
  Person* person = owned_.emplace_back(std::make_unique<Person>()).get();
  person->id = id;
  person->anonymous = anonymous;
  made_.push_back(person);
  Point(name, person);
  return person;
}

void People::Point(const std::string& name, Person* person) {
  if (auto before = names_.find(name); before != names_.end()) before->second->names.erase(name);
  names_[name] = person;
  person->names.insert(name);
  ever_[name].insert(person);
}

std::set<Person*> People::EverBehind(const std::string& name) const {
  std::set<Person*> people;
  auto found = ever_.find(name);
  if (found == ever_.end()) return people;
  for (Person* person : found->second) {
    while (became_.count(person) > 0) person = became_.at(person);
    people.insert(person);
  }
  return people;
}

Person* People::Behind(const std::string& name) const {
  auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

std::vector<Person*> People::All() const {
  std::vector<Person*> people;
  for (Person* person : made_)
    if (gone_.count(person) == 0) people.push_back(person);
  return people;
}

// What a device did up to the erasure of the person it turns out to belong to is forgotten with the rest.
void People::ForgetBefore(Person& device, int64_t erased_at_ms) {
  for (auto& [id, cart] : device.carts) std::erase_if(cart.added, [&](const auto& put) { return put.second <= erased_at_ms; });
  std::erase_if(device.starts, [&](int64_t at_ms) { return at_ms <= erased_at_ms; });
  std::erase_if(device.endpoints, [&](const auto& endpoint) { return endpoint.second <= erased_at_ms; });
  std::erase_if(device.orders, [&](const auto& order) { return order.second <= erased_at_ms; });
}

void People::Merge(Person& into, Person& device) {
  into.blurred |= device.blurred || (into.erased_at_ms >= 0 && !device.carts.empty());
  if (into.erased_at_ms >= 0) ForgetBefore(device, into.erased_at_ms);
  std::set<std::string> names = device.names;
  for (const std::string& name : names) Point(name, &into);
  for (const auto& [id, cart] : device.carts) {
    auto [mine, is_new] = into.carts.try_emplace(id, cart);
    if (is_new) continue;
    for (const auto& [product, at_ms] : cart.added) mine->second.added[product] = std::max(mine->second.added[product], at_ms);
    for (const auto& [product, at_ms] : cart.removed)
      mine->second.removed[product] = std::max(mine->second.removed[product], at_ms);
    mine->second.floor_ms = std::max(mine->second.floor_ms, cart.floor_ms);
  }
  into.floor_ms = std::max(into.floor_ms, device.floor_ms);
  for (auto& [id, cart] : into.carts) cart.floor_ms = std::max(cart.floor_ms, into.floor_ms);
  into.closings.insert(into.closings.end(), device.closings.begin(), device.closings.end());
  into.starts.insert(device.starts.begin(), device.starts.end());
  into.endpoints.insert(device.endpoints.begin(), device.endpoints.end());
  for (const auto& [id, at_ms] : device.seen) into.seen.emplace(id, at_ms);
  into.orders.insert(device.orders.begin(), device.orders.end());
  into.ever_had_cart |= device.ever_had_cart;
  gone_.insert(&device);
  became_[&device] = &into;
}

People::Told People::Tell(const ShopEvent& event, int64_t ingested_at_ms) {
  Told told;
  std::string name = event.customer.empty() ? "a" + event.anonymous_id : "c" + event.customer;
  Person* person = Behind(name);
  if (person == nullptr)
    person = Make(name, event.customer.empty() ? event.anonymous_id : event.customer, event.customer.empty());
  told.person = person;
  auto is_duplicate = [&] {
    auto seen = person->seen.find(event.id);
    return !event.id.empty() && seen != person->seen.end() && seen->second >= ingested_at_ms - kDedupeMs;
  };
  if (is_duplicate()) {
    told.duplicate = true;
    duplicates_.insert(event.id);
    return told;
  }
  // What is dated before an erasure is refused whole; an event of a customer, also one who identifies a device.
  bool joins = person->erased_at_ms < 0 || event.at_ms > person->erased_at_ms;
  std::string device_name;
  if (event.type == "identify" && !event.anonymous_id.empty()) device_name = "a" + event.anonymous_id;
  if (event.type == "alias") device_name = "a" + event.previous;
  if (joins && !device_name.empty()) {
    Person* device = Behind(device_name);
    if (device != nullptr && device != person && device->anonymous) {
      Merge(*person, *device);
      told.merged = device;
    } else if (device != person) {
      Point(device_name, person);
    }
  }
  if (is_duplicate()) {
    told.duplicate = true;
    return told;
  }
  // What is older than the window is forgotten for good, also when it was a clock far ahead that made it look old.
  std::erase_if(person->seen, [&](const auto& seen) { return seen.second < ingested_at_ms - kDedupeMs; });
  if (!event.id.empty()) person->seen[event.id] = ingested_at_ms;
  if (person->erased_at_ms >= 0 && event.at_ms <= person->erased_at_ms) {
    told.refused = true;
    return told;
  }
  Apply(*person, event, ingested_at_ms, told);
  return told;
}

void People::Apply(Person& person, const ShopEvent& event, int64_t ingested_at_ms, Told& told) {
  auto close = [&](Closing closing) {
    person.closings.push_back(closing);
    told.closing = closing;
    told.closes = true;
  };
  auto cart = [&]() -> CartPicture& {
    auto [found, is_new] = person.carts.try_emplace(event.cart);
    if (is_new || found->second.faded) {
      for (auto& [id, other] : person.carts)
        other.faded |= id != event.cart && !other.HasItems() && other.TouchedAt() + kClosedCartsMs < ingested_at_ms;
    }
    if (is_new) found->second.floor_ms = person.floor_ms;
    found->second.faded = false;
    person.ever_had_cart = true;
    return found->second;
  };
  if (event.type == "product_added") {
    CartPicture& at_hand = cart();
    at_hand.added[event.product] = std::max(at_hand.added[event.product], event.at_ms);
    person.starts.insert(event.at_ms);
  } else if (event.type == "product_removed") {
    CartPicture& at_hand = cart();
    bool had = at_hand.HasItems();
    if (event.at_ms > at_hand.floor_ms)
      at_hand.removed[event.product] = std::max(at_hand.removed[event.product], event.at_ms);
    if (had && !at_hand.HasItems()) close({event.at_ms, false, event.cart, false});
  } else if (event.type == "cart_emptied") {
    CartPicture& at_hand = cart();
    at_hand.floor_ms = std::max(at_hand.floor_ms, event.at_ms);
    close({event.at_ms, false, event.cart, false});
  } else if (event.type == "cart_viewed" || event.type == "product_viewed") {
    person.starts.insert(event.at_ms);
  } else if (event.type == "order_completed") {
    person.orders.emplace(event.order, event.at_ms);
    auto named = event.names_cart ? person.carts.find(event.cart) : person.carts.end();
    const bool known = named != person.carts.end();
    const bool faded = known && !named->second.HasItems() && (named->second.faded || named->second.floor_ms + kClosedCartsMs < event.at_ms);
    if (faded) person.blurred = true;
    for (auto& [id, each] : person.carts)
      if (!known || id == event.cart) each.floor_ms = std::max(each.floor_ms, event.at_ms);
    if (!known) person.floor_ms = std::max(person.floor_ms, event.at_ms);
    close({event.at_ms, !known, event.cart, true});
  } else if (event.type == "endpoint_added") {
    for (Person* other : All())
      if (other != &person) other->endpoints.erase({event.channel, event.address});
    int64_t& added_at_ms = person.endpoints[{event.channel, event.address}];
    added_at_ms = std::max(added_at_ms, event.at_ms);
  } else if (event.type == "endpoint_removed") {
    person.endpoints.erase({event.channel, event.address});
  } else if (event.type == "erase") {
    person.carts.clear();
    person.starts.clear();
    person.endpoints.clear();
    person.closings.clear();
    person.orders.clear();
    person.erased_at_ms = person.floor_ms = event.at_ms;
    close({event.at_ms, true, "", true});
  }
}

}  // namespace cartwheel::sim
