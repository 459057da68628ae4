#include "cli/event_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kChunkBytes = 1u << 20;

absl::Status SystemError(const std::string& path) {
  return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
}

// CSV and NDJSON: the first line is a record (or a header) of its own. A JSON array, or an object written over several
// lines, is not.
bool FirstLineIsWhole(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  size_t begin = line.find_first_not_of(" \t\r\xef\xbb\xbf");
  if (begin == line.npos) return false;
  if (line[begin] != '{') return line[begin] != '[';
  int depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < line.size(); ++i) {
    char c = line[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted)
      depth += (c == '{' || c == '[') - (c == '}' || c == ']');
  }
  return depth == 0 && !quoted;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Open(const std::string& path) {
  std::unique_ptr<EventFile> events(new EventFile);
  int file = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return SystemError(path);
  struct stat about {};
  absl::Status status = fstat(file, &about) != 0 ? absl::InternalError("stat") : absl::OkStatus();
  if (status.ok()) status = S_ISREG(about.st_mode) && path != "-" ? events->Map(file) : events->ReadAll(file);
  if (!status.ok()) status = SystemError(path);
  close(file);
  RETURN_IF_ERROR(status);
  events->lines_ = FirstLineIsWhole(events->text_);
  return events;
}

absl::Status EventFile::Map(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0) return absl::InternalError("stat");
  if (about.st_size == 0) return absl::OkStatus();
  size_t bytes = static_cast<size_t>(about.st_size);
  mapped_ = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped_ == MAP_FAILED) {
    mapped_ = nullptr;
    return absl::InternalError("mmap");
  }
  text_ = {static_cast<const char*>(mapped_), bytes};
  return absl::OkStatus();
}

absl::Status EventFile::ReadAll(int file) {
  std::string buffer(kChunkBytes, '\0');
  while (true) {
    ssize_t bytes = read(file, buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return absl::InternalError("read");
    if (bytes == 0) break;
    held_.append(buffer, 0, static_cast<size_t>(bytes));
  }
  text_ = held_;
  return absl::OkStatus();
}

EventFile::~EventFile() {
  if (mapped_ != nullptr) munmap(mapped_, text_.size());
}

void EventFile::Rewind() { at_ = released_ = 0; }

double EventFile::fraction_read() const {
  return text_.empty() ? 1 : static_cast<double>(at_) / static_cast<double>(text_.size());
}

std::string_view EventFile::Next() {
  // What was read before is of no more use: it would count as memory of this process.
  if (size_t whole_chunks = at_ / kChunkBytes * kChunkBytes; mapped_ != nullptr && whole_chunks > released_) {
    madvise(static_cast<char*>(mapped_) + released_, whole_chunks - released_, MADV_DONTNEED);
    released_ = whole_chunks;
  }
  size_t end = text_.size();
  if (lines_ && end - at_ > kChunkBytes) {
    size_t line_end = text_.substr(at_, kChunkBytes).rfind('\n');
    if (line_end == text_.npos) line_end = text_.substr(at_).find('\n');  // a line longer than a chunk
    if (line_end != text_.npos) end = at_ + line_end + 1;
  }
  std::string_view chunk = text_.substr(at_, end - at_);
  at_ = end;
  return chunk;
}

bool HoldsEndpointEvents(EventFile& file, Format format) {
  EventReader reader(format);
  for (std::string_view chunk = file.Next(); !chunk.empty(); chunk = file.Next()) {
    if (chunk.find("ndpoint") == chunk.npos) continue;  // most files: no event needs to be read twice
    EventBatch batch;
    std::vector<Rejection> rejected;
    reader.Read(chunk, {INT64_MAX / 2, 0}, &batch, &rejected);
    EventCursor cursor(batch.bytes);
    for (Event event; cursor.Next(&event);)
      if (event.type == EventType::kEndpointAdded || event.type == EventType::kEndpointRemoved) return true;
  }
  return false;
}

}  // namespace cartwheel::cli
