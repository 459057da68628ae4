#include "store/sealed/sealed_events.h"

#include <optional>
#include <utility>

#include "base/codec.h"
#include "base/packed.h"
#include "base/status.h"
#include "core/model/address.h"
#include "core/model/consent_medium.h"
#include "core/model/personal.h"

namespace cartwheel {
namespace {

// No event that was sent can have it with bytes as its value.
constexpr std::string_view kSealedProperty = "\x01";
constexpr char kHashedMark = '#';

absl::Status Damaged() { return absl::DataLossError("a batch of the log is damaged"); }

bool NamesPerson(const Event& event) { return !event.customer.empty() || !event.anonymous_id.empty(); }

Digest NameOf(const Event& event, const HashKey& hash_key) {
  if (!event.customer.empty()) return SealName(hash_key, CustomerKey(event.customer));
  if (!event.anonymous_id.empty()) return SealName(hash_key, AnonymousKey(event.anonymous_id));
  return AddressOf(event, hash_key).value_or(Digest());
}

// What of the event stays in clear binds what is sealed to it.
std::string PlaceOf(const Event& event) {
  std::string place = "event\n";
  ByteWriter writer(&place);
  writer.Text(event.type_name);
  writer.Text(event.id);
  writer.Text(event.customer);
  writer.Text(event.anonymous_id);
  writer.Signed(event.at_ms);
  return place;
}

// Writes the keyed hash in the place of an address, with its channel where that was told by the address.
void WriteHashed(const Event& event, std::string_view address, const HashKey& hash_key, PackedWriter& writer) {
  const std::string_view channel = ChannelOfAddress(event);
  writer.Key("address");
  writer.Scalar(Value::String(HashedAddress(AddressDigest(hash_key, channel, address))));
  if (!event.Text("channel").empty() || FindConsentMedium(event.Text("medium"))) return;
  writer.Key("channel");
  writer.Scalar(Value::String(channel));
}

// Returns whether the event changes: its elements that stay are in `open`, the others in `personal`.
bool Split(const Event& event, const StringSet& named, const HashKey& hash_key, std::string* open,
           std::string* personal) {
  const bool hashes = event.type == EventType::kReceipt || !NamesPerson(event);
  bool changes = false, seals = !event.warnings.empty();
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next() && !(changes && seals);) {
    if (!IsPersonal(event.type, cursor.key(), named)) continue;
    changes = true;
    seals = seals || !hashes || cursor.key() != "address";
  }
  if (!changes && !seals) return false;
  std::string sealed;
  PackedWriter kept(open), hidden(&sealed);
  kept.BeginMap();
  hidden.BeginMap();
  const std::string_view address = hashes ? event.Text("address") : std::string_view();
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();) {
    const bool is_address = !address.empty() && cursor.key() == "address";
    if (is_address && address.front() == kHashedMark)
      kept.Raw(cursor.element());
    else if (is_address)
      WriteHashed(event, address, hash_key, kept);
    else
      (IsPersonal(event.type, cursor.key(), named) ? hidden : kept).Raw(cursor.element());
  }
  kept.End();
  hidden.End();
  if (!seals) return true;
  ByteWriter writer(personal);
  writer.Text(sealed);
  writer.Text(event.warnings);
  return true;
}

// A packed map with one element before all others.
std::string Before(std::string_view sealed, std::string_view map) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key(kSealedProperty);
  writer.Scalar(Value::Bytes(sealed));
  for (PackedCursor cursor(ReadPacked(map)); cursor.Next();) writer.Raw(cursor.element());
  writer.End();
  return packed;
}

// What is sealed of an event; nullopt: nothing is.
std::optional<std::string_view> SealedOf(const Event& event) {
  PackedCursor cursor(ReadPacked(event.properties));
  if (!cursor.Next() || cursor.key() != kSealedProperty) return std::nullopt;
  const Value value = cursor.value();
  return value.kind() == Kind::kBytes ? std::optional(value.text()) : std::nullopt;
}

// Writes the properties of a sealed event without what was sealed, and with `more`.
std::string WithoutSealed(const Event& event, std::string_view more) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  PackedCursor cursor(ReadPacked(event.properties));
  cursor.Next();
  while (cursor.Next()) writer.Raw(cursor.element());
  for (PackedCursor added(ReadPacked(more)); added.Next();) writer.Raw(added.element());
  writer.End();
  return packed;
}

}  // namespace

Digest SealName(const HashKey& hash_key, std::string_view identity_key) { return SipHash128(hash_key, identity_key); }

absl::StatusOr<EventSealing> EventSealing::Of(std::string_view bytes, const StringSet& named, const HashKey& hash_key) {
  EventSealing sealing;
  sealing.bytes_ = bytes;
  EventCursor cursor(bytes);
  size_t end = 0;
  for (Event event; cursor.Next(&event);) {
    Part part{.begin = end, .name = sealing.names_.size()};
    end = static_cast<size_t>(cursor.encoded().data() - bytes.data()) + cursor.encoded().size();
    part.size = end - part.begin;
    if (!Split(event, named, hash_key, &part.open, &part.personal)) continue;
    if (!part.personal.empty()) sealing.names_.push_back(NameOf(event, hash_key));
    sealing.parts_.push_back(std::move(part));
  }
  if (!cursor.ok()) return Damaged();
  return sealing;
}

absl::Status EventSealing::Write(KeyFile& keys, std::string* out) const {
  std::vector<NumberedKey> numbered;
  if (needs_keys()) {
    ASSIGN_OR_RETURN(numbered, keys.Current(names_));
  }
  EventBatch batch;
  size_t copied = 0;  // of bytes_: what lies between two parts stays as it is
  for (const Part& part : parts_) {
    batch.bytes += bytes_.substr(copied, part.begin - copied);
    copied = part.begin + part.size;
    Event event;
    EventCursor cursor(bytes_.substr(part.begin, part.size));
    if (!cursor.Next(&event)) return Damaged();
    std::string properties = part.open;
    if (!part.personal.empty()) {
      const NumberedKey& key = numbered[part.name];
      std::string sealed;
      ByteWriter(&sealed).Varint(static_cast<uint64_t>(key.number));
      Seal(key.key, PlaceOf(event), part.personal, &sealed);
      properties = Before(sealed, part.open);
      event.warnings = {};
    }
    event.properties = properties;
    batch.Append(event);
  }
  batch.bytes += bytes_.substr(copied);
  *out = std::move(batch.bytes);
  return absl::OkStatus();
}

absl::StatusOr<OpenedEvents> OpenEvents(std::string_view bytes, KeyFile& keys, std::string* out) {
  OpenedEvents opened;
  EventBatch batch;
  EventCursor cursor(bytes);
  for (Event event; cursor.Next(&event);) {
    const std::optional<std::string_view> sealed = SealedOf(event);
    if (!sealed) {
      batch.AppendRaw(cursor.encoded(), event);
      continue;
    }
    ByteReader reader(*sealed);
    ASSIGN_OR_RETURN(const FoundKey found, keys.Find(static_cast<int64_t>(reader.Varint())));
    std::optional<std::string> personal;
    if (found.state == KeyState::kFound) personal = Unseal(found.key, PlaceOf(event), reader.Raw(reader.left()));
    if (!personal && found.state != KeyState::kDestroyed) ++opened.lost;
    opened.retired = opened.retired || found.retired;
    ByteReader parts(personal ? std::string_view(*personal) : std::string_view());
    const std::string_view more = parts.Text();
    const std::string properties = WithoutSealed(event, more);
    event.properties = properties;
    event.warnings = parts.Text();
    batch.Append(event);
  }
  if (!cursor.ok()) return Damaged();
  *out = std::move(batch.bytes);
  return opened;
}

}  // namespace cartwheel
