// How a mapping finds values in a record, and what it does to them on the way.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_text.h"
#include "base/money.h"
#include "fmt/format.h"
#include "formats/mapper.h"
#include "formats/records.h"

namespace cartwheel::formats {
namespace {

// An epoch below this is in seconds, from this in milliseconds, from the next in microseconds (both are years 1973 to
// 5138).
constexpr double kMillisecondsFrom = 1e11, kMicrosecondsFrom = 1e14;

std::string JsonText(std::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

// Each gets what stands there without quotes; empty: it cannot be converted, and stays as it is.
std::string Epoch(std::string_view text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number > 0 && number < 1e18)) return {};
  const double ms = number < kMillisecondsFrom ? number * 1000 : number < kMicrosecondsFrom ? number : number / 1000;
  return fmt::format("{}", static_cast<int64_t>(ms));
}

std::string Divided(std::string_view text, int64_t divisor) {
  const std::optional<Money> money = ParseMoney(text);
  return money ? FormatMoney(*money / divisor) : std::string();
}

std::string LastSegment(std::string_view text) {
  text = text.substr(0, text.find('?'));
  const size_t slash = text.rfind('/');
  return JsonText(slash == text.npos ? text : text.substr(slash + 1));
}

// "2022-08-01T09:30:00" → "2022-08-01T09:30:00Z"
std::string Utc(std::string_view text) {
  constexpr size_t kDateBytes = 10;
  if (text.size() <= kDateBytes || text.find_first_of("Zz+-", kDateBytes) != text.npos || text[4] != '-') return {};
  return JsonText(fmt::format("{}Z", text));
}

std::string Name(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool hump = upper && i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if (hump) name.push_back('_');
    name.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c == ' ' || c == '-' ? '_' : c);
  }
  return JsonText(name);
}

std::string Convert(Conversion conversion, const SourceNode& value) {
  const std::string held = value.Text();
  const std::string_view text = TrimSpace(held);
  switch (conversion) {
    case Conversion::kEpoch:
      return Epoch(text);
    case Conversion::kHundredths:
      return Divided(text, 100);
    case Conversion::kMillionths:
      return Divided(text, 1'000'000);
    case Conversion::kLastSegment:
      return LastSegment(text);
    case Conversion::kAbsolute:
      if (!text.starts_with('-')) return {};
      return value.is_text() ? JsonText(text.substr(1)) : std::string(text.substr(1));
    case Conversion::kSum:
      return {};  // of several values
    case Conversion::kUtc:
      return Utc(text);
    case Conversion::kName:
      return Name(text);
  }
  return {};
}

// All of them, or none where one is no amount.
std::string Sum(const std::vector<const SourceNode*>& nodes) {
  Money sum = 0;
  for (const SourceNode* node : nodes) {
    const std::optional<Money> money = ParseMoney(TrimSpace(node->Text()));
    if (!money) return {};
    sum = AddMoney(sum, *money);
  }
  return FormatMoney(sum);
}

}  // namespace

Mapper::Found Mapper::Value(const MappingSource& source, const Scope& scope) {
  if (!Holds(source.when, scope)) return {};
  for (const MappingPath& path : source.paths)
    if (Found found = FromPath(source, path, scope); !found.json.empty()) return found;
  return {source.constant, ""};
}

Mapper::Found Mapper::FromPath(const MappingSource& source, const MappingPath& path, const Scope& scope) {
  Nodes nodes = Resolve(path, scope);
  std::erase_if(nodes, [](const SourceNode* node) { return node->absent(); });
  if (nodes.empty()) return {};
  const bool sums =
      std::find(source.conversions.begin(), source.conversions.end(), Conversion::kSum) != source.conversions.end();
  for (const SourceNode* node : nodes) {
    NoteRead(node);
    if (!sums) break;
  }
  std::string json(nodes.front()->raw);
  if (sums) {
    json = Sum(nodes);
    if (json.empty()) return {std::string(nodes.front()->raw), path.text};  // for the reader of events to judge
  }
  if (!source.names.empty()) {
    const std::string word = nodes.front()->Text();
    auto known =
        std::find_if(source.names.begin(), source.names.end(), [&](const auto& name) { return name.first == word; });
    if (known != source.names.end()) return {known->second == "null" ? "" : known->second, path.text};
    if (source.only_names) return {};
  }
  for (Conversion conversion : source.conversions) {
    SourceNode node;
    node.kind = json.starts_with('"') ? SourceNode::Kind::kText : SourceNode::Kind::kNumber;
    node.raw = json;
    if (std::string converted = Convert(conversion, node); !converted.empty()) json = std::move(converted);
  }
  return {json, path.text};
}

Mapper::Nodes Mapper::Resolve(const MappingPath& path, const Scope& scope) {
  Nodes found;
  const size_t up = static_cast<size_t>(path.up);
  if (up < scope.size()) Follow(scope[scope.size() - 1 - up], path, 0, &found);
  return found;
}

Mapper::Nodes Mapper::Elements(const MappingPaths& lists, const Scope& scope, const MappingPath** there) {
  for (const MappingPath& path : lists) {
    MappingPath list = path;
    if (!list.steps.empty() && list.steps.back().kind == MappingPath::Step::Kind::kEach) list.steps.pop_back();
    const Nodes found = Resolve(list, scope);
    if (found.empty() || found.front()->absent()) continue;
    *there = &path;
    return Resolve(path, scope);
  }
  return {};
}

// "a, b" → "a" and "b".
Mapper::Nodes Mapper::Parts(const SourceNode* text) {
  auto& [held, list] = nested_.emplace_back();
  const std::string whole = text->Text();
  for (size_t begin = 0; begin <= whole.size();) {
    const size_t end = std::min(whole.find(',', begin), whole.size());
    const std::string_view part = TrimSpace(std::string_view(whole).substr(begin, end - begin));
    if (!part.empty()) held += (held.empty() ? "[" : ",") + JsonText(part);
    begin = end + 1;
  }
  held += held.empty() ? "[]" : "]";
  SourceError none;
  ReadSource(held, &list, &none);
  inside_[text] = &list;
  Nodes parts;
  for (const SourceMember& member : list.members) parts.push_back(&member.value);
  return parts;
}

void Mapper::Follow(const SourceNode* node, const MappingPath& path, size_t step, Nodes* found) {
  if (step == path.steps.size()) return found->push_back(node);
  node = Inside(node);
  const MappingPath::Step& next = path.steps[step];
  switch (next.kind) {
    case MappingPath::Step::Kind::kMember:
      if (!node->is_map()) return;
      if (const SourceNode* member = node->Find(next.name); member != nullptr) Follow(member, path, step + 1, found);
      return;
    case MappingPath::Step::Kind::kIndex:
      if (node->is_list() && next.index < node->members.size())
        Follow(&node->members[next.index].value, path, step + 1, found);
      return;
    case MappingPath::Step::Kind::kEach:
    case MappingPath::Step::Kind::kWhere:
      break;
  }
  // PHP writes a list that was filtered as a map; and where a list is expected, one element may stand alone.
  const bool keyed = node->is_map() && !node->members.empty() &&
                     std::all_of(node->members.begin(), node->members.end(),
                                 [](const SourceMember& member) { return member.value.is_map(); });
  if (node->is_text()) {
    for (const SourceNode* part : Parts(node)) Follow(part, path, step + 1, found);
    return;
  }
  if (node->is_map() && !keyed) return Follow(node, path, step + 1, found);
  if (!node->is_list() && !keyed) return;
  for (const SourceMember& element : node->members) {
    if (next.kind == MappingPath::Step::Kind::kWhere) {
      const SourceNode* inside = Inside(&element.value);
      const SourceNode* key = inside->is_map() ? inside->Find(next.name) : nullptr;
      if (key == nullptr || key->Text() != next.value) continue;
      NoteRead(key);
    }
    Follow(&element.value, path, step + 1, found);
  }
}

// A text that holds a JSON object or list is looked into: many queues carry a body so.
const SourceNode* Mapper::Inside(const SourceNode* node) {
  if (!node->is_text() || node->raw.size() < 4) return node;
  if (auto known = inside_.find(node); known != inside_.end()) return known->second;
  const char first = node->raw[1];
  if (first != '{' && first != '[') return node;
  auto& [text, root] = nested_.emplace_back();
  text = node->Text();
  SourceError ignored;
  if (!ReadSource(text, &root, &ignored)) {
    nested_.pop_back();
    return node;
  }
  return inside_[node] = &root;
}

}  // namespace cartwheel::formats
