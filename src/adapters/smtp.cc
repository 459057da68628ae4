#include "adapters/smtp.h"

#include <optional>
#include <utility>

#include "adapters/answer.h"
#include "adapters/dkim.h"
#include "adapters/mail.h"
#include "adapters/mail_text.h"
#include "adapters/smtp_codes.h"
#include "adapters/verp.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "providers/message_mark.h"

namespace cartwheel {
namespace {

using enum SettingType;

constexpr int64_t kMailMs = 120'000;  // the server gets half of it, and its end the other
constexpr size_t kMailsMax = 100;     // of a batch
constexpr size_t kReturnSecretBytesMin = 16;
constexpr size_t kReturnLocalBytesMax = 14;  // 64 bytes of a local part, less "+KEY.MAC"
constexpr size_t kReasonBytesMax = 200;
constexpr size_t kFeedbackBytesMin = 5, kFeedbackBytesMax = 15;

constexpr SettingKey kKeys[] = {
    {"url", kText, true,
     "the server: smtp://HOST:587 (STARTTLS), smtps://HOST:465, smtp+plain://HOST:25 (private only)"},
    {"user", kText, false, "who signs in"},
    {"password", kSecret, false, "with which password"},
    {"from", kText, true, "the address that mails come from"},
    {"from_name", kText, false, "the name beside it, where a template has none"},
    {"reply_to", kText, false, "the address that answers go to"},
    {"helo", kText, false, "the name that this machine gives itself; without it the machine's own"},
    {"return_path", kText, false, "the address that bounces go to, as NAME+TOKEN@DOMAIN"},
    {"return_key", kSecret, false, "makes and checks those tokens"},
    {"unsubscribe_mailto", kText, false, "an address that takes withdrawals by mail"},
    {"feedback_sender", kText, false, "the last field of Feedback-ID, 5 to 15 characters"},
    {"dkim_domain", kText, false, "signs mails for this domain, where the server does not"},
    {"dkim_selector", kText, false, "the name of the key in DNS"},
    {"dkim_key", kSecret, false, "its private half, PEM: RSA or Ed25519"},
    {"reports", kText, false, "whose webhooks tell what became of mails: they give back the mark of the message",
     "ses sendgrid"},
    {"routes", kTextMap, false, "other servers, by the recipient's domain; without signing in"},
};

struct SmtpSettings {
  std::string url, user, password, from, from_name, reply_to, return_path, return_key, unsubscribe_mailto,
      feedback_sender, reports;
  TextMap routes;  // whole URLs, like `url`
  std::optional<DkimSigner> dkim;
};

bool IsServer(std::string_view url) {
  for (std::string_view scheme : {"smtp://", "smtps://", "smtp+plain://"})
    if (url.starts_with(scheme)) {
      const std::string_view rest = url.substr(scheme.size());
      return !rest.empty() && rest.find_first_of("/@?# \t\r\n") == rest.npos;
    }
  return false;
}

// Groups are named in Feedback-ID by letters, digits, "_", "-" and ".".
std::string FeedbackField(std::string_view text) {
  std::string field;
  for (char c : text) {
    const bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '.';
    field += plain ? c : '_';
  }
  return field.empty() ? "none" : field;
}

class SmtpAdapter final : public Adapter {
 public:
  explicit SmtpAdapter(SmtpSettings settings) : settings_(std::move(settings)) {}

  ChannelTraits traits() const override { return {.timeout_ms = kMailMs, .batch_max = kMailsMax}; }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    for (size_t i = 0; i < messages.size(); ++i) {
      const Message& message = messages[i];
      auto end = [&](OutcomeCode code, std::string_view reason) {
        plan.outcomes.push_back({message.id, message.token, code, std::string(reason)});
      };
      if (!IsMailAddress(message.address)) {
        end(OutcomeCode::kGone, "the address is none");
        continue;
      }
      absl::StatusOr<std::string> mail = MailOf(message, now_ms);
      if (!mail.ok()) {
        end(OutcomeCode::kRejectMsg, StatusText(mail.status()));
        continue;
      }
      Request request = NewRequest("MAIL", DomainOf(message.address));
      request.body = *std::move(mail);
      request.mail_from = ReturnPathOf(message);
      request.mail_to = message.address;
      request.messages = {i};
      plan.requests.push_back(std::move(request));
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t) override {
    if (const std::optional<OutcomeCode> failure = OutcomeOfFailure(response))
      return OutcomeOfAll(request, messages, *failure, response.error);
    if (response.status >= 200 && response.status < 300)
      return OutcomeOfAll(request, messages, OutcomeCode::kAccepted, "");
    const CodeRow& row = RowOfReply(response.status, response.body);
    return OutcomeOfAll(request, messages, row.outcome, ReasonOf(row, response, request.mail_to), row.retry_after_ms);
  }

  std::optional<Request> BuildCheck(int64_t) override { return NewRequest("NOOP", ""); }

  absl::Status InterpretCheck(const Request&, const Response& response, int64_t) override {
    if (response.failure != Response::Failure::kNone) return absl::UnavailableError(response.error);
    if (response.status >= 200 && response.status < 300) return absl::OkStatus();
    return absl::FailedPreconditionError(ReasonOf(RowOfReply(response.status, response.body), response, ""));
  }

 private:
  Request NewRequest(std::string_view method, std::string_view domain) const {
    const auto route = settings_.routes.find(domain);
    Request request;
    request.method = method;
    request.timeout_ms = kMailMs;
    request.url = route == settings_.routes.end() ? settings_.url : route->second;
    if (route == settings_.routes.end()) {
      request.user = settings_.user;
      request.password = settings_.password;
    }
    return request;
  }

  std::string ReturnPathOf(const Message& message) const {
    if (settings_.return_path.empty()) return settings_.from;
    return MakeReturnPath(settings_.return_path, message.key, message.address, settings_.return_key);
  }

  absl::StatusOr<std::string> MailOf(const Message& message, int64_t now_ms) const {
    simdjson::dom::parser parser;
    json::Element payload;
    if (parser.parse(simdjson::padded_string(message.payload)).get(payload))
      return absl::InvalidArgumentError("its payload is no JSON");
    auto text = [&](std::string_view key) { return std::string(json::Text(payload, key)); };
    MailParts parts;
    parts.key = message.key;
    parts.from = settings_.from;
    parts.from_name = text("from_name");
    if (parts.from_name.empty()) parts.from_name = settings_.from_name;
    parts.to = message.address;
    parts.reply_to = settings_.reply_to;
    parts.message_id_domain = DomainOf(settings_.from);
    parts.subject = text("subject");
    parts.text = text("text");
    parts.html = text("html");
    parts.preheader = text("preheader");
    parts.unsubscribe_url = text("unsubscribe_url");
    if (message.message_class == "ad") parts.unsubscribe_mailto = settings_.unsubscribe_mailto;
    if (!settings_.feedback_sender.empty())
      parts.feedback_id =
          fmt::format("{}:{}:{}:{}", FeedbackField(message.template_name), FeedbackField(message.journey),
                      FeedbackField(message.message_class), settings_.feedback_sender);
    if (settings_.reports == "ses")
      parts.report_header = fmt::format("X-SES-MESSAGE-TAGS: cartwheel={}", WriteMark(message));
    if (settings_.reports == "sendgrid")
      parts.report_header = fmt::format(R"(X-SMTPAPI: {{"unique_args":{{"cartwheel":"{}"}}}})", WriteMark(message));
    ASSIGN_OR_RETURN(std::string mail, BuildMail(parts, now_ms));
    return settings_.dkim ? settings_.dkim->Sign(mail, now_ms) : mail;
  }

  // "550 5.1.1 no such mailbox: what the server says", without the address.
  static std::string ReasonOf(const CodeRow& row, const Response& response, std::string_view address) {
    std::string said = response.body.size() > 4 ? response.body.substr(4) : "";
    for (size_t at = 0; !address.empty() && (at = said.find(address, at)) != said.npos;)
      said.replace(at, address.size(), "…");
    for (char& c : said)
      if (static_cast<unsigned char>(c) < ' ') c = ' ';
    said.resize(said.find_last_not_of(' ') + 1);  // npos + 1 is 0
    const std::string reason = fmt::format("{} {}{}{}", response.status, row.meaning, said.empty() ? "" : ": ", said);
    return std::string(CutAtCharacter(reason, kReasonBytesMax));
  }

  const SmtpSettings settings_;
};

absl::Status Wrong(std::string_view key, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", key, what));
}

absl::Status CheckAddresses(const ChannelSettings& settings) {
  for (std::string_view key : {"from", "reply_to", "return_path", "unsubscribe_mailto"})
    if (settings.Has(key) && !IsMailAddress(settings.Text(key)))
      return Wrong(key, "expected an address, shop@shop.example");
  if (settings.Has("return_path") != settings.Has("return_key"))
    return Wrong("return_path", "it and return_key belong together");
  if (settings.Has("return_path")) {
    if (settings.Text("return_path").find('@') > kReturnLocalBytesMax)
      return Wrong("return_path", fmt::format("at most {} characters before the @", kReturnLocalBytesMax));
    if (settings.Secret("return_key").size() < kReturnSecretBytesMin)
      return Wrong("return_key", fmt::format("expected at least {} characters", kReturnSecretBytesMin));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Adapter>> MakeSmtp(const ChannelSettings& settings) {
  RETURN_IF_ERROR(CheckAddresses(settings));
  SmtpSettings smtp;
  const std::string helo = settings.Has("helo") ? "/" + settings.Text("helo") : "";
  if (helo.find_first_of(" \t\r\n/?#", 1) != helo.npos) return Wrong("helo", "expected the name of a machine");
  auto server = [&](std::string_view key, std::string_view url, std::string* whole) {
    *whole = std::string(url) + helo;
    return IsServer(url) ? absl::OkStatus()
                         : Wrong(key, "expected smtp://HOST:587, smtps://HOST:465 or smtp+plain://HOST:25");
  };
  RETURN_IF_ERROR(server("url", settings.Text("url"), &smtp.url));
  for (const auto& [domain, url] : settings.Map("routes")) RETURN_IF_ERROR(server("routes", url, &smtp.routes[domain]));
  smtp.user = settings.Text("user");
  smtp.password = settings.Secret("password");
  if (smtp.user.empty() != smtp.password.empty()) return Wrong("user", "it and password belong together");
  smtp.from = settings.Text("from");
  smtp.from_name = settings.Text("from_name");
  smtp.reply_to = settings.Text("reply_to");
  smtp.return_path = settings.Text("return_path");
  smtp.return_key = settings.Secret("return_key");
  smtp.unsubscribe_mailto = settings.Text("unsubscribe_mailto");
  smtp.feedback_sender = settings.Text("feedback_sender");
  smtp.reports = settings.Text("reports");
  if (!smtp.feedback_sender.empty() &&
      (smtp.feedback_sender.size() < kFeedbackBytesMin || smtp.feedback_sender.size() > kFeedbackBytesMax ||
       FeedbackField(smtp.feedback_sender) != smtp.feedback_sender))
    return Wrong("feedback_sender", "expected 5 to 15 letters, digits, \"-\", \"_\" or \".\"");
  if (settings.Has("dkim_key") || settings.Has("dkim_domain") || settings.Has("dkim_selector")) {
    if (!settings.Has("dkim_key") || !settings.Has("dkim_domain") || !settings.Has("dkim_selector"))
      return Wrong("dkim_key", "dkim_domain, dkim_selector and dkim_key belong together");
    absl::StatusOr<DkimSigner> signer =
        DkimSigner::Make(settings.Text("dkim_domain"), settings.Text("dkim_selector"), settings.Secret("dkim_key"));
    if (!signer.ok()) return Wrong("dkim_key", StatusText(signer.status()));
    smtp.dkim.emplace(*std::move(signer));
  }
  return std::make_unique<SmtpAdapter>(std::move(smtp));
}

}  // namespace

const AdapterKind kSmtpKind = {"smtp", "email", "e-mail by a submission server", kKeys, MakeSmtp};

}  // namespace cartwheel
