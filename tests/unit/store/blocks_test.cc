// The bytes of blocks, and what is said of a file in which they do not agree.
#include "store/sqlite/blocks.h"

#include "base/hash.h"
#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/message_state_sql.h"
#include "tests/unit/store/conformance.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string IdBytes(int64_t first, const Ints& ids) {
  std::string bytes;
  EncodeIds(MessageId(first), Typed<MessageId>(ids), &bytes);
  std::vector<MessageId> read;
  CHECK(DecodeIds(MessageId(first), bytes, &read));
  CHECK(read == Typed<MessageId>(ids));
  return Hex(bytes);
}

TEST_CASE("blocks: ids are runs of distances") {
  CHECK(IdBytes(1'000, {1'000}) == "0001");
  CHECK(IdBytes(1'000, {1'000, 1'001, 1'002, 1'003}) == "00010103");
  CHECK(IdBytes(7, {7, 9, 11, 12}) == "000102020101");
  CHECK(IdBytes(7, {9, 11, 13}) == "0203");  // two were dropped
  std::vector<MessageId> ids;
  auto damaged = [&](std::string_view bytes) { return !DecodeIds(MessageId(7), bytes, &ids); };
  using namespace std::string_view_literals;
  CHECK(damaged(""sv));
  CHECK(damaged("\0"sv));
  CHECK(damaged("\0\2"sv));          // twice the same
  CHECK(damaged("\1\1\0\1"sv));      // the same
  CHECK(damaged("\1\x81\1"sv));      // 129 messages
  CHECK(damaged("\0\1\1\x80\1"sv));  // 1 + 128
  CHECK_FALSE(damaged("\0\1\1\x7f"sv));
  CHECK(damaged("\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1"sv));
}

MessageRow Row(int64_t id) {
  MessageRow row = Waiting(id, 1, "sms", 10);
  row.state = MessageState::kFailed;
  row.attempts = 3;
  row.token = ClaimToken(INT64_MAX);
  row.first_handed_ms = INT64_MIN;
  row.idempotency_ms = 88;
  row.uncertain = true;
  row.revoked = true;
  row.lease = {.boot = ~uint64_t{0}, .monotonic_ms = 5};
  row.settled_at_ms = 1'234;
  row.reason = Reason::kGone;
  row.reason_detail = "no such number";
  row.fresh_until_ms = 77;
  row.link = ~uint64_t{0} - 3;
  return row;
}

TEST_CASE("blocks: equal states are one run") {
  BlockStates states;
  states.Append({.state = 0, .not_before_ms = 1}, 3);
  std::string bytes;
  EncodeStates(states, &bytes);
  CHECK(Hex(bytes) == "030202");  // three; the second field differs, by 1
  states.Set(1, {.state = 1, .not_before_ms = 1, .token = 2});
  EncodeStates(states, &bytes);
  // One as before; one whose state is 1 more and whose token 2; one of which both are so much less.
  CHECK(Hex(bytes) ==
        "010202"
        "01110204"
        "01110103");
  CHECK(states.Present() == 3);
  CHECK(states.ReadyAt() == 1);
  states.Set(1, {.state = 0, .not_before_ms = 1});
  EncodeStates(states, &bytes);
  CHECK(Hex(bytes) == "030202");
  states.DropFront(2);
  EncodeStates(states, &bytes);
  CHECK(Hex(bytes) == "010202");
  states.Set(0, {.state = 8, .not_before_ms = 1});
  CHECK(states.Present() == 256);
  CHECK(states.ReadyAt() == 0);
}

TEST_CASE("blocks: every field is written and read back") {
  const MessageRow row = Row(9);
  BlockStates states, read;
  states.Append(StateOf(Waiting(8, 1, "sms", 10)));
  states.Append(StateOf(row));
  std::string bytes;
  EncodeStates(states, &bytes);
  REQUIRE(DecodeStates(bytes, 2, &read));
  const HeadOfMessage heads[] = {HeadOf(row), HeadOf(Waiting(8, 2, "sms", 10)), HeadOf(row)};
  std::string head_bytes;
  EncodeHeads(heads, &head_bytes);
  std::vector<HeadOfMessage> read_heads;
  REQUIRE(DecodeHeads(head_bytes, 3, &read_heads));
  MessageRow again;
  again.id = row.id;
  again.channel = row.channel;
  again.message_class = row.message_class;
  again.body = row.body;
  PutState(read[1], &again);
  PutHead(read_heads[2], &again);
  CHECK(Same(again, row));
  const std::string long_body(1'000, 'b');
  const std::string_view bodies[] = {"", long_body, "x"};
  EncodeBodies(bodies, &bytes);
  std::string room;
  std::vector<std::string_view> read_bodies;
  REQUIRE(DecodeBodies(bytes, 3, &room, &read_bodies));
  CHECK(read_bodies == std::vector<std::string_view>(std::begin(bodies), std::end(bodies)));
  CHECK_FALSE(DecodeBodies(bytes, 2, &room, &read_bodies));
  CHECK_FALSE(DecodeBodies(bytes, 4, &room, &read_bodies));
}

// Whatever the bytes are, they are read or refused; an impossible state or reason is never read.
TEST_CASE("blocks: damaged bytes are refused or read, never trusted") {
  BlockStates states;
  std::vector<HeadOfMessage> heads;
  for (int64_t id = 1; id <= 5; ++id) {
    states.Append(StateOf(id % 2 == 0 ? Row(id) : Waiting(id, id, "sms", id)));
    heads.push_back(HeadOf(id % 2 == 0 ? Row(id) : Waiting(id, id, "sms", id)));
  }
  std::string state_bytes, head_bytes;
  EncodeStates(states, &state_bytes);
  EncodeHeads(heads, &head_bytes);
  auto look = [&](const std::string& bytes) {
    std::vector<MessageId> ids;
    if (DecodeIds(MessageId(1), bytes, &ids)) CHECK((!ids.empty() && ids.size() <= kBlockMessages));
    BlockStates read;
    if (DecodeStates(bytes, 5, &read)) {
      CHECK(read.size() == 5);
      CHECK((read.Present() & ~int64_t{511}) == 0);
      for (size_t at = 0; at < 5; ++at) CHECK(IsReason(static_cast<uint64_t>(read[at].reason)));
    }
    std::vector<HeadOfMessage> read_heads;
    if (DecodeHeads(bytes, 5, &read_heads)) CHECK(read_heads.size() == 5);
  };
  for (const std::string& whole : {state_bytes, head_bytes}) {
    for (size_t size = 0; size <= whole.size(); ++size) look(whole.substr(0, size));
    for (size_t at = 0; at < whole.size(); ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string changed = whole;
        changed[at] = static_cast<char>(byte);
        look(changed);
      }
  }
  BlockStates read;
  for (size_t size = 0; size < state_bytes.size(); ++size)
    CHECK_FALSE(DecodeStates(std::string_view(state_bytes).substr(0, size), 5, &read));
  CHECK_FALSE(DecodeStates(state_bytes + "\1", 5, &read));
  CHECK_FALSE(DecodeStates(state_bytes, 4, &read));
  CHECK_FALSE(DecodeStates(state_bytes, 6, &read));
}

// A file with a hundred messages of two channels, two of them claimed.
std::unique_ptr<Store> Fill(const std::string& path) {
  auto store = Open(path);
  FoldWrite write = WriteAt(TakeEpoch(*store));
  for (int64_t id = 1; id <= 100; ++id) write.messages.push_back(Waiting(id, 1, id % 3 == 0 ? "push" : "sms", 10));
  Ok(store->Commit(write));
  Claim(*store, {4, 6}, kEnd);
  return store;
}

TEST_CASE("blocks: a span has a block of each channel and class at most, and a block that is full ends it") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  auto store = Open(path);
  const Epoch epoch = TakeEpoch(*store);
  int64_t id = 0;
  for (int commit = 0; commit < 3; ++commit) {
    FoldWrite write = WriteAt(epoch);
    for (int i = 0; i < 500; ++i) {
      write.messages.push_back(Waiting(++id, 1, i % 50 == 0 ? "push" : "sms", 10));
      if (i % 7 == 0) write.messages.back().message_class = MessageClass::kNotice;
    }
    Ok(store->Commit(write));
  }
  Sql sql(path);
  CHECK(sql.Text("SELECT count(*) FROM (SELECT 1 FROM message_states GROUP BY span, channel, class HAVING count(*) > "
                 "1)") == "0");
  CHECK(sql.Text("SELECT count(DISTINCT span) FROM message_states") == "12");  // 500 of a commit, 4 x 128 with the most
  CHECK(Get(store->ListMessages({.limit = 10'000})).size() == 1'500);
}

TEST_CASE("blocks: numbers that are there already are refused") {
  TemporaryDirectory directory;
  auto store = Fill(directory.File("shop.db"));
  FoldWrite write = WriteAt(TakeEpoch(*store));
  for (const int64_t id : {1, 50, 99, 100}) {
    write.messages = {Waiting(id, 1, "sms", 10)};
    CHECK(absl::IsInternal(store->Commit(write)));
  }
  write.messages = {Waiting(101, 1, "sms", 10)};
  Ok(store->Commit(write));
}

TEST_CASE("blocks: what does not agree is found, and never read as if it did") {
  struct Case {
    const char* damage;
    const char* finding;
    bool readable;  // a list shows messages all the same
  };
  const Case cases[] = {
      {"UPDATE message_states SET ids = x'0001' WHERE first = 1", "the states of the messages from 1 on are damaged",
       false},
      {"UPDATE message_states SET ids = x'' WHERE first = 3", "the ids of the messages from 3 on are damaged", false},
      {"UPDATE message_states SET states = substr(states, 2) WHERE first = 3",
       "the states of the messages from 3 on are damaged", false},
      {"UPDATE message_states SET ready_at = 9 WHERE first = 1", "the states of the messages from 1 on are damaged",
       true},
      {"UPDATE message_states SET present = 5 WHERE first = 1", "the states of the messages from 1 on are damaged",
       true},
      {"UPDATE message_heads SET data = data || x'00' WHERE first = 1",
       "the heads of the messages from 1 on are damaged", false},
      {"DELETE FROM message_heads WHERE first = 3", "the heads of the messages from 3 on are damaged", false},
      {"UPDATE message_bodies SET data = x'01' WHERE first = 3", "the bodies of the messages from 3 on are damaged",
       false},
      {"DELETE FROM message_states WHERE first = 3", "messages have heads or bodies, and no states", true},
      {"INSERT INTO message_link VALUES(5, 7)", "links name 1 messages, 0 say so", true},
      {"UPDATE claim SET open = 7", "claim 1 says that 7 messages are out, 2 are", true},
      {"DELETE FROM claim", "2 messages of claim 1 are out, and it has no row", true},
      {"INSERT INTO claim SELECT lease_boot, lease_end + 1, token, 1, blocks FROM claim",
       "claim 1 says that 1 messages are out, 0 are", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.damage);
    TemporaryDirectory directory;
    const std::string path = directory.File("shop.db");
    Fill(path);
    auto store = Open(path);
    CHECK(Get(store->FindDamage()).empty());
    Sql(path).Run(c.damage);
    const std::string damage = Get(store->FindDamage());
    CHECK(damage.find(c.finding) != std::string::npos);
    const auto listed = store->ListMessages({.limit = 1'000});
    CHECK(listed.ok() == c.readable);
    if (!c.readable) CHECK(absl::IsDataLoss(listed.status()));
  }
}

}  // namespace
}  // namespace cartwheel
