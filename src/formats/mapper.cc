#include "formats/mapper.h"

#include <algorithm>
#include <functional>

#include "base/json_text.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"

namespace cartwheel::formats {
namespace {

constexpr std::string_view kOtherFields[] = {"customer", "anonymous_id", "at", "sent_at", "received_at"};

std::string JsonText(std::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

void AppendMember(std::string_view name, std::string_view json, std::string* out) {
  if (out->back() != '{') out->push_back(',');
  AppendJsonString(name, out);
  out->push_back(':');
  out->append(json);
}

// What the conditions of the rules look at, with what stands there: for the message that none took the record.
std::string Shown(const Mapping& mapping, const SourceNode& record, const auto& resolve) {
  constexpr size_t kExpectedMax = 12;
  std::vector<std::string> seen, shown, expected;
  for (const MappingRule& rule : mapping.rules) {
    for (const MappingCondition& condition : rule.when) {
      for (const std::string& value : condition.values)
        if (expected.size() < kExpectedMax && std::find(expected.begin(), expected.end(), value) == expected.end())
          expected.push_back(value);
      for (const MappingPath& path : condition.paths) {
        if (std::find(seen.begin(), seen.end(), path.text) != seen.end()) continue;
        seen.push_back(path.text);
        for (const SourceNode* node : resolve(path, record))
          if (!node->is_map() && !node->is_list())
            shown.push_back(fmt::format("{} is {}", path.text, Quote(node->Text())));
      }
    }
  }
  std::string what = shown.empty() ? fmt::format("nothing stands at {}", fmt::join(seen, ", "))
                                   : fmt::format("{}", fmt::join(shown, ", "));
  return expected.empty() ? what : fmt::format("{}; expected {}", what, fmt::join(expected, ", "));
}

std::string ShownTopic(const Mapping& mapping, std::string_view topic) {
  std::vector<std::string_view> expected;
  for (const MappingRule& rule : mapping.rules) expected.insert(expected.end(), rule.topics.begin(), rule.topics.end());
  return fmt::format("its topic is {}; expected {}", topic.empty() ? "not known" : Quote(topic),
                     fmt::join(expected, ", "));
}

}  // namespace

bool Mapper::Map(std::string_view record, std::vector<MappedEvent>* events, std::vector<Problem>* problems) {
  root_ = SourceNode();
  nested_.clear();
  inside_.clear();
  seen_.clear();
  known_.clear();
  empty_lists_ = handled_ = false;
  made_bytes_ = 0;
  matched_.clear();
  taken_.clear();
  ids_.clear();
  read_.clear();
  events_ = events;
  SourceError error;
  if (record.size() > kForeignRecordBytesMax) {
    problems->push_back(
        {"foreign_record_bytes_max", fmt::format("the record has {} bytes: foreign_record_bytes_max is {}",
                                                 record.size(), kForeignRecordBytesMax)});
    return false;
  }
  if (!ReadSource(record, &root_, &error)) {
    problems->push_back(
        {"bad_json", fmt::format("not JSON near byte {}: {}; expected one whole object", error.offset, error.message)});
    return false;
  }
  const size_t before = events->size();
  for (size_t i = 0; i < mapping_.rules.size(); ++i) Rule(mapping_.rules[i], i);
  std::stable_sort(events->begin() + static_cast<std::ptrdiff_t>(before), events->end(),
                   [](const MappedEvent& a, const MappedEvent& b) { return std::less<>()(a.place, b.place); });
  if (made_bytes_ > kMadeBytesMax)
    problems->push_back(
        {"made_bytes_max",
         fmt::format("the record becomes more than {} bytes of events, which is made_bytes_max: the rest is left out",
                     kMadeBytesMax)});
  if (seen_.empty() && !empty_lists_) seen_.push_back(&root_);
  auto resolve = [this](const MappingPath& path, const SourceNode& element) {
    return Resolve(path, {&root_, &element});
  };
  for (const SourceNode* element : seen_) {
    if (handled_ || matched_.contains(element)) continue;
    const bool whole = element == &root_;
    // A record whose lists were taken apart is no event itself.
    if (whole && seen_.size() > 1) continue;
    const std::string topic = Topic(mapping_.each.empty() && whole ? Scope{&root_} : Scope{&root_, element});
    problems->push_back(
        {"no_rule",
         fmt::format("no rule of the format takes {}: {}", whole ? "this record" : "an element",
                     mapping_.topic.empty() ? Shown(mapping_, *element, resolve) : ShownTopic(mapping_, topic))});
  }
  return true;
}

void Mapper::Rule(const MappingRule& rule, size_t index) {
  Nodes elements{&root_};
  const bool main = rule.each.empty() || mapping_.each.empty();  // else it looks further into what other rules take
  const MappingPaths& each = rule.each.empty() ? mapping_.each : rule.each;
  if (!each.empty()) {
    const MappingPath* there = nullptr;
    elements = Elements(each, {&root_}, &there);
    empty_lists_ = empty_lists_ || (there != nullptr && elements.empty());
  }
  for (const SourceNode* element : elements) {
    if (main && known_.insert(element).second) seen_.push_back(element);
    if (taken_.contains(element)) continue;
    Scope scope{&root_};
    if (!each.empty()) scope.push_back(element);
    if (!rule.topics.empty()) {
      const std::string topic = Topic(scope);
      if (std::none_of(rule.topics.begin(), rule.topics.end(),
                       [&](const std::string& one) { return SameTopic(one, topic); }))
        continue;
    }
    if (!Holds(rule.when, scope)) continue;
    matched_.insert(element);
    if (!rule.also) taken_.insert(element);
    handled_ = handled_ || !main;
    if (rule.skip) continue;
    const MappingPath* ignored = nullptr;
    const Nodes lines = Elements(rule.per, scope, &ignored);
    if (lines.empty()) Event(rule, index, scope, nullptr);
    for (const SourceNode* line : lines) Event(rule, index, scope, line);
  }
}

std::string Mapper::Topic(const Scope& scope) {
  for (const MappingSource& source : mapping_.topic) {
    const Found found = Value(source, scope);
    if (found.json.empty()) continue;
    SourceNode node;
    node.kind = found.json.starts_with('"') ? SourceNode::Kind::kText : SourceNode::Kind::kNumber;
    node.raw = found.json;
    return node.Text();
  }
  return {};
}

bool Mapper::Holds(const std::vector<MappingCondition>& conditions, const Scope& scope) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const MappingCondition& condition) {
    Nodes nodes;
    for (const MappingPath& path : condition.paths)
      for (const SourceNode* node : Resolve(path, scope)) nodes.push_back(node);
    std::erase_if(nodes, [](const SourceNode* node) { return node->absent(); });
    for (const SourceNode* node : nodes) NoteRead(node);
    if (condition.values.empty()) return nodes.empty() != condition.present;
    return std::any_of(nodes.begin(), nodes.end(), [&](const SourceNode* node) {
      return std::find(condition.values.begin(), condition.values.end(), node->Text()) != condition.values.end();
    });
  });
}

const MappingSource* Mapper::EventField(const MappingRule& rule, std::string_view name) const {
  for (const auto* fields : {&rule.fields, &mapping_.fields})
    for (const MappingField& field : *fields)
      if (field.name == name) return &field.source;
  return nullptr;
}

std::string Mapper::UniqueId(const std::string& json) {
  const int before = ids_[json]++;
  if (before == 0) return json;
  SourceNode node;
  node.kind = json.starts_with('"') ? SourceNode::Kind::kText : SourceNode::Kind::kNumber;
  node.raw = json;
  return JsonText(fmt::format("{}#{}", node.Text(), before));
}

void Mapper::Event(const MappingRule& rule, size_t index, const Scope& scope, const SourceNode* line) {
  if (made_bytes_ > kMadeBytesMax) return;
  fields_.clear();
  std::set<std::string> seen;
  std::string out = "{";
  if (const MappingSource* source = EventField(rule, "id"); source != nullptr) {
    Found found = Value(*source, scope);
    if (!found.json.empty()) found.json = UniqueId(found.json);
    Field("id", found, "", &seen, &out);
  }
  const bool own_type = !rule.type.paths.empty() || !rule.type.constant.empty();
  Field("type", Value(own_type ? rule.type : mapping_.type, scope), "", &seen, &out);
  for (std::string_view name : kOtherFields)
    if (const MappingSource* source = EventField(rule, name); source != nullptr)
      Field(name, Value(*source, scope), "", &seen, &out);
  AppendMember("properties", Properties(rule, scope, line), &out);
  out.push_back('}');
  made_bytes_ += out.size();
  events_->push_back({index, scope.back()->raw.data(), std::move(out), std::move(fields_)});
}

std::string Mapper::Properties(const MappingRule& rule, const Scope& scope, const SourceNode* line) {
  std::set<std::string> seen;
  std::string out = "{";
  if (line != nullptr) {
    Scope inner = scope;
    inner.push_back(line);
    for (const MappingField& field : mapping_.line)
      Field(field.name, Value(field.source, inner), "properties.", &seen, &out);
  }
  for (const MappingField& field : rule.properties)
    Field(field.name, Value(field.source, scope), "properties.", &seen, &out);
  if (rule.products) {
    std::string list;
    Products(*rule.products, scope, &list);
    if (!list.empty()) Field("products", {list, ""}, "properties.", &seen, &out);
  }
  for (const MappingField& field : mapping_.properties)
    Field(field.name, Value(field.source, scope), "properties.", &seen, &out);
  Copy(rule, scope, &seen, &out);
  out.push_back('}');
  return out;
}

// Empty when the list is not there: a snapshot without lines says nothing of them, one with an empty list says that
// there are none.
void Mapper::Products(const MappingLines& lines, const Scope& scope, std::string* out) {
  const MappingPath* there = nullptr;
  const Nodes elements = Elements(lines.from, scope, &there);
  if (there == nullptr) return;
  const auto& fields = lines.fields.empty() ? mapping_.line : lines.fields;
  *out = "[";
  for (size_t i = 0; const SourceNode* line : elements) {
    if (i > 0) out->push_back(',');
    Scope inner = scope;
    inner.push_back(line);
    std::set<std::string> seen;
    std::string product = "{";
    const std::string place = fmt::format("properties.products[{}].", i);
    for (const MappingField& field : fields) Field(field.name, Value(field.source, inner), place, &seen, &product);
    out->append(product + "}");
    ++i;
  }
  out->push_back(']');
}

void Mapper::Copy(const MappingRule& rule, const Scope& scope, std::set<std::string>* seen, std::string* out) {
  for (const MappingPath& path : rule.copy) {
    for (const SourceNode* map : Resolve(path, scope)) {
      if (!map->is_map()) continue;
      for (const SourceMember& member : map->members) {
        const std::string full = path.steps.empty() ? member.key : fmt::format("{}.{}", path.text, member.key);
        const bool read = std::any_of(rule.read.begin(), rule.read.end(), [&](const std::string& other) {
          return other.starts_with(full) &&
                 (other.size() == full.size() || other[full.size()] == '.' || other[full.size()] == '[');
        });
        if (read || !seen->insert(member.key).second) continue;
        NoteRead(&member.value);
        AppendMember(member.key, member.value.raw, out);
        if (explain_) fields_.push_back({"properties." + member.key, full});
      }
    }
  }
}

void Mapper::Field(std::string_view name, const Found& found, std::string_view place, std::set<std::string>* seen,
                   std::string* out) {
  if (found.json.empty() || !seen->insert(std::string(name)).second) return;
  if (found.json == "null" && found.path.empty()) return;  // a rule says that it has none
  AppendMember(name, found.json, out);
  if (explain_ && name != "products") fields_.push_back({fmt::format("{}{}", place, name), found.path});
}

std::vector<std::string> Mapper::Unread() const {
  std::vector<std::string> paths;
  FindUnread(root_, "", &paths);
  return paths;
}

void Mapper::FindUnread(const SourceNode& node, const std::string& path, std::vector<std::string>* paths) const {
  if (read_.contains(&node)) return;
  auto inside = inside_.find(&node);
  const SourceNode& shown = inside != inside_.end() ? *inside->second : node;
  if ((!shown.is_map() && !shown.is_list()) || shown.members.empty()) {
    if (std::find(paths->begin(), paths->end(), path) == paths->end()) paths->push_back(path);
    return;
  }
  for (const SourceMember& member : shown.members)
    FindUnread(member.value, shown.is_list() ? path + "[]" : path + (path.empty() ? "" : ".") + member.key, paths);
}

}  // namespace cartwheel::formats
