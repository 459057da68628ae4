#include "tests/bench/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cartwheel::bench {
namespace {

constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kWeekMs = 7 * 24 * kHourMs;
constexpr int64_t kBatchEvents = 1'000;
constexpr int64_t kBatchesMin = 100;  // a week in 100 batches: under two hours each

constexpr uint64_t kDuplicatePercent = 5;
constexpr uint64_t kNearPercent = 80;
constexpr uint64_t kNearDuplicate = 50;
constexpr uint64_t kFarDuplicate = 20'000;

constexpr uint64_t kOrderPercent = 30;
constexpr int64_t kOrderAfterMinMs = kHourMs / 6;
constexpr int64_t kOrderAfterMaxMs = 72 * kHourMs;
constexpr int64_t kOrderSpanMinMs = kHourMs / 2;  // at the very end of the week

// Distinct events of a session on average: 4 views, 2 adds, and 0.3 orders for each of its carts (a fifth of the
// sessions go on with an open cart).
constexpr double kEventsOfSession = 6.16;

constexpr uint64_t kCartsOfCustomerMax = 100;
constexpr uint64_t kProducts = 9'000;
constexpr uint64_t kFirstProduct = 1'000;

constexpr const char* kQualities[] = {"포근한", "가벼운",   "부드러운", "튼튼한", "심플한", "클래식",
                                      "데일리", "프리미엄", "빈티지",   "오가닉", "모던",   "내추럴"};
constexpr struct {
  const char* name;
  const char* category;
} kThings[] = {
    {"린넨 셔츠", "의류"}, {"니트 가디건", "의류"}, {"와이드 팬츠", "의류"}, {"캔버스 가방", "잡화"},
    {"가죽 지갑", "잡화"}, {"러그", "리빙"},        {"머그컵", "주방"},      {"도자기 접시", "주방"},
    {"무드등", "리빙"},    {"담요", "리빙"},        {"운동화", "신발"},      {"샌들", "신발"},
    {"선크림", "뷰티"},    {"핸드크림", "뷰티"},    {"원두커피", "식품"},
};

// SplitMix64.
uint64_t Spread(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t CartId(uint32_t customer, uint16_t cart) {
  return (uint64_t{kFirstCustomer} + customer) * kCartsOfCustomerMax + cart;
}

}  // namespace

Workload::Workload(int64_t events, int64_t customers, uint64_t seed)
    : events_(events),
      customers_(static_cast<uint32_t>(std::max<int64_t>(customers, 1))),
      batch_events_(std::clamp<int64_t>(events / kBatchesMin, 1, kBatchEvents)),
      session_every_ms_(static_cast<double>(kWeekMs) * kEventsOfSession /
                        (static_cast<double>(events) * static_cast<double>(100 - kDuplicatePercent) / 100)),
      random_(seed),
      at_ms_(kWorkloadBeginMs),
      now_ms_(kWorkloadBeginMs),
      folded_ms_(kWorkloadBeginMs),
      state_(customers_) {
  recent_.resize(kFarDuplicate);
  PlanAt(kWorkloadBeginMs, Kind::kSession, 0, 0, 0);
}

uint64_t Workload::Random(uint64_t below) {
  random_ += 0x9e3779b97f4a7c15u;
  return Spread(random_) % below;
}

void Workload::PlanAt(int64_t at_ms, Kind kind, uint32_t customer, int views, int adds) {
  planned_.push({at_ms, plans_++, kind, static_cast<uint8_t>(views), static_cast<uint8_t>(adds), customer});
}

bool Workload::Next(Batch* batch) {
  batch->ndjson.clear();
  batch->events = std::min(batch_events_, events_ - expected_.events);
  if (batch->events == 0) return false;
  folded_ms_ = now_ms_;
  for (int64_t i = 0; i < batch->events; ++i) {
    const auto sent = static_cast<uint64_t>(expected_.events);
    std::string& place = recent_[sent % kFarDuplicate];
    if (sent > 0 && Random(100) < kDuplicatePercent) {
      const uint64_t reach = Random(100) < kNearPercent ? kNearDuplicate : kFarDuplicate;
      line_ = recent_[(sent - 1 - Random(std::min(reach, sent))) % kFarDuplicate];
      ++expected_.duplicates;
    } else {
      NextOriginal();
      ++expected_.distinct;
    }
    batch->ndjson += line_;
    place = line_;
    ++expected_.events;
    expected_.bytes += static_cast<int64_t>(line_.size());
  }
  now_ms_ = (at_ms_ + kSecondMs - 1) / kSecondMs * kSecondMs;
  batch->now_ms = now_ms_;
  return true;
}

void Workload::NextOriginal() {
  for (;;) {
    const Plan plan = planned_.top();
    planned_.pop();
    if (plan.kind == Kind::kSession) {
      const auto customer = static_cast<uint32_t>(Random(customers_));
      PlanAt(plan.at_ms, Kind::kView, customer, 2 + static_cast<int>(Random(5)), 1 + static_cast<int>(Random(3)));
      PlanAt(plan.at_ms + 1 + static_cast<int64_t>(Random(static_cast<uint64_t>(2 * session_every_ms_))),
             Kind::kSession, 0, 0, 0);
      continue;
    }
    at_ms_ = std::max(plan.at_ms, at_ms_ + 1);
    line_.clear();
    if (plan.kind == Kind::kOrder) {
      WriteOrder(plan.customer);
      return;
    }
    const int views = plan.views - (plan.kind == Kind::kView ? 1 : 0);
    const int adds = plan.adds - (plan.kind == Kind::kAdd ? 1 : 0);
    if (plan.kind == Kind::kView) {
      WriteHead("product_viewed", plan.customer);
      WriteProduct();
      line_ += "}}\n";
    } else {
      WriteAdd(plan.customer);
    }
    const int64_t next_ms = at_ms_ + 5'000 + static_cast<int64_t>(Random(85'000));
    if (views + adds > 0) PlanAt(next_ms, views > 0 ? Kind::kView : Kind::kAdd, plan.customer, views, adds);
    return;
  }
}

void Workload::WriteHead(const char* type, uint32_t customer) {
  const uint64_t high = Random(UINT64_MAX);
  const uint64_t low = Random(UINT64_MAX);
  fmt::format_to(std::back_inserter(line_),
                 R"({{"id":"{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}","type":"{}","customer":"{}","at":{},"properties":{{)",
                 high >> 32, (high >> 16) & 0xffff, high & 0xfff, 0x8000 | ((low >> 48) & 0x3fff), low & 0xffffffffffff,
                 type, kFirstCustomer + customer, at_ms_);
}

int64_t Workload::WriteProduct() {
  // The smaller of two draws: some products are looked at far more often than others.
  const uint64_t product = std::min(Random(kProducts), Random(kProducts));
  const uint64_t looks = Spread(product);
  const auto& thing = kThings[looks % std::size(kThings)];
  const auto price = static_cast<int64_t>(1'900 + (looks >> 32) % 1'500 * 100);
  const uint64_t id = kFirstProduct + product;
  fmt::format_to(
      std::back_inserter(line_),
      R"("product_id":"{}","name":"{} {}","price":{},"category":"{}","url":"https://o.test/p/{}","image_url":"https://o.test/i/{}")",
      id, kQualities[(looks >> 8) % std::size(kQualities)], thing.name, price, thing.category, id, id);
  return price;
}

void Workload::WriteAdd(uint32_t number) {
  Customer& customer = state_[number];
  if (!customer.open) {
    customer = {at_ms_, 0, static_cast<uint16_t>(customer.carts + 1), true};
    ++expected_.carts;
    for (int64_t& step : expected_.reminders) ++step;  // WriteOrder takes back those that the order prevents
    if (Random(100) < kOrderPercent) {
      const int64_t left_ms = std::max(kWorkloadBeginMs + kWeekMs - at_ms_, kOrderSpanMinMs);
      const int64_t span_ms = std::min(left_ms, kOrderAfterMaxMs) - kOrderAfterMinMs;
      PlanAt(at_ms_ + kOrderAfterMinMs + static_cast<int64_t>(Random(static_cast<uint64_t>(span_ms))), Kind::kOrder,
             number, 0, 0);
    }
  }
  const auto quantity = static_cast<int64_t>(Random(10) == 0 ? 2 : 1);
  WriteHead("product_added", number);
  fmt::format_to(std::back_inserter(line_), R"("cart_id":"{}","quantity":{},)", CartId(number, customer.carts),
                 quantity);
  customer.value += quantity * WriteProduct();
  line_ += "}}\n";
}

void Workload::WriteOrder(uint32_t number) {
  Customer& customer = state_[number];
  customer.open = false;
  ++expected_.orders;
  for (int step = 0; step < kReminders; ++step) {
    if (customer.first_add_ms + (step + 1) * kReminderEveryMs > folded_ms_) --expected_.reminders[step];
  }
  WriteHead("order_completed", number);
  const uint64_t cart = CartId(number, customer.carts);
  fmt::format_to(std::back_inserter(line_), R"("order_id":"O{}","cart_id":"{}","total":{},"currency":"KRW"}}}})", cart,
                 cart, customer.value);
  line_ += '\n';
}

Expected Workload::expected() const { return expected_; }

}  // namespace cartwheel::bench
