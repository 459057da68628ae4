#include "base/compress.h"

#include <zstd.h>

#include <memory>

#include "base/status.h"

namespace cartwheel {
namespace {

constexpr char kPlain = 0, kZstd = 1;
constexpr int kLevel = 1;
constexpr int kQuickLevel = -3;
constexpr size_t kWorthCompressing = 256;
constexpr size_t kRoomKept = size_t{4} << 20;           // memory a thread keeps
constexpr unsigned long long kBytesMax = 512ull << 20;  // of what is not broken

// A context holds about a megabyte of tables: one a thread, made at its first use.
ZSTD_CCtx* Compressor() {
  thread_local std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  return context.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  return context.get();
}

void CompressInto(std::string_view bytes, int level, std::string* out) {
  if (ZSTD_CCtx* context = Compressor(); context != nullptr && bytes.size() >= kWorthCompressing) {
    out->resize(1 + ZSTD_compressBound(bytes.size()));
    const size_t size = ZSTD_compressCCtx(context, out->data() + 1, out->size() - 1, bytes.data(), bytes.size(), level);
    if (!ZSTD_isError(size) && size < bytes.size()) {
      out->front() = kZstd;
      out->resize(1 + size);
      return;
    }
  }
  out->assign(1, kPlain);
  *out += bytes;
}

}  // namespace

std::string Compress(std::string_view bytes) {
  // Kept, because to ask the system for so much memory each time costs as much as the compression.
  thread_local std::string room;
  CompressInto(bytes, kLevel, &room);
  std::string data(room);
  if (room.capacity() > kRoomKept) room = std::string();
  return data;
}

void CompressQuickly(std::string_view bytes, std::string* out) { CompressInto(bytes, kQuickLevel, out); }

std::string Uncompressed(std::string_view bytes) {
  std::string data;
  data.reserve(1 + bytes.size());
  data.push_back(kPlain);
  return data.append(bytes);
}

absl::Status Decompress(std::string_view data, std::string* out) {
  if (data.empty()) return absl::DataLossError("compressed bytes are missing");
  std::string_view content = data.substr(1);
  if (data[0] == kPlain) {
    *out = content;
    return absl::OkStatus();
  }
  unsigned long long size = ZSTD_getFrameContentSize(content.data(), content.size());
  if (data[0] != kZstd || size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kBytesMax)
    return absl::DataLossError("compressed bytes do not begin as such");
  if (Decompressor() == nullptr) return absl::ResourceExhaustedError("out_of_memory: none for decompression");
  out->resize(size);
  size_t written = ZSTD_decompressDCtx(Decompressor(), out->data(), size, content.data(), content.size());
  if (ZSTD_isError(written) || written != size) return absl::DataLossError("compressed bytes are damaged inside");
  return absl::OkStatus();
}

absl::StatusOr<std::string> Decompress(std::string_view data) {
  std::string bytes;
  RETURN_IF_ERROR(Decompress(data, &bytes));
  return bytes;
}

}  // namespace cartwheel
