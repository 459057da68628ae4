// Reads a mapping. All errors are gathered, each with its pointer and place, so that one look shows them all.
#include <algorithm>
#include <iterator>

#include "base/place.h"
#include "base/suggest.h"
#include "fmt/format.h"
#include "formats/mapping.h"
#include "formats/problem.h"
#include "formats/source_tree.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kErrorsMax = 20;
constexpr size_t kRulesMax = 1'000;

constexpr std::string_view kEventFields[] = {"id", "customer", "anonymous_id", "at", "sent_at", "received_at"};

struct ConversionName {
  std::string_view name;
  Conversion conversion;
};
constexpr ConversionName kConversions[] = {
    {"epoch", Conversion::kEpoch},
    {"hundredths", Conversion::kHundredths},
    {"millionths", Conversion::kMillionths},
    {"last_segment", Conversion::kLastSegment},
    {"absolute", Conversion::kAbsolute},
    {"sum", Conversion::kSum},
    {"utc", Conversion::kUtc},
    {"name", Conversion::kName},
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  absl::StatusOr<std::shared_ptr<const Mapping>> Read() {
    SourceNode root;
    SourceError error;
    if (!ReadSource(text_, &root, &error))
      return absl::InvalidArgumentError(
          fmt::format("({}): not JSON: {}", LineAndColumn(text_, error.offset), error.message));
    auto mapping = std::make_shared<Mapping>();
    Document(root, mapping.get());
    if (errors_.empty()) return mapping;
    std::string all;
    for (size_t i = 0; i < errors_.size() && i < kErrorsMax; ++i) all += (all.empty() ? "" : "\n") + errors_[i];
    if (errors_.size() > kErrorsMax) all += fmt::format("\nand {} more", errors_.size() - kErrorsMax);
    return absl::InvalidArgumentError(all);
  }

 private:
  using Places = const std::string&;  // JSON pointers

  void Add(const SourceNode& node, Places at, std::string_view message) {
    errors_.push_back(fmt::format("({}) {}: {}",
                                  LineAndColumn(text_, static_cast<size_t>(node.raw.data() - text_.data())),
                                  at.empty() ? "/" : at, message));
  }

  // Each member by a function of a table; a name that is not there is an error with the nearest.
  struct Key {
    std::string_view name;
    void (Reader::*read)(const SourceNode&, Places, void*);
  };
  void Members(const SourceNode& node, Places at, absl::Span<const Key> keys, void* into) {
    if (!node.is_map()) return Add(node, at, fmt::format("it is {}, expected an object", Kind(node)));
    for (const SourceMember& member : node.members) {
      const std::string place = fmt::format("{}/{}", at, member.key);
      auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == member.key; });
      if (found != keys.end()) {
        (this->*found->read)(member.value, place, into);
        continue;
      }
      std::vector<std::string_view> names;
      for (const Key& key : keys) names.push_back(key.name);
      Add(member.value, place, Unknown(member.key, names));
    }
  }

  static std::string Unknown(std::string_view name, const std::vector<std::string_view>& names) {
    std::string_view nearest = Nearest(name, names, Nearness::kPossible);
    return fmt::format("there is no {}: {}", Quote(name),
                       nearest.empty() ? fmt::format("expected {}", fmt::join(names, ", "))
                                       : fmt::format("did you mean {}?", Quote(nearest)));
  }

  static std::string_view Kind(const SourceNode& node) {
    switch (node.kind) {
      case SourceNode::Kind::kNull:
        return "null";
      case SourceNode::Kind::kBool:
        return "true or false";
      case SourceNode::Kind::kNumber:
        return "a number";
      case SourceNode::Kind::kText:
        return "a text";
      case SourceNode::Kind::kList:
        return "a list";
      case SourceNode::Kind::kMap:
        return "an object";
      case SourceNode::Kind::kUnreadable:
        break;
    }
    return "no JSON value";
  }

  // ---- The document ----

  void Document(const SourceNode& root, Mapping* mapping) {
    static constexpr Key kKeys[] = {{"mapping", &Reader::Version}, {"name", &Reader::Name},
                                    {"about", &Reader::About},     {"fields", &Reader::Common},
                                    {"line", &Reader::Line},       {"rules", &Reader::Rules},
                                    {"each", &Reader::CommonEach}, {"topic", &Reader::Topic},
                                    {"type", &Reader::CommonType}, {"properties", &Reader::CommonProperties}};
    Members(root, "", kKeys, mapping);
    if (!root.is_map()) return;
    if (root.Find("mapping") == nullptr) Add(root, "", "\"mapping\": 1 is missing: the version of this language");
    if (root.Find("rules") == nullptr) Add(root, "", "\"rules\" is missing: what becomes of which record");
    const bool typed = Given(mapping->type);
    for (size_t i = 0; i < mapping->rules.size(); ++i) {
      MappingRule& rule = mapping->rules[i];
      NoteReads(*mapping, &rule);
      if (Given(rule.type) || rule.skip || typed) continue;
      Add(root.Find("rules")->members[i].value, fmt::format("/rules/{}", i),
          "\"type\" is missing: the event it becomes, such as \"order_completed\" (or \"skip\": true for a record that "
          "is none)");
    }
  }
  void Version(const SourceNode& node, Places at, void*) {
    if (node.raw != "1") Add(node, at, "expected 1, the version of this language");
  }
  void Name(const SourceNode& node, Places at, void* into) { Text(node, at, &static_cast<Mapping*>(into)->name); }
  void About(const SourceNode& node, Places at, void*) {
    std::string ignored;
    Text(node, at, &ignored);
  }
  void Common(const SourceNode& node, Places at, void* into) {
    EventFields(node, at, &static_cast<Mapping*>(into)->fields);
  }
  void CommonEach(const SourceNode& node, Places at, void* into) {
    ListPaths(node, at, &static_cast<Mapping*>(into)->each);
  }
  void Topic(const SourceNode& node, Places at, void* into) {
    auto& topic = static_cast<Mapping*>(into)->topic;
    if (!node.is_list()) return Source(node, at, &topic.emplace_back());
    for (size_t i = 0; i < node.members.size(); ++i)
      Source(node.members[i].value, fmt::format("{}/{}", at, i), &topic.emplace_back());
  }
  void CommonProperties(const SourceNode& node, Places at, void* into) {
    Fields(node, at, &static_cast<Mapping*>(into)->properties);
  }
  void CommonType(const SourceNode& node, Places at, void* into) {
    TypeSource(node, at, &static_cast<Mapping*>(into)->type);
  }
  void Line(const SourceNode& node, Places at, void* into) { Fields(node, at, &static_cast<Mapping*>(into)->line); }
  void Rules(const SourceNode& node, Places at, void* into) {
    if (!node.is_list() || node.members.empty()) return Add(node, at, "expected a list of rules, at least one");
    if (node.members.size() > kRulesMax)
      return Add(node, at, fmt::format("it has {} rules, at most {} are taken", node.members.size(), kRulesMax));
    for (size_t i = 0; i < node.members.size(); ++i)
      Rule(node.members[i].value, fmt::format("{}/{}", at, i), &static_cast<Mapping*>(into)->rules.emplace_back());
  }

  // ---- A rule ----

  void Rule(const SourceNode& node, Places at, MappingRule* rule) {
    static constexpr Key kKeys[] = {{"about", &Reader::RuleAbout},   {"each", &Reader::Each},
                                    {"topic", &Reader::RuleTopics},  {"when", &Reader::RuleWhen},
                                    {"skip", &Reader::Skip},         {"also", &Reader::Also},
                                    {"type", &Reader::Type},         {"per", &Reader::Per},
                                    {"fields", &Reader::RuleFields}, {"properties", &Reader::Properties},
                                    {"copy", &Reader::Copy},         {"products", &Reader::Products}};
    Members(node, at, kKeys, rule);
  }
  void RuleAbout(const SourceNode& node, Places at, void* into) {
    Text(node, at, &static_cast<MappingRule*>(into)->about);
  }
  void Each(const SourceNode& node, Places at, void* into) {
    ListPaths(node, at, &static_cast<MappingRule*>(into)->each);
  }
  void Per(const SourceNode& node, Places at, void* into) {
    ListPaths(node, at, &static_cast<MappingRule*>(into)->per);
  }
  void Skip(const SourceNode& node, Places at, void* into) { Flag(node, at, &static_cast<MappingRule*>(into)->skip); }
  void Also(const SourceNode& node, Places at, void* into) { Flag(node, at, &static_cast<MappingRule*>(into)->also); }
  void RuleFields(const SourceNode& node, Places at, void* into) {
    EventFields(node, at, &static_cast<MappingRule*>(into)->fields);
  }
  void Properties(const SourceNode& node, Places at, void* into) {
    Fields(node, at, &static_cast<MappingRule*>(into)->properties);
  }
  void Type(const SourceNode& node, Places at, void* into) {
    TypeSource(node, at, &static_cast<MappingRule*>(into)->type);
  }
  void TypeSource(const SourceNode& node, Places at, MappingSource* source) {
    if (!node.is_text()) return Source(node, at, source);
    source->constant = node.raw;  // a name of ours, not a path
    if (node.absent()) Add(node, at, "expected the name of an event");
  }
  static bool Given(const MappingSource& source) { return !source.paths.empty() || !source.constant.empty(); }
  void Copy(const SourceNode& node, Places at, void* into) {
    auto& copy = static_cast<MappingRule*>(into)->copy;
    if (node.is_text()) return Path(node, at, &copy.emplace_back());
    if (!node.is_list()) return Add(node, at, "expected a path of an object, or a list of such");
    for (size_t i = 0; i < node.members.size(); ++i)
      Path(node.members[i].value, fmt::format("{}/{}", at, i), &copy.emplace_back());
  }
  void RuleTopics(const SourceNode& node, Places at, void* into) {
    auto& topics = static_cast<MappingRule*>(into)->topics;
    auto take = [&](const SourceNode& one) {
      if (one.is_map() || one.is_list() || one.absent()) return Add(node, at, "expected a topic, or a list of topics");
      topics.push_back(one.Text());
    };
    if (!node.is_list()) return take(node);
    for (const SourceMember& one : node.members) take(one.value);
  }
  void RuleWhen(const SourceNode& node, Places at, void* into) {
    When(node, at, &static_cast<MappingRule*>(into)->when);
  }
  void SourceWhen(const SourceNode& node, Places at, void* into) {
    When(node, at, &static_cast<MappingSource*>(into)->when);
  }
  void When(const SourceNode& node, Places at, std::vector<MappingCondition>* conditions) {
    if (!node.is_map()) return Add(node, at, "expected an object: a path and what stands there");
    for (const SourceMember& member : node.members) {
      const std::string place = fmt::format("{}/{}", at, member.key);
      MappingCondition& condition = conditions->emplace_back();
      Alternatives(member, place, &condition.paths);
      const SourceNode& value = member.value;
      if (value.kind == SourceNode::Kind::kBool) {
        condition.present = value.raw == "true";
      } else if (value.is_text() || value.kind == SourceNode::Kind::kNumber) {
        condition.values.push_back(value.Text());
      } else if (value.is_list() && !value.members.empty()) {
        for (const SourceMember& one : value.members) condition.values.push_back(one.value.Text());
      } else {
        Add(value, place,
            "expected a text, a number, a list of them, true (something stands there) or false (nothing does)");
      }
    }
  }
  void Products(const SourceNode& node, Places at, void* into) {
    MappingLines& lines = static_cast<MappingRule*>(into)->products.emplace();
    if (!node.is_map()) return ListPaths(node, at, &lines.from);
    static constexpr Key kKeys[] = {{"from", &Reader::From}, {"line", &Reader::LinesLine}};
    Members(node, at, kKeys, &lines);
    if (node.is_map() && node.Find("from") == nullptr) Add(node, at, "\"from\" is missing: the path of the list");
  }
  void From(const SourceNode& node, Places at, void* into) {
    ListPaths(node, at, &static_cast<MappingLines*>(into)->from);
  }
  void LinesLine(const SourceNode& node, Places at, void* into) {
    Fields(node, at, &static_cast<MappingLines*>(into)->fields);
  }

  // ---- Values ----

  void EventFields(const SourceNode& node, Places at, std::vector<MappingField>* fields) {
    const size_t before = fields->size();
    Fields(node, at, fields);
    for (size_t i = before; i < fields->size(); ++i) {
      const std::string& name = (*fields)[i].name;
      if (std::find(std::begin(kEventFields), std::end(kEventFields), name) == std::end(kEventFields))
        Add(*node.Find(name), fmt::format("{}/{}", at, name),
            Unknown(name, {std::begin(kEventFields), std::end(kEventFields)}));
    }
  }
  void Fields(const SourceNode& node, Places at, std::vector<MappingField>* fields) {
    if (!node.is_map())
      return Add(node, at, fmt::format("it is {}, expected an object: our field and where it comes from", Kind(node)));
    for (const SourceMember& member : node.members) {
      MappingField& field = fields->emplace_back();
      field.name = member.key;
      Source(member.value, fmt::format("{}/{}", at, member.key), &field.source);
    }
  }

  // A path, a list of paths, or an object.
  void Source(const SourceNode& node, Places at, MappingSource* source) {
    if (!node.is_map()) return Paths(node, at, source);
    static constexpr Key kKeys[] = {{"path", &Reader::Paths},  {"value", &Reader::Constant},  {"as", &Reader::As},
                                    {"names", &Reader::Names}, {"when", &Reader::SourceWhen}, {"only", &Reader::Only}};
    Members(node, at, kKeys, source);
    if (node.Find("path") == nullptr && node.Find("value") == nullptr)
      Add(node, at, "expected \"path\" (where it stands) or \"value\" (what it always is)");
  }
  void Paths(const SourceNode& node, Places at, void* into) {
    auto& paths = static_cast<MappingSource*>(into)->paths;
    if (node.is_text()) return Path(node, at, &paths.emplace_back());
    if (!node.is_list() || node.members.empty())
      return Add(node, at, fmt::format("it is {}, expected a path, a list of paths, or an object", Kind(node)));
    for (size_t i = 0; i < node.members.size(); ++i)
      Path(node.members[i].value, fmt::format("{}/{}", at, i), &paths.emplace_back());
  }
  void Constant(const SourceNode& node, Places at, void* into) {
    if (node.kind == SourceNode::Kind::kUnreadable) return Add(node, at, "it is no JSON value");
    static_cast<MappingSource*>(into)->constant = node.raw;
  }
  void As(const SourceNode& node, Places at, void* into) {
    if (node.is_list()) {
      for (size_t i = 0; i < node.members.size(); ++i) As(node.members[i].value, fmt::format("{}/{}", at, i), into);
      return;
    }
    std::vector<std::string_view> names;
    for (const ConversionName& row : kConversions) {
      names.push_back(row.name);
      if (node.is_text() && row.name == node.Text())
        return static_cast<MappingSource*>(into)->conversions.push_back(row.conversion);
    }
    Add(node, at, Unknown(node.Text(), names));
  }
  void Names(const SourceNode& node, Places at, void* into) {
    if (!node.is_map()) return Add(node, at, "expected an object: a word of theirs and what it is here");
    for (const SourceMember& member : node.members)
      static_cast<MappingSource*>(into)->names.emplace_back(member.key, member.value.raw);
  }
  void Only(const SourceNode& node, Places at, void* into) {
    Flag(node, at, &static_cast<MappingSource*>(into)->only_names);
  }

  void Path(const SourceNode& node, Places at, MappingPath* path) {
    if (!node.is_text()) return Add(node, at, fmt::format("it is {}, expected a path", Kind(node)));
    if (absl::Status status = ParsePath(node.Text(), path); !status.ok()) Add(node, at, StatusMessage(status));
  }
  // "name | event_name": any of these paths.
  void Alternatives(const SourceMember& member, Places at, MappingPaths* paths) {
    constexpr std::string_view kOr = " | ";
    std::string_view rest = member.key;
    while (true) {
      const size_t end = std::min(rest.find(kOr), rest.size());
      if (absl::Status status = ParsePath(rest.substr(0, end), &paths->emplace_back()); !status.ok())
        Add(member.value, at, StatusMessage(status));
      if (end == rest.size()) return;
      rest.remove_prefix(end + kOr.size());
    }
  }
  // A path of a list may leave out the [] at its end.
  void ListPaths(const SourceNode& node, Places at, MappingPaths* paths) {
    MappingSource source;
    Paths(node, at, &source);
    for (MappingPath& path : source.paths) {
      if (!path.steps.empty() && path.steps.back().kind == MappingPath::Step::Kind::kMember) {
        path.steps.push_back({.kind = MappingPath::Step::Kind::kEach});
        path.text += "[]";
      }
      paths->push_back(std::move(path));
    }
  }
  void Text(const SourceNode& node, Places at, std::string* text) {
    if (!node.is_text()) return Add(node, at, fmt::format("it is {}, expected a text", Kind(node)));
    *text = node.Text();
  }
  void Flag(const SourceNode& node, Places at, bool* flag) {
    if (node.kind != SourceNode::Kind::kBool)
      return Add(node, at, fmt::format("it is {}, expected true or false", Kind(node)));
    *flag = node.raw == "true";
  }
  static std::string StatusMessage(const absl::Status& status) {
    return std::string(status.message().data(), status.message().size());
  }

  // What `copy` need not copy, since a field reads it.
  static void NoteReads(const Mapping& mapping, MappingRule* rule_read) {
    const MappingRule& rule = *rule_read;
    auto note = [&](const MappingSource& source) {
      for (const MappingPath& path : source.paths) rule_read->read.push_back(path.text);
    };
    note(rule.type);
    note(mapping.type);
    for (const auto* fields : {&rule.fields, &rule.properties, &mapping.fields, &mapping.properties})
      for (const MappingField& field : *fields) note(field.source);
    auto note_all = [&](const MappingPaths& paths) {
      for (const MappingPath& path : paths)
        if (!path.steps.empty()) rule_read->read.push_back(path.text);
    };
    if (rule.products) note_all(rule.products->from);
    note_all(rule.per);
    note_all(rule.copy);
  }

  std::string_view text_;
  std::vector<std::string> errors_;
};

}  // namespace

bool SameTopic(std::string_view a, std::string_view b) {
  auto plain = [](char c) {
    return c == '/' || c == '.' || c == '-' || c == ' ' ? '_'
           : c >= 'A' && c <= 'Z'                       ? static_cast<char>(c - 'A' + 'a')
                                                        : c;
  };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return plain(x) == plain(y); });
}

absl::StatusOr<std::shared_ptr<const Mapping>> ReadMapping(std::string_view json) { return Reader(json).Read(); }

}  // namespace cartwheel::formats
