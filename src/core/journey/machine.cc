#include "core/journey/machine.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "base/hash.h"

namespace cartwheel {
namespace {

constexpr int64_t kTooSoonMs = 2000;  // after the acceptance

// A device shows a push message by itself, and no program looks at its link before.
constexpr std::string_view kUnscanned[] = {"web_push", "app_push"};

struct AgentRule {
  std::string_view text;  // in lower case
  bool whole = false;     // the agent is this text; else the text is a part of it
  bool opens_only = false;
};

// Programs that fetch an image only when a reader opens the mail (GoogleImageProxy, YahooMailProxy) are none of them.
constexpr AgentRule kAgents[] = {
    // Apple Mail Privacy Protection: it fetches the images of every mail, and names nothing else.
    {"mozilla/5.0", true, true},
    // Scanners of mail.
    {"barracuda"},
    {"mimecast"},
    {"proofpoint"},
    {"messagelabs"},
    {"symantec"},
    {"trendmicro"},
    {"trend micro"},
    // Previews of links in chats.
    {"kakaotalk-scrap"},
    {"facebookexternalhit"},
    {"slackbot"},
    {"telegrambot"},
    {"twitterbot"},
    {"discordbot"},
    {"linkedinbot"},
    {"skypeuripreview"},
    {"whatsapp/"},
    // Search engines.
    {"googlebot"},
    {"bingbot"},
    {"applebot"},
    {"yeti/"},
    {"daumoa"},
    // Scripts and browsers without a screen.
    {"headlesschrome"},
    {"phantomjs"},
    {"python-requests"},
    {"python-urllib"},
    {"go-http-client"},
    {"curl/"},
    {"wget/"},
};

}  // namespace

bool IsMachineAgent(const Event& event) {
  const std::string_view given = event.Text("agent");
  if (given.empty()) return false;
  std::string agent(given);
  std::transform(agent.begin(), agent.end(), agent.begin(), absl::ascii_tolower);
  return std::any_of(std::begin(kAgents), std::end(kAgents), [&](const AgentRule& rule) {
    if (rule.opens_only && event.type != EventType::kMessageOpened) return false;
    return rule.whole ? agent == rule.text : agent.find(rule.text) != agent.npos;
  });
}

bool IsTooSoon(const Event& event, int64_t accepted_at_ms, std::string_view channel) {
  if (channel.empty() || std::find(std::begin(kUnscanned), std::end(kUnscanned), channel) != std::end(kUnscanned))
    return false;
  return std::abs(event.at_ms - accepted_at_ms) < kTooSoonMs;
}

bool JoinsBurst(SentMessage& sent, const Event& event) {
  const std::string_view url = event.Text(kLinkProperty);
  if (url.empty()) return false;
  const uint64_t link = SipDigest(url).low | 1;  // 0: none
  const bool joins = sent.link != 0 && sent.link != link && IsAtOnce(event.at_ms, sent.link_at_ms);
  sent.link = link;
  sent.link_at_ms = event.at_ms;
  return joins;
}

bool IsAtOnce(int64_t one_ms, int64_t other_ms) { return std::abs(one_ms - other_ms) < kLinkBurstMs; }

int64_t StandsFrom(const SentMessage& sent, int64_t engaged_at_ms, int64_t now_ms) {
  const bool may_change = sent.link != 0 && engaged_at_ms == sent.clicked_at_ms && engaged_at_ms <= now_ms &&
                          now_ms < engaged_at_ms + kLinkBurstMs;
  return may_change ? engaged_at_ms + kLinkBurstMs : 0;
}

}  // namespace cartwheel
