#include "tests/sim/observer.h"

#include <algorithm>
#include <cstdlib>

#include "base/time.h"
#include "core/model/message_body.h"
#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

std::string Instant(int64_t at_ms) {
  return fmt::format("{:.3f}h", static_cast<double>(at_ms % (1000 * 24 * kHourMs)) / kHourMs);
}

std::string CartOf(const Message& message) {
  size_t begin = message.payload.find('|');
  if (begin == std::string::npos) return "";
  return message.payload.substr(begin + 1, message.payload.find('|', begin + 1) - begin - 1);
}

// Where the waits of its walk begin: of one that was not deferred its end says so too.
int64_t StartOf(const Message& message, const StepPromise& promise) {
  const int64_t told_ms = sim::StartOf(message);
  return told_ms >= 0 ? told_ms : message.expires_at_ms - promise.latest_ms - promise.after_ms;
}

std::string Named(const Message& message) {
  return fmt::format("message {} ({} to {} by {}, cart \"{}\")", message.id, message.template_name, message.customer,
                     message.channel, CartOf(message));
}

// Where an outbox row may be found later, over any number of legal steps.
bool MayBecome(MessageState from, MessageState to) {
  if (from == to) return true;
  switch (from) {
    case MessageState::kWaiting:
    case MessageState::kClaimed:
      return true;
    case MessageState::kUnknown:
      return to == MessageState::kAccepted || to == MessageState::kDelivered || to == MessageState::kFailed;
    case MessageState::kAccepted:
      return to == MessageState::kDelivered || to == MessageState::kFailed;
    default:
      return false;
  }
}

}  // namespace

void Observer::Ingested(const ShopEvent& event, int64_t ingested_at_ms) {
  ++ingested_;
  if (event.message != 0) opened_.insert(event.message);
  if (event.type == "message_clicked") {
    clicked_.insert(event.message);
    campaigns_.Clicked(event.message, event.at_ms, ingested_at_ms);
  }
  People::Told told = people_.Tell(event, ingested_at_ms);
  if (event.type == "call_answered" && !told.duplicate && !told.refused)
    calls_.Answered(event, *told.person, ingested_at_ms);
  if (told.merged != nullptr) suppressed_[told.person].merge(suppressed_[told.merged]);
  if (event.type == "erase" && !told.duplicate && !told.refused) suppressed_[told.person].clear();
}

// Devices are named d… or tablet, customers c….
std::set<Person*> Observer::Recipients(const std::string& customer) const {
  return people_.EverBehind((customer[0] == 'c' ? "c" : "a") + customer);
}

size_t Observer::ClosingsOf(const std::string& customer) const {
  size_t closings = 0;
  for (const Person* person : Recipients(customer)) closings += person->closings.size();
  return closings;
}

std::string Observer::Forbidden(Person& person, const Message& message, const StepPromise& promise,
                                const std::string& cart, int64_t base_ms) const {
  const bool view = promise.journey == "view", snap = promise.journey == "snap";
  bool begun = false, ended = false;
  for (auto [start, last] = person.starts.equal_range(base_ms); start != last; ++start) {
    const Start& from = start->second;
    const bool begins = view   ? from.type == "product_viewed"
                        : snap ? from.type == "cart_updated" && from.enters
                               : from.type == "product_added" || from.type == "cart_viewed";
    if (!begins) continue;
    const bool is_ended = view ? from.orders_ended : from.every_cart_ended || from.carts_ended.count(cart) > 0;
    begun |= !is_ended;
    ended |= is_ended;
  }
  if (!begun && ended)
    return fmt::format("an exit that was heard in time ended what was begun at {}", Instant(base_ms));
  if (!begun) return fmt::format("nothing happened at {}, where its wait began", Instant(base_ms));
  for (const Closing& closing : person.closings)
    if ((view ? closing.order : closing.Concerns(cart)) && closing.at_ms >= base_ms)
      return fmt::format("a closing at {} came after the start {}", Instant(closing.at_ms), Instant(base_ms));
  if (!view) {
    auto found = person.story.carts.find(cart);
    const bool empty = found == person.story.carts.end() || (!found->second.HasItems() && !found->second.uncertain);
    if (empty && !person.blurred) return "the cart is empty";
  }
  return ForbiddenAddress(person, message);
}

std::string Observer::ForbiddenAddress(Person& person, const Message& message) const {
  if (endpoints_ && !person.Owns(message.channel, message.address))
    return fmt::format("the address {} is not the customer's", message.address);
  if (auto found = suppressed_.find(&person); found != suppressed_.end() && found->second.count(message.channel) > 0)
    return "the recipient was suppressed on this channel";
  return "";
}

// Before anything else takes note of the hand-over.
void Observer::CheckGate(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms) {
  const std::set<Person*> recipients = Recipients(message.customer);
  const Person* only = recipients.size() == 1 ? *recipients.begin() : nullptr;
  const std::string cap = only == nullptr ? "" : gate_.FindCap(*only, message, now_ms);
  if (!cap.empty()) Break(fmt::format("the gate: {} although {}", Named(message), cap));
  gate_.HandedOver(message, only, now_ms, elapsed_ms, lease_ms);
  if (message.message_class != "ad") return;
  if (const std::string surge = surge_.FindSurge(spec_.terms.surge_max, now_ms); !surge.empty())
    Break(fmt::format("the guard against surges: {} although {}", Named(message), surge));
  surge_.HandedOver(now_ms);
  const std::string flaw = gate_.FindFlaw(message);
  if (!flaw.empty()) Break(fmt::format("the gate: {} although {}", Named(message), flaw));
}

void Observer::CheckCampaigns(const Message& message, const StepPromise& promise, int64_t now_ms, int64_t elapsed_ms,
                              int64_t lease_ms) {
  const std::set<Person*> recipients = Recipients(message.customer);
  Person* only = recipients.size() == 1 ? *recipients.begin() : nullptr;
  std::vector<std::string> against = {campaigns_.FindHold(message)};
  if (promise.of_campaign) {
    std::string intruder = "no person has this name";
    for (const Person* person : recipients)
      if (!intruder.empty()) intruder = campaigns_.FindIntruder(*person, message, promise);
    against.push_back(intruder);
    against.push_back(campaigns_.FindForgotten(message));
  }
  if (message.message_class == "notice") against.push_back(gate_.FindNight(message, now_ms));
  if (only != nullptr) {
    against.push_back(campaigns_.FindOutranking(*only, message, std::max(latest_ms_, now_ms)));
    if (promise.of_campaign) {
      against.push_back(campaigns_.FindCopy(*only, message, promise, elapsed_ms));
      against.push_back(campaigns_.FindReaction(*only, message, promise));
    }
    if (promise.journey == "ask") against.push_back(calls_.FindMisheard(*only, message));
  }
  for (const std::string& why : against)
    if (!why.empty()) Break(fmt::format("campaigns: {} although {}", Named(message), why));
  campaigns_.HandedOver(message, only, promise, now_ms, elapsed_ms, lease_ms);
  calls_.HandedOver(message, only);
}

void Observer::CheckCall(const Message& call, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms,
                         int64_t idempotency_ms) {
  const std::set<Person*> recipients = Recipients(call.customer);
  const Person* only = recipients.size() == 1 ? *recipients.begin() : nullptr;
  std::vector<std::string> against = {campaigns_.FindHold(call)};
  if (only != nullptr) against.push_back(calls_.FindFlaw(*only, call));
  if (!call.address.empty()) against.push_back("it goes to an address");
  if (call.made_at_ms < StartOf(call, {}) + kAskWaitMs) against.push_back("it is early");
  if (now_ms >= call.expires_at_ms || call.expires_at_ms != call.made_at_ms + spec_.campaigns.answer_within_ms)
    against.push_back("it expires when its time is over, and not otherwise");
  for (const std::string& why : against)
    if (!why.empty()) Break(fmt::format("calls: {} although {}", Named(call), why));
  calls_.HandedOver(call, only);
  CheckKey(call, now_ms, elapsed_ms, lease_ms, idempotency_ms);
}

void Observer::CheckKey(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms,
                        int64_t idempotency_ms) {
  Hand& hand = keys_[message.key];
  bool advertisement = message.message_class == "ad";
  bool again = hand.out || hand.closed;
  const int64_t span_ms = std::min(hand.idempotency_ms, idempotency_ms);
  const bool recognised = now_ms >= hand.first_ms && now_ms - hand.first_ms < span_ms;
  bool allowed = !again || ((!advertisement || recognised) && hand.lease_until_ms <= elapsed_ms);
  if (advertisement && hand.uncertain && !recognised && !hand.late)
    Break(fmt::format("never twice: {} was handed over past its span", Named(message)));
  if (!allowed) Break(fmt::format("never twice: {} was handed over again", Named(message)));
  if (key_of_.count(message.id) > 0 && key_of_[message.id] != message.key)
    Break(fmt::format("never twice: {} has another key than before", Named(message)));
  key_of_[message.id] = message.key;
  hand.out = true, hand.closed = false, hand.idempotency_ms = idempotency_ms;
  if (hand.first_ms == 0) hand.first_ms = now_ms;
  hand.message = message.id, hand.token = message.token, hand.lease_until_ms = elapsed_ms + lease_ms;
  hand.customer = message.customer, hand.channel = message.channel, hand.address = message.address;
}

// A text that surely was not sent is decided anew when it is old; one that may have been stays, whatever its age.
void Observer::CheckFresh(const Message& message, const StepPromise& promise, int64_t now_ms) {
  Hand& hand = keys_[message.key];
  hand.uncertain |= hand.out;  // nothing was heard of it
  if (hand.late) return;
  if (hand.uncertain && hand.message != message.id)
    Break(fmt::format("never twice: {} is another text than {}, which may have arrived", Named(message), hand.message));
  if (promise.fresh_ms != 0 && !hand.uncertain && now_ms - message.made_at_ms >= promise.fresh_ms)
    Break(fmt::format("nothing stale: {} was made {} and handed over {}", Named(message), Instant(message.made_at_ms),
                      Instant(now_ms)));
}

void Observer::CheckGap(const Message& message, const StepPromise& promise, const std::string& cart) {
  const int64_t start_ms = StartOf(message, promise);
  std::string what = fmt::format("{} made {}", Named(message), Instant(message.made_at_ms));
  for (const Reminder& before : reminders_) {
    if (before.customer != message.customer || before.cart != cart || before.start_ms != start_ms) continue;
    // The next channel of the same step, after the one before has failed.
    const bool same_step = before.template_name == message.template_name &&
                           (spec_.lawful || before.expires_at_ms == message.expires_at_ms);
    if (same_step && before.channel != message.channel) continue;
    int64_t gap = before.made_at_ms > message.made_at_ms ? before.min_gap_ms : promise.min_gap_ms;
    if (std::abs(before.made_at_ms - message.made_at_ms) < gap)
      Break(fmt::format("steps never bunch up: {} and {}", before.what, what));
  }
  reminders_.push_back({message.customer, cart, message.made_at_ms, promise.min_gap_ms, message.expires_at_ms, start_ms,
                        message.template_name, message.channel, promise.place, ClosingsOf(message.customer), what});
}

void Observer::CheckOrder(const Message& message, const StepPromise& promise, const std::string& cart) {
  const int64_t start_ms = StartOf(message, promise);
  const size_t closings = ClosingsOf(message.customer);
  for (const Reminder& later : reminders_)
    if (later.customer == message.customer && later.cart == cart && later.start_ms == start_ms &&
        later.place > promise.place && later.closings == closings)
      Break(fmt::format("steps never bunch up: {} after {}", Named(message), later.what));
}

void Observer::HandedOver(const Message& message, int64_t now_ms, int64_t elapsed_ms, int64_t lease_ms,
                          int64_t idempotency_ms) {
  if (message.message_class == "call") return CheckCall(message, now_ms, elapsed_ms, lease_ms, idempotency_ms);
  auto found = spec_.steps.find(message.template_name);
  if (found == spec_.steps.end()) return Break(fmt::format("{} is of no playbook", Named(message)));
  const StepPromise& promise = found->second;
  bool first_hand_over = keys_.count(message.key) == 0;
  if (spec_.lawful) CheckGate(message, now_ms, elapsed_ms, lease_ms);
  if (spec_.campaigns.on) CheckCampaigns(message, promise, now_ms, elapsed_ms, lease_ms);
  CheckFresh(message, promise, now_ms);
  CheckKey(message, now_ms, elapsed_ms, lease_ms, idempotency_ms);
  const int64_t planned_ms = StartOf(message, promise) + promise.after_ms;
  if (now_ms >= message.expires_at_ms) Break(fmt::format("past expires_at: {} at {}", Named(message), Instant(now_ms)));
  // A notice is planned by what was heard of the consent, not by what that said of its own time.
  if (promise.journey != "notice" && (now_ms < planned_ms || message.made_at_ms < planned_ms))
    Break(fmt::format("never early: {} was planned at {}, made at {}, handed over at {}", Named(message),
                      Instant(planned_ms), Instant(message.made_at_ms), Instant(now_ms)));
  if (message.made_at_ms >= message.expires_at_ms) Break(fmt::format("made after it expired: {}", Named(message)));
  if (message.message_class != "ad") return;
  std::string cart = CartOf(message), why = "no person has this name";
  for (Person* person : Recipients(message.customer)) {
    why = promise.of_campaign ? ForbiddenAddress(*person, message)
                              : Forbidden(*person, message, promise, cart, planned_ms - promise.after_ms);
    if (why.empty() && spec_.lawful) why = gate_.FindRefusal(*person, message, now_ms);
    if (why.empty()) break;
  }
  if (!why.empty()) Break(fmt::format("nothing pointless: {} although {}", Named(message), why));
  if (promise.journey != "cart") return;
  CheckOrder(message, promise, cart);
  if (first_hand_over) CheckGap(message, promise, cart);
}

void Observer::Settled(const Outcome& outcome, int64_t now_ms, int64_t elapsed_ms) {
  gate_.Settled(outcome, now_ms, elapsed_ms);
  campaigns_.Settled(outcome, elapsed_ms);
  calls_.Settled(outcome);
  auto key = key_of_.find(outcome.message_id);
  if (key == key_of_.end()) return;
  Hand& hand = keys_[key->second];
  if (!hand.out || hand.token != outcome.token) return;
  hand.out = false;
  const bool nothing_left = outcome.code == OutcomeCode::kReleased || outcome.code == OutcomeCode::kNotSent;
  hand.closed = outcome.code != OutcomeCode::kRetry && outcome.code != OutcomeCode::kDefer &&
                outcome.code != OutcomeCode::kConfig && !nothing_left;
  if (nothing_left && !hand.uncertain) hand.first_ms = 0;
  hand.late |= hand.lease_until_ms <= elapsed_ms;
  hand.uncertain |= outcome.code == OutcomeCode::kUnknown;
  if (outcome.code == OutcomeCode::kUnknown) hand.lease_until_ms = 0;  // the channel may be asked again now
  std::set<Person*> people = Recipients(hand.customer);
  if (people.size() != 1) return;  // a shared device: whose word it was is not known here
  if (outcome.code == OutcomeCode::kSuppressed) suppressed_[*people.begin()].insert(hand.channel);
  if (outcome.code != OutcomeCode::kGone) return;
  // Dated by a clock that may lie: a registration that is newer than this one takes it anew.
  Person::Registration& gone = (*people.begin())->endpoints[{hand.channel, hand.address}];
  gone.removed_ms = std::max(gone.removed_ms, gone.added_ms);
}

void Observer::Rebooted() {
  gate_.Rebooted();
  campaigns_.Rebooted();
  for (auto& [key, hand] : keys_) hand.lease_until_ms = 0;
}

void Observer::Outbox(const std::vector<MessageRow>& rows) {
  std::map<MessageId, MessageRow> now;
  for (const MessageRow& row : rows) now[row.id] = row;
  for (const auto& [id, before] : outbox_) {
    auto found = now.find(id);
    if (found == now.end()) {
      Break(fmt::format("message {} has left the outbox", id.value()));
      continue;
    }
    const MessageRow& after = found->second;
    if (!MayBecome(before.state, after.state))
      Break(fmt::format("message {} went from {} to {}", id.value(), MessageStateName(before.state),
                        MessageStateName(after.state)));
    const bool body_stays = before.body == after.body || WasErased(before.body, after.body);
    if (!body_stays || before.expires_at_ms != after.expires_at_ms || before.channel != after.channel ||
        before.fresh_until_ms != after.fresh_until_ms || before.made_at_ms != after.made_at_ms ||
        before.message_class != after.message_class)
      Break(fmt::format("message {} was changed after it was made", id.value()));
    if (after.token < before.token) Break(fmt::format("message {} went back to an older token", id.value()));
  }
  outbox_ = std::move(now);
  for (const auto& [id, row] : outbox_) first_seen_.try_emplace(id, FirstSight{row.body, people_.told()});
}

std::string_view Observer::FirstBody(MessageId message) const {
  const auto found = first_seen_.find(message);
  return found == first_seen_.end() ? std::string_view() : found->second.body;
}

bool Observer::WasErased(std::string_view before, std::string_view after) const {
  const MessageBody was = DecodeMessageBody(before), is = DecodeMessageBody(after);
  const bool blank = is.recipient().empty() && (is.address.empty() || is.address[0] == '#') && is.payload.empty() &&
                     is.values.empty() && is.enrolment_key.empty() && is.locale.empty();
  const bool same = was.key == is.key && was.journey == is.journey && was.step == is.step &&
                    was.template_name == is.template_name && was.variant == is.variant && was.revision == is.revision;
  const std::set<Person*> people = Recipients(std::string(was.recipient()));
  return blank && same &&
         std::any_of(people.begin(), people.end(), [](const Person* person) { return person->erased_at_ms >= 0; });
}

void Observer::CheckErased() {
  for (const auto& [id, row] : outbox_) {
    const FirstSight& first = first_seen_.at(id);
    const std::set<Person*> people = Recipients(std::string(DecodeMessageBody(first.body).recipient()));
    // What was made of a device, and who it was for of several, is not said.
    const bool erased = !people.empty() && std::all_of(people.begin(), people.end(), [&](const Person* person) {
      return person->erased_order > first.order && person->merges == 0;
    });
    if (erased && !WasErased(first.body, row.body))
      Break(fmt::format("forgetting is complete: message {} still says what was in it", id.value()));
  }
}

void Observer::Behind(const Message& message, int64_t unfolded) {
  if (message.message_class == "ad")
    Break(fmt::format("nothing pointless: {} left although {} events were not folded", Named(message), unfolded));
}

}  // namespace cartwheel::sim
