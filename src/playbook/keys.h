// Every key that a playbook may have, one table an object, and the words of the keys that take one of a few. The
// readers take what stands here and nothing else. docs/playbook.md and docs/playbook.schema.json describe the same
// keys, which tests/unit/playbook compares. The fields of a template's sections are in core/model/media.h, purposes in
// purposes.h.
#pragma once

#include <string_view>

#include "core/message/link.h"

namespace cartwheel::playbook {

inline constexpr std::string_view kPlaybookKeys[] = {"$schema",  "playbook", "revision", "policy",    "shop",
                                                     "history",  "segments", "partials", "templates", "journeys",
                                                     "channels", "holdout",  "personal"};
inline constexpr std::string_view kHoldoutKeys[] = {"share"};
inline constexpr std::string_view kPolicyKeys[] = {
    "consent",        "rules", "label",   "domestic",           "caps",      "reserve", "quiet",
    "opening_spread", "hours", "opt_out", "existing_customers", "surge_max", "packs",   "notices"};
inline constexpr std::string_view kChecked =
    "i_have_checked";  // of a pack, beside numbers that are looser than the law's
inline constexpr std::string_view kNotices[] = {"result", "reconfirm"};  // in the order of Duty, after kNone
inline constexpr std::string_view kNoticeKeys[] = {"send", "via", "i_have_checked"};
inline constexpr std::string_view kOptOuts[] = {"sms", "email", "push"};  // sections whose label says how to refuse
inline constexpr std::string_view kLabels[] = {"add", "require"};         // in the order of Policy::Label
inline constexpr std::string_view kCapKeys[] = {"count",   "class", "purpose", "channel",
                                                "journey", "per",   "max",     "within"};
inline constexpr std::string_view kCapCounts[] = {"messages", "entries", "unanswered"};       // of Cap::Counts
inline constexpr std::string_view kCapPer[] = {"customer", "journey", "purpose", "channel"};  // of Cap::Per
inline constexpr std::string_view kCalendars[] = {"day", "week", "month"};  // of Cap::Calendar, after kNone
inline constexpr std::string_view kReserveKeys[] = {"cap", "purpose", "keep"};
// What the library itself reads of a shop, all texts; any other key is the shop's own.
inline constexpr std::string_view kShopTexts[] = {"name",    "contact", "url",      "cart_url", "country", "email",
                                                  "address", kLinkUrl,  "timezone", "currency", "locale"};

// Of a template, those that are no section.
inline constexpr std::string_view kTemplateKeys[] = {"class",   "purpose", "require", "fresh_for",
                                                     "missing", "locales", "variants"};
inline constexpr std::string_view kClasses[] = {"ad", "transactional", "notice"};  // in the order of MessageClass
inline constexpr std::string_view kMissing[] = {"error", "empty"};                 // in the order of liquid::Missing

inline constexpr std::string_view kJourneyKeys[] = {"enter", "existing", "reset_on", "reenter",  "exit",
                                                    "goal",  "hold",     "steps",    "outranks", "adopt"};
inline constexpr std::string_view kAdoptKeys[] = {"from", "steps"};
inline constexpr std::string_view kAdoptAll = "all";
inline constexpr std::string_view kHolds[] = {"quiet", "drain", "pause", "stop"};  // of Hold, after kNone
inline constexpr std::string_view kEnterKeys[] = {"on",       "segment", "when",         "key",
                                                  "schedule", "latest",  "max_per_hour", "max_per_day"};
inline constexpr std::string_view kScheduleKeys[] = {"rrule", "cron", "from", "zone"};
inline constexpr std::string_view kExitKeys[] = {"on", "segment", "when"};
inline constexpr std::string_view kGoalKeys[] = {"on", "segment", "when", "within", "from"};
inline constexpr std::string_view kGoalFrom[] = {"accepted", "entered"};
inline constexpr std::string_view kReenter[] = {"never", "after_exit", "always"};  // in the order of Journey::Reenter

inline constexpr std::string_view kStepKinds[] = {"wait", "send", "exit", "branch", "split",       "wait_for",
                                                  "goto", "set",  "emit", "add_to", "remove_from", "call"};
inline constexpr std::string_view kWaitStepKeys[] = {"wait", "name"};
inline constexpr std::string_view kTimeWaitKeys[] = {"until", "zone", "weekdays"};
inline constexpr std::string_view kHoursWaitKeys[] = {"business_hours", "zone", "weekdays"};
inline constexpr std::string_view kFieldWaitKeys[] = {"until_field", "offset"};
inline constexpr std::string_view kWaitZones[] = {"recipient", "shop"};
inline constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
inline constexpr std::string_view kSendKeys[] = {"send",      "via",   "variant", "variants",  "latest",
                                                 "min_gap",   "name",  "closed",  "on_capped", "on_unreachable",
                                                 "on_failed", "prefer"};
inline constexpr std::string_view kPrefer[] = {"last_opened"};
inline constexpr std::string_view kTroubles[] = {"next_channel", "defer", "skip", "exit"};  // of OnTrouble
inline constexpr std::string_view kOnCapped[] = {"next_channel", "defer", "skip", "exit"};
inline constexpr std::string_view kOnUnreachable[] = {"skip", "defer", "exit"};
inline constexpr std::string_view kOnFailed[] = {"next_channel", "skip", "exit"};
inline constexpr std::string_view kExitStepKeys[] = {"exit"};
inline constexpr std::string_view kBranchKeys[] = {"branch", "else", "name"};
inline constexpr std::string_view kBranchArmKeys[] = {"when", "name", "steps"};
inline constexpr std::string_view kSplitKeys[] = {"split", "name"};
inline constexpr std::string_view kSplitArmKeys[] = {"weight", "name", "steps", "holdout", "as"};
inline constexpr std::string_view kWaitForKeys[] = {"wait_for", "within", "timeout", "name"};
inline constexpr std::string_view kAwaitedEventKeys[] = {"on", "segment", "when", "then"};
inline constexpr std::string_view kFates[] = {"accepted", "delivered", "opened",
                                              "clicked",  "failed",    "unreachable"};  // of MessageFate
inline constexpr std::string_view kAwaitedMessageKeys[] = {"accepted", "delivered",   "opened", "clicked",
                                                           "failed",   "unreachable", "then"};
inline constexpr std::string_view kSetKeys[] = {"set", "name"};
inline constexpr std::string_view kEmitKeys[] = {"emit", "properties", "name"};
inline constexpr std::string_view kAddToKeys[] = {"add_to", "name"};
inline constexpr std::string_view kRemoveFromKeys[] = {"remove_from", "name"};
inline constexpr std::string_view kExpressionKeys[] = {"cel"};
inline constexpr std::string_view kCallKeys[] = {"call", "payload", "answer",  "within", "latest",
                                                 "then", "else",    "timeout", "name"};
inline constexpr std::string_view kAnswerKinds[] = {"text", "number", "bool", "time"};  // of CallStep::Holds
inline constexpr std::string_view kGotoKeys[] = {"goto", "max", "name"};
// All of them, for a step of which the kind is not known.
inline constexpr std::string_view kStepKeys[] = {
    "wait",    "send",        "exit",       "branch",         "split",     "wait_for", "goto", "via",
    "variant", "variants",    "latest",     "min_gap",        "name",      "closed",   "else", "within",
    "timeout", "max",         "on_capped",  "on_unreachable", "on_failed", "prefer",   "set",  "emit",
    "add_to",  "remove_from", "properties", "call",           "payload",   "answer",   "then"};
inline constexpr std::string_view kClosed[] = {"defer", "skip"};
inline constexpr std::string_view kStepKeysLater[] = {"coupon"};
// Of what is said of a channel.
inline constexpr std::string_view kAdmitted = "admitted";
inline constexpr std::string_view kChannelKeys[] = {"address_by_id", "medium",        "certified",
                                                    "daily_max",     "report_within", kAdmitted};
// Those that come with the library; a shop's own has any other name.
inline constexpr std::string_view kChannels[] = {"web_push", "app_push", "sms", "kakao", "email", "webhook"};

}  // namespace cartwheel::playbook
