// How many advertisements were handed over, and how many of their recipients withdrew soon after: by journey and
// channel, for reports and for health's threshold.
#pragma once

#include <string_view>

#include "core/model/consent_medium.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// A withdrawal so soon after an advertisement of its medium is one because of it.
inline constexpr int64_t kOptOutSpanMs = int64_t{24} * 3600 * 1000;

// By which door a withdrawal came, as reports name it.
inline constexpr std::string_view kOptOutByToken = "token";  // the link of a message
inline constexpr std::string_view kOptOutByStop = "stop";    // the word STOP in an answer
inline constexpr std::string_view kOptOutByRefusal = "refusal";

// Whether the message is known to have arrived, or that it may have.
bool WasHandedOver(const Customer& customer, MessageId message);
// Counts an advertisement that is known of since now. Nothing where its playbook is not at hand.
void CountHandedOver(const Customer& customer, MessageId message, const FoldContext& context, Effects& effects);
// Counts a withdrawal of advertising by one medium, or (empty) by all, for the newest advertisement within
// kOptOutSpanMs before it. Before it is applied: who had refused already is not counted again.
void CountOptOut(const Customer& customer, std::optional<ConsentMedium> medium, std::string_view how, int64_t at_ms,
                 const FoldContext& context, Effects& effects);

}  // namespace cartwheel
