#include "formats/lenient_events.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/clocks.h"
#include "formats/lenient_properties.h"
#include "formats/type_names.h"
#include "formats/validate.h"

namespace cartwheel::formats {
namespace {

using Kind = JsonNode::Kind;

class Reader {
 public:
  Reader(const JsonFormat& format, std::string_view record, Sink* sink) : format_(format), sink_(*sink) {
    stamps_.record = record;
  }

  void Run() {
    Problem problem;
    if (!ParseTree(stamps_.record, &root_, &problem)) return sink_.Reject({}, std::move(problem));
    NoteMembers();
    Id(RecordField::kId, &id_, &event_.id);
    Id(RecordField::kCustomer, &customer_, &event_.customer);
    Id(RecordField::kAnonymousId, &anonymous_id_, &event_.anonymous_id);
    if (!ReadType(&problem)) return sink_.Reject(event_.id, std::move(problem));
    ReadTimes();
    ReadProperties();
    sink_.Take(&event_, stamps_);
  }

 private:
  // Members that stand twice or, where the format says that there are no others, that it does not know.
  void NoteMembers() {
    for (const std::string& key : root_.repeated)
      if (FindMember(key) != nullptr)
        sink_.Warn("duplicate_key", Describe(Path{nullptr, key}), "there twice", "it once; the first counts");
    if (!format_.closed) return;
    std::vector<std::string_view> names;
    for (const MemberRule& rule : format_.members)
      if (!rule.spelling) names.push_back(rule.member);
    for (size_t i = 0; i < root_.keys.size(); ++i) {
      if (FindMember(root_.keys[i]) != nullptr) continue;
      const std::string_view nearest = Nearest(root_.keys[i], names, Nearness::kPossible);
      const std::string meant = nearest.empty() ? std::string() : fmt::format("; did you mean {}?", Quote(nearest));
      sink_.Warn("unknown_key", Describe(Path{nullptr, root_.keys[i]}), Show(root_.children[i]),
                 fmt::format("no such member, but {}{}", fmt::join(names, ", "), meant));
    }
  }

  const MemberRule* FindMember(std::string_view key) const {
    for (const MemberRule& rule : format_.members)
      if (rule.member == key) return &rule;
    return nullptr;
  }

  // The members of a field that are there and not null, in the order in which they count.
  std::vector<std::pair<std::string_view, const JsonNode*>> Members(RecordField field) const {
    std::vector<std::pair<std::string_view, const JsonNode*>> members;
    for (const MemberRule& rule : format_.members) {
      if (rule.field != field) continue;
      if (const JsonNode* node = root_.Find(rule.member); node != nullptr && !node->is(Kind::kNull))
        members.emplace_back(rule.member, node);
    }
    return members;
  }

  // An id that was given empty is a view with data: placeholders are told from what is absent.
  void Id(RecordField field, std::string* text, std::string_view* id) {
    for (const auto& [key, node] : Members(field)) {
      bool readable = false;
      *text = ReadId(*node, &readable);
      if (readable) {
        *id = *text;
        return;
      }
      sink_.Warn("bad_id", std::string(key), Show(*node), Expected(Holds::kId));
    }
  }

  // A text, trimmed. `wrong` becomes the problem of the last one that is none.
  std::optional<std::string> Text(RecordField field, Problem* wrong) {
    for (const auto& [key, node] : Members(field)) {
      if (node->is(Kind::kText)) return std::string(TrimId(node->text));
      wrong->Set(fmt::format("bad_{}", key), fmt::format("{} is {}: expected text", key, Show(*node)));
    }
    return std::nullopt;
  }

  bool ReadType(Problem* problem) {
    std::optional<std::string> type = Text(RecordField::kType, problem);
    Problem name_problem;
    if (std::optional<std::string> name = Text(RecordField::kName, &name_problem)) name_ = *std::move(name);
    if (!type && !problem->code.empty()) return false;
    if (!type || type->empty())
      return problem->Set("missing_type", "type is missing: expected a name such as \"product_added\"");
    if (format_.calls.empty()) {
      Name("type", *type);
      return true;
    }
    return ReadCall(*type, name_problem, problem);
  }

  bool ReadCall(const std::string& type, const Problem& name_problem, Problem* problem) {
    std::vector<std::string_view> calls;
    for (const CallRule& rule : format_.calls) {
      if (rule.call == type) call_ = &rule;
      if (!rule.ignored) calls.push_back(rule.call);
    }
    if (call_ == nullptr) {
      if (name_.empty())
        return problem->Set("unknown_type",
                            fmt::format("type is {}: expected {}", Quote(type), fmt::join(calls, ", ")));
      sink_.Warn("unknown_type", "type", Quote(type),
                 fmt::format("{}; it was taken as {}", fmt::join(calls, ", "), calls.front()));
      call_ = format_.calls.data();
    }
    if (call_->ignored)
      return problem->Set("ignored_call",
                          fmt::format("{} calls are not used: expected {}", call_->call, fmt::join(calls, ", ")));
    if (call_->type != EventType::kCustom) {
      event_.type = call_->type;
      event_.type_name = EventTypeName(call_->type);
      return true;
    }
    if (!name_problem.code.empty() && name_.empty()) {
      *problem = name_problem;
      return false;
    }
    if (name_.empty())
      return problem->Set("missing_type",
                          fmt::format("event is missing: {} needs a name such as \"Product Added\"", call_->call));
    Name("event", OurName(name_));
    if (event_.type == EventType::kIdentify || event_.type == EventType::kAlias || event_.type == EventType::kErase)
      return problem->Set("reserved_type", fmt::format("event {} cannot be a {} call: expected a call of its own",
                                                       Quote(name_), call_->call));
    return true;
  }

  void Name(std::string_view member, std::string_view name) {
    type_ = ReadTypeName(name);
    event_.type = type_.type;
    event_.type_name = type_.name;
    event_.exits_as = type_.exits_as;
    if (type_.too_long)
      sink_.Warn("type_bytes_max", std::string(member), Quote(name),
                 fmt::format("at most {} bytes (type_bytes_max); its hash stands for it", kTypeBytesMax));
    if (type_.near != EventType::kCustom)
      sink_.Warn("near_type", std::string(member), Quote(name),
                 fmt::format("\"{}\", if that was meant: this is an event of your own{}", EventTypeName(type_.near),
                             type_.exits_as != EventType::kCustom ? ", which acts as that exit" : ""));
  }

  bool Instant(std::string_view key, const JsonNode& node, int64_t* at_ms) {
    if (node.is(Kind::kNumber)) return ReadInstant(node.raw, true, key, &sink_, at_ms);
    return node.is(Kind::kText) && ReadInstant(node.text, false, key, &sink_, at_ms);
  }

  void ReadTimes() {
    stamps_.sent_at_ms = OptionalInstant(RecordField::kSentAt);
    stamps_.received_at_ms = OptionalInstant(RecordField::kReceivedAt);
    event_.at_ms = sink_.options.default_at_ms;
    const auto members = Members(RecordField::kAt);
    stamps_.at_missing = members.empty();
    if (members.empty() && stamps_.sent_at_ms) event_.at_ms = *stamps_.sent_at_ms;
    for (const auto& [key, node] : members) {
      stamps_.at_unreadable = !Instant(key, *node, &event_.at_ms);
      stamps_.at_text = node->is(Kind::kText) ? std::string_view(node->text) : std::string_view();
      stamps_.at_corrected = key == format_.corrected_with_received && root_.Find(format_.uncorrected) != nullptr &&
                             stamps_.received_at_ms.has_value();
      if (!stamps_.at_unreadable) return;
      event_.at_ms = sink_.options.default_at_ms;
      sink_.Warn("bad_at", std::string(key), Show(*node), kTimeExpected);
    }
  }

  std::optional<int64_t> OptionalInstant(RecordField field) {
    for (const auto& [key, node] : Members(field)) {
      int64_t at_ms = 0;
      if (Instant(key, *node, &at_ms)) return at_ms;
      sink_.Warn("bad_at", std::string(key), Show(*node), kTimeExpected);
    }
    return std::nullopt;
  }

  void ReadProperties() {
    PackedWriter writer(&packed_);
    writer.BeginMap();
    const bool named_otherwise = call_ != nullptr && call_->type != EventType::kCustom && !name_.empty();
    if (named_otherwise) {
      writer.Key("name");
      writer.Scalar(Value::String(name_));
    }
    std::string previous_id;
    std::string_view previous;
    Id(RecordField::kPreviousId, &previous_id, &previous);
    if (!previous.empty()) {
      writer.Key("previous_id");
      writer.Scalar(Value::String(previous));
    }
    const RecordField field = call_ != nullptr ? call_->properties : RecordField::kProperties;
    for (const auto& [key, node] : Members(field))
      PackLeniently(*node, PropertyModeOf(event_.type), key, &writer, &sink_);
    writer.End();
    event_.properties = packed_;
  }

  const JsonFormat& format_;
  Sink& sink_;
  JsonNode root_;
  Event event_;
  Stamps stamps_;
  const CallRule* call_ = nullptr;
  TypeReading type_;
  std::string id_, customer_, anonymous_id_, name_, packed_;
};

}  // namespace

void ReadLeniently(const JsonFormat& format, std::string_view record, Sink* sink) {
  Reader(format, record, sink).Run();
}

}  // namespace cartwheel::formats
