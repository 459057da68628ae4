#include "engine/common/forgotten.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_set.h"
#include "base/codec.h"
#include "base/json_text.h"
#include "base/new_file.h"
#include "base/packed.h"
#include "base/status.h"
#include "core/journey/consents.h"
#include "core/model/customer_row.h"
#include "engine/common/erased_names.h"
#include "fmt/format.h"
#include "formats/formats.h"

namespace cartwheel {
namespace {

constexpr std::string_view kSuffix = ".forgotten";
constexpr size_t kChecksumDigits = 16;
constexpr size_t kCustomersOfPage = 20'000;
constexpr std::string_view kWhat[] = {"channel", "medium", "scope", "topic", "status"};  // of these none names a person

std::string FileBeside(const std::string& database) { return database + std::string(kSuffix); }

// As which event a line says it again; kCustom: it forgets nothing.
EventType Forgets(const Event& event) {
  switch (event.type) {
    case EventType::kErase:
    case EventType::kEndpointRemoved:
    case EventType::kConsentRefused:
    case EventType::kConsentWithdrawn:
    case EventType::kBounced:
    case EventType::kComplained:
    case EventType::kAddressBlocked:
    case EventType::kAddressReleased:
      return event.type;
    case EventType::kUnsubscribed: {
      const Value method = event.Get("method");
      return !method.is_string() || method.text() == "POST" ? EventType::kConsentWithdrawn : EventType::kCustom;
    }
    case EventType::kMessageReceived:
      return AsksToStop(event.Text("text")) ? EventType::kConsentWithdrawn : EventType::kCustom;
    default:
      return IsAboutConsent(event.exits_as) ? EventType::kConsentWithdrawn : EventType::kCustom;
  }
}

// Whether Forgets may say so of an event of this type, or of one of the shop's own that acts as it.
bool MayForget(EventType type) {
  return type == EventType::kErase || type == EventType::kEndpointRemoved || IsAboutConsent(type) ||
         IsAboutAddress(type);
}

// Looks at no more than types: most batches hold none.
bool MayForget(const EventBatch& batch) {
  for (int i = 0; i <= static_cast<int>(kLastEventType); ++i)
    if (const auto type = static_cast<EventType>(i); MayForget(type) && batch.Has(type)) return true;
  return false;
}

void AppendLine(const Event& event, EventType type, const HashKey& hash_key, int64_t now_ms, std::string* lines) {
  std::string packed, json;
  PackedWriter writer(&packed);
  auto field = [&](std::string_view key, const Value& value) {
    writer.Key(key);
    writer.Scalar(value);
  };
  writer.BeginMap();
  field("type", Value::String(EventTypeName(type)));
  field("at", Value::Int(event.at_ms));
  writer.Key("properties");
  writer.BeginMap();
  field("ingested_at", Value::Int(now_ms));
  const std::string name = !event.customer.empty()       ? CustomerKey(event.customer)
                           : !event.anonymous_id.empty() ? AnonymousKey(event.anonymous_id)
                                                         : std::string();
  if (!name.empty()) field("identity_hash", Value::String(ToHex(NameDigest(hash_key, name))));
  if (const std::string_view hash = event.Text("identity_hash"); name.empty() && !hash.empty())
    field("identity_hash", Value::String(hash));
  if (const auto address = AddressOf(event, hash_key)) {
    field("address_hash", Value::String(ToHex(*address)));
    if (event.Get("channel").is_absent()) field("channel", Value::String(ChannelOfAddress(event)));
  }
  for (std::string_view key : kWhat) {
    const Value value = event.Get(key);
    if (value.is_absent()) continue;
    writer.Key(key);
    writer.Any(value);
  }
  writer.End();
  writer.End();
  AppendJson(ReadPacked(packed), &json);
  *lines += fmt::format("{:016x} {}\n", SipHash(hash_key, json), json);
}

absl::Status AppendToFile(const std::string& path, const std::string& database, std::string_view lines) {
  int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  bool made = false;
  if (file < 0 && errno == ENOENT) {
    file = OpenNewFile(path, O_WRONLY | O_APPEND | O_CLOEXEC, AccessOf(database));  // as private as the database
    made = file >= 0;
    if (file < 0 && errno == EEXIST) file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  auto failed = [&] { return absl::UnavailableError(fmt::format("{}: {}", path, std::strerror(errno))); };
  if (file < 0) return failed();
  const absl::Cleanup close_file = [file] { close(file); };
  if (write(file, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()) || fdatasync(file) != 0)
    return failed();
  if (!made) return absl::OkStatus();
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed();
  const absl::Cleanup close_directory = [directory] { close(directory); };
  return fsync(directory) == 0 ? absl::OkStatus() : failed();
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return std::move(text).str();
}

// The lines that are whole and of this database, each once, in their order.
std::vector<std::string> WholeLines(const std::string& text, const HashKey& hash_key) {
  std::vector<std::string> lines;
  absl::flat_hash_set<std::string> seen;
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    const std::string line = text.substr(begin, end - begin);
    if (line.size() <= kChecksumDigits + 1) continue;
    if (line.substr(0, kChecksumDigits) !=
        fmt::format("{:016x}", SipHash(hash_key, std::string_view(line).substr(kChecksumDigits + 1))))
      continue;
    if (seen.insert(line).second) lines.push_back(line);
  }
  return lines;
}

// The names that a database knows, by their hashes.
absl::StatusOr<absl::flat_hash_map<std::string, std::string>> NamesByHash(Store& store) {
  absl::flat_hash_map<std::string, std::string> names;
  Customer customer;
  for (CustomerRow after;;) {
    ASSIGN_OR_RETURN(const std::vector<StoredCustomer> rows, store.Customers(after, kCustomersOfPage));
    if (rows.empty()) return names;
    for (const StoredCustomer& row : rows) {
      after = row.row;
      if (!DecodeCustomer(row.row, row.data, &customer).ok()) continue;
      for (const std::string& name : customer.names)
        if (!IsErasedKey(name)) names[ToHex(NameDigest(store.hash_key(), name))] = name;
    }
  }
}

}  // namespace

Forgotten::Forgotten(const MaintenanceStore& store)
    : hash_key_(store.hash_key()), path_(store.File().empty() ? std::string() : FileBeside(store.File())) {}

absl::Status Forgotten::Keep(const EventBatch& batch, int64_t now_ms) const {
  if (path_.empty() || !MayForget(batch)) return absl::OkStatus();
  std::string lines;
  EventCursor cursor(batch.bytes);
  for (Event event; cursor.Next(&event);)
    if (const EventType type = Forgets(event); type != EventType::kCustom)
      AppendLine(event, type, hash_key_, now_ms, &lines);
  if (lines.empty()) return absl::OkStatus();
  return AppendToFile(path_, path_.substr(0, path_.size() - kSuffix.size()), lines);
}

absl::Status BackUp(Store& store, const std::string& path) {
  RETURN_IF_ERROR(store.Backup(path));
  const std::string text = ReadAll(FileBeside(store.File()));
  return text.empty() ? absl::OkStatus() : AppendToFile(FileBeside(path), path, text);
}

absl::StatusOr<EventBatch> ReadForgotten(Store& store, const std::string& copy, const std::string& path,
                                         int64_t now_ms) {
  const std::string own = ReadAll(FileBeside(path)), of_copy = ReadAll(FileBeside(copy));
  const std::vector<std::string> lines = WholeLines(of_copy + own, store.hash_key());
  const std::vector<std::string> there = WholeLines(own, store.hash_key());
  const absl::flat_hash_set<std::string> known(there.begin(), there.end());
  std::string missing;
  for (const std::string& line : lines)
    if (!known.contains(line)) missing += line + "\n";
  if (!missing.empty()) RETURN_IF_ERROR(AppendToFile(FileBeside(path), path, missing));

  ASSIGN_OR_RETURN(const StoreStatus status, store.Status());
  absl::flat_hash_map<std::string, std::string> names;
  EventReader reader(Format::kNative);
  EventBatch batch;
  for (const std::string& line : lines) {
    EventBatch one;
    std::vector<Rejection> rejected;
    std::vector<Warning> warnings;
    reader.Read(line.substr(kChecksumDigits + 1),
                {.now_ms = now_ms, .default_at_ms = now_ms, .source = Source::kHistory}, &one, &rejected, &warnings);
    EventCursor cursor(one.bytes);
    Event event;
    if (!cursor.Next(&event)) continue;
    const Value ingested = event.Get("ingested_at");
    if (ingested.kind() == Kind::kInt && ingested.integer() < status.newest_ingested_at_ms) continue;
    if (const std::string_view hash = event.Text("identity_hash"); !hash.empty()) {
      if (names.empty()) {
        ASSIGN_OR_RETURN(names, NamesByHash(store));
      }
      if (const auto name = names.find(std::string(hash)); name != names.end())
        (name->second == CustomerKey(std::string_view(name->second).substr(1)) ? event.customer : event.anonymous_id) =
            std::string_view(name->second).substr(1);
    }
    const std::string id = "forgotten-" + line.substr(0, kChecksumDigits);
    event.id = id;
    batch.Append(event);
  }
  return batch;
}

}  // namespace cartwheel
