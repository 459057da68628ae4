#include "store/sqlite/message_bodies.h"

#include <algorithm>

#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kInsert[] = "INSERT INTO message_bodies(first, data) VALUES(?1, ?2)";
constexpr char kReplace[] = "UPDATE message_bodies SET data = ?2 WHERE first = ?1";
constexpr char kFind[] = "SELECT first, data FROM message_bodies WHERE first <= ?1 ORDER BY first DESC LIMIT 1";

// Of one row. Fewer pack worse; more are opened for the sake of one: claims take some hundred at a time.
constexpr size_t kBodiesOfRow = 128;

}  // namespace

// `data`, before compression: of each message its id, as the distance from the one before, and its body.
absl::Status InsertMessageBodies(Connection& connection, const std::vector<MessageRow>& messages) {
  std::vector<const MessageRow*> sorted;
  sorted.reserve(messages.size());
  for (const MessageRow& message : messages) sorted.push_back(&message);
  std::sort(sorted.begin(), sorted.end(), [](const MessageRow* a, const MessageRow* b) { return a->id < b->id; });
  ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsert));
  std::string data, packed;
  for (size_t begin = 0; begin < sorted.size(); begin += kBodiesOfRow) {
    const size_t end = std::min(sorted.size(), begin + kBodiesOfRow);
    const MessageId first = sorted[begin]->id;
    data.clear();
    ByteWriter writer(&data);
    MessageId last = first;
    for (size_t i = begin; i < end; ++i) {
      writer.Signed(sorted[i]->id.value() - last.value());
      writer.Text(sorted[i]->body);
      last = sorted[i]->id;
    }
    CompressQuickly(data, &packed);
    RETURN_IF_ERROR(insert.Run(first, Blob{packed}));
  }
  return absl::OkStatus();
}

absl::Status ReplaceMessageBodies(Connection& connection, const std::vector<SweepWrite::Replaced<MessageId>>& bodies) {
  std::string data, changed, packed;
  for (size_t begin = 0; begin < bodies.size();) {
    int64_t first = 0;
    {
      ASSIGN_OR_RETURN(Statement find, connection.Prepare(kFind));
      ASSIGN_OR_RETURN(bool found, find.First(bodies[begin].id.value()));
      if (!found) return absl::DataLossError(fmt::format("message {} has no body", bodies[begin].id.value()));
      first = find.Integer(0);
      RETURN_IF_ERROR(Decompress(find.Bytes(1), &data));
    }
    changed.clear();
    ByteReader reader(data);
    ByteWriter writer(&changed);
    size_t next = begin;
    for (int64_t id = first; reader.ok() && !reader.at_end();) {
      const int64_t step = reader.Signed();
      const std::string_view body = reader.Text();
      id += step;
      writer.Signed(step);
      const bool replaced = next < bodies.size() && bodies[next].id == MessageId(id);
      writer.Text(replaced ? std::string_view(bodies[next++].data) : body);
    }
    if (!reader.ok() || next == begin)
      return absl::DataLossError(fmt::format("the body of message {} is damaged", bodies[begin].id.value()));
    begin = next;
    CompressQuickly(changed, &packed);
    ASSIGN_OR_RETURN(Statement replace, connection.Prepare(kReplace));
    RETURN_IF_ERROR(replace.Run(first, Blob{packed}));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> BodyReader::Read(MessageId message) {
  auto found = bodies_.find(message);
  if (found == bodies_.end()) {
    RETURN_IF_ERROR(Open(message));
    found = bodies_.find(message);
  }
  if (found == bodies_.end()) return absl::DataLossError(fmt::format("message {} has no body", message.value()));
  return found->second;
}

absl::Status BodyReader::Open(MessageId message) {
  bodies_.clear();
  ASSIGN_OR_RETURN(Statement find, connection_.Prepare(kFind));
  ASSIGN_OR_RETURN(bool found, find.First(message));
  if (!found) return absl::OkStatus();
  RETURN_IF_ERROR(Decompress(find.Bytes(1), &data_));
  int64_t id = find.Integer(0);
  ByteReader reader(data_);
  while (reader.ok() && !reader.at_end()) {
    id += reader.Signed();
    bodies_[MessageId(id)] = reader.Text();
  }
  return reader.ok() ? absl::OkStatus()
                     : absl::DataLossError(fmt::format("the body of message {} is damaged", message.value()));
}

}  // namespace cartwheel
