// The settings of a channel, as channels.json gives them, and what an adapter says of those that it reads: a table of
// keys. channels_json.h reads the file by these tables, so an adapter is given only what its table names, each value of
// the type that stands there.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

enum class SettingType : uint8_t {
  kText,    // not empty; may also stand in the environment or a file, as a secret does
  kSecret,  // only {"env": NAME} or {"file": PATH}
  kPath,    // of a file; a relative one is looked for beside channels.json
  kWhole,   // a whole number from 0
  kNumber,  // any number from 0
  kFlag,    // true or false
  kTexts,   // a list of texts
  kTextMap  // an object of texts
};

struct SettingKey {
  std::string_view key;
  SettingType type = SettingType::kText;
  bool needed = false;
  std::string_view what;   // for people, a few words: "the number that messages come from"
  std::string_view words;  // kText: the choices, separated by spaces; empty: any text
};

using TextMap = std::map<std::string, std::string, std::less<>>;
using SettingValue = std::variant<std::string, int64_t, double, bool, std::vector<std::string>, TextMap>;

class ChannelSettings {
 public:
  std::string name;  // as playbooks write it in `via`
  std::string kind;

  bool Has(std::string_view key) const { return values_.contains(key); }
  // Of kText and kPath; a key that is not set gives `otherwise`, here and below.
  std::string Text(std::string_view key, std::string_view otherwise = {}) const;
  std::string Secret(std::string_view key) const { return Text(key); }  // never in an error, an outcome or a log
  int64_t Whole(std::string_view key, int64_t otherwise = 0) const;
  double Number(std::string_view key, double otherwise = 0) const;
  bool Flag(std::string_view key, bool otherwise = false) const;
  std::vector<std::string> Texts(std::string_view key) const;
  TextMap Map(std::string_view key) const;

  void Set(std::string_view key, SettingValue value) { values_.insert_or_assign(std::string(key), std::move(value)); }

 private:
  std::map<std::string, SettingValue, std::less<>> values_;
};

// A kind of channel. kinds.cc lists them.
struct AdapterKind {
  std::string_view name;    // as channels.json writes it
  std::string_view medium;  // the section of templates whose payload it reads; empty: any
  std::string_view what;    // for people, a few words
  absl::Span<const SettingKey> keys;
  // InvalidArgument begins with the key whose value is wrong, "private_key: …", and never shows a secret.
  absl::StatusOr<std::unique_ptr<Adapter>> (*make)(const ChannelSettings& settings);
};

// Settings that every channel has, whatever its kind: they are the transport's.
absl::Span<const SettingKey> CommonSettingKeys();

}  // namespace cartwheel
