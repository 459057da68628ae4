// A channel over an adapter: builds, sends, interprets.
#include <algorithm>
#include <utility>

#include "adapters/answer.h"
#include "adapters/channels_json.h"
#include "cartwheel/transport.h"

namespace cartwheel {
namespace {

constexpr int64_t kDayMs = int64_t{24} * 3'600'000;
constexpr int64_t kPollBackMs = kDayMs;                   // of the first question
constexpr int64_t kPollOverlapMs = int64_t{10} * 60'000;  // of one with the one before: lists may lag

Outcome OutcomeOf(const Message& message, OutcomeCode code, std::string_view reason, int64_t retry_after_ms = 0) {
  return {message.id, message.token, code, std::string(reason), retry_after_ms};
}

class AdapterChannel final : public Channel {
 public:
  AdapterChannel(std::string name, std::unique_ptr<Adapter> adapter, Transport* transport, Clock* clock,
                 AdapterChannelOptions options)
      : name_(std::move(name)),
        adapter_(std::move(adapter)),
        transport_(transport),
        clock_(clock),
        options_(std::move(options)) {}

  std::string_view name() const override { return name_; }

  // Twice the time of one request: a batch may wait for a renewal, or in a queue.
  ChannelTraits traits() const override {
    ChannelTraits traits = adapter_->traits();
    traits.timeout_ms *= 2;
    if (options_.rate_per_second > 0) traits.rate_per_second = options_.rate_per_second;
    return traits;
  }

  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    const int64_t now_ms = clock_->NowMs();
    std::vector<Outcome> outcomes;
    std::vector<Message> chosen;
    int64_t left = LeftOfDay(now_ms);
    for (const Message& message : messages) {
      if (!MayDeliverTo(message.address, options_.deliver_only_to)) {
        outcomes.push_back(OutcomeOf(message, OutcomeCode::kRejectMsg, "not one of deliver_only_to"));
      } else if (left-- <= 0) {
        outcomes.push_back(OutcomeOf(message, OutcomeCode::kDefer, "rate_per_day", kDayMs - now_ms % kDayMs));
      } else {
        chosen.push_back(message);
      }
    }
    if (chosen.empty()) return outcomes;
    for (Outcome& outcome : SendChosen(chosen, now_ms)) {
      sent_today_ += outcome.code == OutcomeCode::kAccepted || outcome.code == OutcomeCode::kDelivered ||
                     outcome.code == OutcomeCode::kUnknown;
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }

  absl::StatusOr<ChannelReports> Poll() override {
    const int64_t now_ms = clock_->NowMs();
    if (polled_.page.empty()) {
      polled_.from_ms = std::min(polled_.to_ms == 0 ? now_ms - kPollBackMs : polled_.to_ms - kPollOverlapMs, now_ms);
      polled_.to_ms = now_ms;
    }
    absl::StatusOr<ListPage> page = ReadPage(now_ms);
    if (!page.ok()) {  // all of it again
      polled_ = {.to_ms = polled_.from_ms + kPollOverlapMs};
      return page.status();
    }
    polled_.page = page->next;
    return ChannelReports{std::move(page->format), std::move(page->records), !page->next.empty()};
  }

 private:
  absl::StatusOr<ListPage> ReadPage(int64_t now_ms) {
    const std::optional<Request> request = adapter_->BuildList(polled_, now_ms);
    if (!request) return absl::UnimplementedError("the provider has no list of reports");
    const std::vector<std::optional<Response>> answers =
        Send({&*request, 1}, clock_->MonotonicMs() + traits().timeout_ms);
    if (!answers[0]) return absl::UnavailableError("no connection was free in time");
    return adapter_->InterpretList(polled_, *answers[0], clock_->NowMs());
  }

  int64_t LeftOfDay(int64_t now_ms) {
    if (std::exchange(day_, now_ms / kDayMs) != now_ms / kDayMs) sent_today_ = 0;
    return options_.rate_per_day > 0 ? options_.rate_per_day - sent_today_ : INT64_MAX;
  }

  std::vector<Outcome> SendChosen(absl::Span<const Message> messages, int64_t now_ms) {
    const int64_t end_ms = clock_->MonotonicMs() + traits().timeout_ms;
    Plan plan = adapter_->Build(messages, now_ms);
    if (Renews(plan)) {
      const std::vector<std::optional<Response>> answers = Send(plan.requests, end_ms);
      if (!answers[0]) return OutcomesOf(messages, OutcomeCode::kReleased, "no time was left");
      std::vector<Outcome> failed = adapter_->Interpret(plan.requests[0], messages, *answers[0], clock_->NowMs());
      if (!failed.empty()) return failed;
      plan = adapter_->Build(messages, clock_->NowMs());
      if (Renews(plan)) return OutcomesOf(messages, OutcomeCode::kNotSent, "what was renewed is not taken");
    }
    std::vector<Outcome> outcomes = std::move(plan.outcomes);
    const std::vector<std::optional<Response>> answers = Send(plan.requests, end_ms);
    for (size_t i = 0; i < answers.size(); ++i) {
      const Request& request = plan.requests[i];
      std::vector<Outcome> of_request =
          answers[i] ? adapter_->Interpret(request, messages, *answers[i], clock_->NowMs())
                     : OutcomeOfAll(request, messages, OutcomeCode::kReleased, "no time was left");
      std::move(of_request.begin(), of_request.end(), std::back_inserter(outcomes));
    }
    return outcomes;
  }

  static bool Renews(const Plan& plan) { return plan.requests.size() == 1 && plan.requests[0].renews; }

  std::vector<std::optional<Response>> Send(absl::Span<const Request> requests, int64_t end_ms) {
    SendOptions options = options_.send;
    options.span_ms = end_ms - clock_->MonotonicMs();
    return transport_->Send(requests, options);
  }

  static std::vector<Outcome> OutcomesOf(absl::Span<const Message> messages, OutcomeCode code,
                                         std::string_view reason) {
    std::vector<Outcome> outcomes;
    for (const Message& message : messages) outcomes.push_back(OutcomeOf(message, code, reason));
    return outcomes;
  }

  const std::string name_;
  const std::unique_ptr<Adapter> adapter_;
  Transport* const transport_;
  Clock* const clock_;
  const AdapterChannelOptions options_;
  int64_t day_ = -1, sent_today_ = 0;
  ListQuery polled_;  // the latest page that was asked for; its span
};

}  // namespace

std::unique_ptr<Channel> MakeAdapterChannel(std::string name, std::unique_ptr<Adapter> adapter, Transport* transport,
                                            Clock* clock, AdapterChannelOptions options) {
  return std::make_unique<AdapterChannel>(std::move(name), std::move(adapter), transport, clock, std::move(options));
}

}  // namespace cartwheel
