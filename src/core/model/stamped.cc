#include "core/model/stamped.h"

#include <algorithm>

#include "base/hash.h"
#include "base/packed.h"

namespace cartwheel {
namespace {

// One field as some telling left it.
struct Told {
  uint64_t field = 0;
  std::string_view name;     // empty: it is known as unset only
  std::string_view element;  // as PackedWriter::Raw takes it; empty: unset
  int64_t at_ms = 0;
};

// Every field that these tellings speak of, and every stamp of one that is unset.
std::vector<Told> Gather(const StampedFields& fields) {
  std::vector<Told> told;
  for (PackedCursor cursor(ReadPacked(fields.packed)); cursor.Next();) {
    const bool unset = cursor.value().kind() == Kind::kNull;
    told.push_back(
        {FieldFingerprint(cursor.key()), cursor.key(), unset ? std::string_view() : cursor.element(), fields.at_ms});
  }
  const size_t there = told.size();
  for (const FieldStamp& stamp : fields.stamps) {
    auto end = told.begin() + static_cast<int64_t>(there);
    auto found = std::find_if(told.begin(), end, [&](const Told& one) { return one.field == stamp.field; });
    if (found != end)
      found->at_ms = stamp.at_ms;
    else
      told.push_back({stamp.field, {}, {}, stamp.at_ms});
  }
  return told;
}

void Note(std::vector<Told>& told, const Told& other) {
  for (Told& known : told) {
    if (known.field != other.field) continue;
    if (other.at_ms >= known.at_ms) known = other;
    return;
  }
  told.push_back(other);
}

StampedFields Write(std::vector<Told>& told, int64_t at_ms) {
  std::sort(told.begin(), told.end(), [](const Told& a, const Told& b) { return a.name < b.name; });
  StampedFields fields{.packed = {}, .at_ms = at_ms, .stamps = {}};
  PackedWriter writer(&fields.packed);
  writer.BeginMap();
  for (const Told& one : told) {
    if (!one.element.empty()) writer.Raw(one.element);
    if (one.element.empty() || one.at_ms != at_ms) fields.stamps.push_back({one.field, one.at_ms});
  }
  writer.End();
  std::sort(fields.stamps.begin(), fields.stamps.end(),
            [](const FieldStamp& a, const FieldStamp& b) { return a.field < b.field; });
  return fields;
}

bool HasNull(std::string_view packed) {
  for (PackedCursor cursor(ReadPacked(packed)); cursor.Next();)
    if (cursor.value().kind() == Kind::kNull) return true;
  return false;
}

StampedFields Merged(const StampedFields& fields, const StampedFields& others) {
  std::vector<Told> told = Gather(fields);
  for (const Told& other : Gather(others)) Note(told, other);
  return Write(told, std::max(fields.at_ms, others.at_ms));
}

}  // namespace

uint64_t FieldFingerprint(std::string_view name) { return SipDigest(name).low; }

Value StampedFields::Find(const PackedKey& field) const { return packed.empty() ? Value() : FindPacked(packed, field); }

void Tell(StampedFields& fields, std::string_view packed, int64_t at_ms) {
  const bool first = fields.packed.empty() && fields.stamps.empty() && !HasNull(packed);
  const bool again = fields.stamps.empty() && fields.packed == packed;
  if (first) fields.packed = packed;
  if (first || again)
    fields.at_ms = std::max(fields.at_ms, at_ms);
  else
    fields = Merged(fields, {.packed = std::string(packed), .at_ms = at_ms, .stamps = {}});
}

void TellAll(StampedFields& fields, const StampedFields& from) {
  if (from.packed.empty() && from.stamps.empty()) return;
  if (fields.packed.empty() && fields.stamps.empty())
    fields = from;
  else
    fields = Merged(fields, from);
}

}  // namespace cartwheel
