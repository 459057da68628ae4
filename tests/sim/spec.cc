#include "tests/sim/spec.h"

#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::sim {
namespace {

std::string SegmentsJson(int64_t revision, bool campaigns) {
  std::string json;
  const std::vector<std::string> conditions = Spec::Segments(revision, campaigns);
  for (size_t i = 0; i < conditions.size(); ++i)
    json += fmt::format(R"({}"s{}":"{}")", i == 0 ? "" : ",", i, conditions[i]);
  return json;
}

constexpr std::string_view kShop = R"({"name":"s","currency":"KRW"})";
constexpr std::string_view kLawfulShop =
    R"({"name":"온도","contact":"02-123-4567","email":"cs@s.kr","address":"서울시 중구 1","country":"KR","timezone":"Asia/Seoul","currency":"KRW"})";
constexpr std::string_view kResets = R"("reset_on":["product_added","cart_viewed"],)";

}  // namespace

std::string Spec::Add(int64_t of_revision, const std::vector<int64_t>& waits_h, bool extra_journeys) {
  revision = of_revision;
  const std::string start = lawful ? "{{ journey.entered_at | date: '%s%L' }}|" : "", about = "|{{ cart.id }}|" + start;
  const std::string mail = lawful ? fmt::format(R"(,"email":{{"subject":"t","text":"{}"}})", about) : "";
  std::string templates, program;
  int64_t after = 0;
  for (size_t i = 0; i < waits_h.size(); ++i) {
    std::string name = fmt::format("cart{}_r{}", i, revision);
    after += waits_h[i] * kHourMs;
    int64_t following = i + 1 < waits_h.size() ? waits_h[i + 1] * kHourMs : 24 * kHourMs;
    const int64_t fresh_h = i == 1 ? 0 : 3;
    const int64_t latest = std::min(following, 24 * kHourMs) + overlap_h * kHourMs;
    steps[name] = {"cart", after, latest, waits_h[i] * kHourMs / 2, static_cast<int>(i), fresh_h * kHourMs};
    templates += fmt::format(
        R"({}"{}":{{"purpose":"cart",{}"push":{{"title":"t","body":"{}"}},"sms":{{"text":"{}"}}{}}})",
        i == 0 ? "" : ",", name, fresh_h == 0 ? "" : fmt::format(R"("fresh_for":"{}h",)", fresh_h), about, about, mail);
    program += fmt::format(R"({}{{"wait":"{}h"}},{{"send":"{}","via":["web_push","sms"{}]{}}})", i == 0 ? "" : ",",
                           waits_h[i], name, lawful ? R"(,"email")" : "",
                           overlap_h == 0 ? "" : fmt::format(R"(,"latest":"{}h")", latest / kHourMs));
  }
  std::string extra;
  if (extra_journeys) {
    std::string view = fmt::format("view_r{}", revision), order = fmt::format("order_r{}", revision),
                snap = fmt::format("snap_r{}", revision);
    steps[snap] = {"snap", 3 * kHourMs, 6 * kHourMs, 0, 0};
    steps[view] = {"view", 2 * kHourMs, 6 * kHourMs, 0, 0};
    steps[order] = {"order", 0, 24 * kHourMs, 0, 0, 5 * kHourMs};
    templates += fmt::format(
        R"(,"{}":{{"purpose":"cart","push":{{"title":"t","body":"{}"}}}},"{}":{{"purpose":"browse","push":{{"title":"t","body":"||{}"}}}},)"
        R"("{}":{{"class":"transactional","purpose":"order","fresh_for":"5h","push":{{"title":"t","body":"||{}"}}}})",
        snap, about, view, start, order, start);
    extra = fmt::format(
        R"(,"snap":{{"enter":{{"on":"cart_updated","when":"cart.quantity > 0","key":"cart.id"}},"exit":[{{"on":"order_completed"}},{{"on":"cart_emptied"}}],)"
        R"("steps":[{{"wait":"3h"}},{{"send":"{}","via":["web_push"],"latest":"6h"}}]}},)"
        R"("view":{{"enter":{{"on":"product_viewed"}},"reenter":"24h","exit":[{{"on":"order_completed"}}],)"
        R"("steps":[{{"wait":"2h"}},{{"send":"{}","via":["web_push"],"latest":"6h"}}]}},)"
        R"("order":{{"enter":{{"on":"order_completed"}},"reenter":"always",)"
        R"("steps":[{{"send":"{}","via":["web_push"],"latest":"24h"}}]}})",
        snap, view, order);
  }
  std::string hold, channels;
  if (campaigns.on) {
    PromiseCampaigns();
    templates += CampaignTemplates(campaigns, revision);
    extra += CampaignJourneys(campaigns, campaign_terms, revision);
    hold = HoldMember(campaign_terms, "cart");
    terms.notices = CampaignNotices(campaigns, campaign_terms, revision);
    terms.reconfirms = campaigns.reconfirms;
    channels = fmt::format(R"(,"channels":{{"sms":{{"report_within":"{}h"}}}})", kReportsWithinMs / kHourMs);
    if (campaigns.held_share != 0) channels += fmt::format(R"(,"holdout":{{"share":{}}})", campaigns.held_share);
  }
  return fmt::format(
      R"({{"playbook":1,"revision":{},"policy":{},"shop":{},)"
      R"("segments":{{{}}},"templates":{{{}}},"journeys":{{"cart":{{"enter":{{"on":"product_added","when":"cart.quantity > 0","key":"cart.id"}},)"
      R"({}{}"exit":[{{"on":"order_completed"}},{{"on":"cart_emptied"}}],)"
      R"("goal":{{"on":"order_completed","within":"7d"}},"steps":[{}]}}{}}}{}}})",
      revision, terms.Json(), lawful ? kLawfulShop : kShop, SegmentsJson(revision, campaigns.on), templates, hold,
      lawful ? "" : kResets, program, extra, channels);
}

void Spec::PromiseCampaigns() {
  const CampaignTerms& now = campaign_terms;
  path_wait_min_h = path_wait_min_h == 0 ? now.wait_h : std::min(path_wait_min_h, now.wait_h);
  path_within_min_h = std::min(path_within_min_h, now.within_h);
  const int64_t path_ms = path_wait_min_h * kHourMs;
  struct Promise {
    std::string_view name, journey;
    int64_t after_ms = 0;
    int place = 0;
  };
  const Promise promises[] = {
      {"api0", "api"},
      {"api1", "api", 3 * kHourMs, 1},
      {"after0", "after"},
      {"till0", "till"},
      {"till1", "till", kTillWaitMs, 1},
      {"daily0", "daily"},
      {"path0", "path", path_ms},
      {"pathf", "path", path_ms},  // in the place of one that failed
      {"path1", "path", path_ms, 1},
      {"path2", "path", path_ms + now.within_h * kHourMs, 2},
      {"path3", "path", path_ms + now.again_h * kHourMs, 3},
      {"ask1", "ask", kAskWaitMs},
      {"ask2", "ask", kAskWaitMs},
      {"ask3", "ask", kAskWaitMs},
      {"ask4", "ask", kAskWaitMs + kHourMs, 1},
      {"told", "notice"},
      {"asked", "notice"},
  };
  for (const auto& [name, journey, after_ms, place] : promises)
    steps[fmt::format("{}_r{}", name, revision)] = {
        .journey = std::string(journey), .after_ms = after_ms, .place = place, .of_campaign = true};
}

std::vector<std::string> Spec::Segments(int64_t revision, bool campaigns) {
  std::vector<std::string> conditions = {
      fmt::format("events('product_added').within(duration('{}h')).count() >= 2", 20 + revision),
      "cart.quantity > 0 && cart.age >= duration('5h')",
      "customer.orders == 0 && age(customer.last_seen) >= duration('12h')",
      fmt::format("events('order_completed').within(duration('48h')).sum('value') > {} || segment('s0')", revision),
      "events('product_removed').distinct('product_id').count() > 0 != customer.anonymous",
      "events('product_viewed', event.properties.product_id != 'p1').between(now - duration('30h'), now - "
      "duration('2h')).exists()",
  };
  if (campaigns) conditions.push_back("'asked' in customer.audiences");
  return conditions;
}

}  // namespace cartwheel::sim
