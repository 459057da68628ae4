#include "core/past.h"

#include <algorithm>

#include "cartwheel/limits.h"
#include "core/orders.h"

namespace cartwheel {
namespace {

// What the event was worth: an order's total, else the value or price times quantity; absent when it says nothing of it.
Value WorthOf(const Event& event) {
  if (event.type == EventType::kOrderCompleted)
    if (const Money worth = OrderValue(event, -1); worth >= 0) return Value::Decimal(worth);
  const Value said = event.Get(kWorth), price = event.Get("price"), quantity = event.Get("quantity");
  if (!said.is_absent()) return said;
  auto money = [](const Value& v) { return v.kind() == Kind::kDecimal ? v.decimal() : v.integer() * kMoneyScale; };
  if (price.kind() != Kind::kDecimal && price.kind() != Kind::kInt) return Value();
  return Value::Decimal(quantity.kind() == Kind::kInt ? MultiplyMoney(money(price), quantity.integer()) : money(price));
}

std::string Keep(const Wanted& wanted, const Event& event, Effects& effects) {
  std::string kept;
  PackedWriter writer(&kept);
  writer.BeginMap();
  const bool worth = wanted.everything || std::find(wanted.properties.begin(), wanted.properties.end(), kWorth) != wanted.properties.end();
  // First, because it is what is asked for most.
  if (const Value value = worth ? WorthOf(event) : Value(); !value.is_absent()) writer.Key(kWorth), writer.Scalar(value);
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();) {
    const bool asked = wanted.everything || std::find(wanted.properties.begin(), wanted.properties.end(), cursor.key()) != wanted.properties.end();
    if (!asked || cursor.key() == kWorth) continue;
    if (kept.size() + cursor.element().size() > kPastEventBytesMax) effects.Count("history\tleft_out");
    else writer.Raw(cursor.element());
  }
  writer.End();
  return kept;
}

bool Earlier(const PastEvent& a, const PastEvent& b) { return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.position < b.position; }

void Insert(History& history, PastEvent event) {
  auto behind = std::upper_bound(history.begin(), history.end(), event, Earlier);
  history.insert(behind, std::move(event));
}

}  // namespace

const Wanted* WantedOf(const Playbook& playbook, EventType type, std::string_view name) {
  if (type == EventType::kCustom) {
    auto found = playbook.custom_history.find(name);
    return found == playbook.custom_history.end() ? nullptr : &found->second;
  }
  auto found = playbook.history.find(type);
  return found == playbook.history.end() ? nullptr : &found->second;
}

uint64_t Remember(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects) {
  const Playbook* playbook = context.playbooks.current.get();
  if (playbook == nullptr || playbook->history_version == 0) return 0;
  const Wanted* wanted = WantedOf(*playbook, happening.type, happening.name);
  const int64_t forgotten_at_ms = context.now_ms - playbook->history_ms;
  if (wanted == nullptr || happening.at_ms <= forgotten_at_ms) return 0;
  History& history = customer.history;
  size_t old = 0;
  while (old < history.size() && history[old].at_ms <= forgotten_at_ms) ++old;
  history.erase(history.begin(), history.begin() + static_cast<int64_t>(old));

  PastEvent past{.type = wanted->type, .position = context.position, .at_ms = happening.at_ms};
  if (happening.event != nullptr && !happening.event->id.empty()) past.id = SipHash(context.options.hash_key, happening.event->id);
  if (happening.event != nullptr) past.properties = Keep(*wanted, *happening.event, effects);
  Weigh(past);
  for (PastEvent& known : history) {
    if (known.type != past.type) continue;
    const bool same = known.position == past.position && past.position != 0;
    if (same) return known.properties = std::move(past.properties), known.worth = past.worth, past.type;
    if (past.id != 0 && known.id == past.id) return 0;  // told twice
  }
  if (history.size() >= kHistoryEventsMax) {
    if (past.at_ms < history.front().at_ms) return 0;
    history.erase(history.begin());
    effects.Count("history\toverflow");
  }
  Insert(history, std::move(past));
  return wanted->type;
}

void MergeHistory(History& into, const History& from) {
  for (const PastEvent& past : from) {
    const bool known = std::any_of(into.begin(), into.end(), [&](const PastEvent& ours) {
      return ours.type == past.type && ((ours.position == past.position && past.position != 0) || (past.id != 0 && ours.id == past.id));
    });
    if (!known) Insert(into, past);
  }
  if (into.size() > kHistoryEventsMax) into.erase(into.begin(), into.end() - static_cast<int64_t>(kHistoryEventsMax));
}

}  // namespace cartwheel
