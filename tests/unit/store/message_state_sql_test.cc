// The rules that SQL repeats as literals say what their names in C++ say, for every state and every class.
#include "store/sqlite/message_state_sql.h"

#include "fmt/format.h"
#include "store/message_states.h"
#include "tests/temporary_directory.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

TEST_CASE("sqlite: rules about states are those of the names") {
  TemporaryDirectory directory;
  Sql sql(directory.File("empty.db"));
  auto holds = [&](const char* rule, int number, const char* column = "state") {
    return sql.Text(fmt::format("SELECT count(*) FROM (SELECT {} AS {}) WHERE {}", number, column, rule)) == "1";
  };
  for (int number = 0; number <= static_cast<int>(MessageState::kDead); ++number) {
    const auto state = static_cast<MessageState>(number);
    CAPTURE(MessageStateName(state));
    CHECK(holds(CARTWHEEL_SQL_WAITING, number) == (state == MessageState::kWaiting));
    CHECK(holds(CARTWHEEL_SQL_CLAIMED, number) == (state == MessageState::kClaimed));
    CHECK(holds(CARTWHEEL_SQL_OPEN, number) == IsOpen(state));
    CHECK(holds(CARTWHEEL_SQL_TROUBLED, number) == IsTroubled(state));
  }
  for (MessageClass c : {MessageClass::kAdvertisement, MessageClass::kTransactional, MessageClass::kNotice})
    CHECK(holds(CARTWHEEL_SQL_ADVERTISEMENT, static_cast<int>(c), "class") == (c == MessageClass::kAdvertisement));
}

// An index on some rows is of no use to a statement that does not repeat its condition, and nothing else would tell.
TEST_CASE("sqlite: statements about states use their indexes") {
  TemporaryDirectory directory;
  Open(directory.File("shop.db"));
  Sql sql(directory.File("shop.db"));
  auto plan = [&](const char* rule) {
    return sql.Plan(fmt::format("SELECT channel FROM message WHERE {} ORDER BY id", rule));
  };
  CHECK(sql.Plan("SELECT 1 FROM message WHERE " CARTWHEEL_SQL_WAITING " AND channel = 'a' AND not_before <= 3")
            .find("message_ready") != std::string::npos);
  CHECK(sql.Plan("SELECT 1 FROM message WHERE " CARTWHEEL_SQL_CLAIMED " AND lease_boot < 3").find("message_claimed") !=
        std::string::npos);
  CHECK(plan(CARTWHEEL_SQL_TROUBLED " AND id > 3").find("message_troubled") != std::string::npos);
}

}  // namespace
}  // namespace cartwheel
