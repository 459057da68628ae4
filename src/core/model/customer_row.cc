#include "core/model/customer_row.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/packed.h"
#include "base/status.h"
#include "core/model/cart_operations.h"
#include "core/model/commerce_row.h"
#include "core/model/contact_row.h"
#include "core/model/row_codec.h"
#include "core/model/split_row.h"
#include "core/model/walk_row.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr uint8_t kRowVersion = 12;

// One description of each struct serves both directions: Visit(codec, thing) names its fields in the order of the file.

const auto kText = [](auto& codec, auto& text) { codec.Text(text); };

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

const auto kSeenEvent = [](auto& codec, auto& seen) {
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

const auto kMembership = [](auto& codec, auto& membership) {
  codec.Unsigned(membership.segment);
  codec.Instant(membership.since_ms);
};

const auto kSentMessage = [](auto& codec, auto& sent) {
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

// The instants of the head stand as distances from the first, so that none of them changes with another. What changes
// most often stands at the end.
template <typename Codec, typename C>
void VisitHead(Codec& codec, C& c) {
  Flag(codec, c.anonymous);
  codec.NearInstant(c.first_seen_at_ms, 0);
  const int64_t first_ms = c.first_seen_at_ms;
  codec.NearInstant(c.erased_at_ms, first_ms);
  codec.Int(c.erased_to);
  codec.NearInstant(c.reconfirm_at_ms, first_ms);
  codec.NearInstant(c.push_ask.at_ms, first_ms);
  Flag(codec, c.push_ask.answer);
  codec.Unsigned(c.segments_version);
  codec.Int(c.orders);
  codec.Int(c.revenue);
  codec.NearInstant(c.last_order_at_ms, first_ms);
  codec.Int(c.carts_floor_at_ms);
  codec.NearInstant(c.operations_floor_at_ms, first_ms);
  codec.NearInstant(c.segments_due_at_ms, first_ms);
  codec.NearInstant(c.filed_at_ms, first_ms);
  codec.Int(c.last_decision);
  codec.NearInstant(c.last_seen_at_ms, first_ms);
}

template <typename Codec, typename C>
void VisitIdentity(Codec& codec, C& c) {
  codec.Text(c.id);
  codec.List(c.names, kText);
  codec.List(c.merged_rows, kNumber);
}

template <typename Codec, typename C>
void VisitAttributes(Codec& codec, C& attributes) {
  codec.Personal(PersonalText::kAttributes, 0, attributes.packed);
  VisitStamps(codec, attributes);
}

bool AreThere(const StampedFields& fields) {
  return !fields.packed.empty() || fields.at_ms != 0 || !fields.stamps.empty();
}

template <typename Codec, typename C>
void VisitAudiences(Codec& codec, C& c) {
  if constexpr (std::is_const_v<C>)
    VisitFields(codec, *c.audiences);
  else
    VisitFields(codec, c.audiences.Change());
}

bool HasLines(const Customer& c) {
  return std::any_of(c.carts.begin(), c.carts.end(), [](const Cart& cart) { return !cart.lines.empty(); });
}

// The table of fields: which section each is in, in the order of the sections.
template <typename Codec, typename C>
void Visit(Codec& codec, C& c) {
  using enum RowSection;
  codec.Section(kHead, true, [&] { VisitHead(codec, c); });
  codec.Section(kIdentity, true, [&] { VisitIdentity(codec, c); });
  codec.ListSection(kSeen, c.seen, kSeenEvent);
  codec.ListSection(kCarts, c.carts, kCart);
  codec.Section(kLines, HasLines(c), [&] {
    for (auto& cart : c.carts) {
      codec.Restart();  // a line that is added to a cart changes nothing of the next one
      for (auto& line : cart.lines) kLine(codec, line);
    }
  });
  codec.OperationsSection(c.operations);
  codec.ListSection(kEnrolments, c.enrolments, kEnrolment);
  codec.ListSection(kSent, c.sent, kSentMessage);
  codec.ListSection(kExits, c.exits, kMark);
  codec.ListSection(kEnds, c.ends, kMark);
  codec.ListSection(kOrders, c.recent_orders, kOrder);
  codec.FieldSection(kAttributes, AreThere(c.attributes), c.attributes, [&] { VisitAttributes(codec, c.attributes); });
  codec.ListSection(kEndpoints, c.endpoints, kEndpoint);
  codec.ListSection(kConsents, c.consents, kKeptConsent);
  codec.ListSection(kAttributionWindows, c.attribution_windows, kAttributionWindow);
  codec.ListSection(kHistory, c.history, kPast);
  codec.ListSection(kSegments, c.segments, kMembership);
  codec.ListSection(kForgottenCarts, c.forgotten_carts, kForgottenCart);
  codec.FieldSection(kAudiences, c.audiences.is_set(), c.audiences, [&] { VisitAudiences(codec, c); });
  codec.ListSection(kRefusedChannels, c.refused_channels, kText);
  codec.ListSection(kSuppressions, c.suppressions, kSuppression);
  codec.ListSection(kEntries, c.entries, kEntry);
  codec.ListSection(kArms, c.arms, kArm);
  codec.ListSection(kOccurrences, c.occurrences, kMark);
  codec.ListSection(kUnjudgedClicks, c.unjudged_clicks, kUnjudgedClick);
}

bool IsMap(std::string_view packed) { return packed.empty() || (ValidPacked(packed) && ReadPacked(packed).is_map()); }

// Numbers that name a place or choose from a table. The checksum says that all is as it was written; this, that even
// bytes with a checksum of their own are safe to work with (packed values are, whatever they are).
bool NumbersAreValid(const Customer& c) {
  for (const Consent& consent : c.consents)
    if (consent.scope > Consent::kEveryScope) return false;
  if (c.push_ask.answer > PushAnswer::kDenied) return false;
  for (const Cart& cart : c.carts) {
    if (cart.base.stage > CartStage::kExpired) return false;
    for (const Line& line : cart.lines)
      if (line.base->joined > cart.lines.size()) return false;
  }
  for (const ForgottenCart& cart : c.forgotten_carts)
    if (cart.stage > CartStage::kExpired) return false;
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

std::string_view EncodeCustomer(const Customer& customer, std::string* room) {
  RowEncoder encoder(room, nullptr);
  Visit(encoder, customer);
  return encoder.Finish(kRowVersion);
}

std::string EncodeCustomer(const Customer& customer) {
  std::string room;
  return std::string(EncodeCustomer(customer, &room));
}

std::string_view EncodeSplitCustomer(const Customer& customer, std::string* out) {
  std::string room, personal;
  RowEncoder encoder(&room, &personal);
  Visit(encoder, customer);
  const SplitRow split{.version = kRowVersion,
                       .clear = encoder.Finish(kRowVersion).substr(1),
                       .personal = personal,
                       .lost = {customer.lost.begin(), customer.lost.end()}};
  WriteSplitRow(CustomerForm::kSplit, split, out);
  return *out;
}

absl::Status DecodeCustomer(CustomerRow row, std::string_view bytes, Customer* customer) {
  customer->row = row;
  customer->lost.clear();
  RowSections sections;
  const std::optional<SplitRow> split = SplitOf(bytes);
  if (split && IsSound(split->clear) && ReadClearPart(split->clear, &sections)) {
    RowDecoder decoder(sections);
    Visit(decoder, *customer);
    const bool whole = decoder.ok() && FillPersonal(split->personal, *customer) && !customer->names.empty();
    for (Cart& cart : customer->carts)
      for (Line& line : cart.lines) line.facts = FactsOf(line.fields.packed);
    if (whole && NumbersAreValid(*customer) && RestoreOperations(*customer, sections[RowSection::kOperations])) {
      customer->lost.assign(split->lost.begin(), split->lost.end());
      Weigh(customer->history);
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(
      fmt::format("customer row {}: {} bytes that are no row of version {}", row.value(), bytes.size(), kRowVersion));
}

absl::StatusOr<int64_t> DecodeErasedAt(CustomerRow row, std::string_view bytes) {
  RowSections sections;
  const std::optional<SplitRow> split = SplitOf(bytes);
  if (split && IsSound(split->clear) && ReadClearPart(split->clear, &sections)) {
    RowDecoder decoder(sections);
    Customer head;
    decoder.Section(RowSection::kHead, true, [&] { VisitHead(decoder, head); });
    if (decoder.ok()) return head.erased_at_ms;
  }
  return absl::DataLossError(
      fmt::format("customer row {}: {} bytes that are no row of version {}", row.value(), bytes.size(), kRowVersion));
}

absl::StatusOr<Customer> DecodeCustomer(CustomerRow row, std::string_view bytes) {
  Customer customer;
  RETURN_IF_ERROR(DecodeCustomer(row, bytes, &customer));
  return customer;
}

}  // namespace cartwheel
