#include "adapters/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

absl::StatusOr<std::string> ReadEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0')
    return absl::NotFoundError(fmt::format("the environment variable {} is not set", name));
  return std::string(value);
}

// Opened once and looked at through the open file: its mode is that of what is read.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
  const absl::Cleanup closer = [file] { close(file); };
  struct stat about {};
  if (fstat(file, &about) != 0) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
  if (!S_ISREG(about.st_mode)) return absl::FailedPreconditionError(fmt::format("{} is no file", path));
  if ((about.st_mode & 0177) != 0)
    return absl::FailedPreconditionError(
        fmt::format("{} has the mode {:03o}, expected 600 or less: chmod 600 {}", path, about.st_mode & 0777, path));
  std::string text(kSecretBytesMax + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(file, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > kSecretBytesMax)
    return absl::FailedPreconditionError(fmt::format("{} is longer than {} bytes", path, kSecretBytesMax));
  text.resize(size);
  text.resize(text.find_last_not_of("\r\n") + 1);  // npos + 1 is 0
  if (text.empty()) return absl::NotFoundError(fmt::format("{} is empty", path));
  return text;
}

}  // namespace

SecretSources MachineSecrets(std::string folder) { return {std::move(folder), ReadEnvironment, ReadSecretFile}; }

}  // namespace cartwheel
