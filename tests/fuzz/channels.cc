// channels.json: whatever the text, it is read, or every line of the error has its place and no secret.
#include "adapters/channels_json.h"
#include "adapters/kinds.h"
#include "base/status.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr std::string_view kSecret = "S3CRET-OF-A-SHOP";

SecretSources Sources() {
  return {.folder = "",
          .environment = [](const std::string& name) -> absl::StatusOr<std::string> {
            if (name == "GONE") return absl::NotFoundError("GONE is not set");
            return std::string(kSecret);
          },
          .file = [](const std::string& path) -> absl::StatusOr<std::string> {
            if (path == "gone") return absl::NotFoundError("gone: No such file or directory");
            return std::string(kSecret);
          }};
}

}  // namespace

void Fuzz(std::string_view input) {
  const absl::StatusOr<ChannelsJson> read = ReadChannelsJson(input, Sources(), AdapterKinds());
  if (read.ok()) {
    for (const ConfiguredChannel& channel : read->channels) {
      Check(channel.adapter != nullptr && channel.kind != nullptr, "a channel that is read has its adapter");
      Check(!channel.settings.name.empty(), "a channel has a name");
      Check(channel.adapter->traits().timeout_ms > 0 && channel.adapter->traits().batch_max > 0,
            "its traits are right");
    }
    for (const std::string& pattern : read->deliver_only_to) MayDeliverTo("010-1234-5678", {&pattern, 1});
    return;
  }
  Check(absl::IsInvalidArgument(read.status()), "an error is of the text");
  const std::string text = StatusText(read.status());
  Check(!text.empty(), "an error says what is wrong");
  if (input.find(kSecret) != std::string::npos) return;  // then it is a text of the file, and no secret
  Check(text.find(kSecret) == std::string::npos, "no secret is shown");
}

std::vector<std::string> Seeds() {
  return {
      R"({"channels": {"sms": {"kind": "solapi", "from": "0212345678", "api_key": {"env": "K"}, "api_secret": {"file": "s"}, "poll": true, "rate_per_second": 2.5}},)"
      R"( "deliver_only_to": ["*@shop.example", "010*"]})",
      R"({"channels": {"push": {"kind": "web_push", "private_key": {"env": "K"}, "subject": "mailto:a@b.c"}}})",
      R"({"channels": {"email": {"kind": "smtp", "url": "smtp://mail.shop.example:587", "user": "u", "password": {"env": "GONE"}, "from": "a@b.c", "routes": {"naver.com": "smtp+plain://10.0.0.7:25"}}}})",
      R"({"channels": {"kakao": {"kind": "nhn_kakao", "app_key": "A", "secret_key": {"env": "K"}, "sender_key": "S", "fallback": true, "from": "0212345678"}}})",
      R"({"channels": {"hook": {"kind": "webhook", "secret": "in clear", "url": "https://a.example/", "idempotency_ms": -1}}})",
      R"({"channels": {"app": {"kind": "apns", "key": {"file": "gone"}, "key_id": "K", "team_id": "T", "topic": "t"}, "fcm": {"kind": "fcm", "service_account": {"env": "K"}}}})",
      R"({"channels": [], "deliver_only_to": 7})",
  };
}

}  // namespace cartwheel::fuzz
