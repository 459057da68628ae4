#include "cli/session.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/status.h"
#include "cartwheel/channels.h"
#include "cli/output.h"
#include "core/model/message.h"
#include "fmt/format.h"
#include "playbook/compile.h"
#include "store/sqlite/database_file.h"

namespace cartwheel::cli {
namespace {

constexpr std::string_view kFile = "file:";

}  // namespace

absl::StatusOr<int> FileModeOf(const Args& args) {
  const std::string text = args.Get("--file-mode", "600");
  int mode = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error == std::errc() && end == text.data() + text.size() && CheckFileMode(mode).ok()) return mode;
  return absl::InvalidArgumentError(fmt::format("--file-mode is \"{}\", expected 600, 660 or 666", text));
}

std::string TokenKeyOfEnvironment() {
  const char* key = std::getenv("CARTWHEEL_TOKEN_KEY");
  return key == nullptr ? std::string() : std::string(key);
}

std::string SealKeyOfEnvironment() {
  const char* key = std::getenv("CARTWHEEL_SEAL_KEY");
  return key == nullptr ? std::string() : std::string(key);
}

absl::StatusOr<std::unique_ptr<Engine>> OpenEngine(const std::string& path, const Options& options) {
  Options with = options;
  if (const char* name = std::getenv("CARTWHEEL_DEPLOYMENT"); name != nullptr && with.deployment.empty())
    with.deployment = name;
  if (path != ":memory:" && !with.scratch && with.seal_key.empty()) with.seal_key = SealKeyOfEnvironment();
  return Engine::Open(path, with);
}

absl::StatusOr<std::unique_ptr<Engine>> OpenExisting(const std::string& path, const Options& options) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
  return OpenEngine(path, options);
}

absl::StatusOr<LoadResult> LoadFile(Engine& engine, const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StatusOr<LoadResult> loaded = engine.Load(text);
  if (!loaded.ok()) {
    std::string message = StatusText(loaded.status());
    for (size_t at = 0; (at = message.find('\n', at)) != message.npos; at += path.size() + 3)
      message.insert(at + 1, path + ": ");
    return absl::Status(loaded.status().code(), fmt::format("{}: {}", path, message));
  }
  if (!loaded->note.empty()) Note(fmt::format("{}: {}", path, loaded->note));
  return loaded;
}

bool IsCall(const Message& message) { return message.message_class == MessageClassName(MessageClass::kCall); }

absl::StatusOr<std::vector<std::string>> ChannelNames(Engine& engine) {
  std::vector<std::string> names;
  absl::StatusOr<std::string> content = engine.Query({.query = "playbook"});
  if (absl::IsNotFound(content.status())) return names;
  RETURN_IF_ERROR(content.status());
  ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(*content));
  for (std::string_view channel : playbook->Channels()) names.emplace_back(channel);
  return names;
}

absl::Status AddChannels(const std::vector<std::string>& names, const std::string& deliver, const std::string& database,
                         std::vector<Message>* sent, Dispatcher* dispatcher) {
  for (const std::string& name : names) {
    std::unique_ptr<Channel> channel;
    if (deliver.empty()) {
      channel = std::make_unique<MemoryChannel>(name, sent);
    } else {
      ASSIGN_OR_RETURN(channel, OpenFileChannel(name, deliver.substr(kFile.size()), database));
    }
    RETURN_IF_ERROR(dispatcher->Add(std::move(channel)));
  }
  return absl::OkStatus();
}

absl::Status CheckDeliver(const std::string& deliver) {
  if (deliver.empty() || (deliver.starts_with(kFile) && deliver.size() > kFile.size())) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("--deliver is \"{}\", expected file:PATH", deliver));
}

}  // namespace cartwheel::cli
