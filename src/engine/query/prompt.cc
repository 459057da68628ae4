// Whether a page may ask this device for push permission now (KR-13). A browser that was answered no does not ask
// again, and neither does a shop that asked a moment ago.
#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "core/model/consent.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace cartwheel {
namespace {

constexpr int64_t kAskAgainMs = 7 * kDayMs;  // KR-13: after a no, at the earliest

// What shows that the customer has a use for messages. The page knows of it before the fold does.
constexpr std::string_view kValueMoments[] = {"product_added", "product_added_to_wishlist", "order_completed",
                                              "page_read_30s"};

bool RefusedPush(const Customer& customer) {
  return std::any_of(customer.consents.begin(), customer.consents.end(), [](const Consent& consent) {
    const bool of_ads =
        consent.scope == static_cast<uint8_t>(ConsentScope::kAd) || consent.scope == Consent::kEveryScope;
    const bool of_push =
        consent.medium == static_cast<uint8_t>(ConsentMedium::kWebPush) || consent.medium == Consent::kEveryMedium;
    return of_ads && of_push && consent.topic == 0 && consent.refused_at_ms != 0 && consent.granted_at_ms == 0;
  });
}

std::string_view ReasonNotToAsk(const Customer& customer, std::string_view value_moment, int64_t now_ms) {
  if (customer.push_ask.answer == PushAnswer::kGranted) return "granted";
  if (customer.push_ask.answer == PushAnswer::kDenied) return "denied";
  if (RefusedPush(customer)) return "refused";
  if (customer.push_ask.at_ms != 0 && now_ms - customer.push_ask.at_ms < kAskAgainMs) return "asked_lately";
  const Cart* cart = customer.NewestOpenCart();
  if (value_moment.empty() && (cart == nullptr || cart->quantity() <= 0)) return "no_value_moment";
  return {};
}

}  // namespace

absl::StatusOr<std::string> AnswerPrompt(const QueryContext& context, const QueryRequest& request) {
  const std::string& moment = request.value_moment;
  if (!moment.empty() &&
      std::find(std::begin(kValueMoments), std::end(kValueMoments), moment) == std::end(kValueMoments))
    return absl::InvalidArgumentError(
        fmt::format("\"value_moment\" is \"{}\", expected one of {}", moment, fmt::join(kValueMoments, ", ")));
  absl::StatusOr<Customer> found = FindCustomer(context.store, request);
  if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
  const Customer unknown;  // a device that is not known yet was never asked
  const Customer& customer = found.ok() ? *found : unknown;
  const std::string_view against = ReasonNotToAsk(customer, moment, context.now_ms);
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "ask", Value::Bool(against.empty()));
  Field(writer, "reason", against.empty() ? std::string_view("may_ask") : against);
  OptionalInstant(writer, "asked_at", customer.push_ask.at_ms);
  if (customer.push_ask.answer != PushAnswer::kNone)
    Field(writer, "answer", kPushAnswerNames[static_cast<size_t>(customer.push_ask.answer)]);
  if (against == "asked_lately") Field(writer, "again_at", Value::Timestamp(customer.push_ask.at_ms + kAskAgainMs));
  writer.End();
  return ToJson(packed);
}

}  // namespace cartwheel
