// The hand-written job, tuned as far as its design carries: one transaction a batch, prepared statements, integer keys
// everywhere, the message id as 16 bytes, one timer row a cart that moves from step to step, a cache that holds all its
// pages. Its conditions and texts are C++ code, so they cost next to nothing; it keeps of an event what its reminders
// need, and knows no consent, no leases, no receipts, no history of decisions. Our engine has to be faster all the
// same.
#include "tests/bench/sqlite_job.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <charconv>
#include <iterator>
#include <vector>

#include "tests/bench/sqlite_file.h"

namespace cartwheel::bench {
namespace {

constexpr const char* kSetup = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -262144;
  PRAGMA wal_autocheckpoint = 20000;
  CREATE TABLE events(number INTEGER PRIMARY KEY, id BLOB NOT NULL, customer INTEGER NOT NULL, type INTEGER NOT NULL,
    at INTEGER NOT NULL, product INTEGER, price INTEGER, quantity INTEGER, cart INTEGER);
  CREATE UNIQUE INDEX events_id ON events(id);
  CREATE TABLE carts(cart INTEGER PRIMARY KEY, customer INTEGER NOT NULL, state INTEGER NOT NULL, name TEXT NOT NULL,
    quantity INTEGER NOT NULL, value INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL);
  CREATE TABLE timers(customer INTEGER, cart INTEGER, step INTEGER NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY(customer, cart)) WITHOUT ROWID;
  CREATE INDEX timers_due ON timers(due);
  CREATE TABLE outbox(message INTEGER PRIMARY KEY, customer INTEGER NOT NULL, cart INTEGER NOT NULL, step INTEGER NOT NULL,
    state INTEGER NOT NULL, made_at INTEGER NOT NULL, text TEXT NOT NULL);
)";
constexpr const char* kInsertEvent =
    "INSERT OR IGNORE INTO events(customer, type, at, product, price, quantity, cart, id) VALUES(?,?,?,?,?,?,?,?)";
constexpr const char* kUpdateCart =
    "UPDATE carts SET quantity = quantity + ?, value = value + ?, last_at = ? WHERE cart = ? AND state = 0";
constexpr const char* kInsertCart =
    "INSERT INTO carts(cart, customer, quantity, value, first_at, last_at, name, state) VALUES(?,?,?,?,?,?,?,0)";
constexpr const char* kCloseCart = "UPDATE carts SET state = 1 WHERE cart = ?";
constexpr const char* kReadCart = "SELECT name, quantity, value FROM carts WHERE cart = ?";
constexpr const char* kInsertTimer = "INSERT INTO timers(customer, cart, step, due) VALUES(?,?,?,?)";
constexpr const char* kMoveTimer = "UPDATE timers SET step = ?3, due = ?4 WHERE customer = ?1 AND cart = ?2";
constexpr const char* kDeleteTimer = "DELETE FROM timers WHERE customer = ? AND cart = ?";
constexpr const char* kDeleteTimers = "DELETE FROM timers WHERE customer = ?";
constexpr const char* kDueTimers = "SELECT customer, cart, step, due FROM timers WHERE due <= ? ORDER BY due";
constexpr const char* kInsertMessage =
    "INSERT INTO outbox(customer, cart, step, made_at, text, state) VALUES(?,?,?,?,?,0)";

enum EventType { kOther, kViewed, kAdded, kOrdered };

struct ShopEvent {
  std::array<char, 16> id;
  EventType type;
  int64_t customer, at_ms;
  int64_t product = 0, price = 0, quantity = 0, cart = 0;
  std::string_view name;
};

int64_t Integer(std::string_view digits) {
  int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int HexDigit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

std::array<char, 16> UuidBytes(std::string_view text) {
  std::array<char, 16> bytes{};
  Require(text.size() == 36, fmt::format("id '{}': expected a UUID", text));
  for (size_t from = 0, to = 0; to < bytes.size(); from += 2) {
    if (text[from] == '-') ++from;
    bytes[to++] = static_cast<char>(HexDigit(text[from]) << 4 | HexDigit(text[from + 1]));
  }
  return bytes;
}

EventType TypeOf(std::string_view name) {
  if (name == "product_viewed") return kViewed;
  if (name == "product_added") return kAdded;
  if (name == "order_completed") return kOrdered;
  return kOther;
}

std::string Won(int64_t amount) {
  std::string text = std::to_string(amount);
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<size_t>(at), 1, ',');
  return text + "원";
}

// 이 after a final consonant, 가 after a vowel: a Hangul syllable is 0xAC00 + 28 * n + final.
std::string_view Subject(std::string_view name) {
  if (name.size() < 3 || (name[name.size() - 3] & 0xf0) != 0xe0) return "가";
  const auto bits = [&](size_t from_end, int mask) {
    return static_cast<unsigned char>(name[name.size() - from_end]) & mask;
  };
  const int code = bits(3, 0x0f) << 12 | bits(2, 0x3f) << 6 | bits(1, 0x3f);
  return (code - 0xac00) % 28 != 0 ? "이" : "가";
}

std::string ReminderText(int64_t step, std::string_view name, int64_t quantity, int64_t value) {
  switch (step) {
    case 0:
      return fmt::format("(광고) 온도상점: 고객님, ‘{}’{} 장바구니에서 기다리고 있어요. 합계 {}", name, Subject(name),
                         Won(value));
    case 1:
      return fmt::format("(광고) 온도상점: 담아 두신 상품 {}개, {}. 잊지 않으셨나요?", quantity, Won(value));
    default:
      return fmt::format("(광고) 온도상점: ‘{}’{} 아직 남아 있어요. 오늘 {}에 만나 보세요.", name, Subject(name),
                         Won(value));
  }
}

class SqliteJob final : public Job {
 public:
  explicit SqliteJob(const std::string& path) : path_(path), open_(std::make_unique<Open>(path)) {}

  void Take(const Batch& batch) override {
    input_.assign(batch.ndjson);
    input_.append(simdjson::SIMDJSON_PADDING, '\0');
    open_->file.Execute("BEGIN IMMEDIATE");
    for (size_t begin = 0; begin < batch.ndjson.size();) {
      const size_t end = batch.ndjson.find('\n', begin);
      TakeEvent(Parse(begin, end));
      begin = end + 1;
    }
    MakeReminders(batch.now_ms);
    open_->file.Execute("COMMIT");
  }

  void PassTo(int64_t now_ms) override {
    open_->file.Execute("BEGIN IMMEDIATE");
    MakeReminders(now_ms);
    open_->file.Execute("COMMIT");
  }

  void Close() override { open_.reset(); }

  std::optional<JobOutcome> Read() override {
    SqliteFile file(path_, "");
    Statement carts(file.get(), "SELECT count(*) FROM carts");
    Statement reminders(file.get(), "SELECT step, count(*) FROM outbox GROUP BY step");
    JobOutcome outcome;
    outcome.duplicates = duplicates_;
    while (carts.Step()) outcome.carts = carts.Integer(0);
    while (reminders.Step()) outcome.reminders[static_cast<size_t>(reminders.Integer(0))] = reminders.Integer(1);
    return outcome;
  }

 private:
  struct Open {
    explicit Open(const std::string& path) : file(path, kSetup) {}
    SqliteFile file;
    Statement insert_event{file.get(), kInsertEvent};
    Statement update_cart{file.get(), kUpdateCart};
    Statement insert_cart{file.get(), kInsertCart};
    Statement close_cart{file.get(), kCloseCart};
    Statement read_cart{file.get(), kReadCart};
    Statement insert_timer{file.get(), kInsertTimer};
    Statement move_timer{file.get(), kMoveTimer};
    Statement delete_timer{file.get(), kDeleteTimer};
    Statement delete_timers{file.get(), kDeleteTimers};
    Statement due_timers{file.get(), kDueTimers};
    Statement insert_message{file.get(), kInsertMessage};
  };

  struct Timer {
    int64_t customer, cart, step, due_ms;
  };

  ShopEvent Parse(size_t begin, size_t end) {
    ShopEvent event{};
    const simdjson::padded_string_view line(input_.data() + begin, end - begin, input_.size() - begin);
    document_ = parser_.iterate(line);
    event.id = UuidBytes(document_["id"].get_string());
    event.type = TypeOf(document_["type"].get_string());
    event.customer = Integer(document_["customer"].get_string());
    event.at_ms = document_["at"].get_int64();
    for (auto field : document_["properties"].get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "product_id") {
        event.product = Integer(field.value().get_string());
      } else if (key == "cart_id") {
        event.cart = Integer(field.value().get_string());
      } else if (key == "price") {
        event.price = field.value().get_int64();
      } else if (key == "quantity") {
        event.quantity = field.value().get_int64();
      } else if (key == "name") {
        event.name = field.value().get_string();
      }
    }
    return event;
  }

  void TakeEvent(const ShopEvent& event) {
    open_->insert_event.BindBlob(8, {event.id.data(), event.id.size()});
    const bool fresh =
        open_->insert_event
            .With(event.customer, event.type, event.at_ms, event.product, event.price, event.quantity, event.cart)
            .Run() != 0;
    if (!fresh) {
      ++duplicates_;
    } else if (event.type == kAdded) {
      TakeAdd(event);
    } else if (event.type == kOrdered) {
      open_->delete_timers.With(event.customer).Run();
      open_->close_cart.With(event.cart).Run();
    }
  }

  void TakeAdd(const ShopEvent& event) {
    const int64_t value = event.price * event.quantity;
    if (open_->update_cart.With(event.quantity, value, event.at_ms, event.cart).Run() != 0) return;
    open_->insert_cart.BindText(7, event.name);
    open_->insert_cart.With(event.cart, event.customer, event.quantity, value, event.at_ms, event.at_ms).Run();
    open_->insert_timer.With(event.customer, event.cart, 0, event.at_ms + kReminderEveryMs).Run();
  }

  void MakeReminders(int64_t now_ms) {
    due_.clear();
    open_->due_timers.With(now_ms);
    while (open_->due_timers.Step()) {
      Statement& row = open_->due_timers;
      due_.push_back({row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3)});
    }
    for (const Timer& timer : due_) {
      Require(open_->read_cart.With(timer.cart).Step(), fmt::format("timer of cart {}: expected a cart", timer.cart));
      const std::string text =
          ReminderText(timer.step, open_->read_cart.Text(0), open_->read_cart.Integer(1), open_->read_cart.Integer(2));
      open_->read_cart.Reset();
      open_->insert_message.BindText(5, text);
      open_->insert_message.With(timer.customer, timer.cart, timer.step, now_ms).Run();
      if (timer.step + 1 < kReminders) {
        open_->move_timer.With(timer.customer, timer.cart, timer.step + 1, timer.due_ms + kReminderEveryMs).Run();
      } else {
        open_->delete_timer.With(timer.customer, timer.cart).Run();
      }
    }
  }

  const std::string path_;
  std::unique_ptr<Open> open_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string input_;
  std::vector<Timer> due_;
  int64_t duplicates_ = 0;
};

}  // namespace

std::unique_ptr<Job> MakeSqliteJob(const std::string& path) { return std::make_unique<SqliteJob>(path); }

}  // namespace cartwheel::bench
