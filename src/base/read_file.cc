#include "base/read_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "fmt/format.h"

namespace cartwheel {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();  // fails without an errno where there is no byte to read
  if (!file || (!text && errno != 0)) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
  return std::move(text).str();
}

}  // namespace cartwheel
