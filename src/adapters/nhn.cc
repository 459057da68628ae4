#include "adapters/nhn.h"

#include <algorithm>

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTaken = "0";

// NHN writes codes as numbers or as texts.
std::string CodeOf(json::Element object) {
  int64_t number = 0;
  if (object["resultCode"].get_int64().get(number) == simdjson::SUCCESS) return fmt::format("{}", number);
  constexpr size_t kCodeBytesMax = 16;
  return std::string(json::Text(object, "resultCode").substr(0, kCodeBytesMax));
}

Outcome OutcomeOf(const Message& message, std::string_view code, absl::Span<const CodeRow> table, int64_t now_ms) {
  Outcome outcome{message.id, message.token, OutcomeCode::kRejectMsg, {}, 0};
  const CodeRow* row = FindCode(table, code);
  if (row == nullptr) {
    outcome.reason = fmt::format("{}: not a code that NHN documents", code);
    return outcome;
  }
  outcome.code = row->outcome;
  outcome.reason = fmt::format("{}: {}", code, row->meaning);
  outcome.retry_after_ms = row->outcome == OutcomeCode::kDefer ? UntilMorningInKorea(now_ms) : row->retry_after_ms;
  return outcome;
}

// The first element of the list, which is the only one.
bool FindResult(json::Element root, std::string_view path, json::Element* found) {
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    if (root[path.substr(0, dot)].get(root) != simdjson::SUCCESS) return false;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  const json::Array list = json::Elements(root);
  if (list.size() == 0) return false;
  return list.at(0).get(*found) == simdjson::SUCCESS;
}

}  // namespace

NhnAccount ReadNhnAccount(const ChannelSettings& settings, std::string_view url) {
  return {settings.Text("url", url), settings.Text("app_key"), settings.Secret("secret_key"),
          settings.Flag("private_address")};
}

Plan NhnAdapter::Build(absl::Span<const Message> messages, int64_t) {
  Plan plan;
  for (size_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    KoreanPayload payload;
    const PhoneNumber to = ReadPhoneNumber(message.address);
    if (!ReadKoreanPayload(message.payload, &parser_, &payload))
      AddDraft(message, i, NhnRefusal(OutcomeCode::kRejectMsg, "the payload is no JSON object"), &plan);
    else if (to.digits.empty())
      AddDraft(message, i, NhnRefusal(OutcomeCode::kFailedFinal, "the address is no telephone number"), &plan);
    else
      AddDraft(message, i, Draft(message, payload, to), &plan);
  }
  return plan;
}

void NhnAdapter::AddDraft(const Message& message, size_t place, NhnDraft draft, Plan* plan) const {
  if (draft.code != OutcomeCode::kAccepted) {
    plan->outcomes.push_back({message.id, message.token, draft.code, std::string(draft.reason)});
    return;
  }
  Request request = Get(draft.path);
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json;charset=UTF-8");
  if (draft.idempotent) request.headers.emplace_back("X-NC-API-IDEMPOTENCY-KEY", message.key);
  request.body = std::move(draft.body);
  request.messages = {place};
  plan->requests.push_back(std::move(request));
}

std::vector<Outcome> NhnAdapter::Interpret(const Request& request, absl::Span<const Message> messages,
                                           const Response& response, int64_t now_ms) {
  auto all = [&](OutcomeCode code, std::string_view reason, int64_t retry_after_ms = 0) {
    return OutcomeOfAll(request, messages, code, reason, retry_after_ms);
  };
  if (const auto failed = OutcomeOfFailure(response)) return all(*failed, Describe(response));
  json::Element root, result;
  const bool readable =
      parser_.parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS && root.is_object();
  const Message& message = messages[request.messages.front()];
  if (readable && FindResult(root, results_, &result)) return {OutcomeOf(message, CodeOf(result), codes_, now_ms)};
  if (json::Element header; readable && root["header"].get(header) == simdjson::SUCCESS) {
    const std::string code = CodeOf(header);
    // That it was taken without saying so of the recipient is no answer. Taken before it has no list.
    if (code != kTaken) return {OutcomeOf(message, code, codes_, now_ms)};
  }
  const int status = response.status;
  const std::string reason = fmt::format("{}: the answer does not say what became of it", status);
  if (status >= 200 && status <= 299) return all(OutcomeCode::kUnknown, reason);
  if (status == 502 || status == 504) return all(OutcomeCode::kUnknown, reason);  // a gateway: it may have been taken
  if (status >= 500 || status == 429 || status == 408)
    return all(OutcomeCode::kRetry, reason, RetryAfterMs(response, now_ms));
  if (status < 400 || (status >= 401 && status <= 404)) return all(OutcomeCode::kConfig, reason);
  return all(OutcomeCode::kRejectMsg, reason);
}

Request NhnAdapter::Get(std::string_view path) const {
  Request request;
  request.method = "GET";
  request.url = fmt::format("{}{}", account_.url, path);
  request.headers = {{"X-Secret-Key", account_.secret_key}};
  request.timeout_ms = kNhnTimeoutMs;
  request.private_address = account_.private_address;
  return request;
}

std::optional<Request> NhnAdapter::BuildCheck(int64_t) { return Get(CheckPath()); }

absl::Status NhnAdapter::InterpretCheck(const Request&, const Response& response, int64_t) {
  if (response.failure != Response::Failure::kNone) return absl::UnavailableError(response.error);
  json::Element root, header;
  if (parser_.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS ||
      root["header"].get(header) != simdjson::SUCCESS)
    return absl::FailedPreconditionError(fmt::format("NHN answers {}, and not as its API does", response.status));
  const std::string code = CodeOf(header);
  if (code == kTaken) return absl::OkStatus();
  const CodeRow* row = FindCode(codes_, code);
  return absl::FailedPreconditionError(
      fmt::format("NHN answers {}: {}", code, row == nullptr ? "not a code that it documents" : row->meaning));
}

void WriteNhnVariables(const KoreanPayload& payload, JsonWriter* writer) {
  writer->Key("templateParameter");
  writer->BeginObject();
  for (const auto& [key, value] : payload.variables) {
    writer->TextKey(VariableName(key));
    writer->Text(json::Text(value));
  }
  writer->EndObject();
}

void WriteNhnButtons(const KoreanPayload& payload, bool ordering, JsonWriter* writer) {
  if (payload.buttons.size() == 0) return;
  writer->Key("buttons");
  writer->BeginList();
  int64_t place = 0;
  for (json::Element button : payload.buttons) {
    const std::string_view type = ButtonType(button), url = json::Text(button, "url");
    writer->BeginObject();
    if (ordering) writer->Int("ordering", ++place);
    writer->Text("type", type);
    writer->Text("name", json::Text(button, "label"));
    if (type == "WL") {
      writer->Text("linkMo", url);
      writer->Text("linkPc", url);
    } else if (type == "AL") {
      writer->Text("schemeAndroid", url);
      writer->Text("schemeIos", url);
    }
    writer->EndObject();
  }
  writer->EndList();
}

}  // namespace cartwheel
