#include "engine/log_codec.h"

#include <zstd.h>

#include <memory>

namespace cartwheel {
namespace {

constexpr char kPlain = 0, kZstd = 1;
constexpr int kLevel = 1;

// A context holds about a megabyte of tables: one a thread, made at its first batch.
ZSTD_CCtx* Context() {
  thread_local std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  return context.get();
}
constexpr size_t kWorthCompressing = 256;
constexpr unsigned long long kUnpackedMax = 512ull << 20;  // of a row that is not broken

}  // namespace

std::string PackLog(std::string_view events) {
  std::string data;
  if (events.size() >= kWorthCompressing) {
    data.resize(1 + ZSTD_compressBound(events.size()));
    size_t size = ZSTD_compressCCtx(Context(), data.data() + 1, data.size() - 1, events.data(), events.size(), kLevel);
    if (!ZSTD_isError(size) && size < events.size()) {
      data[0] = kZstd;
      data.resize(1 + size);
      return data;
    }
  }
  data.assign(1, kPlain);
  data += events;
  return data;
}

absl::StatusOr<std::string> UnpackLog(std::string_view data) {
  if (data.empty()) return absl::DataLossError("a log row is empty");
  std::string_view content = data.substr(1);
  if (data[0] == kPlain) return std::string(content);
  unsigned long long size = ZSTD_getFrameContentSize(content.data(), content.size());
  if (data[0] != kZstd || size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kUnpackedMax)
    return absl::DataLossError("a log row does not begin like one");
  std::string events(size, '\0');
  size_t written = ZSTD_decompress(events.data(), events.size(), content.data(), content.size());
  if (ZSTD_isError(written) || written != size) return absl::DataLossError("a log row is damaged inside");
  return events;
}

}  // namespace cartwheel
