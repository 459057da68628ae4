#include "vocabulary/json_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "vocabulary/json.h"
#include "vocabulary/properties.h"
#include "vocabulary/records.h"
#include "vocabulary/validate.h"

namespace cartwheel::vocabulary {
namespace {

constexpr size_t kSlots = static_cast<size_t>(Slot::kIgnored) + 1;

class Reader {
 public:
  Reader(const JsonFormat& format, std::string_view input, Sink* sink)
      : format_(format), text_(input), later_(input), sink_(*sink) {}

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
    problem_ = Problem();
    if (CheckEventBytes(record.size(), &problem_) && Read(record)) {
      sink_.Take(&event_);
    } else {
      sink_.Reject(event_.id, std::move(problem_));
    }
    ++sink_.record;
  }

  bool Read(std::string_view record) {
    std::fill(std::begin(found_), std::end(found_), nullptr);
    name_ = previous_id_ = properties_text_ = traits_text_ = {};
    call_ = nullptr;
    packed_.clear();
    event_.at_ms = sink_.options.default_at_ms;
    ondemand::object object;
    if (!text_.OpenObject(record, &object, &problem_)) return false;
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      if (!ReadMember(member, &key, &value, &text_, &problem_) || !Member(key, value)) return false;
    }
    return text_.Close(&problem_) && DecideType() && PackLater();
  }

  bool Member(std::string_view key, ondemand::value& value) {
    const MemberRule* rule = FindMember(key);
    if (rule == nullptr) return format_.closed ? UnknownMember(key) : true;
    const MemberRule*& found = found_[static_cast<size_t>(rule->slot)];
    if (rule->slot == Slot::kIgnored || KindOf(value) == JsonKind::kNull) return true;
    if (found == rule) return problem_.Set("bad_json", fmt::format("{} stands twice: expected it once", Quote(key)));
    if (found != nullptr && found < rule) return true;
    found = rule;
    switch (rule->slot) {
      case Slot::kId:
        return Id(key, value, &event_.id);
      case Slot::kCustomer:
        return Id(key, value, &event_.customer);
      case Slot::kAnonymousId:
        return Id(key, value, &event_.anonymous_id);
      case Slot::kPreviousId:
        return Id(key, value, &previous_id_);
      case Slot::kType:
        return Type(key, value);
      case Slot::kName:
        return Text(key, value, &name_);
      case Slot::kAt:
        return At(key, value);
      case Slot::kProperties:
        return Properties(key, value, &properties_text_);
      case Slot::kTraits:
        return Properties(key, value, &traits_text_);
      case Slot::kIgnored:
        break;
    }
    return true;
  }

  const MemberRule* FindMember(std::string_view key) const {
    for (const MemberRule& rule : format_.members)
      if (rule.member == key) return &rule;
    return nullptr;
  }

  bool UnknownMember(std::string_view key) {
    std::vector<std::string_view> names;
    for (const MemberRule& rule : format_.members) names.push_back(rule.member);
    std::string_view nearest = Nearest(key, names.data(), names.size());
    std::string meant = nearest.empty() ? std::string() : fmt::format("; did you mean {}?", Quote(nearest));
    return problem_.Set("unknown_key",
                        fmt::format("an event has no {}: expected {}{}", Quote(key), fmt::join(names, ", "), meant));
  }

  bool Text(std::string_view key, ondemand::value& value, std::string_view* string) {
    JsonKind kind = KindOf(value);
    if (kind != JsonKind::kString) {
      return problem_.Set(kind == JsonKind::kInvalid ? "bad_json" : fmt::format("bad_{}", key),
                          fmt::format("{} is {}: expected text", key, DescribeValue(value)));
    }
    if (auto error = ReadString(value, string)) return text_.Fail(error, &problem_);
    return true;
  }

  bool Id(std::string_view key, ondemand::value& value, std::string_view* id) {
    JsonKind kind = KindOf(value);
    if (kind == JsonKind::kString) {
      if (auto error = ReadString(value, id)) return text_.Fail(error, &problem_);
      return true;
    }
    if (kind == JsonKind::kNumber) {
      Value number;
      std::string_view token = Token(value);
      if (!ReadNumber(value, &number, &problem_)) return false;
      if (number.kind() == Kind::kInt || number.kind() == Kind::kUint) return *id = token, true;
      return problem_.Set("bad_id", fmt::format("{} is {}: expected text or an integer", key, token));
    }
    return problem_.Set(kind == JsonKind::kInvalid ? "bad_json" : "bad_id",
                        fmt::format("{} is {}: expected text or an integer", key, DescribeValue(value)));
  }

  bool Type(std::string_view key, ondemand::value& value) {
    std::string_view type;
    if (!Text(key, value, &type)) return false;
    event_.type_name = type;
    if (format_.calls.empty()) event_.type = FindEventType(type);
    return true;
  }

  bool At(std::string_view key, ondemand::value& value) {
    std::string_view string;
    Value number;
    switch (KindOf(value)) {
      case JsonKind::kString:
        return Text(key, value, &string) && ParseAt(key, string, &event_.at_ms, &problem_);
      case JsonKind::kNumber: {
        std::string_view token = Token(value);
        if (!ReadNumber(value, &number, &problem_)) return false;
        if (number.kind() == Kind::kInt)
          return event_.at_ms = number.integer(), CheckEpochMs(key, event_.at_ms, &problem_);
        return problem_.Set("bad_at",
                            fmt::format("{} is {}: expected whole epoch milliseconds, or ISO 8601 text", key, token));
      }
      default:
        return problem_.Set(
            KindOf(value) == JsonKind::kInvalid ? "bad_json" : "bad_at",
            fmt::format("{} is {}: expected ISO 8601 text, or epoch milliseconds", key, DescribeValue(value)));
    }
  }

  // Properties are packed at once when the type is known; else their text is kept and packed at the end.
  bool Properties(std::string_view key, ondemand::value& value, std::string_view* later) {
    if (KindOf(value) != JsonKind::kMap) {
      return problem_.Set(KindOf(value) == JsonKind::kInvalid ? "bad_json" : "bad_properties",
                          fmt::format("{} is {}: expected an object", key, DescribeValue(value)));
    }
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return text_.Fail(error, &problem_);
    if (format_.calls.empty() && found_[static_cast<size_t>(Slot::kType)] != nullptr) return Pack(object, key, &text_);
    if (auto error = object.raw_json().get(*later)) return text_.Fail(error, &problem_);
    *later = TrimSpace(*later);
    return true;
  }

  // What the call and the name say together.
  bool DecideType() {
    if (format_.calls.empty() || event_.type_name.empty()) return true;
    std::vector<std::string_view> calls;
    for (const CallRule& rule : format_.calls) {
      if (rule.call == event_.type_name) call_ = &rule;
      if (!rule.ignored) calls.push_back(rule.call);
    }
    if (call_ == nullptr) {
      return problem_.Set("unknown_type",
                          fmt::format("type is {}: expected {}", Quote(event_.type_name), fmt::join(calls, ", ")));
    }
    if (call_->ignored) {
      return problem_.Set("ignored_call",
                          fmt::format("{} calls are not used: expected {}", call_->call, fmt::join(calls, ", ")));
    }
    if (call_->type != EventType::kCustom) {
      event_.type = call_->type;
      event_.type_name = EventTypeName(call_->type);
      return true;
    }
    our_name_ = OurName(name_);
    event_.type = FindEventType(our_name_);
    event_.type_name = our_name_;
    if (our_name_.empty()) {
      return problem_.Set("missing_type",
                          fmt::format("event is missing: {} needs a name such as \"Product Added\"", call_->call));
    }
    if (event_.type == EventType::kIdentify || event_.type == EventType::kAlias || event_.type == EventType::kErase) {
      return problem_.Set("reserved_type", fmt::format("event {} cannot be a {} call: expected a call of its own",
                                                       Quote(name_), call_->call));
    }
    return true;
  }

  bool PackLater() {
    if (!packed_.empty()) return true;
    bool traits = call_ != nullptr && call_->properties == Slot::kTraits;
    std::string_view source = traits ? traits_text_ : properties_text_;
    ondemand::object object;
    if (source.empty()) return Pack(std::nullopt, {}, &later_);
    if (!later_.OpenObject(source, &object, &problem_)) return false;
    return Pack(object, traits ? "traits" : "properties", &later_);
  }

  bool Pack(std::optional<ondemand::object> object, std::string_view member, JsonText* text) {
    PackedWriter writer(&packed_);
    writer.BeginMap();
    bool named_otherwise = call_ != nullptr && call_->type != EventType::kCustom && !name_.empty();
    if (named_otherwise) writer.Key("name"), writer.Scalar(Value::String(name_));
    if (!previous_id_.empty()) writer.Key("previous_id"), writer.Scalar(Value::String(previous_id_));
    if (object && !PackProperties(*object, TreatmentOf(event_.type), member, &writer, text, &problem_)) return false;
    writer.End();
    event_.properties = packed_;
    return true;
  }

  const JsonFormat& format_;
  JsonText text_;
  JsonText later_;  // the properties of records that name their type behind them
  Sink& sink_;

  // Of the record being read.
  Event event_;
  Problem problem_;
  const MemberRule* found_[kSlots];
  std::string_view name_, previous_id_, properties_text_, traits_text_;
  const CallRule* call_ = nullptr;
  std::string our_name_;
  std::string packed_;
};

}  // namespace

void ReadJsonEvents(const JsonFormat& format, std::string_view input, Sink* sink) {
  Reader(format, input, sink).Records(input);
}

std::string OurName(std::string_view name) {
  std::string ours;
  for (char c : TrimSpace(name)) {
    if (c == ' ' || c == '-') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    ours.push_back(c);
  }
  return ours;
}

}  // namespace cartwheel::vocabulary
