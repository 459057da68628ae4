#include "store/sqlite/letters.h"

#include <algorithm>

#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kInsert[] = "INSERT INTO letter(first, data) VALUES(?1, ?2)";
constexpr char kFind[] = "SELECT first, data FROM letter WHERE first <= ?1 ORDER BY first DESC LIMIT 1";

}  // namespace

// `data`, before compression: of each message its id, as the distance from the one before, and its body.
absl::Status InsertLetter(Connection& connection, const std::vector<MessageRow>& messages) {
  int64_t first = INT64_MAX;
  for (const MessageRow& message : messages) first = std::min(first, message.id);
  std::string data, packed;
  ByteWriter writer(&data);
  int64_t last = first;
  for (const MessageRow& message : messages) {
    writer.Signed(message.id - last);
    writer.Text(message.body);
    last = message.id;
  }
  CompressQuickly(data, &packed);
  ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsert));
  return insert.Run(first, Blob{packed});
}

absl::StatusOr<std::string_view> LetterReader::Read(int64_t message) {
  auto found = bodies_.find(message);
  if (found == bodies_.end()) {
    RETURN_IF_ERROR(Open(message));
    found = bodies_.find(message);
  }
  if (found == bodies_.end()) return absl::DataLossError(fmt::format("message {} has no body", message));
  return found->second;
}

absl::Status LetterReader::Open(int64_t message) {
  bodies_.clear();
  ASSIGN_OR_RETURN(Statement find, connection_.Prepare(kFind));
  ASSIGN_OR_RETURN(bool found, find.First(message));
  if (!found) return absl::OkStatus();
  RETURN_IF_ERROR(Decompress(find.Bytes(1), &data_));
  int64_t id = find.Integer(0);
  ByteReader reader(data_);
  while (reader.ok() && !reader.at_end()) {
    id += reader.Signed();
    bodies_[id] = reader.Text();
  }
  return reader.ok() ? absl::OkStatus() : absl::DataLossError(fmt::format("the letter of message {} is damaged", message));
}

}  // namespace cartwheel
