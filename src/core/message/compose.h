// Composing: the payload of a message out of the texts of its template, within what its medium takes. Pure; sends,
// previews and tests compose alike.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/message/world.h"
#include "core/model/playbook.h"
#include "core/policy/label.h"

namespace cartwheel {

struct Composed {
  std::string payload;        // a JSON object; an SMS also says its "type" and its "bytes", an e-mail whose label has a
                              // link with a token its "unsubscribe_url"
  std::string_view sms_type;  // "sms", "lms", "mms": what it costs; empty: it is none
  UsedValues used;            // views of the world and of the template
};

// `label` is that of an advertisement, null for any other message; it is put to the texts before they are measured,
// with the message's opt-out token in its link. Errors: FailedPrecondition (no_label: what is missing or wrong),
// OutOfRange (a field, or the whole, does not fit its medium: which, and the limit), ResourceExhausted
// (message_bytes_max), Aborted (abort_message: its reason), and those of a text.
absl::Status Compose(const Content& content, const World& world, Composed* composed, const LabelPlan* label = nullptr,
                     std::string_view opt_out_token = {});

// The variant of a step's template for a customer: the same one at every step of a journey that has the same shares.
std::string_view ChooseVariant(const SendStep& step, std::string_view journey, std::string_view customer_id);

}  // namespace cartwheel
