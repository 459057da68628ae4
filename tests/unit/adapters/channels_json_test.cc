// channels.json is read by the tables of the kinds: types, secrets, slips, places.
#include "adapters/channels_json.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "adapters/kinds.h"
#include "base/status.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

using namespace cartwheel;

namespace {

constexpr SettingKey kKeys[] = {
    {"from", SettingType::kText, true, "the sender"},   {"mode", SettingType::kText, false, "how", "fast slow"},
    {"api_key", SettingType::kSecret, true, "the key"}, {"retries", SettingType::kWhole, false, "tries"},
    {"share", SettingType::kNumber, false, "a share"},  {"loud", SettingType::kFlag, false, "say more"},
    {"hosts", SettingType::kTexts, false, "hosts"},     {"routes", SettingType::kTextMap, false, "routes"},
};

class Mute final : public Adapter {
 public:
  ChannelTraits traits() const override { return {}; }
  Plan Build(absl::Span<const Message>, int64_t) override { return {}; }
  std::vector<Outcome> Interpret(const Request&, absl::Span<const Message>, const Response&, int64_t) override {
    return {};
  }
};

absl::StatusOr<std::unique_ptr<Adapter>> MakeMute(const ChannelSettings& settings) {
  if (settings.Text("from") == "nobody@example") return absl::InvalidArgumentError("from: expected a person");
  return std::make_unique<Mute>();
}

const AdapterKind kMute = {"mute", "sms", "says nothing", kKeys, MakeMute};
const AdapterKind* const kKinds[] = {&kMute};

SecretSources Sources() {
  return {"/etc/shop",
          [](const std::string& name) -> absl::StatusOr<std::string> {
            if (name == "KEY") return std::string("s3cret");
            return absl::NotFoundError("the environment variable " + name + " is not set");
          },
          [](const std::string& path) -> absl::StatusOr<std::string> { return "from " + path; }};
}

absl::StatusOr<ChannelsJson> Read(std::string_view text) { return ReadChannelsJson(text, Sources(), kKinds); }

// One channel "a" of the kind mute with these members besides those that it needs.
std::string OneChannel(std::string_view members) {
  return R"({"channels": {"a": {"kind": "mute", "from": "shop", "api_key": {"env": "KEY"})" + std::string(members) +
         "}}}";
}

}  // namespace

TEST_CASE("channels.json: values come with the types of the kind's table") {
  const absl::StatusOr<ChannelsJson> file = Read(OneChannel(
      R"(, "mode": "slow", "retries": 3, "share": 0.5, "loud": true, "hosts": ["a", "b"], "routes": {"x": "y"},
        "rate_per_second": 7, "rate_per_day": 100, "private_address": true, "ca_file": "ca.pem")"));
  REQUIRE(file.ok());
  REQUIRE(file->channels.size() == 1);
  const ChannelSettings& settings = file->channels[0].settings;
  CHECK(settings.name == "a");
  CHECK(settings.kind == "mute");
  CHECK(file->channels[0].kind == &kMute);
  CHECK(settings.Text("from") == "shop");
  CHECK(settings.Secret("api_key") == "s3cret");
  CHECK(settings.Text("mode") == "slow");
  CHECK(settings.Whole("retries") == 3);
  CHECK(settings.Number("share") == 0.5);
  CHECK(settings.Flag("loud"));
  CHECK(settings.Texts("hosts") == std::vector<std::string>{"a", "b"});
  CHECK(settings.Map("routes").at("x") == "y");
  CHECK(settings.Number("rate_per_second") == 7);
  CHECK(settings.Whole("rate_per_day") == 100);
  CHECK(settings.Flag("private_address"));
  CHECK(settings.Text("ca_file") == "/etc/shop/ca.pem");
}

TEST_CASE("channels.json: a key that is not set gives what the adapter says instead") {
  const absl::StatusOr<ChannelsJson> file = Read(OneChannel(""));
  REQUIRE(file.ok());
  const ChannelSettings& settings = file->channels[0].settings;
  CHECK_FALSE(settings.Has("mode"));
  CHECK(settings.Text("mode", "fast") == "fast");
  CHECK(settings.Whole("retries", 5) == 5);
  CHECK(settings.Texts("hosts").empty());
}

TEST_CASE("channels.json: what is wrong has its place, and a near name is suggested") {
  struct Case {
    std::string text;
    const char* error;
  };
  const Case kCases[] = {
      {"{\"channels\": {\n  \"a\": oops}}", "(2:8): oops is no JSON value"},
      {"[]", "(1:1): expected an object, {\"channels\": {…}}"},
      {"{}", "/channels (1:1): this key is missing"},
      {R"({"chanels": {}})", R"(/chanels (1:2): unknown key "chanels", did you mean "channels"?)"},
      {R"({"channels": {"a": {"kind": "mut"}}})",
       R"(/channels/a/kind (1:29): "mut" is no kind of channel, did you mean "mute"?)"},
      {R"({"channels": {"a": {}}})", "/channels/a/kind (1:20): this key is missing, expected mute"},
      {R"({"channels": {"a": {"kind": "mute", "from": "x"}}})",
       "/channels/a/api_key (1:15): this key is missing: the key"},
      {OneChannel(R"(, "api_kye": "x")"), R"(unknown key "api_kye", did you mean "api_key"?)"},
      {OneChannel(R"(, "rate_per_secnd": 1)"), R"(unknown key "rate_per_secnd", did you mean "rate_per_second"?)"},
      {OneChannel(R"(, "mode": "quick")"), R"("quick", expected one of fast slow)"},
      {OneChannel(R"(, "retries": -1)"), "expected a whole number from 0"},
      {OneChannel(R"(, "retries": 1.5)"), "expected a whole number from 0"},
      {OneChannel(R"(, "share": "much")"), "expected a number from 0"},
      {OneChannel(R"(, "loud": 1)"), "expected true or false"},
      {OneChannel(R"(, "hosts": "a")"), "expected a list of texts"},
      {OneChannel(R"(, "hosts": [""])"), "expected a list of texts"},
      {OneChannel(R"(, "routes": {"a": 1})"), "expected an object of texts"},
      {OneChannel(R"(, "from": "again")"), "/channels/a/from (1:80): this key stands here twice"},
      {R"({"channels": {"a": {"kind": "mute", "from": "", "api_key": {"env": "KEY"}}}})", "expected a text"},
      {R"({"channels": {"a": {"kind": "mute", "from": "nobody@example", "api_key": {"env": "KEY"}}}})",
       "/channels/a (1:15): from: expected a person"},
      {R"({"channels": {}, "deliver_only_to": "kim"})", "/deliver_only_to (1:37): expected a list of texts"},
  };
  for (const Case& c : kCases) {
    INFO(c.text);
    const absl::StatusOr<ChannelsJson> file = Read(c.text);
    REQUIRE_FALSE(file.ok());
    CHECK_THAT(StatusText(file.status()), Catch::Contains(c.error));
  }
}

TEST_CASE("channels.json: all that is wrong is told at once, in the order of the text") {
  const absl::StatusOr<ChannelsJson> file =
      Read("{\"channels\": {\"a\": {\"kind\": \"mute\",\n\"from\": 1,\n\"api_key\": {\"env\": \"NONE\"}}}}");
  CHECK(StatusText(file.status()) ==
        "/channels/a/from (2:9): expected a text\n"
        "/channels/a/api_key (3:20): the environment variable NONE is not set");
}

TEST_CASE("channels.json: a secret never stands in the file, nor in an error") {
  const char* const kWrong[] = {
      R"("hunter2")",   R"({"env": "NONE", "file": "x"})", R"({"envv": "KEY"})", R"({"env": ["KEY"]})", R"({})",
      R"({"env": ""})", R"({"value": "hunter2"})"};
  for (const char* wrong : kWrong) {
    INFO(wrong);
    const absl::StatusOr<ChannelsJson> file =
        Read(R"({"channels": {"a": {"kind": "mute", "from": "x", "api_key": )" + std::string(wrong) + "}}}");
    REQUIRE_FALSE(file.ok());
    CHECK_THAT(StatusText(file.status()), Catch::Contains("secrets do not stand in this file"));
    CHECK_THAT(StatusText(file.status()), !Catch::Contains("hunter2"));
  }
  const absl::StatusOr<ChannelsJson> file =
      Read(R"({"channels": {"a": {"kind": "mute", "from": {"env": "KEY"}, "api_key": {"file": "keys/a"}}}})");
  REQUIRE(file.ok());
  CHECK(file->channels[0].settings.Text("from") == "s3cret");
  CHECK(file->channels[0].settings.Secret("api_key") == "from /etc/shop/keys/a");
}

TEST_CASE("channels.json: a file of a secret is for its owner alone") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/key";
  std::ofstream(path) << "s3cret\n";
  const SecretSources machine = MachineSecrets("");
  for (const auto& [mode, taken] : std::vector<std::pair<mode_t, bool>>{
           {0600, true}, {0400, true}, {0640, false}, {0604, false}, {0660, false}, {0700, false}}) {
    INFO(mode);
    REQUIRE(chmod(path.c_str(), mode) == 0);
    const absl::StatusOr<std::string> secret = machine.file(path);
    CHECK(secret.ok() == taken);
    if (taken) CHECK(*secret == "s3cret");
    if (!taken) CHECK_THAT(StatusText(secret.status()), Catch::Contains("expected 600 or less"));
  }
  CHECK_FALSE(machine.file(directory.path()).ok());
  CHECK_FALSE(machine.file(directory.path() + "/none").ok());
  REQUIRE(setenv("CARTWHEEL_TEST_SECRET", "value", 1) == 0);
  CHECK(*machine.environment("CARTWHEEL_TEST_SECRET") == "value");
  REQUIRE(unsetenv("CARTWHEEL_TEST_SECRET") == 0);
  CHECK_FALSE(machine.environment("CARTWHEEL_TEST_SECRET").ok());
}

TEST_CASE("channels.json: addresses that a stage may write to") {
  struct Case {
    const char* address;
    std::vector<std::string> patterns;
    bool may;
  };
  const Case kCases[] = {
      {"kim@shop.example", {}, true},
      {"kim@shop.example", {"kim@shop.example"}, true},
      {"kim@shop.example", {"*@shop.example"}, true},
      {"kim@shop.example.evil", {"*@shop.example"}, false},
      {"kim@shop.example", {"lee@shop.example", "kim*"}, true},
      {"01012345678", {"010*5678"}, true},
      {"01012345679", {"010*5678"}, false},
      {"aXbXc", {"a*b*c"}, true},
      {"ab", {"a*b*c"}, false},
      {"", {"*"}, true},
      {"kim", {""}, false},
  };
  for (const Case& c : kCases) {
    INFO(c.address);
    CHECK(MayDeliverTo(c.address, c.patterns) == c.may);
  }
}
