#include "adapters/channels_json.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "adapters/kinds.h"
#include "base/json_source.h"
#include "base/place.h"
#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using enum SettingType;

constexpr std::string_view kTopKeys[] = {"channels", "deliver_only_to"};
constexpr size_t kErrorsMax = 20;

struct TypeRow {
  SettingType type;
  std::string_view expected;
};
constexpr TypeRow kTypes[] = {
    {kText, "a text"},
    {kSecret, R"({"env": "NAME"} or {"file": "PATH"}: secrets do not stand in this file)"},
    {kPath, "the path of a file"},
    {kWhole, "a whole number from 0"},
    {kNumber, "a number from 0"},
    {kFlag, "true or false"},
    {kTexts, R"(a list of texts, ["…", "…"])"},
    {kTextMap, R"(an object of texts, {"…": "…"})"},
};

const SettingKey* FindKey(absl::Span<const SettingKey> keys, std::string_view key) {
  for (const SettingKey& row : keys)
    if (row.key == key) return &row;
  return nullptr;
}

bool IsWord(std::string_view text, std::string_view words) {
  return fmt::format(" {} ", words).find(fmt::format(" {} ", text)) != std::string::npos;
}

class Reader {
 public:
  Reader(std::string_view text, const SecretSources& sources, absl::Span<const AdapterKind* const> kinds)
      : text_(text), sources_(sources), kinds_(kinds) {}

  absl::StatusOr<ChannelsJson> Read() {
    ASSIGN_OR_RETURN(const json::Node root, json::ReadJson(text_));
    ChannelsJson file;
    if (!root.is_object()) {
      Add(root.offset, "", R"(expected an object, {"channels": {…}})");
    } else {
      ReadRoot(root, &file);
    }
    if (errors_.empty()) return file;
    std::sort(errors_.begin(), errors_.end());
    std::string all;
    for (size_t i = 0; i < std::min(errors_.size(), kErrorsMax); ++i) all += (i == 0 ? "" : "\n") + errors_[i].second;
    return absl::InvalidArgumentError(all);
  }

 private:
  void Add(size_t offset, std::string_view pointer, std::string_view message) {
    errors_.emplace_back(offset, fmt::format("{}{}({}): {}", pointer, pointer.empty() ? "" : " ",
                                             LineAndColumn(text_, offset), message));
  }

  // Says which key is there twice.
  void CheckTwice(const json::Node& object, std::string_view pointer) {
    std::set<std::string_view> seen;
    for (const json::Member& member : object.members)
      if (!seen.insert(member.key).second)
        Add(member.key_offset, fmt::format("{}/{}", pointer, member.key), "this key stands here twice");
  }

  void ReadRoot(const json::Node& root, ChannelsJson* file) {
    CheckTwice(root, "");
    if (root.Find("channels") == nullptr) Add(root.offset, "/channels", "this key is missing");
    for (const json::Member& member : root.members) {
      const std::string pointer = fmt::format("/{}", member.key);
      if (member.key == "channels") {
        ReadChannels(member.value, pointer, file);
      } else if (member.key == "deliver_only_to") {
        if (const std::optional<SettingValue> value = Read({.key = member.key, .type = kTexts}, member.value, pointer))
          file->deliver_only_to = std::get<std::vector<std::string>>(*value);
      } else {
        Add(member.key_offset, pointer, fmt::format("unknown key \"{}\"{}", member.key, Hint(member.key, kTopKeys)));
      }
    }
  }

  void ReadChannels(const json::Node& channels, std::string_view pointer, ChannelsJson* file) {
    if (!channels.is_object()) return Add(channels.offset, pointer, R"(expected an object, {"sms": {"kind": …}})");
    CheckTwice(channels, pointer);
    for (const json::Member& member : channels.members) ReadChannel(member, pointer, file);
  }

  const AdapterKind* ReadKind(const json::Node& channel, std::string_view pointer) {
    std::vector<std::string_view> names;
    for (const AdapterKind* kind : kinds_) names.push_back(kind->name);
    const json::Node* word = channel.Find("kind");
    const std::string at = fmt::format("{}/kind", pointer);
    if (word == nullptr) {
      Add(channel.offset, at, fmt::format("this key is missing{}", ExpectedOneOf(names)));
      return nullptr;
    }
    if (const AdapterKind* kind = word->is_text() ? FindKind(word->text, kinds_) : nullptr) return kind;
    Add(word->offset, at, fmt::format("\"{}\" is no kind of channel{}", word->text, Hint(word->text, names)));
    return nullptr;
  }

  void ReadChannel(const json::Member& channel, std::string_view above, ChannelsJson* file) {
    const std::string pointer = fmt::format("{}/{}", above, channel.key);
    if (!channel.value.is_object()) return Add(channel.value.offset, pointer, R"(expected an object, {"kind": …})");
    const AdapterKind* kind = ReadKind(channel.value, pointer);
    if (kind == nullptr) return;
    CheckTwice(channel.value, pointer);
    const size_t errors_before = errors_.size();
    ChannelSettings settings;
    settings.name = channel.key;
    settings.kind = kind->name;
    for (const json::Member& member : channel.value.members) ReadSetting(member, *kind, pointer, &settings);
    for (const SettingKey& key : kind->keys)
      if (key.needed && channel.value.Find(key.key) == nullptr)
        Add(channel.key_offset, fmt::format("{}/{}", pointer, key.key),
            fmt::format("this key is missing: {}", key.what));
    if (errors_.size() != errors_before) return;
    absl::StatusOr<std::unique_ptr<Adapter>> adapter = kind->make(settings);
    if (!adapter.ok()) return Add(channel.key_offset, pointer, StatusText(adapter.status()));
    file->channels.push_back({std::move(settings), kind, *std::move(adapter)});
  }

  void ReadSetting(const json::Member& member, const AdapterKind& kind, std::string_view above,
                   ChannelSettings* settings) {
    const std::string pointer = fmt::format("{}/{}", above, member.key);
    const SettingKey* key = FindKey(CommonSettingKeys(), member.key);
    if (key == nullptr) key = FindKey(kind.keys, member.key);
    if (key == nullptr) {
      std::vector<std::string_view> names;
      for (const SettingKey& row : kind.keys) names.push_back(row.key);
      for (const SettingKey& row : CommonSettingKeys()) names.push_back(row.key);
      return Add(member.key_offset, pointer, fmt::format("unknown key \"{}\"{}", member.key, Hint(member.key, names)));
    }
    if (std::optional<SettingValue> value = Read(*key, member.value, pointer))
      settings->Set(key->key, *std::move(value));
  }

  // nullopt: it is wrong, and told.
  std::optional<SettingValue> Read(const SettingKey& key, const json::Node& node, std::string_view pointer) {
    std::optional<SettingValue> value = Convert(key, node, pointer);
    if (value || told_) {
      told_ = false;
      return value;
    }
    for (const TypeRow& row : kTypes)
      if (row.type == key.type) Add(node.offset, pointer, fmt::format("expected {}", row.expected));
    return value;
  }

  std::optional<SettingValue> Convert(const SettingKey& key, const json::Node& node, std::string_view pointer) {
    int64_t whole = 0;
    double number = 0;
    switch (key.type) {
      case kText:
      case kSecret:
        if (node.is_object()) return Look(node, pointer);
        if (key.type == kSecret || !node.is_text() || node.text.empty()) return std::nullopt;
        if (!key.words.empty() && !IsWord(node.text, key.words)) {
          told_ = true;
          Add(node.offset, pointer, fmt::format("\"{}\", expected one of {}", node.text, key.words));
          return std::nullopt;
        }
        return node.text;
      case kPath:
        if (!node.is_text() || node.text.empty()) return std::nullopt;
        return PathOf(node.text);
      case kWhole:
        if (node.kind != json::Node::Kind::kNumber || !absl::SimpleAtoi(node.text, &whole) || whole < 0)
          return std::nullopt;
        return whole;
      case kNumber:
        if (node.kind != json::Node::Kind::kNumber || !absl::SimpleAtod(node.text, &number) || !(number >= 0))
          return std::nullopt;
        return number;
      case kFlag:
        if (node.kind != json::Node::Kind::kBool) return std::nullopt;
        return node.boolean;
      case kTexts:
        return ConvertTexts(node);
      case kTextMap:
        return ConvertMap(node);
    }
    return std::nullopt;
  }

  static std::optional<SettingValue> ConvertTexts(const json::Node& node) {
    std::vector<std::string> texts;
    if (!node.is_list()) return std::nullopt;
    for (const json::Member& member : node.members) {
      if (!member.value.is_text() || member.value.text.empty()) return std::nullopt;
      texts.push_back(member.value.text);
    }
    return texts;
  }

  static std::optional<SettingValue> ConvertMap(const json::Node& node) {
    TextMap map;
    if (!node.is_object()) return std::nullopt;
    for (const json::Member& member : node.members) {
      if (!member.value.is_text() || !map.emplace(member.key, member.value.text).second) return std::nullopt;
    }
    return map;
  }

  std::string PathOf(const std::string& path) const {
    return path.starts_with('/') || sources_.folder.empty() ? path : fmt::format("{}/{}", sources_.folder, path);
  }

  // {"env": NAME} or {"file": PATH}.
  std::optional<SettingValue> Look(const json::Node& node, std::string_view pointer) {
    if (node.members.size() != 1 || !node.members[0].value.is_text() || node.members[0].value.text.empty())
      return std::nullopt;
    const json::Member& where = node.members[0];
    absl::StatusOr<std::string> text;
    if (where.key == "env") {
      text = sources_.environment(where.value.text);
    } else if (where.key == "file") {
      text = sources_.file(PathOf(where.value.text));
    } else {
      return std::nullopt;
    }
    if (text.ok()) return *std::move(text);
    told_ = true;
    Add(where.value.offset, pointer, StatusText(text.status()));
    return std::nullopt;
  }

  std::string_view text_;
  const SecretSources& sources_;
  absl::Span<const AdapterKind* const> kinds_;
  bool told_ = false;  // Convert has said what is wrong
  std::vector<std::pair<size_t, std::string>> errors_;
};

// Whether the pattern matches the whole text; "*" stands for any characters.
bool Matches(std::string_view text, std::string_view pattern) {
  size_t at = 0, from = 0, star = pattern.npos, starred = 0;
  while (from < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      starred = from;
    } else if (at < pattern.size() && pattern[at] == text[from]) {
      ++at;
      ++from;
    } else if (star != pattern.npos) {
      at = star + 1;
      from = ++starred;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == pattern.npos;
}

}  // namespace

absl::StatusOr<ChannelsJson> ReadChannelsJson(std::string_view text, const SecretSources& sources,
                                              absl::Span<const AdapterKind* const> kinds) {
  return Reader(text, sources, kinds).Read();
}

bool MayDeliverTo(std::string_view address, absl::Span<const std::string> patterns) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return Matches(address, p); });
}

}  // namespace cartwheel
