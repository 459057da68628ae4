#include "cli/gzip.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/status.h"
#include "fmt/format.h"

#ifdef CARTWHEEL_ZLIB
#include <zlib.h>
#endif

namespace cartwheel::cli {

#ifdef CARTWHEEL_ZLIB

namespace {

constexpr size_t kBufferBytes = 256 * 1024;

absl::Status WriteAll(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return absl::ResourceExhaustedError(fmt::format("no room to decompress: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CopyDecompressed(int from, int to, const std::string& path) {
  const int own = dup(from);
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file(own < 0 ? nullptr : gzdopen(own, "rb"), gzclose);
  if (file == nullptr) return absl::ResourceExhaustedError(fmt::format("{}: {}", path, std::strerror(errno)));
  std::string buffer(kBufferBytes, '\0');
  while (true) {
    const int bytes = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    int code = Z_OK;
    const char* said = gzerror(file.get(), &code);
    if (bytes < 0 || code == Z_BUF_ERROR)
      return absl::DataLossError(
          fmt::format("{} is a .gz that {}", path,
                      code == Z_BUF_ERROR ? "ends in the middle" : fmt::format("is damaged: {}", said)));
    if (bytes == 0) return absl::OkStatus();
    RETURN_IF_ERROR(WriteAll(to, {buffer.data(), static_cast<size_t>(bytes)}));
  }
}

#else

absl::Status CopyDecompressed(int, int, const std::string& path) {
  return absl::FailedPreconditionError(fmt::format(
      "{} is compressed (.gz), and this program was built without zlib: read it as zcat FILE | cartwheel … -", path));
}

#endif

}  // namespace cartwheel::cli
