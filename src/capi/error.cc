#include "capi/error.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/utf8.h"

namespace cartwheel::capi {
namespace {

int32_t CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kOutOfRange:
      return CARTWHEEL_INVALID;
    case absl::StatusCode::kFailedPrecondition:
      return CARTWHEEL_MISUSE;
    case absl::StatusCode::kUnavailable:
      return CARTWHEEL_BUSY;
    case absl::StatusCode::kAborted:
      return CARTWHEEL_LEASE_LOST;
    case absl::StatusCode::kResourceExhausted:
      return CARTWHEEL_FULL;
    case absl::StatusCode::kNotFound:
      return CARTWHEEL_NOT_FOUND;
    case absl::StatusCode::kDataLoss:
      return CARTWHEEL_BROKEN;
    default:
      return CARTWHEEL_INTERNAL;
  }
}

}  // namespace

int32_t Fail(const absl::Status& status, cartwheel_error* error) {
  const int32_t code = CodeOf(status.code());
  if (error == nullptr || error->size <= offsetof(cartwheel_error, message)) return code;
  error->code = code;
  error->sys = 0;
  const size_t room = std::min<size_t>(error->size, sizeof *error) - offsetof(cartwheel_error, message) - 1;
  const std::string_view message(status.message().data(), status.message().size());
  const std::string_view text = CutAtCharacter(message.substr(0, message.find('\n')), room);
  std::memcpy(error->message, text.data(), text.size());
  error->message[text.size()] = '\0';
  error->length = static_cast<uint32_t>(text.size());
  return code;
}

}  // namespace cartwheel::capi
