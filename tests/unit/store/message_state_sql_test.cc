// The rules that SQL repeats as literals say what their names in C++ say, for every state and every class.
#include "store/sqlite/message_state_sql.h"

#include <array>

#include "fmt/format.h"
#include "store/message_states.h"
#include "tests/temporary_directory.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

TEST_CASE("sqlite: rules about states are those of the names") {
  TemporaryDirectory directory;
  Sql sql(directory.File("empty.db"));
  auto holds = [&](const char* rule, int64_t number, const char* column) {
    return sql.Text(fmt::format("SELECT count(*) FROM (SELECT {} AS {}) WHERE {}", number, column, rule)) == "1";
  };
  const int64_t others = PresentBits(std::array{MessageState::kAccepted, MessageState::kDelivered});
  for (int number = 0; number <= static_cast<int>(MessageState::kDead); ++number) {
    const auto state = static_cast<MessageState>(number);
    CAPTURE(MessageStateName(state));
    for (const int64_t present : {StateBit(state), StateBit(state) | others}) {
      CHECK(holds(CARTWHEEL_SQL_WAITING, present, "present") == (state == MessageState::kWaiting));
      CHECK(holds(CARTWHEEL_SQL_TROUBLED, present, "present") == IsTroubled(state));
    }
    CHECK(((kTroubledPresent & StateBit(state)) != 0) == IsTroubled(state));
  }
  for (MessageClass c : {MessageClass::kAdvertisement, MessageClass::kTransactional, MessageClass::kNotice})
    CHECK(holds(CARTWHEEL_SQL_ADVERTISEMENT, static_cast<int64_t>(c), "class") == (c == MessageClass::kAdvertisement));
}

// An index on some rows is of no use to a statement that does not repeat its condition, and nothing else would tell.
TEST_CASE("sqlite: statements about states use their indexes") {
  TemporaryDirectory directory;
  Open(directory.File("shop.db"));
  Sql sql(directory.File("shop.db"));
  auto uses = [&](const std::string& rest, const char* index) {
    return sql.Plan("SELECT channel FROM message_states WHERE " + rest).find(index) != std::string::npos;
  };
  CHECK(uses(CARTWHEEL_SQL_WAITING " AND channel = 'a' AND ready_at <= 3 ORDER BY ready_at, first", "message_ready"));
  CHECK_FALSE(sql.Plan("SELECT channel FROM message_states WHERE " CARTWHEEL_SQL_WAITING
                       " AND channel = 'a' AND ready_at <= 3 ORDER BY ready_at, first")
                  .find("TEMP B-TREE") != std::string::npos);
  CHECK(uses(CARTWHEEL_SQL_TROUBLED " AND first > 3 ORDER BY first", "message_troubled"));
}

}  // namespace
}  // namespace cartwheel
