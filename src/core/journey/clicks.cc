#include "core/journey/clicks.h"

#include <algorithm>
#include <utility>

#include "cartwheel/limits.h"
#include "core/journey/machine.h"

namespace cartwheel {
namespace {

void Insert(std::vector<UnjudgedClick>& clicks, UnjudgedClick click) {
  const auto after = std::upper_bound(clicks.begin(), clicks.end(), click, [](const auto& a, const auto& b) {
    return a.judged_at_ms != b.judged_at_ms ? a.judged_at_ms < b.judged_at_ms : a.position < b.position;
  });
  clicks.insert(after, std::move(click));
}

}  // namespace

bool Postpone(Customer& customer, const Event& click, MessageId message, const FoldContext& context) {
  EventBatch encoded;
  encoded.Append(click);
  if (customer.unjudged_clicks.size() >= kUnjudgedClicksMax || encoded.bytes.size() > kUnjudgedClickBytesMax)
    return false;
  Insert(customer.unjudged_clicks, {.message = message,
                                    .judged_at_ms = std::min(click.at_ms, context.ingested_at_ms) + kLinkBurstMs,
                                    .at_ms = click.at_ms,
                                    .ingested_at_ms = context.ingested_at_ms,
                                    .position = context.position,
                                    .event = std::move(encoded.bytes)});
  return true;
}

void ForgetBurst(Customer& customer, MessageId message, int64_t at_ms) {
  std::erase_if(customer.unjudged_clicks,
                [&](const UnjudgedClick& click) { return click.message == message && IsAtOnce(click.at_ms, at_ms); });
}

bool TakeJudged(Customer& customer, int64_t now_ms, UnjudgedClick* click) {
  auto& clicks = customer.unjudged_clicks;
  if (clicks.empty() || clicks.front().judged_at_ms > now_ms) return false;
  *click = std::move(clicks.front());
  clicks.erase(clicks.begin());
  return true;
}

void MergeClicks(Customer& customer, const Customer& device) {
  for (const UnjudgedClick& click : device.unjudged_clicks)
    if (click.at_ms > customer.erased_at_ms || customer.erased_at_ms == 0) Insert(customer.unjudged_clicks, click);
}

}  // namespace cartwheel
