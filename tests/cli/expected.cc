// What a replay with the recipe cart-24-48-72 must count, computed from the file alone: a second, naive telling of the
// rules that shares no line with the engine. It keeps everything in maps and looks at one customer after the other.
//
//   expected otto|rees46 FILE      prints "name number" lines, sorted by name
//
// The rules: the first add to a cart enters; reminders 24, 48 and 72 hours after it, at whole seconds rounded up; until
// the first one, adds and removals start the wait again; an order ends it and takes its products out of the cart, and
// everything where one of them was not in it; the removal of the last item ends it too. At one instant events come
// before reminders, and an add that is not later than the last order, the last emptying or its own product's removal
// does not count. After the third reminder the next add enters anew. A cart that nothing has happened to for 60 days is
// forgotten. Exact repeats of a row count once.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

constexpr int64_t kHour = 3'600'000, kDay = 24 * kHour;
const char* const kSteps[] = {"gentle", "free_shipping", "last_call"};

struct Action {
  int64_t at = 0;
  char what = ' ';  // v(iew), a(dd), r(emove), o(rder)
  std::string product;
  int64_t cents = 0;
  std::string order;                   // its id; "" for none
  std::set<std::string> ordered = {};  // the products of an order
};
using Actions = std::map<std::string, std::vector<Action>>;  // by customer, in the order of the file
using Counts = std::map<std::string, int64_t>;

// "…"name":123…" from `from`; -1: no such name.
int64_t NumberAfter(const std::string& text, const std::string& name, size_t* from) {
  size_t at = text.find("\"" + name + "\":", *from);
  if (at == std::string::npos) return -1;
  *from = at + name.size() + 3;
  return std::strtoll(text.c_str() + *from, nullptr, 10);
}

Actions ReadOtto(std::istream& file, Counts& counts) {
  Actions actions;
  for (std::string line; std::getline(file, line);) {
    size_t at = 0;
    std::string customer = "otto-" + std::to_string(NumberAfter(line, "session", &at));
    std::vector<Action>& own = actions[customer];
    for (int64_t product; (product = NumberAfter(line, "aid", &at)) >= 0;) {
      Action action{NumberAfter(line, "ts", &at), ' ', std::to_string(product)};
      size_t type = line.find("\"type\":\"", at) + 8;
      action.what = line[type] == 'c' ? (line[type + 1] == 'l' ? 'v' : 'a') : 'o';
      // Articles ordered at one instant are one order.
      if (action.what == 'o' && !own.empty() && own.back().what == 'o' && own.back().at == action.at) {
        own.back().ordered.insert(action.product);
        continue;
      }
      if (action.what == 'o') action.ordered.insert(action.product);
      own.push_back(action);
      ++counts["events"];
    }
  }
  return actions;
}

// Days since 1970-01-01, by counting years and months.
int64_t Days(int year, int month, int day) {
  auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  static const int kMonths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t days = day - 1;
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += kMonths[m - 1] + (m == 2 && leap(year) ? 1 : 0);
  return days;
}

int64_t Cents(const std::string& price) {
  size_t dot = price.find('.');
  std::string fraction = dot == std::string::npos ? "" : price.substr(dot + 1);
  fraction.resize(2, '0');
  return std::atoll(price.substr(0, dot).c_str()) * 100 + std::atoll(fraction.c_str());
}

Actions ReadRees46(std::istream& file, Counts& counts) {
  Actions actions;
  std::map<std::string, size_t> columns;
  auto split = [](const std::string& line) {
    std::vector<std::string> cells(1);
    for (char c : line) {
      if (c == ',')
        cells.emplace_back();
      else if (c != '\r')
        cells.back().push_back(c);
    }
    return cells;
  };
  std::string line;
  std::getline(file, line);
  std::vector<std::string> header = split(line);
  for (size_t i = 0; i < header.size(); ++i) columns[header[i]] = i;
  std::set<std::string> seen;
  std::map<std::string, size_t>
      orders;  // of the instant: where the purchase of a user and session stands among the user's actions
  std::string instant;
  while (std::getline(file, line)) {
    ++counts["events"];
    const bool fresh = seen.insert(line).second;
    std::vector<std::string> cells = split(line);
    int year, month, day, hour, minute, second;
    std::sscanf(cells[columns["event_time"]].c_str(), "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute,
                &second);
    std::string type = cells[columns["event_type"]];
    char what = type == "view" ? 'v' : type == "cart" ? 'a' : type == "purchase" ? 'o' : 'r';
    std::string session = cells[columns["user_session"]];
    std::vector<Action>& own = actions[cells[columns["user_id"]]];
    if (instant != cells[columns["event_time"]]) orders.clear(), instant = cells[columns["event_time"]];
    if (what == 'o' && !session.empty()) {
      // Products bought at one instant of one session are one order, with one event.
      auto [order, first] = orders.emplace(cells[columns["user_id"]] + "," + session, own.size());
      if (!first) {
        if (fresh) own[order->second].cents += Cents(cells[columns["price"]]);
        own[order->second].ordered.insert(cells[columns["product_id"]]);
        --counts["events"];
        continue;
      }
    }
    if (!fresh) {
      ++counts["duplicates"];
      continue;
    }
    ++counts[std::string("type ") + what];
    own.push_back({Days(year, month, day) * kDay + ((hour * 60 + minute) * 60 + second) * int64_t{1000}, what,
                   cells[columns["product_id"]], Cents(cells[columns["price"]]), what == 'o' ? session : ""});
    if (what == 'o') own.back().ordered.insert(cells[columns["product_id"]]);
  }
  return actions;
}

class Life {
 public:
  explicit Life(Counts& counts) : counts_(counts) {}

  void Take(const Action& action) {
    Remind(action.at, /*inclusive=*/false);
    if (!items_.empty() && action.at > active_at_ + 60 * kDay) items_.clear();
    if (action.what == 'a') Add(action);
    if (action.what == 'r') Remove(action);
    if (action.what == 'o') Order(action);
    active_at_ = action.at;
  }
  // Reminders whose second comes before `until` (or at it).
  void Remind(int64_t until, bool inclusive) {
    while (walking_) {
      int64_t due = (base_ + (sent_ + 1) * kDay + 999) / 1000 * 1000;
      if (due > until || (due == until && !inclusive)) return;
      ++counts_[std::string("message ") + kSteps[sent_]];
      reminded_at_ = due;
      if (++sent_ == 3) walking_ = false, ++counts_["completed"];
    }
  }

 private:
  void Reset(int64_t at) {
    if (walking_ && sent_ == 0 && at > base_) base_ = at;
  }
  void Stop(const char* reason, int64_t at) {
    if (walking_) ++counts_[std::string("exited ") + reason];
    walking_ = false;
    stopped_at_ = std::max(stopped_at_, at);
  }

  void Add(const Action& action) {
    auto removed = removed_at_.find(action.product);
    bool counts = action.at > closed_at_ && (removed == removed_at_.end() || action.at > removed->second);
    if (counts && items_.empty()) ++counts_["carts opened"];
    if (counts) items_.insert(action.product);
    Reset(action.at);
    if (walking_ || items_.empty() || action.at <= stopped_at_ || action.at <= ordered_at_) return;
    walking_ = true;
    sent_ = 0;
    base_ = action.at;
    ++counts_["enrolments"];
  }
  void Remove(const Action& action) {
    if (action.at <= closed_at_) return Reset(action.at);
    removed_at_[action.product] = action.at;
    bool last = items_.erase(action.product) > 0 && items_.empty();
    Reset(action.at);
    if (!last) return;
    ++counts_["carts emptied"];
    Stop("cart_emptied", action.at);
  }
  void Order(const Action& action) {
    // A second report of an order counts nothing, and does nothing unless it names products that the first did not.
    const bool fresh = action.order.empty() || reported_.emplace(action.order, action.ordered).second;
    if (fresh) {
      ++counts_["orders"];
      counts_["order cents"] += action.cents;
    } else {
      const std::set<std::string>& first = reported_[action.order];
      if (std::includes(first.begin(), first.end(), action.ordered.begin(), action.ordered.end())) return;
    }
    // Where every product of it was in the cart, the others stay there.
    if (std::includes(items_.begin(), items_.end(), action.ordered.begin(), action.ordered.end())) {
      for (const std::string& product : action.ordered) items_.erase(product);
      if (items_.empty()) ++counts_["carts ordered"];
    } else {
      if (!items_.empty()) ++counts_["carts ordered"];
      items_.clear();
    }
    if (items_.empty()) {
      removed_at_.clear();
      closed_at_ = action.at;
    }
    ordered_at_ = action.at;
    if (reminded_at_ >= 0 && action.at <= reminded_at_ + 7 * kDay) {
      ++counts_["bought after message"];
      counts_["bought cents"] += fresh ? action.cents : 0;
      reminded_at_ = -1;
    }
    Stop("order_completed", action.at);
  }

  Counts& counts_;
  std::set<std::string> items_;
  std::map<std::string, std::set<std::string>> reported_;  // the products of the first report, by the order's id
  std::map<std::string, int64_t> removed_at_;
  bool walking_ = false;
  int sent_ = 0;
  int64_t base_ = 0, ordered_at_ = -1, closed_at_ = -1, stopped_at_ = -1, reminded_at_ = -1, active_at_ = 0;
};

}  // namespace

int main(int count, char** words) {
  std::string format = count == 3 ? words[1] : "";
  std::ifstream file(count == 3 ? words[2] : "");
  if (!file || (format != "otto" && format != "rees46")) return std::fputs("expected otto|rees46 FILE\n", stderr), 2;
  // What a replay may leave at zero is printed all the same.
  Counts counts{{"duplicates", 0},    {"enrolments", 0},          {"completed", 0},
                {"orders", 0},        {"order cents", 0},         {"carts opened", 0},
                {"carts ordered", 0}, {"carts emptied", 0},       {"bought after message", 0},
                {"bought cents", 0},  {"exited cart_emptied", 0}, {"exited order_completed", 0}};
  for (const char* step : kSteps) counts[std::string("message ") + step] = 0;
  Actions actions = format == "otto" ? ReadOtto(file, counts) : ReadRees46(file, counts);
  counts["customers"] = static_cast<int64_t>(actions.size());
  int64_t last = 0;
  for (const auto& [customer, own] : actions)
    for (const Action& action : own) last = std::max(last, action.at);
  for (auto& [customer, own] : actions) {
    std::stable_sort(own.begin(), own.end(), [](const Action& a, const Action& b) { return a.at < b.at; });
    Life life(counts);
    for (const Action& action : own) life.Take(action);
    life.Remind(last + 96 * kHour, /*inclusive=*/true);
  }
  for (const auto& [name, number] : counts) std::printf("%s %lld\n", name.c_str(), static_cast<long long>(number));
}
