#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/json_text.h"
#include "base/new_file.h"
#include "base/time.h"
#include "cartwheel/channels.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

void AppendLine(const Message& message, std::string* lines) {
  JsonWriter writer(lines);
  writer.BeginObject();
  writer.Text("key", message.key);
  writer.Text("channel", message.channel);
  writer.Text("class", message.message_class);
  writer.Text("purpose", message.purpose);
  writer.Text("customer", message.customer);
  writer.Text("address", message.address);
  writer.Text("journey", message.journey);
  writer.Text("step", message.step);
  writer.Text("template", message.template_name);
  writer.Text("made_at", FormatInstant(message.made_at_ms));
  writer.Text("expires_at", FormatInstant(message.expires_at_ms));
  writer.Int("attempt", message.attempt);
  writer.Raw("payload", message.payload);
  writer.EndObject();
  *lines += '\n';
}

class FileChannel final : public Channel {
 public:
  FileChannel(std::string name, int file) : name_(std::move(name)), file_(file) {}
  ~FileChannel() override { close(file_); }

  std::string_view name() const override { return name_; }

  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    std::string lines;
    for (const Message& message : messages) AppendLine(message, &lines);
    // One write in append mode: lines of several processes do not mix.
    ssize_t written = write(file_, lines.data(), lines.size());
    bool whole = written == static_cast<ssize_t>(lines.size()) && fdatasync(file_) == 0;
    // Nothing written is nothing sent; a part of it may have been read.
    OutcomeCode code = whole ? OutcomeCode::kAccepted : written <= 0 ? OutcomeCode::kNotSent : OutcomeCode::kUnknown;
    std::string reason = whole ? "" : std::strerror(errno);
    std::vector<Outcome> outcomes;
    for (const Message& message : messages) outcomes.push_back({message.id, message.token, code, reason});
    return outcomes;
  }

 private:
  std::string name_;
  int file_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Channel>> OpenFileChannel(const std::string& name, const std::string& path,
                                                         const std::string& like) {
  int file = OpenNewFile(path, O_WRONLY | O_APPEND, like.empty() ? FileAccess() : AccessOf(like));
  if (file < 0 && errno == EEXIST) file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
  return std::make_unique<FileChannel>(name, file);
}

}  // namespace cartwheel
