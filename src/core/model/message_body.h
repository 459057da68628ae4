// The body of a message: what is kept of it beside the columns of its row, so that it can be sent, and its text and the
// values it was made of can be shown later. The one place that knows how it is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/ids.h"

namespace cartwheel {

// Texts are views: of what it was made of, or of the bytes it was read from.
struct MessageBody {
  std::string_view key;           // the same for every hand-over: what a provider recognises a repetition by
  std::string_view customer;      // the id; empty: of a device
  std::string_view anonymous_id;  // of a device
  std::string_view address;
  std::string_view journey;
  std::string_view step;
  std::string_view template_name;
  std::string_view enrolment_key;
  std::string_view variant;  // empty: the template's own texts
  std::string_view locale;   // empty: the shop's
  Revision revision;         // of the playbook
  uint64_t policy = 0;       // of an advertisement: Policy::fingerprint of the policy that it was judged by
  std::string_view payload;  // a JSON object: the section of the template for the medium, as composed
  std::string_view values;   // a packed map: what the texts read of the customer's world; empty: nothing

  // Returns the customer's id, or the device's.
  std::string_view recipient() const { return customer.empty() ? anonymous_id : customer; }
};

std::string EncodeMessageBody(const MessageBody& body);
// Decodes a body; an empty one when the bytes are damaged.
MessageBody DecodeMessageBody(std::string_view bytes);

}  // namespace cartwheel
