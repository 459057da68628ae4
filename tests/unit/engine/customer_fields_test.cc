// Every field of the customer, once: it is written to the row and read back, a merge takes it over, an erasure forgets
// it, an export shows it, and it stands in the section of the row that its line names. A field that is added and not in
// this table does not compile; one that is not encoded, merged, forgotten or shown fails here, unless its row says why.
#include <functional>
#include <memory>

#include "core/journey/identity.h"
#include "core/journey/merge.h"
#include "core/model/customer_row.h"
#include "core/model/row_sections.h"
#include "tests/unit/core/shopper.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kAt = kDay0 + kHourMs;

enum class InMerge { kJoins, kOwn };          // kOwn: the customer's own stays
enum class InErasure { kForgotten, kStays };  // kStays: so that who was erased is known again, and nothing twice
enum class InExport { kShown, kInternal };    // kInternal: bookkeeping that says nothing of the person

struct FieldRow {
  std::string_view name;
  std::vector<RowSection> sections;  // of its row
  std::function<void(Customer&)> set;
  InMerge merge = InMerge::kJoins;
  InErasure erasure = InErasure::kForgotten;
  InExport shown = InExport::kShown;
};

void AddCart(Customer& c) {
  c.carts.emplace_back().id = "k";
  const uint32_t line = TellLine(c.carts[0], ToldLineOf(ReadPacked(Product("tea", 5)), {}), kAt).value();
  Operate(c, {.at_ms = kAt, .act = CartAct::kAdd, .cart = 0, .line = line, .quantity = kOnePiece});
}

constexpr auto kInternal = InExport::kInternal;

const std::vector<FieldRow>& CustomerFields() {
  static const auto* rows = new std::vector<FieldRow>{
      {"id", {RowSection::kIdentity}, [](Customer& c) { c.id = "other"; }, InMerge::kOwn, InErasure::kStays},
      {"names",
       {RowSection::kIdentity},
       [](Customer& c) { c.names.push_back("aphone"); },
       InMerge::kJoins,
       InErasure::kStays},
      {"first_seen_at_ms", {RowSection::kHead}, [](Customer& c) { c.first_seen_at_ms = kAt; }},
      {"last_seen_at_ms", {RowSection::kHead}, [](Customer& c) { c.last_seen_at_ms = kAt; }},
      {"attributes",
       {RowSection::kAttributes},
       [](Customer& c) {
         Tell(c.attributes, Packed({{"grade", Value::String("gold")}}), kAt);
       }},
      {"audiences",
       {RowSection::kAudiences},
       [](Customer& c) {
         Tell(c.audiences.Change(), Packed({{"promo", Value::Bool(true)}}), kAt);
       }},
      {"endpoints",
       {RowSection::kEndpoints},
       [](Customer& c) { c.endpoints.push_back({.channel = "sms", .address = "010", .added_at_ms = kAt}); }},
      {"refused_channels", {RowSection::kRefusedChannels}, [](Customer& c) { c.refused_channels.push_back("sms"); }},
      {"suppressions",
       {RowSection::kSuppressions},
       [](Customer& c) {
         TakeWord(c.suppressions, "sms", {1, 2}, AddressWord::kBounced, kAt);
       },
       InMerge::kJoins,
       InErasure::kStays},
      {"consents",
       {RowSection::kConsents},
       [](Customer& c) {
         GrantConsent(c.consents, {0, 0, 0, 0}, kAt);
       }},
      {"reconfirm_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.reconfirm_at_ms = kAt; },
       InMerge::kOwn},  // planned anew of both
      {"push_ask",
       {RowSection::kHead},
       [](Customer& c) {
         c.push_ask.Take({kAt, PushAnswer::kDismissed});
       }},
      {"entries",
       {RowSection::kEntries},
       [](Customer& c) {
         c.entries.push_back({7, kAt});
       }},
      {"carts and operations", {RowSection::kCarts, RowSection::kLines, RowSection::kOperations}, AddCart},
      {"operations_floor_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.operations_floor_at_ms = kAt; },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"forgotten_carts",
       {RowSection::kForgottenCarts},
       [](Customer& c) { c.forgotten_carts.push_back({.id = 5, .floor_at_ms = kAt}); },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"carts_floor_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.carts_floor_at_ms = kAt; },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"recent_orders",
       {RowSection::kOrders},
       [](Customer& c) { c.recent_orders.push_back({.id = 5, .at_ms = kAt, .value = 7, .reported = true}); }},
      {"orders", {RowSection::kHead}, [](Customer& c) { c.orders = 3; }},
      {"revenue", {RowSection::kHead}, [](Customer& c) { c.revenue = 9 * kUnit; }},
      {"last_order_at_ms", {RowSection::kHead}, [](Customer& c) { c.last_order_at_ms = kAt; }},
      {"exits",
       {RowSection::kExits},
       [](Customer& c) {
         c.exits.push_back({5, 6, kAt, 0});
       },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"ends",
       {RowSection::kEnds},
       [](Customer& c) {
         c.ends.push_back({5, 6, kAt, kAt});
       },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"occurrences",
       {RowSection::kOccurrences},
       [](Customer& c) {
         c.occurrences.push_back({5, 0, kAt});
       },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"attribution_windows",
       {RowSection::kAttributionWindows},
       [](Customer& c) {
         c.attribution_windows.push_back({5, 6, kAt, kAt + 1});
       },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"arms",
       {RowSection::kArms},
       [](Customer& c) {
         c.arms.push_back({5, 1, kAt});
       }},
      {"sent", {RowSection::kSent}, [](Customer& c) { c.sent.push_back({.id = MessageId(5), .at_ms = kAt}); }},
      {"unjudged_clicks",
       {RowSection::kUnjudgedClicks},
       [](Customer& c) { c.unjudged_clicks.push_back({.message = MessageId(5), .judged_at_ms = kAt, .at_ms = kAt}); },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"seen",
       {RowSection::kSeen},
       [](Customer& c) {
         c.seen.push_back({5, kAt});
       },
       InMerge::kJoins,
       InErasure::kStays},
      {"history",
       {RowSection::kHistory},
       [](Customer& c) { c.history.push_back({.type = 5, .id = 6, .position = 7, .at_ms = kAt}); }},
      // Segments are judged anew for what the two are together.
      {"segments",
       {RowSection::kSegments},
       [](Customer& c) {
         c.segments.push_back({0, kAt});
       },
       InMerge::kOwn},
      {"segments_version",
       {RowSection::kHead},
       [](Customer& c) { c.segments_version = 5; },
       InMerge::kOwn,
       InErasure::kForgotten,
       kInternal},
      {"segments_due_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.segments_due_at_ms = kAt; },
       InMerge::kOwn,
       InErasure::kForgotten,
       kInternal},
      // The fold links the trails of the two, and files the alarm.
      {"last_decision",
       {RowSection::kHead},
       [](Customer& c) { c.last_decision = DecisionLink(5); },
       InMerge::kOwn,
       InErasure::kForgotten,
       kInternal},
      {"filed_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.filed_at_ms = kAt; },
       InMerge::kOwn,
       InErasure::kStays,
       kInternal},
      // The instant of the erasure itself: a merge forgets by it (law12_erase_test.cc).
      {"erased_at_ms",
       {RowSection::kHead},
       [](Customer& c) { c.erased_at_ms = kAt; },
       InMerge::kOwn,
       InErasure::kForgotten,
       kInternal},
      {"erased_to",
       {RowSection::kHead},
       [](Customer& c) { c.erased_to = MessageId(5); },
       InMerge::kOwn,
       InErasure::kForgotten,
       kInternal},
      {"merged_rows",
       {RowSection::kIdentity},
       [](Customer& c) { c.merged_rows.push_back(CustomerRow(5)); },
       InMerge::kJoins,
       InErasure::kForgotten,
       kInternal},
      {"anonymous",
       {RowSection::kHead},
       [](Customer& c) { c.anonymous = !c.anonymous; },
       InMerge::kOwn,
       InErasure::kStays},
  };
  return *rows;
}

Customer Blank(std::string_view id, bool anonymous) {
  Customer c;
  c.id = id;
  c.anonymous = anonymous;
  c.names = {anonymous ? AnonymousKey(id) : CustomerKey(id)};
  return c;
}

struct Step {
  Playbooks playbooks;
  FoldOptions options{.event_lateness_ms = kDayMs};
  Effects effects;
  FoldContext context() {
    return {.playbooks = playbooks, .options = options, .now_ms = kAt + 1, .ingested_at_ms = kAt + 1};
  }
};

std::string Merged(Customer device) {
  Step step;
  Customer customer = Blank("ann", false);
  std::vector<MessageId> moved;
  REQUIRE(Merge(customer, device, step.context(), step.effects, moved).ok());
  return EncodeCustomer(customer);
}

std::string Erased(Customer customer) {
  Step step;
  REQUIRE(Erase(customer, kAt + 1, step.context(), step.effects).ok());
  return EncodeCustomer(customer);
}

// What an export shows of a customer whose row was written so.
std::string Exported(const Customer& customer) {
  std::shared_ptr<Store> store = NewMemoryStore();
  const LeaseTime end{1, kDayMs};
  auto state = store->TakeLease(1, LeaseTime{1, 0}, end);
  REQUIRE(state.ok());
  FoldWrite write;
  write.epoch = state->epoch;
  write.lease_end = end;
  write.customers.push_back({CustomerRow(1), EncodeCustomer(customer)});
  for (const std::string& name : {CustomerKey("ann"), AnonymousKey("ann")})
    write.aliases.push_back({name, CustomerRow(1)});
  REQUIRE(store->Commit(std::move(write)).ok());
  REQUIRE(store->SaveDefinition(Revision(1), RemindersOnly(), kAt).ok());
  ManualClock clock{kAt};
  Options options;
  options.clock = &clock;
  auto answer = NewEngine(store, options)->Query({.query = "export", .customer = "ann"});
  INFO(StatusText(answer.status()));
  REQUIRE(answer.ok());
  return *answer;
}

}  // namespace

TEST_CASE("customer fields: the table has them all") {
  // As many as the structure has, else this does not compile. Enrolments need a playbook: apply_test.cc and
  // identity_test.cc merge, exit and show them.
  auto customer = std::make_unique<Customer>();
  [[maybe_unused]] auto& [row, id, anonymous, names, first_seen, last_seen, erased, erased_to, merged_rows, attributes,
                          audiences, endpoints, refused, suppressions, consents, reconfirm_at, push_ask, entries, carts,
                          operations, floor, forgotten, carts_floor, recent, orders, revenue, last_order, enrolments,
                          exits, ends, occurrences, windows, arms, sent, unjudged, seen, history, segments, version,
                          due, lost, decision, filed] = *customer;
  constexpr size_t kMembers = 43, kWithoutRow = 3 /* row, enrolments, lost (split rows) */,
                   kTogether = 1 /* carts and operations */;
  CHECK(CustomerFields().size() == kMembers - kWithoutRow - kTogether);
}

TEST_CASE("customer fields: each is written to the row and read back") {
  for (const FieldRow& field : CustomerFields()) {
    INFO(field.name);
    Customer customer = Blank("ann", false);
    const std::string blank = EncodeCustomer(customer);
    field.set(customer);
    const std::string bytes = EncodeCustomer(customer);
    CHECK(bytes != blank);
    auto read = DecodeCustomer({}, bytes);
    REQUIRE(read.ok());
    CHECK(EncodeCustomer(*read) == bytes);
  }
}

TEST_CASE("customer fields: each stands in its section, and no other section changes with it") {
  for (const FieldRow& field : CustomerFields()) {
    INFO(field.name);
    // Beside all others, so that one whose bytes followed from another's would show.
    Customer customer = Blank("ann", false);
    for (const FieldRow& other : CustomerFields())
      if (&other != &field) other.set(customer);
    const std::string before = EncodeCustomer(customer);
    field.set(customer);
    const std::string after = EncodeCustomer(customer);
    RowSections old, now;
    REQUIRE(ReadClearPart(std::string_view(before).substr(1), &old));
    REQUIRE(ReadClearPart(std::string_view(after).substr(1), &now));
    for (size_t section = 0; section < kRowSections; ++section) {
      INFO(section);
      const bool is_its_own =
          std::count(field.sections.begin(), field.sections.end(), static_cast<RowSection>(section)) != 0;
      CHECK((old.bytes[section] != now.bytes[section]) == is_its_own);
    }
  }
}

TEST_CASE("customer fields: a merge takes over what the device knew") {
  const std::string blank = Merged(Blank("dev", true));
  for (const FieldRow& field : CustomerFields()) {
    INFO(field.name);
    Customer device = Blank("dev", true);
    field.set(device);
    if (field.name == "id" || field.name == "anonymous") continue;  // of the device as such
    CHECK((Merged(device) != blank) == (field.merge == InMerge::kJoins));
  }
}

TEST_CASE("customer fields: an erasure forgets them") {
  const std::string blank = Erased(Blank("ann", false));
  for (const FieldRow& field : CustomerFields()) {
    INFO(field.name);
    Customer customer = Blank("ann", false);
    field.set(customer);
    CHECK((Erased(customer) != blank) == (field.erasure == InErasure::kStays));
  }
}

TEST_CASE("customer fields: an export shows what is known of the person") {
  const std::string blank = Exported(Blank("ann", false));
  for (const FieldRow& field : CustomerFields()) {
    INFO(field.name);
    if (field.name == "erased_at_ms") continue;  // who was erased is not known to an export
    Customer customer = Blank("ann", false);
    field.set(customer);
    CHECK((Exported(customer) != blank) == (field.shown == InExport::kShown));
  }
}

}  // namespace cartwheel
