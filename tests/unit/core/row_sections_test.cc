// Rows in sections: what a change of a row is, how large, and that no other bytes pass for a row.
#include "core/model/row_sections.h"

#include <random>

#include "core/model/customer_row.h"
#include "core/model/event.h"
#include "tests/catch.h"
#include "tests/unit/core/shopper.h"

namespace cartwheel {
namespace {

constexpr int64_t kAt = 1'767'225'600'000;
constexpr int64_t kMinuteMs = 60'000;

std::string Change(const std::string& before, const std::string& after) {
  std::string change;
  REQUIRE(WriteRowChange(before, after, &change));
  std::string applied = "left over";
  REQUIRE(ApplyRowChange(before, change, &applied));
  CHECK(applied == after);
  return change;
}

std::string ProductOf(int number) {
  return Packed({{"product_id", Value::String(fmt::format("P-{}", number))},
                 {"name", Value::String("a shirt of linen, in white")},
                 {"price", Value::Int(12'900 + number)},
                 {"url", Value::String(fmt::format("https://shop.test/p/{}", number))}});
}

// A customer of some days, with something in most sections.
Shopper Regular() {
  Shopper c;
  c.id = "ann";
  c.names = {CustomerKey("ann")};
  c.first_seen_at_ms = kAt;
  for (int i = 0; i < 6; ++i) c.Add(ProductOf(i), 1, kAt + i * kMinuteMs);
  c.last_seen_at_ms = kAt + 6 * kMinuteMs;
  c.filed_at_ms = kAt + 24 * 60 * kMinuteMs;
  c.last_decision = DecisionLink(7 << 16);
  for (int i = 0; i < 12; ++i) c.seen.push_back({Mix(static_cast<uint64_t>(i)), kAt + i * kMinuteMs});
  for (int i = 0; i < 3; ++i)
    c.sent.push_back({.id = MessageId(100 + i),
                      .walk = Mix(50),
                      .revision = Revision(1),
                      .step = static_cast<uint32_t>(i),
                      .at_ms = kAt + i * kMinuteMs});
  c.attributes = {Packed({{"name", Value::String("Ann")}}), kAt, {}};
  c.exits = {{1, 2, kAt, 0}};
  Enrolment& walk = c.enrolments.emplace_back();
  walk.id = {3, 4};
  walk.key = walk.cart = "c";
  walk.wake_at_ms = kAt + 24 * 60 * kMinuteMs;
  return c;
}

// What a change says beside its pieces: form and version, checksum, bits of the sections (at most as many bytes as the
// highest of them needs).
constexpr size_t kFrameMax = 1 + 4 + 4;
// Of each section: bytes that stay at both ends, and the length of what is between, each below 2^14.
constexpr size_t kPieceMax = 3 * 2;
constexpr size_t kFingerprint = 8;
constexpr size_t kDistanceMax = 5;  // an instant up to 198 days from another

}  // namespace

TEST_CASE("row sections: the change of a view is a fingerprint and three instants") {
  Shopper c = Regular();
  const std::string before = EncodeCustomer(c);
  const int64_t at_ms = c.last_seen_at_ms + kMinuteMs;
  c.seen.push_back({Mix(99), at_ms});
  c.last_seen_at_ms = at_ms;
  Operate(c, {.at_ms = at_ms, .act = CartAct::kActivity, .cart = CartOperation::kNoCart});
  const std::string change = Change(before, EncodeCustomer(c));
  // seen: fingerprint, distance; head: distance; operations: act, distance
  CHECK(change.size() <= kFrameMax + 3 * kPieceMax + kFingerprint + 3 * kDistanceMax + 1);
}

TEST_CASE("row sections: the change of an added line is the line") {
  Shopper c = Regular();
  c.carts.push_back(c.carts.front());  // another cart, whose lines follow
  c.carts.back().id = "other";
  const std::string before = EncodeCustomer(c);
  const std::string product = ProductOf(77);
  const int64_t at_ms = c.last_seen_at_ms + kMinuteMs;
  c.Add(product, 1, at_ms);
  c.seen.push_back({Mix(99), at_ms});
  c.last_seen_at_ms = at_ms;
  const std::string change = Change(before, EncodeCustomer(c));
  // carts: a count of one byte; line: fingerprint, text and its length in two, instant, two counts of one byte;
  // operations: act, distance, line, pieces; seen; head
  CHECK(change.size() <= kFrameMax + 5 * kPieceMax + 1 + (kFingerprint + 2 + product.size() + 8 + 2) +
                             (3 + kDistanceMax) + (kFingerprint + kDistanceMax) + kDistanceMax);
}

TEST_CASE("row sections: the change of a sent message is the message") {
  Shopper c = Regular();
  const std::string before = EncodeCustomer(c);
  c.sent.push_back(
      {.id = MessageId(104), .walk = Mix(50), .revision = Revision(1), .step = 3, .at_ms = kAt + kMinuteMs});
  c.enrolments[0].wake_at_ms += kMinuteMs;
  c.last_decision = DecisionLink(9 << 16);
  const std::string change = Change(before, EncodeCustomer(c));
  // sent: number in two bytes, fingerprint, revision, four counts, an instant of eight at most, six that are not there;
  // enrolment: a distance; head: a link of at most four bytes
  CHECK(change.size() <= kFrameMax + 3 * kPieceMax + (2 + kFingerprint + 1 + 4 + 8 + 6) + 2 * kDistanceMax + 4);
}

TEST_CASE("row sections: what goes at the beginning or the end of a list leaves the rest as it is") {
  Shopper c = Regular();
  const std::string before = EncodeCustomer(c);
  c.seen.erase(c.seen.begin(), c.seen.begin() + 4);
  c.sent.clear();
  CHECK(Change(before, EncodeCustomer(c)).size() <= kFrameMax + 2 * kPieceMax + 8);
}

TEST_CASE("row sections: a row that did not change has a change of a few bytes") {
  const std::string row = EncodeCustomer(Regular());
  CHECK(Change(row, row).size() == 1 + 4 + 1);
}

TEST_CASE("row sections: a change of a split row changes its personal part as one section") {
  Shopper c = Regular();
  std::string room;
  const std::string before(EncodeSplitCustomer(c, &room));
  c.last_seen_at_ms += kMinuteMs;
  const std::string seen(EncodeSplitCustomer(c, &room));
  CHECK(Change(before, seen).size() <= kFrameMax + kPieceMax + kDistanceMax);
  c.attributes.packed = SetPacked(c.attributes.packed, "city", Value::String("Seoul"));
  const std::string told(EncodeSplitCustomer(c, &room));
  Change(seen, told);
  Change(before, EncodeCustomer(c));  // a database that is sealed from now on, and one that is no longer
  Change(EncodeCustomer(c), told);
}

TEST_CASE("row sections: a change of any two rows applies") {
  std::mt19937_64 random(7);
  std::vector<std::string> rows;
  for (int i = 0; i < 200; ++i) {
    Shopper c = random() % 4 == 0 ? Shopper() : Regular();
    c.names = {CustomerKey("ann")};
    c.seen.resize(random() % 20, {random(), kAt});
    c.endpoints.resize(random() % 3, {.channel = "sms", .address = "010", .added_at_ms = kAt});
    c.exits.resize(random() % 4, {random(), random(), kAt, 0});
    c.history.resize(random() % 3);
    if (random() % 2 == 0) {
      c.carts.clear();
      c.operations = {};
    }
    if (random() % 2 == 0) c.audiences.Change().at_ms = 5;
    if (random() % 2 == 0) c.last_seen_at_ms = static_cast<int64_t>(random());
    rows.push_back(EncodeCustomer(c));
  }
  for (const std::string& before : rows)
    for (const std::string& after : rows) Change(before, after);
}

TEST_CASE("row sections: bytes that are no row have no change, and damaged changes are refused or make other bytes") {
  const std::string before = EncodeCustomer(Regular());
  Shopper c = Regular();
  c.last_seen_at_ms += kMinuteMs;
  c.seen.push_back({Mix(99), kAt});
  const std::string after = EncodeCustomer(c);
  std::string change;
  for (const std::string& other :
       {std::string(), std::string("state 1"), before.substr(0, before.size() - 1), before + "x"}) {
    CHECK_FALSE(WriteRowChange(other, after, &change));
    CHECK_FALSE(WriteRowChange(before, other, &change));
  }
  CHECK(change.empty());
  change = Change(before, after);
  std::string applied;
  CHECK_FALSE(ApplyRowChange("state 1", change, &applied));
  for (size_t size = 0; size < change.size(); ++size)
    CHECK_FALSE(ApplyRowChange(before, change.substr(0, size), &applied));
  CHECK_FALSE(ApplyRowChange(before, change + "x", &applied));
  for (size_t bit = 0; bit < 8 * change.size(); ++bit) {
    std::string flipped = change;
    flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
    if (ApplyRowChange(before, flipped, &applied)) CHECK(!DecodeCustomer({}, applied).ok());
  }
}

TEST_CASE("row sections: equal sections have equal bytes, since no longer form of a number is read") {
  const std::string row = EncodeCustomer(Regular());
  RowSections sections;
  REQUIRE(ReadClearPart(std::string_view(row).substr(1), &sections));
  SectionLengths lengths;
  for (size_t section = 0; section < kRowSections; ++section) lengths[section] = sections.bytes[section].size();
  char head[kLengthsBytesMax];
  const size_t size = WriteLengths(lengths, head);
  CHECK(row.substr(5, size) == std::string(head, size));
  std::string longer = row;  // the last of the lengths: its last byte says that another follows, which is 0
  longer[4 + size] |= '\x80';
  longer.insert(5 + size, 1, '\0');
  CHECK_FALSE(ReadClearPart(std::string_view(longer).substr(1), &sections));
}

}  // namespace cartwheel
