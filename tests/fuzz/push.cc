// What web push, FCM, APNs and webhooks take from outside: addresses, payloads, and what providers answer. Whatever the
// bytes, each message gets a request or an outcome, each answer one outcome, and none is accepted that the status
// refuses.
#include <memory>

#include "adapters/crypto.h"
#include "adapters/kinds.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr int64_t kNowMs = 1'772'323'200'000;
constexpr int kStatuses[] = {200, 201, 301, 400, 401, 403, 404, 410, 413, 429, 500, 503, 0};
constexpr std::string_view kKinds[] = {"web_push", "apns", "webhook"};
constexpr std::string_view kPayload = R"({"title":"t","body":"b","url":"https://s.example/","topic":"cart","ttl":60})";
constexpr char kSubscription[] =
    R"({"endpoint":"https://push.example/s","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}})";
// Made for this file (openssl genpkey).
constexpr char kPem[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqATUfh7jluTSpgjx
EhyOoe7KWZG6DzisJvoyhd/+KZKhRANCAASvgtkUG+cOYvHZqPlw/FlfVOkZyTaD
fCmIkhURfnFErAgg2v2ufY3nnA1QvtjsRb2ZjK6Uj8dZhnbKDKK4Vemb
-----END PRIVATE KEY-----
)";

const std::string kAddresses[] = {kSubscription, std::string(64, 'a'), "https://hook.example/x"};

std::unique_ptr<Adapter> Make(std::string_view kind) {
  ChannelSettings settings;
  settings.Set("private_key", EncodeBase64Url(std::string(32, 'k')));
  settings.Set("subject", "mailto:push@shop.example");
  settings.Set("key", kPem);
  settings.Set("topic", "com.shop.app");
  settings.Set("secret", EncodeBase64(std::string(32, 's')));
  absl::StatusOr<std::unique_ptr<Adapter>> made = FindKind(kind, AdapterKinds())->make(settings);
  Check(made.ok(), "the settings are right");
  return *std::move(made);
}

}  // namespace

void Fuzz(std::string_view input) {
  static const std::unique_ptr<Adapter> adapters[] = {Make(kKinds[0]), Make(kKinds[1]), Make(kKinds[2])};
  const size_t kind = Choose(input, std::size(kKinds)), part = Choose(input, 3);
  Response response;
  response.status = part == 2 ? kStatuses[Choose(input, std::size(kStatuses))] : 201;
  if (response.status == 0) response.failure = Response::Failure::kBroken;
  Message message;
  message.id = 1;
  message.token = 7;
  message.key = "00112233445566778899aabbccddeeff";
  message.expires_at_ms = kNowMs + 60'000;
  message.address = part == 0 ? std::string(input) : kAddresses[kind];
  message.payload = part == 1 ? std::string(input) : std::string(kPayload);
  if (part == 2) response.body = std::string(input);

  const Plan plan = adapters[kind]->Build({&message, 1}, kNowMs);
  Check(plan.requests.size() + plan.outcomes.size() == 1, "each message has a request or an outcome");
  for (const Outcome& outcome : plan.outcomes)
    Check(outcome.token == 7 && outcome.code != OutcomeCode::kAccepted && !outcome.reason.empty(), "it says why");
  for (const Request& request : plan.requests) {
    Check(request.url.starts_with("https://") && request.body.size() <= (1 << 16), "requests are what they may be");
    const auto outcomes = adapters[kind]->Interpret(request, {&message, 1}, response, kNowMs);
    Check(outcomes.size() == 1 && outcomes[0].message_id == 1 && outcomes[0].token == 7, "one outcome a message");
    const bool refused = response.status < 200 || response.status >= 300;
    Check(!refused || outcomes[0].code != OutcomeCode::kAccepted, "a refusal accepts nothing");
  }
}

std::vector<std::string> Seeds() {
  return {
      std::string("\0\0", 2) + kSubscription,
      std::string("\1\0", 2) + std::string(64, 'f'),
      std::string("\2\0", 2) + "https://hook.example:8443/a?b=c",
      std::string("\0\1", 2) + std::string(kPayload),
      std::string("\1\1", 2) + R"({"title":"t","buttons":[{"label":"l","url":"u"}],"image":"i"})",
      std::string("\2\1", 2) + R"({"any":[1,{"x":null}]})",
      std::string("\0\2\6", 3) + R"({"code":404,"errno":102,"error":"Not Found"})",
      std::string("\1\2\7", 3) + R"({"reason":"Unregistered","timestamp":1772236800123})",
      std::string("\2\2\11", 3) + "busy",
  };
}

}  // namespace cartwheel::fuzz
