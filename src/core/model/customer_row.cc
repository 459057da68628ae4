#include "core/model/customer_row.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/packed.h"
#include "base/status.h"
#include "core/model/cart_operations.h"
#include "core/model/row_codec.h"
#include "core/model/split_row.h"
#include "core/model/walk_row.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr uint8_t kRowVersion = 11;

// One description of each struct serves both directions: Visit(codec, thing) names its fields in the order of the file.

const auto kText = [](auto& codec, auto& text) { codec.Text(text); };

const auto kEndpoint = [](auto& codec, auto& e) {
  codec.Text(e.channel);
  codec.Personal(PersonalText::kAddress, e.key, e.address);
  codec.Instant(e.added_at_ms);
  codec.Instant(e.removed_at_ms);
  codec.Unsigned(e.device);
  codec.Fixed(e.key);
};

const auto kStamp = [](auto& codec, auto& stamp) {
  codec.Fixed(stamp.field);
  codec.Instant(stamp.at_ms);
};

template <typename Codec, typename F>
void VisitStamps(Codec& codec, F& fields) {
  codec.Instant(fields.at_ms);
  codec.List(fields.stamps, kStamp);
}

template <typename Codec, typename F>
void VisitFields(Codec& codec, F& fields) {
  codec.Text(fields.packed);
  VisitStamps(codec, fields);
}

template <typename Codec, typename R>
void VisitRareFields(Codec& codec, R& rare) {
  uint64_t is_set = rare.is_set() ? 1 : 0;
  codec.Unsigned(is_set);
  if constexpr (std::is_const_v<R>) {
    if (is_set != 0) VisitFields(codec, *rare);
  } else {
    if (is_set != 0)
      VisitFields(codec, rare.Change());
    else
      rare.Reset();  // what is read into may hold another customer's
  }
}

// The facts of a line follow from its fields. One that was never folded, as most are, ends with one zero.
const auto kLine = [](auto& codec, auto& line) {
  constexpr bool kReads = !std::is_const_v<std::remove_reference_t<decltype(line)>>;
  codec.Fixed(line.name);
  VisitFields(codec, line.fields);
  LineState base = *line.base;
  codec.Instant(base.at_ms);
  if (base.at_ms != 0) {
    codec.Int(base.quantity);
    codec.Instant(base.since_ms);
    codec.Unsigned(base.rank);
    codec.Unsigned(base.joined);
  }
  if constexpr (kReads) {
    if (base.at_ms == 0)
      line.base.Reset();
    else
      line.base.Change() = base;
  }
};

const auto kCart = [](auto& codec, auto& cart) {
  codec.Text(cart.id);
  Flag(codec, cart.base.stage);
  codec.Instant(cart.base.opened_at_ms);
  codec.Instant(cart.base.updated_at_ms);
  codec.Int(cart.base.floor_at_ms);
  codec.Instant(cart.base.ordered_at_ms);
  codec.Instant(cart.base.emptied_at_ms);
  codec.Text(cart.url);
  codec.Instant(cart.url_at_ms);
  Flag(codec, cart.leftovers);
  codec.List(cart.lines, kLine);
};

const auto kOrder = [](auto& codec, auto& order) {
  codec.Fixed(order.id);
  codec.Instant(order.at_ms);
  codec.Int(order.value);
  Flag(codec, order.reported);
  Flag(codec, order.cancelled);
  codec.Int(order.back);
  Flag(codec, order.foreign);
};

// Medium and scope share a byte. Topics and devices are rare: one byte says that there is none.
const auto kConsent = [](auto& codec, auto& c) {
  constexpr uint64_t kScopeUnit = Consent::kEveryMedium + 1;
  uint64_t unit = c.medium + kScopeUnit * c.scope;
  codec.Unsigned(unit);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(c)>>) {
    c.medium = static_cast<uint8_t>(unit % kScopeUnit);
    c.scope = static_cast<uint8_t>(unit / kScopeUnit);
  }
  codec.Unsigned(c.topic);
  codec.Unsigned(c.device);
  codec.Instant(c.granted_at_ms);
  codec.Instant(c.refused_at_ms);
  codec.Instant(c.confirmed_at_ms);
  codec.Instant(c.told_at_ms);
};

const auto kSuppression = [](auto& codec, auto& s) {
  codec.Text(s.channel);
  codec.Fixed(s.address.low);
  codec.Fixed(s.address.high);
  codec.Instant(s.bounced_at_ms);
  codec.Instant(s.complained_at_ms);
  codec.Instant(s.blocked_at_ms);
  codec.Instant(s.released_at_ms);
  codec.Instant(s.delivered_at_ms);
  codec.List(s.soft_bounces, [](auto& inner, auto& at_ms) { inner.Instant(at_ms); });
};

const auto kEntry = [](auto& codec, auto& entry) {
  codec.Fixed(entry.journey);
  codec.Instant(entry.at_ms);
};

const auto kMark = [](auto& codec, auto& mark) {
  codec.Fixed(mark.journey);
  codec.Fixed(mark.key);
  codec.Instant(mark.at_ms);
  codec.Instant(mark.message_at_ms);
};

const auto kAttributionWindow = [](auto& codec, auto& window) {
  codec.Fixed(window.journey);
  codec.Fixed(window.key);
  codec.Instant(window.at_ms);
  codec.Instant(window.until_ms);
};

const auto kSeen = [](auto& codec, auto& seen) {
  codec.Fixed(seen.id);
  codec.Instant(seen.ingested_at_ms);
};

// Which one it is of a history.
uint64_t PastPlace(const PastEvent& past) {
  return Mix(static_cast<uint64_t>(past.position)) ^ past.type ^ Mix(static_cast<uint64_t>(past.at_ms));
}

const auto kPast = [](auto& codec, auto& past) {
  codec.Fixed(past.type);
  codec.Fixed(past.id);
  codec.Int(past.position);
  codec.Instant(past.at_ms);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(past)>>) past.personal = false;
  if (past.personal)
    codec.Personal(PersonalText::kPastProperties, PastPlace(past), past.properties);
  else
    codec.Text(past.properties);
};

const auto kForgottenCart = [](auto& codec, auto& cart) {
  codec.Fixed(cart.id);
  codec.Instant(cart.floor_at_ms);
  codec.Instant(cart.opened_at_ms);
  Flag(codec, cart.stage);
};

const auto kMembership = [](auto& codec, auto& membership) {
  codec.Unsigned(membership.segment);
  codec.Instant(membership.since_ms);
};

const auto kSent = [](auto& codec, auto& sent) {
  codec.Int(sent.id);
  codec.Fixed(sent.walk);
  codec.Int(sent.revision);
  codec.Unsigned(sent.journey);
  codec.Unsigned(sent.step);
  codec.Unsigned(sent.via);
  codec.Unsigned(sent.visit);
  codec.Instant(sent.at_ms);
  codec.Instant(sent.opened_at_ms);
  codec.Instant(sent.clicked_at_ms);
  codec.Instant(sent.machine_opened_at_ms);
  codec.Instant(sent.machine_clicked_at_ms);
  codec.Unsigned(sent.link);
  codec.Instant(sent.link_at_ms);
};

const auto kUnjudgedClick = [](auto& codec, auto& click) {
  codec.Int(click.message);
  codec.Instant(click.judged_at_ms);
  codec.Instant(click.at_ms);
  codec.Instant(click.ingested_at_ms);
  codec.Int(click.position);
  codec.Text(click.event);
};

const auto kNumber = [](auto& codec, auto& id) { codec.Int(id); };

template <typename Codec, typename C>
void VisitHead(Codec& codec, C& c) {
  codec.Text(c.id);
  Flag(codec, c.anonymous);
  codec.List(c.names, kText);
  codec.Instant(c.first_seen_at_ms);
  codec.Instant(c.last_seen_at_ms);
  codec.Instant(c.erased_at_ms);
  codec.Int(c.erased_to);
  codec.List(c.merged_rows, kNumber);
}

template <typename Codec, typename C>
void Visit(Codec& codec, C& c) {
  VisitHead(codec, c);
  codec.Personal(PersonalText::kAttributes, 0, c.attributes.packed);
  VisitStamps(codec, c.attributes);
  VisitRareFields(codec, c.audiences);
  codec.List(c.endpoints, kEndpoint);
  codec.List(c.refused_channels, kText);
  codec.List(c.carts, kCart);
  codec.Operations(c.operations);
  codec.Instant(c.operations_floor_at_ms);
  codec.Int(c.carts_floor_at_ms);
  codec.List(c.recent_orders, kOrder);
  codec.Int(c.orders);
  codec.Int(c.revenue);
  codec.Instant(c.last_order_at_ms);
  codec.List(c.enrolments, kEnrolment);
  codec.List(c.exits, kMark);
  codec.List(c.ends, kMark);
  codec.List(c.occurrences, kMark);
  codec.List(c.attribution_windows, kAttributionWindow);
  codec.List(c.arms, kArm);
  codec.List(c.seen, kSeen);
  codec.Int(c.last_decision);
  codec.Instant(c.filed_at_ms);
  codec.List(c.forgotten_carts, kForgottenCart);
  codec.List(c.history, kPast);
  codec.List(c.segments, kMembership);
  codec.Unsigned(c.segments_version);
  codec.Instant(c.segments_due_at_ms);
  codec.List(c.sent, kSent);
  codec.List(c.unjudged_clicks, kUnjudgedClick);
  codec.List(c.consents, kConsent);
  codec.Instant(c.reconfirm_at_ms);
  codec.List(c.entries, kEntry);
  codec.List(c.suppressions, kSuppression);
  codec.Instant(c.push_ask.at_ms);
  Flag(codec, c.push_ask.answer);
}
bool IsMap(std::string_view packed) { return packed.empty() || (ValidPacked(packed) && ReadPacked(packed).is_map()); }

bool OperationIsValid(const Customer& c, const CartOperation& operation) {
  if (operation.act > CartAct::kActivity || operation.cart >= static_cast<int32_t>(c.carts.size())) return false;
  const bool of_any =
      operation.act == CartAct::kOrder || operation.act == CartAct::kCheckout || operation.act == CartAct::kActivity;
  if (operation.cart < CartOperation::kNoCart || (operation.cart < 0 && !of_any)) return false;
  if (!operation.products.empty() && !ValidPacked(operation.products)) return false;
  if (of_any) return true;
  const size_t lines = c.carts[static_cast<size_t>(operation.cart)].lines.size();
  const bool of_line = operation.act == CartAct::kAdd || operation.act == CartAct::kRemove;
  return (!of_line || operation.line < lines) &&
         std::all_of(operation.parts.begin(), operation.parts.end(),
                     [&](const CartOperation::Part& part) { return part.line < lines; });
}

bool PartsAreValid(const Customer& c) {
  for (const Consent& consent : c.consents)
    if (consent.scope > Consent::kEveryScope) return false;
  if (c.push_ask.answer > PushAnswer::kDenied) return false;
  if (!IsMap(c.attributes.packed) || !IsMap(c.audiences->packed)) return false;
  for (const Cart& cart : c.carts) {
    if (cart.base.stage > CartStage::kExpired) return false;
    for (const Line& line : cart.lines)
      if (!IsMap(line.fields.packed) || line.base->joined > cart.lines.size()) return false;
  }
  for (const Enrolment& enrolment : c.enrolments)
    for (const StoredCall& call : enrolment.reactions->calls)
      if (!IsMap(call.packed)) return false;
  for (OperationCursor cursor(c.operations); cursor.Next();)
    if (!OperationIsValid(c, cursor.operation())) return false;
  for (const ForgottenCart& cart : c.forgotten_carts)
    if (cart.stage > CartStage::kExpired) return false;
  for (const Enrolment& enrolment : c.enrolments)
    if (!IsMap(enrolment.data)) return false;
  for (const PastEvent& past : c.history)
    if (!past.properties.empty() && !ValidPacked(past.properties)) return false;
  return true;
}

void Weigh(History& history) {
  for (PastEvent& past : history) CacheValue(past);
}

// Of a map that is there its own fields count.
void FillMap(std::string& packed, std::string_view more) {
  if (packed.empty()) {
    packed = more;
    return;
  }
  const Value fields = ReadPacked(more);
  for (PackedCursor cursor(fields); cursor.Next();)
    if (FindPacked(packed, cursor.key()).is_absent()) packed = SetPacked(packed, cursor.key(), cursor.value());
}

void FillText(std::string& text, std::string_view with) {
  if (text.empty()) text = with;
}

// Puts the texts of the personal part where they belong. One whose place is gone is passed over.
bool FillPersonal(std::string_view personal, Customer& customer) {
  ByteReader reader(personal);
  while (reader.ok() && !reader.at_end()) {
    const auto kind = static_cast<PersonalText>(reader.Byte());
    const uint64_t of = reader.Fixed64();
    const std::string_view text = reader.Text();
    if (!reader.ok()) return false;
    switch (kind) {
      case PersonalText::kAttributes:
        if (!IsMap(text)) return false;
        FillMap(customer.attributes.packed, text);
        break;
      case PersonalText::kAddress:
        for (Endpoint& endpoint : customer.endpoints)
          if (endpoint.key == of) FillText(endpoint.address, text);
        break;
      case PersonalText::kWalkData:
        for (Enrolment& enrolment : customer.enrolments)
          if (enrolment.id.low == of) FillText(enrolment.data, text);
        break;
      case PersonalText::kPastProperties:
        for (PastEvent& past : customer.history) {
          if (PastPlace(past) != of) continue;
          past.personal = true;
          FillText(past.properties, text);
        }
        break;
    }
  }
  return reader.ok();
}

// A row of this version, split or not; nullopt: it is none.
std::optional<SplitRow> SplitOf(std::string_view bytes) {
  SplitRow split;
  switch (FormOf(bytes)) {
    case CustomerForm::kPlain:
      if (bytes.empty() || static_cast<uint8_t>(bytes.front()) != kRowVersion) return std::nullopt;
      split.clear = bytes.substr(1);
      return split;
    case CustomerForm::kSplit:
      if (!ReadSplitRow(bytes, &split).ok() || split.version != kRowVersion) return std::nullopt;
      return split;
    case CustomerForm::kSealed:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void EncodeCustomer(const Customer& customer, std::string* out) {
  RowEncoder encoder(kRowVersion, out);
  Visit(encoder, customer);
}

std::string EncodeCustomer(const Customer& customer) {
  std::string bytes;
  EncodeCustomer(customer, &bytes);
  return bytes;
}

void EncodeSplitCustomer(const Customer& customer, std::string* out) {
  std::string clear, personal;
  {
    RowEncoder encoder(kRowVersion, &clear, &personal);
    Visit(encoder, customer);
  }
  const SplitRow split{.version = kRowVersion,
                       .clear = std::string_view(clear).substr(1),
                       .personal = personal,
                       .lost = {customer.lost.begin(), customer.lost.end()}};
  WriteSplitRow(CustomerForm::kSplit, split, out);
}

absl::Status DecodeCustomer(CustomerRow row, std::string_view bytes, Customer* customer) {
  customer->row = row;
  customer->lost.clear();
  const std::optional<SplitRow> split = SplitOf(bytes);
  if (split) {
    RowDecoder decoder{ByteReader(split->clear)};
    Visit(decoder, *customer);
    const bool whole = decoder.in.ok() && decoder.in.at_end() && FillPersonal(split->personal, *customer);
    if (whole && !customer->names.empty() && PartsAreValid(*customer)) {
      customer->lost.assign(split->lost.begin(), split->lost.end());
      for (Cart& cart : customer->carts)
        for (Line& line : cart.lines) line.facts = FactsOf(line.fields.packed);
      Replay(*customer);
      Weigh(customer->history);
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(
      fmt::format("customer row {}: {} bytes that are no row of version {}", row.value(), bytes.size(), kRowVersion));
}

absl::StatusOr<int64_t> DecodeErasedAt(CustomerRow row, std::string_view bytes) {
  if (const std::optional<SplitRow> split = SplitOf(bytes)) {
    RowDecoder decoder{ByteReader(split->clear)};
    Customer head;
    VisitHead(decoder, head);
    if (decoder.in.ok()) return head.erased_at_ms;
  }
  return absl::DataLossError(fmt::format("customer row {}: {} bytes that do not begin a row of version {}", row.value(),
                                         bytes.size(), kRowVersion));
}

absl::StatusOr<Customer> DecodeCustomer(CustomerRow row, std::string_view bytes) {
  Customer customer;
  RETURN_IF_ERROR(DecodeCustomer(row, bytes, &customer));
  return customer;
}

}  // namespace cartwheel
