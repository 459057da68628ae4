#include "store/sealed/sealed_rows.h"

#include <sodium.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/status.h"
#include "core/model/event.h"
#include "core/model/message_body.h"
#include "core/model/split_row.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The first byte of a sealed body. One that is not begins with the length of its key, which is short.
constexpr char kSealedBody = '\xff';
constexpr std::string_view kBodyPlace = "body\n";
// Stands before a text of the ledger that is sealed, as base64.
constexpr char kSealedText = '\x01';
constexpr char kHashedMark = '#';

std::string CustomerPlace(CustomerRow row) { return fmt::format("customer\n{}", row.value()); }

std::string SealNumbered(const NumberedKey& key, std::string_view place, std::string_view text) {
  std::string sealed;
  ByteWriter(&sealed).Varint(static_cast<uint64_t>(key.number));
  Seal(key.key, place, text, &sealed);
  return sealed;
}

struct Found {
  KeyState state = KeyState::kLost;
  std::string text;  // of kFound
};

absl::StatusOr<Found> OpenNumbered(KeyFile& keys, std::string_view place, std::string_view sealed) {
  ByteReader reader(sealed);
  ASSIGN_OR_RETURN(const FoundKey key, keys.Find(static_cast<int64_t>(reader.Varint())));
  Found found{key.state, {}};
  if (found.state != KeyState::kFound) return found;
  std::optional<std::string> text = Unseal(key.key, place, reader.Raw(reader.left()));
  if (text)
    found.text = *std::move(text);
  else
    found.state = KeyState::kLost;
  return found;
}

// Adds what is found of a sealed part. What was destroyed is no more.
absl::Status AddPart(KeyFile& keys, CustomerRow row, std::string_view sealed, std::string& personal,
                     std::vector<std::string>& lost) {
  ASSIGN_OR_RETURN(const Found found, OpenNumbered(keys, CustomerPlace(row), sealed));
  if (found.state == KeyState::kFound) personal += found.text;
  if (found.state != KeyState::kLost) return absl::OkStatus();
  std::string& part = lost.emplace_back();
  ByteWriter(&part).Signed(row.value());
  part += sealed;
  return absl::OkStatus();
}

std::string ToText(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.find('\0'));
  return kSealedText + text;
}

std::string FromText(std::string_view text) {
  text.remove_prefix(1);
  std::string bytes(text.size(), '\0');
  size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    size = 0;
  bytes.resize(size);
  return bytes;
}

// What a row of the ledger tells of a person.
constexpr std::string ConsentRow::*kConsentTexts[] = {&ConsentRow::actor, &ConsentRow::address};

std::string ConsentPlace(const ConsentRow& row) {
  return fmt::format("consent\n{}\n{}", row.position.value(), row.ingested_at_ms);
}

bool IsPersonalText(const std::string& text) { return !text.empty() && text.front() != kHashedMark; }

}  // namespace

absl::Status SealCustomer(CustomerRow row, const NumberedKey* key, std::string* data) {
  if (FormOf(*data) != CustomerForm::kSplit) return absl::OkStatus();
  SplitRow split;
  RETURN_IF_ERROR(ReadSplitRow(*data, &split));
  const std::string sealed =
      split.personal.empty() || key == nullptr ? "" : SealNumbered(*key, CustomerPlace(row), split.personal);
  split.personal = sealed;
  std::string bytes;
  WriteSplitRow(CustomerForm::kSealed, split, &bytes);
  *data = std::move(bytes);
  return absl::OkStatus();
}

absl::StatusOr<Opened> OpenCustomer(CustomerRow row, KeyFile& keys, std::string* data) {
  if (FormOf(*data) != CustomerForm::kSealed) return Opened::kWhole;
  SplitRow split;
  if (!ReadSplitRow(*data, &split).ok()) return Opened::kWhole;  // the engine says of the row that it is damaged
  std::string personal;
  std::vector<std::string> lost;
  if (!split.personal.empty()) RETURN_IF_ERROR(AddPart(keys, row, split.personal, personal, lost));
  for (const std::string_view part : split.lost) {
    ByteReader reader(part);
    const CustomerRow of(reader.Signed());
    RETURN_IF_ERROR(AddPart(keys, of, reader.Raw(reader.left()), personal, lost));
  }
  split.personal = personal;
  split.lost.assign(lost.begin(), lost.end());
  std::string bytes;
  WriteSplitRow(CustomerForm::kSplit, split, &bytes);
  *data = std::move(bytes);
  return lost.empty() ? Opened::kWhole : Opened::kLost;
}

bool BodyIsPersonal(std::string_view body) {
  const MessageBody decoded = DecodeMessageBody(body);
  return !decoded.payload.empty() || !decoded.values.empty() ||
         (!decoded.address.empty() && decoded.address.front() != kHashedMark);
}

std::string BodyOwner(std::string_view body) {
  const MessageBody decoded = DecodeMessageBody(body);
  return decoded.customer.empty() ? AnonymousKey(decoded.anonymous_id) : CustomerKey(decoded.customer);
}

void SealBody(const NumberedKey& key, std::string* body) {
  MessageBody decoded = DecodeMessageBody(*body);
  std::string personal;
  ByteWriter writer(&personal);
  for (std::string_view text : {decoded.address, decoded.payload, decoded.values}) writer.Text(text);
  std::string place(kBodyPlace);
  place += decoded.key;
  decoded.address = decoded.payload = decoded.values = {};
  std::string bytes(1, kSealedBody);
  ByteWriter(&bytes).Text(SealNumbered(key, place, personal));
  bytes += EncodeMessageBody(decoded);
  *body = std::move(bytes);
}

absl::StatusOr<Opened> OpenBody(KeyFile& keys, std::string* body) {
  if (body->empty() || body->front() != kSealedBody) return Opened::kWhole;
  ByteReader reader(std::string_view(*body).substr(1));
  const std::string_view sealed = reader.Text();
  MessageBody decoded = DecodeMessageBody(reader.Raw(reader.left()));
  std::string place(kBodyPlace);
  place += decoded.key;
  ASSIGN_OR_RETURN(const Found found, OpenNumbered(keys, place, sealed));
  ByteReader personal(found.text);
  decoded.address = personal.Text();
  decoded.payload = personal.Text();
  decoded.values = personal.Text();
  std::string bytes = EncodeMessageBody(decoded);
  *body = std::move(bytes);
  return found.state == KeyState::kFound ? Opened::kWhole : Opened::kLost;
}

bool ConsentIsPersonal(const ConsentRow& row) {
  if (row.who.empty() || row.who.front() == kHashedMark) return false;
  for (const auto text : kConsentTexts)
    if (IsPersonalText(row.*text)) return true;
  return false;
}

void SealConsent(const NumberedKey& key, ConsentRow* row) {
  for (const auto text : kConsentTexts)
    if (IsPersonalText(row->*text)) row->*text = ToText(SealNumbered(key, ConsentPlace(*row), row->*text));
}

absl::StatusOr<Opened> OpenConsent(KeyFile& keys, ConsentRow* row) {
  Opened opened = Opened::kWhole;
  for (const auto text : kConsentTexts) {
    if ((row->*text).empty() || (row->*text).front() != kSealedText) continue;
    ASSIGN_OR_RETURN(Found found, OpenNumbered(keys, ConsentPlace(*row), FromText(row->*text)));
    if (found.state == KeyState::kLost) opened = Opened::kLost;
    row->*text = std::move(found.text);
  }
  return opened;
}

}  // namespace cartwheel
