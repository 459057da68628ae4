// The real data sets beside the repository. They may not be shipped, so tests that need them say so and pass when they
// are not there.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

namespace cartwheel {

inline std::string RealDataPath(const std::string& name) {
  std::string path = std::string(CARTWHEEL_SOURCE_DIR) + "/../shared/data/" + name;
  if (std::filesystem::exists(path)) return path;
  std::printf("skipped: %s is not there\n", path.c_str());
  return {};
}

// What a shell command prints.
inline std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[1 << 16];
  while (size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, size);
  pclose(pipe);
  return output;
}

}  // namespace cartwheel
