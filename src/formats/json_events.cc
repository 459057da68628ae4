#include "formats/json_events.h"

#include <algorithm>
#include <utility>

#include "base/string_map.h"
#include "cartwheel/limits.h"
#include "formats/clocks.h"
#include "formats/json.h"
#include "formats/lenient_events.h"
#include "formats/properties.h"
#include "formats/records.h"
#include "formats/type_names.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kRecordFields = static_cast<size_t>(RecordField::kIgnored) + 1;
constexpr int64_t kMillisecondsMin = 100'000'000'000,
                  kMillisecondsMax = 10'000'000'000'000;  // as ReadTimeNumber has them, and no date of 14 digits
constexpr size_t kOffsetBytes = 6;                        // "+09:00"
constexpr size_t kInstantBytesMin = 20;                   // "2022-08-01T09:30:00Z"

// An instant that says its offset, in the form that nearly all have. Empty: it is read elsewhere.
std::optional<int64_t> PlainInstant(std::string_view text) {
  if (text.size() < kInstantBytesMin || text[10] != 'T') return std::nullopt;
  const char sign = text[text.size() - kOffsetBytes];
  if (text.back() != 'Z' && sign != '+' && sign != '-') return std::nullopt;
  return ParseInstant(text);
}

// The reader of well-formed records. Every function answers false as soon as something is odd.
class Reader {
 public:
  Reader(const JsonFormat& format, Sink* sink) : format_(format), sink_(*sink) {}

  void Records(std::string_view input) {
    RecordSplitter records(input);
    for (std::string_view record, batch; records.Next(&record);) {
      if (!format_.batch_member.empty() && FindArrayMember(record, format_.batch_member, &batch)) {
        RecordSplitter elements(batch);
        while (elements.Next(&record)) One(record);
      } else {
        One(record);
      }
    }
  }

 private:
  void One(std::string_view record) {
    event_ = Event();
    stamps_ = {.record = record, .at_missing = true};
    if (record.size() <= kEventBytesMax && Read(record)) {
      sink_.Take(&event_, stamps_);
    } else {
      ReadLeniently(format_, record, &sink_);
    }
    ++sink_.record;
  }

  bool Read(std::string_view record) {
    std::fill(std::begin(found_), std::end(found_), nullptr);
    name_ = previous_id_ = {};
    properties_at_ = traits_at_ = nullptr;
    call_ = nullptr;
    packed_.clear();
    event_.at_ms = sink_.options.default_at_ms;
    if (!json_.Open(record) || !json_.Members([this](std::string_view key) { return Member(key); }) ||
        !json_.at_end() || !DecideType() || !PackLater())
      return false;
    if (!format_.corrected_with_received.empty() && stamps_.received_at_ms) return false;
    if (stamps_.at_missing && stamps_.sent_at_ms) event_.at_ms = *stamps_.sent_at_ms;
    return true;
  }

  bool Member(std::string_view key) {
    const MemberRule* rule = FindMember(key);
    if (rule == nullptr) return !format_.closed && json_.Skip();
    const MemberRule*& found = found_[static_cast<size_t>(rule->field)];
    if (rule->field == RecordField::kIgnored || json_.kind() == JsonKind::kNull) return json_.Skip();
    if (found == rule) return false;
    if (found != nullptr && found < rule) return json_.Skip();
    found = rule;
    switch (rule->field) {
      case RecordField::kId:
        return Id(&event_.id);
      case RecordField::kCustomer:
        return Id(&event_.customer);
      case RecordField::kAnonymousId:
        return Id(&event_.anonymous_id);
      case RecordField::kPreviousId:
        return Id(&previous_id_) && previous_id_.size() <= kIdBytesMax;
      case RecordField::kType:
        return Type();
      case RecordField::kName:
        return json_.Text(&name_);
      case RecordField::kAt:
        stamps_.at_missing = false;
        return Instant(&event_.at_ms, &stamps_.at_text);
      case RecordField::kSentAt:
        return Instant(&stamps_.sent_at_ms.emplace());
      case RecordField::kReceivedAt:
        return Instant(&stamps_.received_at_ms.emplace());
      case RecordField::kProperties:
        return Properties(&properties_at_);
      case RecordField::kTraits:
        return Properties(&traits_at_);
      case RecordField::kIgnored:
        break;
    }
    return true;
  }

  const MemberRule* FindMember(std::string_view key) const {
    for (const MemberRule& rule : format_.members)
      if (rule.member == key) return &rule;
    return nullptr;
  }

  bool Id(std::string_view* id) {
    Value number;
    if (json_.kind() != JsonKind::kText) return json_.Integer(&number, id);
    if (!json_.Text(id)) return false;
    *id = TrimId(*id);
    return true;
  }

  bool Type() {
    if (!json_.Text(&event_.type_name)) return false;
    return !format_.calls.empty() || Name(event_.type_name);
  }

  // Exactly one of ours, or a name of the shop's own that is like none of ours.
  bool Name(std::string_view name) {
    event_.type = FindEventType(name);
    event_.type_name = name;
    if (event_.type != EventType::kCustom) return true;
    if (auto judged = plain_names_.find(name); judged != plain_names_.end()) return judged->second;
    return plain_names_[std::string(name)] = IsPlainCustomName(name);
  }

  // `written`: how, where it is a text.
  bool Instant(int64_t* at_ms, std::string_view* written = nullptr) {
    if (json_.kind() == JsonKind::kText) {
      std::string_view text;
      const std::optional<int64_t> instant = json_.Text(&text) ? PlainInstant(text) : std::nullopt;
      if (instant) *at_ms = *instant;
      if (written != nullptr) *written = text;
      return instant.has_value();
    }
    Value number;
    if (!json_.Number(&number) || number.kind() != Kind::kInt) return false;
    *at_ms = number.integer();
    return *at_ms >= kMillisecondsMin && *at_ms < kMillisecondsMax;
  }

  // Properties are packed at once when the type is known; else their place is kept, and they are packed at the end.
  bool Properties(JsonCursor::Place* later) {
    if (json_.kind() != JsonKind::kMap) return false;
    if (format_.calls.empty() && found_[static_cast<size_t>(RecordField::kType)] != nullptr) return Pack(true);
    *later = json_.place();
    return json_.Skip();
  }

  // What the call and the name say together.
  bool DecideType() {
    if (event_.type_name.empty()) return false;
    if (format_.calls.empty()) return true;
    for (const CallRule& rule : format_.calls)
      if (rule.call == event_.type_name) call_ = &rule;
    if (call_ == nullptr || call_->ignored) return false;
    if (call_->type != EventType::kCustom) {
      event_.type = call_->type;
      event_.type_name = EventTypeName(call_->type);
      return true;
    }
    our_name_ = OurName(name_);
    const bool good = !our_name_.empty() && Name(our_name_);
    return good && event_.type != EventType::kIdentify && event_.type != EventType::kAlias &&
           event_.type != EventType::kErase;
  }

  bool PackLater() {
    if (!packed_.empty()) return true;
    const bool traits = call_ != nullptr && call_->properties == RecordField::kTraits;
    const JsonCursor::Place place = traits ? traits_at_ : properties_at_;
    if (place != nullptr) json_.Return(place);
    return Pack(place != nullptr);
  }

  // `given`: they stand at the cursor.
  bool Pack(bool given) {
    PackedWriter writer(&packed_);
    writer.BeginMap();
    const bool named_otherwise = call_ != nullptr && call_->type != EventType::kCustom && !name_.empty();
    if (named_otherwise) {
      writer.Key("name");
      writer.Scalar(Value::String(name_));
    }
    if (!previous_id_.empty()) {
      writer.Key("previous_id");
      writer.Scalar(Value::String(previous_id_));
    }
    if (given && !PackProperties(json_, PropertyModeOf(event_.type), &writer)) return false;
    writer.End();
    event_.properties = packed_;
    return true;
  }

  const JsonFormat& format_;
  Sink& sink_;
  JsonCursor json_;
  StringMap<bool> plain_names_;  // custom names of this call, and whether there is nothing to say of them

  // Of the record being read.
  Event event_;
  Stamps stamps_;
  const MemberRule* found_[kRecordFields];
  std::string_view name_, previous_id_;
  JsonCursor::Place properties_at_, traits_at_;  // null: none that are to be packed later
  const CallRule* call_ = nullptr;
  std::string our_name_;
  std::string packed_;
};

}  // namespace

void ReadJsonEvents(const JsonFormat& format, std::string_view input, Sink* sink) {
  Reader(format, sink).Records(input);
}

}  // namespace cartwheel::formats
