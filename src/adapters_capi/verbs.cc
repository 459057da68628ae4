// The functions of include/cartwheel_adapters.h: handles, codes, answers; no rule.
#include <mutex>
#include <new>

#include "absl/container/flat_hash_map.h"
#include "adapters/crypto.h"
#include "adapters/report_signature.h"
#include "adapters_capi/json.h"
#include "adapters_capi/opened.h"
#include "base/status.h"
#include "cartwheel_adapters.h"

struct cartwheel_adapters_answer {
  std::string text;
};

namespace cartwheel::adapters_capi {
namespace {

// Handles are numbers that were never given out before.
struct Registry {
  std::mutex mutex;  // of both
  absl::flat_hash_map<uintptr_t, std::shared_ptr<Opened>> opened;
  uintptr_t last = 0;
};
Registry& Handles() {
  static auto* registry = new Registry;
  return *registry;
}

std::shared_ptr<Opened> Find(cartwheel_adapters* handle) {
  Registry& registry = Handles();
  const std::lock_guard lock(registry.mutex);
  const auto found = registry.opened.find(reinterpret_cast<uintptr_t>(handle));
  return found == registry.opened.end() ? nullptr : found->second;
}

// What signs requests is the host's own clock: seconds, or none at all, would be refused by every provider.
absl::Status CheckNow(int64_t now_ms) {
  constexpr int64_t kEarliestMs = 1'000'000'000'000;  // in 2001: less is no time in milliseconds
  if (now_ms >= kEarliestMs) return absl::OkStatus();
  return absl::InvalidArgumentError("now_ms: expected the time in milliseconds since 1970");
}

std::string_view View(const char* text, size_t size) {
  return text == nullptr ? std::string_view("") : std::string_view(text, size);
}

int32_t CodeOf(const absl::Status& status) {
  if (status.ok()) return CARTWHEEL_ADAPTERS_OK;
  if (absl::IsPermissionDenied(status)) return CARTWHEEL_ADAPTERS_REFUSED;
  return absl::IsNotFound(status) ? CARTWHEEL_ADAPTERS_MISUSE : CARTWHEEL_ADAPTERS_INVALID;
}

void Answer(std::string text, cartwheel_adapters_answer** answer) {
  if (answer != nullptr) *answer = new cartwheel_adapters_answer{std::move(text)};
}

// Runs `call()`, which returns StatusOr<std::string>. No exception leaves it.
template <typename Call>
int32_t Do(cartwheel_adapters_answer** answer, Call call) {
  if (answer != nullptr) *answer = nullptr;
  try {
    static std::once_flag first;
    std::call_once(first, KeepFromCryptoConfig);
    absl::StatusOr<std::string> text = call();
    Answer(text.ok() ? *std::move(text) : StatusText(text.status()), answer);
    return CodeOf(text.status());
  } catch (const std::bad_alloc&) {
    return CARTWHEEL_ADAPTERS_NO_MEMORY;
  } catch (const std::exception&) {
    return CARTWHEEL_ADAPTERS_INVALID;
  }
}

template <typename Call>
int32_t DoWith(cartwheel_adapters* handle, cartwheel_adapters_answer** answer, Call call) {
  return Do(answer, [&]() -> absl::StatusOr<std::string> {
    const std::shared_ptr<Opened> opened = Find(handle);
    if (opened == nullptr) return absl::NotFoundError("the handle is closed, or none");
    return call(*opened);
  });
}

}  // namespace
}  // namespace cartwheel::adapters_capi

using namespace cartwheel;                 // NOLINT: the C functions stand outside
using namespace cartwheel::adapters_capi;  // NOLINT

int32_t cartwheel_adapters_open(const char* channels, size_t channels_size, const char* folder, size_t folder_size,
                                cartwheel_adapters** adapters, cartwheel_adapters_answer** answer) {
  if (adapters == nullptr) return CARTWHEEL_ADAPTERS_INVALID;
  *adapters = nullptr;
  const int32_t code = Do(answer, [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(std::shared_ptr<Opened> opened,
                     Opened::Open(View(channels, channels_size), std::string(View(folder, folder_size))));
    Registry& registry = Handles();
    const std::lock_guard lock(registry.mutex);
    registry.opened[++registry.last] = std::move(opened);
    *adapters = reinterpret_cast<cartwheel_adapters*>(registry.last);
    return std::string();
  });
  if (code == CARTWHEEL_ADAPTERS_OK && answer != nullptr) {
    cartwheel_adapters_answer_free(*answer);
    *answer = nullptr;
  }
  return code;
}

int32_t cartwheel_adapters_build(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                 const char* messages, size_t messages_size, int64_t now_ms,
                                 cartwheel_adapters_answer** answer) {
  return DoWith(adapters, answer, [&](Opened& opened) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(CheckNow(now_ms));
    return opened.Build(View(channel, channel_size), View(messages, messages_size), now_ms);
  });
}

int32_t cartwheel_adapters_interpret(cartwheel_adapters* adapters, const char* response, size_t response_size,
                                     int64_t now_ms, cartwheel_adapters_answer** answer) {
  return DoWith(adapters, answer, [&](Opened& opened) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(CheckNow(now_ms));
    return opened.Interpret(View(response, response_size), now_ms);
  });
}

int32_t cartwheel_adapters_traits(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                  cartwheel_adapters_answer** answer) {
  return DoWith(adapters, answer, [&](Opened& opened) { return opened.Traits(View(channel, channel_size)); });
}

int32_t cartwheel_adapters_check_receipt(const char* report, size_t report_size, cartwheel_adapters_answer** answer) {
  return Do(answer, [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const ReceiptToCheck read, ReadReceiptToCheck(View(report, report_size)));
    RETURN_IF_ERROR(
        CheckReportSignature(read.format, read.body, {read.signature, read.timestamp, read.secret, read.topic}));
    return std::string("{}");
  });
}

int32_t cartwheel_adapters_close(cartwheel_adapters* adapters) {
  if (adapters == nullptr) return CARTWHEEL_ADAPTERS_OK;
  Registry& registry = Handles();
  std::shared_ptr<Opened> closed;  // ends outside of the lock
  const std::lock_guard lock(registry.mutex);
  const auto found = registry.opened.find(reinterpret_cast<uintptr_t>(adapters));
  if (found == registry.opened.end()) return CARTWHEEL_ADAPTERS_MISUSE;
  closed = std::move(found->second);
  registry.opened.erase(found);
  return CARTWHEEL_ADAPTERS_OK;
}

const char* cartwheel_adapters_answer_data(const cartwheel_adapters_answer* answer) {
  return answer == nullptr ? "" : answer->text.c_str();
}
size_t cartwheel_adapters_answer_size(const cartwheel_adapters_answer* answer) {
  return answer == nullptr ? 0 : answer->text.size();
}
void cartwheel_adapters_answer_free(cartwheel_adapters_answer* answer) { delete answer; }

const char* cartwheel_adapters_crypto_version(void) {
  static const std::string version = CryptoVersion();
  return version.c_str();
}
