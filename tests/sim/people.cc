#include "tests/sim/people.h"

#include <algorithm>

#include "base/time.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kDedupeMs = 7 * 24 * kHourMs;
constexpr int64_t kLatenessMs = 24 * kHourMs;  // between the events of one customer
constexpr int64_t kLateStopMs = 3 * 24 * kHourMs;

// What a customer does, and not a shop's system or a mail program.
bool IsDone(const std::string& type) {
  static const std::set<std::string> kNotDone = {"identify",        "alias",          "endpoint_removed",
                                                 "erase",           "message_opened", "order_completed",
                                                 "journey_entered", "api_done",       "call_answered"};
  return kNotDone.count(type) == 0 && !IsAboutConsent(type);
}

void Doubt(CartPicture& cart) { cart.uncertain = cart.was_uncertain = true; }

bool SpeaksOf(const Word& word, const std::string& cart) {
  return word.cart == cart && word.kind != Word::Kind::kOrder;
}

// Of a cart whose lines were told of since, it is not said what a much older removal or order takes.
void DoubtOld(Person& person, const Word& word) {
  for (auto& [id, cart] : person.story.carts) {
    if (word.kind != Word::Kind::kOrder && id != word.cart) continue;
    if (cart.floor_ms > word.at_ms) continue;
    for (const Word& told : person.story.words)
      if (SpeaksOf(told, id) && told.at_ms > word.at_ms) Doubt(cart);
  }
}

Word WordOf(const ShopEvent& event) {
  static const std::map<std::string, Word::Kind> kKinds = {{"product_added", Word::Kind::kAdd},
                                                           {"product_removed", Word::Kind::kRemove},
                                                           {"cart_updated", Word::Kind::kSnapshot},
                                                           {"cart_emptied", Word::Kind::kEmpty},
                                                           {"order_completed", Word::Kind::kOrder}};
  const bool order = event.type == "order_completed";
  return {kKinds.at(event.type), event.at_ms, !order || event.names_cart, event.cart, event.products, event.order};
}

bool IsPush(const std::string& channel) { return channel == "web_push"; }

bool OwnsPlain(const Person& person, const std::pair<std::string, std::string>& plain) {
  return std::any_of(person.endpoints.begin(), person.endpoints.end(), [&](const auto& endpoint) {
    const auto& [channel, address] = endpoint.first;
    return endpoint.second.live() && channel == plain.first && Plain(channel, address) == plain.second;
  });
}

}  // namespace

bool Person::Owns(const std::string& channel, const std::string& address) const {
  auto found = endpoints.find({channel, address});
  return found != endpoints.end() && found->second.live();
}

std::string Person::KnownAs() const {
  for (const std::string& name : names)
    if (hashed.count(name) == 0) return name.substr(1);
  return "";
}

bool Person::WasUncertain() const {
  return was_uncertain || std::any_of(story.carts.begin(), story.carts.end(),
                                      [](const auto& cart) { return cart.second.was_uncertain; });
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
  auto before = names_.find(name);
  if (before != names_.end() && before->second == person) return;
  if (before != names_.end()) {
    Person& other = *before->second;
    std::erase(other.names, name);
    other.hashed.erase(name);
    if (other.erased_at_ms >= 0 && gone_.count(&other) == 0 && other.KnownAs().empty()) Forget(other);
  }
  names_[name] = person;
  person->names.push_back(name);
  ever_[name].insert(person);
}

void People::Forget(Person& person) {
  person.was_uncertain = person.WasUncertain();
  person.story = {};
  person.newest_ms = -1;
  person.starts.clear();
  person.endpoints.clear();
  person.closings.clear();
  person.orders.clear();
  std::erase_if(person.consents, [](const ConsentWord& word) { return word.grant; });
}

void People::NameAgain(Person& person, const std::string& name, int64_t at_ms) {
  if (at_ms > person.erased_at_ms) person.hashed.erase(name);
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

const Person* People::Now(const Person* person) const {
  for (auto became = became_.find(person); became != became_.end(); became = became_.find(person))
    person = became->second;
  return person;
}

std::vector<Person*> People::All() const {
  std::vector<Person*> people;
  for (Person* person : made_)
    if (gone_.count(person) == 0) people.push_back(person);
  return people;
}

// What a device did up to the erasure of the person it turns out to belong to is forgotten with the rest.
void People::ForgetBefore(Person& device, int64_t erased_at_ms) {
  std::erase_if(device.story.words, [&](const Word& word) { return word.at_ms <= erased_at_ms; });
  device.story.TellAgain();
  if (device.newest_ms <= erased_at_ms) device.newest_ms = -1;
  std::erase_if(device.starts, [&](const auto& start) { return start.first <= erased_at_ms; });
  for (auto& [address, registration] : device.endpoints)
    if (registration.added_ms <= erased_at_ms) registration.added_ms = 0;
  std::erase_if(device.orders, [&](const auto& order) { return order.second <= erased_at_ms; });
  std::erase_if(device.consents, [&](const ConsentWord& word) { return word.grant && word.at_ms <= erased_at_ms; });
}

// The words of both, in their order. Where some are older than the lateness, the carts as they were then are all that
// is known: which of two old words on a cart counts is not said by any law.
void People::MergeStories(Person& into, const Person& device) {
  std::map<std::string, CartPicture> theirs = device.story.carts;
  const int64_t known_since_ms = std::max(into.newest_ms, device.newest_ms) - kLatenessMs;
  for (const Word& word : device.story.words) {
    const Word* ours = word.order.empty() ? nullptr : into.story.FindOrder(word.order);
    if (ours != nullptr && ours->at_ms <= word.at_ms) continue;
    if (ours != nullptr) into.story.ForgetOrder(word.order);
    into.story.Add(word);
  }
  into.newest_ms = std::max(into.newest_ms, device.newest_ms);
  for (const auto& [id, cart] : theirs) {
    CartPicture& both = into.story.carts[id];
    both.leftovers |= cart.leftovers;
    both.uncertain |= cart.uncertain;
    both.was_uncertain |= cart.was_uncertain;
  }
  into.story.TellAgain();
  const bool has_old = !into.story.words.empty() && into.story.words.front().at_ms <= known_since_ms;
  for (auto& [id, cart] : into.story.carts)
    if (std::any_of(into.story.words.begin(), into.story.words.end(), [&](const Word& word) {
          // A selection that closed the cart may have left it open, by what was known of old of the lines of both.
          const bool closed = word.kind == Word::Kind::kOrder && !word.pieces.empty() && word.at_ms == cart.floor_ms;
          const bool counts = SpeaksOf(word, id) || word.kind == Word::Kind::kOrder;
          return (counts && word.at_ms <= known_since_ms && word.at_ms > cart.floor_ms) || (closed && has_old);
        }))
      Doubt(cart);
}

void People::Merge(Person& into, Person& device) {
  gone_.insert(&device);
  into.was_uncertain |= device.was_uncertain;
  into.blurred |= device.blurred || (into.erased_at_ms >= 0 && !device.story.carts.empty());
  const std::set<std::string> hashed = device.hashed;
  for (const std::string& name : std::vector<std::string>(device.names)) Point(name, &into);
  into.hashed.insert(hashed.begin(), hashed.end());
  for (auto& [address, owner] : owners_)  // what the device gave up belongs to the person who registers it next
    if (owner == &device) owner = OwnsPlain(device, address) ? &into : nullptr;
  if (into.erased_at_ms >= 0) ForgetBefore(device, into.erased_at_ms);
  MergeStories(into, device);
  ++into.merges;
  for (ConsentWord word : device.consents) {
    if (word.whose.empty()) word.whose = "a" + device.id;
    into.consents.push_back(std::move(word));
  }
  into.closings.insert(into.closings.end(), device.closings.begin(), device.closings.end());
  into.starts.insert(device.starts.begin(), device.starts.end());
  for (const auto& [address, theirs] : device.endpoints) {
    Person::Registration& ours = into.endpoints[address];
    if (IsPush(address.first) && theirs.added_ms > ours.added_ms)
      ours.device = theirs.device.empty() ? "a" + device.id : theirs.device;
    ours.added_ms = std::max(ours.added_ms, theirs.added_ms);
    ours.removed_ms = std::max(ours.removed_ms, theirs.removed_ms);
  }
  for (const auto& [id, at_ms] : device.seen) into.seen.emplace(id, at_ms);
  for (const auto& [id, at_ms] : device.orders) {
    auto [ours, is_new] = into.orders.emplace(id, at_ms);
    ours->second = std::min(ours->second, at_ms);
  }
  became_[&device] = &into;
}

People::Told People::Tell(const ShopEvent& event, int64_t ingested_at_ms) {
  Told told;
  ++told_;
  if (event.customer.empty() && event.anonymous_id.empty()) {
    told.person = &nobody_;
    TellOfAddress(event);
    return told;
  }
  std::string name = event.customer.empty() ? "a" + event.anonymous_id : "c" + event.customer;
  Person* person = Behind(name);
  if (person == nullptr)
    person = Make(name, event.customer.empty() ? event.anonymous_id : event.customer, event.customer.empty());
  told.person = person;
  NameAgain(*person, name, event.at_ms);
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
    if (device != nullptr) NameAgain(*device, device_name, event.at_ms);
    if (device != nullptr && device != person && device->anonymous) {
      Merge(*person, *device);
      told.merged = device;
    } else if (device != person) {
      if (device != nullptr)  // what a device said stays the device's
        std::copy_if(device->consents.begin(), device->consents.end(), std::back_inserter(person->consents),
                     [&](const ConsentWord& word) { return word.whose == device_name; });
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
  told.refused = person->erased_at_ms >= 0 && event.at_ms <= person->erased_at_ms;
  // A refusal is in force from its ingest, whatever its date.
  if (IsAboutConsent(event.type) && (!told.refused || event.type != "consent_granted")) HearConsent(*person, event);
  if (told.refused) return told;
  Apply(*person, event, ingested_at_ms, told);
  return told;
}

void People::Close(Person& person, const Closing& closing, Told& told) {
  person.closings.push_back(closing);
  told.closings.emplace_back(&person, closing);
  if (!closing.in_time) return;
  for (auto& [at_ms, start] : person.starts) {
    if (closing.every_cart)
      start.every_cart_ended = true;
    else
      start.carts_ended.insert(closing.cart);
    start.orders_ended |= closing.order;
  }
}

Effect People::Say(Person& person, const Word& word, Told& told) {
  const bool takes =
      word.kind == Word::Kind::kRemove || word.kind == Word::Kind::kEmpty || word.kind == Word::Kind::kOrder;
  const bool too_late = word.at_ms < person.newest_ms - kLatenessMs;
  person.newest_ms = std::max(person.newest_ms, word.at_ms);
  if (too_late && !takes) return {.late = true};
  if (too_late) DoubtOld(person, word);
  // Of a selection it matters what was there.
  const auto& carts = person.story.carts;
  const bool doubtful = word.kind == Word::Kind::kOrder && !word.pieces.empty() &&
                        std::any_of(carts.begin(), carts.end(), [](const auto& cart) { return cart.second.uncertain; });
  const std::map<std::string, CartPicture> before = carts;
  const Effect effect = person.story.Tell(word);
  for (auto& [id, cart] : person.story.carts) {
    const auto was = before.find(id);
    const CartPicture known = was == before.end() ? CartPicture() : was->second;
    if (doubtful)
      Doubt(cart);
    else if (cart.floor_ms > known.floor_ms && cart.floor_ms >= person.story.LastSaidOf(id))
      cart.uncertain = false;
    if (cart.emptied_ms <= known.emptied_ms || cart.uncertain) continue;
    // That a cart was empty for a while, before what was told of it since, is not said either.
    if (too_late)
      cart.was_uncertain = true;
    else
      Close(person, {cart.emptied_ms, false, id}, told);
  }
  return effect;
}

void People::Order(Person& person, const ShopEvent& event, int64_t ingested_at_ms, bool counted, Told& told) {
  Word word = WordOf(event);
  const Word* before = person.story.FindOrder(event.order);
  const auto reported = person.orders.find(event.order);
  const bool again = before != nullptr || reported != person.orders.end();
  if (before != nullptr) word.at_ms = std::min(word.at_ms, before->at_ms);
  if (reported != person.orders.end()) word.at_ms = std::min(word.at_ms, reported->second);
  const bool in_time = !again && ingested_at_ms - word.at_ms <= kLateStopMs;
  if (counted) person.orders[event.order] = word.at_ms;
  if (again) {
    // How long it is remembered that the device was stopped is left open.
    if (!counted && (before == nullptr || before->at_ms < person.newest_ms - kLatenessMs)) person.blurred = true;
    const Word first = before == nullptr ? word : *before;
    Close(person,
          {word.at_ms, !first.names_cart || (!person.blurred && !person.story.carts[first.cart].opened), first.cart,
           true},
          told);
    if (before == nullptr || word.at_ms == before->at_ms) return;
    const bool too_old = before->at_ms < person.newest_ms - kLatenessMs || word.at_ms < person.newest_ms - kLatenessMs;
    person.story.ForgetOrder(event.order);
    Say(person, word, told);
    if (too_old)
      for (auto& [id, cart] : person.story.carts) Doubt(cart);
    return;
  }
  Told derived;
  const bool too_late = word.at_ms < person.newest_ms - kLatenessMs;
  Effect effect = Say(person, word, derived);
  if (too_late && word.names_cart && effect.every_cart && person.story.carts[word.cart].opened) {
    person.blurred = true;  // it names a cart that was unknown then, and is known now
    effect.every_cart = false;
  }
  const bool surely_every_cart = effect.every_cart && !(word.names_cart && person.blurred);
  Close(person, {word.at_ms, surely_every_cart, word.cart, true, in_time}, told);
  for (const auto& [who, closing] : derived.closings) told.closings.emplace_back(who, closing);
  for (auto& [id, cart] : person.story.carts) {
    if (!effect.every_cart && id != word.cart) continue;
    if (cart.HasItems() && (in_time || effect.took_from.count(id) > 0)) cart.leftovers = true;
  }
}

// The newest word on an address counts, and an address is its owner's until another person registers it later than
// that. A registration that ends so is no removal: should the two turn out to be one person, the later one stands.
void People::Register(Person& person, const ShopEvent& event) {
  const std::pair<std::string, std::string> address{event.channel, event.address};
  Person::Registration& mine = person.endpoints[address];
  const bool newer = event.at_ms >= mine.added_ms;
  if (IsPush(event.channel) && !person.anonymous && !event.anonymous_id.empty() && newer)
    mine.device = "a" + event.anonymous_id;
  Person*& owner = owners_[AddressOf(event)];
  if (owner != nullptr && owner != &person && owner->endpoints.count(address) > 0) {
    Person::Registration& theirs = owner->endpoints[address];
    const int64_t since_ms = std::max(theirs.added_ms, theirs.removed_ms);
    if (since_ms > event.at_ms)
      mine.removed_ms = std::max(mine.removed_ms, since_ms - 1);
    else
      theirs.added_ms = 0, owner = &person;
  } else {
    owner = &person;
  }
  mine.added_ms = std::max(mine.added_ms, event.at_ms);
  const auto removed = removed_of_.find(AddressOf(event));
  if (removed != removed_of_.end()) mine.removed_ms = std::max(mine.removed_ms, removed->second);
}

void People::Apply(Person& person, const ShopEvent& event, int64_t ingested_at_ms, Told& told) {
  const bool speaks_of_carts = event.type == "product_added" || event.type == "product_removed" ||
                               event.type == "cart_updated" || event.type == "cart_emptied";
  if (speaks_of_carts) {
    Told derived;
    // How much was in it is left open, and with it whether a line grew.
    const bool may_grow = person.story.carts[event.cart].uncertain;
    const Effect effect = Say(person, WordOf(event), derived);
    CartPicture& cart = person.story.carts[event.cart];
    told.grew = effect.grew && !effect.late;
    if (may_grow) cart.leftovers = false;
    if (event.type == "cart_emptied")
      Close(person, {event.at_ms, false, event.cart, false, ingested_at_ms - event.at_ms <= kLateStopMs}, told);
    if (event.type == "product_added" || event.type == "cart_updated")
      person.starts.emplace(event.at_ms, Start{event.type, told.grew || !cart.leftovers});
    if (told.grew) cart.leftovers = false;
    for (const auto& closing : derived.closings) told.closings.push_back(closing);
  } else if (event.type == "order_completed") {
    Order(person, event, ingested_at_ms, true, told);
    if (event.customer.empty() || event.anonymous_id.empty()) return;
    Person* device = Behind("a" + event.anonymous_id);
    if (device == nullptr) device = Make("a" + event.anonymous_id, event.anonymous_id, true);
    if (device != &person) {
      NameAgain(*device, "a" + event.anonymous_id, event.at_ms);
      Order(*device, event, ingested_at_ms, false, told);
    }
  } else if (event.type == "cart_viewed" || event.type == "product_viewed") {
    person.starts.emplace(event.at_ms, Start{event.type});
  } else if (event.type == "journey_entered" || event.type == "looked" || event.type == "came_back" ||
             event.type == "checkout_started") {
    person.starts.emplace(event.at_ms,
                          Start{.type = event.type, .data = event.data, .heard_ms = ingested_at_ms, .order = told_});
  } else if (event.type == "endpoint_added") {
    Register(person, event);
  } else if (event.type == "endpoint_removed") {
    int64_t& removed_ms = person.endpoints[{event.channel, event.address}].removed_ms;
    removed_ms = std::max(removed_ms, event.at_ms);
  } else if (event.type == "erase") {
    Forget(person);
    person.erased_at_ms = event.at_ms;
    person.erased_order = told_;
    person.hashed = {person.names.begin(), person.names.end()};
    Close(person, {event.at_ms, true, "", true}, told);
  }
  if (IsDone(event.type)) person.newest_ms = std::max(person.newest_ms, event.at_ms);
}

}  // namespace cartwheel::sim
