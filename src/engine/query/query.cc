#include "engine/query/query.h"

#include "absl/container/flat_hash_map.h"
#include "base/json_text.h"
#include "base/status.h"
#include "core/message/link.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "core/policy/token.h"
#include "engine/common/opt_outs.h"
#include "fmt/format.h"
#include "store/message_states.h"

namespace cartwheel {
namespace {

constexpr size_t kQueryLimitMax = 10'000;

using InstantByRow = absl::flat_hash_map<CustomerRow, int64_t>;

// When the customers of these messages were erased: messages made before are not shown.
absl::StatusOr<InstantByRow> ErasedAt(ReadStore& store, const std::vector<MessageRow>& messages) {
  InstantByRow erased;
  for (const MessageRow& message : messages) erased[message.customer] = -1;
  std::vector<CustomerRow> rows;
  for (const auto& [row, at_ms] : erased) rows.push_back(row);
  ASSIGN_OR_RETURN(std::vector<std::string> data, store.Load(rows));
  for (size_t i = 0; i < rows.size(); ++i) {
    std::string bytes = std::move(data[i]);
    for (CustomerRow row = rows[i]; bytes.empty() && row;) {  // merged into another, maybe more than once
      const std::string merged = MergedRowKey(row);
      ASSIGN_OR_RETURN(const std::vector<CustomerRow> became, store.Resolve({&merged, 1}));
      row = became[0];
      if (!row) break;
      ASSIGN_OR_RETURN(std::vector<std::string> loaded, store.Load({&row, 1}));
      bytes = std::move(loaded[0]);
    }
    if (const absl::StatusOr<int64_t> at_ms = DecodeErasedAt(rows[i], bytes); at_ms.ok() && *at_ms != 0)
      erased[rows[i]] = *at_ms;
  }
  return erased;
}

absl::StatusOr<std::string> AnswerMessages(ReadStore& store, MessageFilter filter) {
  ASSIGN_OR_RETURN(std::vector<MessageRow> messages, store.ListMessages(filter));
  ASSIGN_OR_RETURN(InstantByRow erased, ErasedAt(store, messages));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("messages");
  writer.BeginList();
  for (const MessageRow& message : messages)
    if (message.made_at_ms > erased[message.customer]) WriteMessage(writer, message);
  writer.End();
  if (messages.size() == filter.limit) Field(writer, "next_after", Value::Int(messages.back().id.value()));
  writer.End();
  return ToJson(packed);
}

// The messages that a link may have stood in. A token has all of its message key's lower half but the lowest bit.
absl::StatusOr<std::vector<MessageRow>> MessagesOf(const QueryContext& context, const Link& link, bool* expired) {
  if (link.token.empty()) return context.store.ListMessages({.link = link.message});
  if (context.options.token_key.empty())
    return absl::InvalidArgumentError("the token of this link cannot be read: expected the option token_key");
  ASSIGN_OR_RETURN(const std::vector<TokenKey> keys, ReadTokenKeys(context.options.token_key));
  // The link is signed, so its token was made here; where it cannot be read its key is no longer used.
  const absl::StatusOr<Token> token = ReadToken(link.token, keys, context.now_ms);
  *expired = !token.ok() || token->expired || token->kind != TokenKind::kClick;
  std::vector<MessageRow> messages;
  if (*expired) return messages;
  for (const uint64_t low : {uint64_t{0}, uint64_t{1}}) {
    ASSIGN_OR_RETURN(std::vector<MessageRow> found,
                     context.store.ListMessages({.link = static_cast<uint64_t>(token->message) << 1 | low}));
    std::move(found.begin(), found.end(), std::back_inserter(messages));
  }
  return messages;
}

absl::StatusOr<std::string> AnswerLink(const QueryContext& context, std::string_view text) {
  ASSIGN_OR_RETURN(Link link, ReadLink(context.hash_key, text));
  bool expired = false;
  // One whose text became stale and the one made anew have the same key: the newest is the one that was sent.
  ASSIGN_OR_RETURN(std::vector<MessageRow> messages, MessagesOf(context, link, &expired));
  if (messages.size() > 1) messages.erase(messages.begin(), messages.end() - 1);
  ASSIGN_OR_RETURN(InstantByRow erased, ErasedAt(context.store, messages));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "url", link.url);
  if (!link.token.empty()) Field(writer, "expired", Value::Bool(expired));
  for (const MessageRow& message : messages) {
    if (message.made_at_ms <= erased[message.customer]) continue;
    writer.Key("message");
    WriteMessage(writer, message);
  }
  writer.End();
  return ToJson(packed);
}

absl::StatusOr<std::vector<MessageState>> StateFilter(std::string_view name) {
  if (name.empty()) return std::vector<MessageState>();
  for (int i = 0; i <= static_cast<int>(MessageState::kDead); ++i)
    if (MessageStateName(static_cast<MessageState>(i)) == name)
      return std::vector<MessageState>{static_cast<MessageState>(i)};
  return absl::InvalidArgumentError(fmt::format(
      "unknown message state \"{}\", expected waiting, claimed, accepted, delivered, failed, expired, revoked, "
      "unknown or dead",
      name));
}

absl::StatusOr<std::string> AnswerRefused(ReadStore& store, size_t limit) {
  ASSIGN_OR_RETURN(std::vector<RefusedRow> rows, store.Refused(limit));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("refused");
  writer.BeginList();
  for (const RefusedRow& row : rows) {
    writer.BeginMap();
    Field(writer, "code", row.code);
    Field(writer, "message", row.message);
    Field(writer, "customer", row.customer);
    Field(writer, "event_id", row.event_id);
    Field(writer, "position", Value::Int(row.position.value()));
    Field(writer, "at", Value::Timestamp(row.at_ms));
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

absl::StatusOr<std::string> AnswerWarnings(ReadStore& store, size_t limit) {
  ASSIGN_OR_RETURN(std::vector<WarningRow> rows, store.Warnings(limit));
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key("warnings");
  writer.BeginList();
  for (const WarningRow& row : rows) {
    writer.BeginMap();
    for (auto [key, text] : {std::pair<std::string_view, std::string_view>{"type", row.type},
                             {"code", row.code},
                             {"field", row.field},
                             {"value", row.value},
                             {"expected", row.expected},
                             {"customer", row.customer},
                             {"event_id", row.event_id}})
      Field(writer, key, text);
    Field(writer, "position", Value::Int(row.position.value()));
    Field(writer, "at", Value::Timestamp(row.at_ms));
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

}  // namespace

absl::StatusOr<std::string> AnswerPlaybook(DefinitionStore& definitions) {
  ASSIGN_OR_RETURN(Revision revision, definitions.LatestRevision());
  if (!revision) return absl::NotFoundError("no playbook was loaded yet");
  ASSIGN_OR_RETURN(std::optional<std::string> content, definitions.Definition(revision));
  if (!content) return absl::DataLossError(fmt::format("playbook revision {} is missing", revision.value()));
  return *std::move(content);
}

std::string ToJson(const std::string& packed) {
  std::string json;
  AppendJson(ReadPacked(packed), &json);
  return json;
}

void WriteMessage(PackedWriter& writer, const MessageRow& message) {
  writer.BeginMap();
  Field(writer, "id", Value::Int(message.id.value()));
  Field(writer, "state", MessageStateName(message.state));
  Field(writer, "channel", message.channel);
  Field(writer, "class", MessageClassName(message.message_class));
  Field(writer, "purpose", message.purpose);
  Field(writer, "medium", message.medium);
  Field(writer, "made_at", Value::Timestamp(message.made_at_ms));
  Field(writer, "expires_at", Value::Timestamp(message.expires_at_ms));
  if (message.fresh_until_ms != 0) Field(writer, "fresh_until", Value::Timestamp(message.fresh_until_ms));
  if (message.settled_at_ms != 0) Field(writer, "settled_at", Value::Timestamp(message.settled_at_ms));
  Field(writer, "attempts", Value::Int(message.attempts));
  if (message.reason != Reason::kNone) Field(writer, "reason", CauseText(message.cause()));
  const MessageBody body = DecodeMessageBody(message.body);
  Field(writer, "key", body.key);
  Field(writer, body.customer.empty() ? "anonymous_id" : "customer", body.recipient());
  Field(writer, "address", body.address);
  Field(writer, "journey", body.journey);
  Field(writer, "revision", Value::Int(body.revision.value()));
  Field(writer, "step", body.step);
  Field(writer, "template", body.template_name);
  if (!body.variant.empty()) Field(writer, "variant", body.variant);
  if (!body.locale.empty()) Field(writer, "locale", body.locale);
  Field(writer, "payload", body.payload);
  if (!body.values.empty()) {
    writer.Key("values");
    writer.Any(ReadPacked(body.values));
  }
  writer.End();
}

absl::StatusOr<std::string> Answer(const QueryContext& context, const QueryRequest& request) {
  ReadStore& store = context.store;
  const size_t limit = request.limit < kQueryLimitMax ? request.limit : kQueryLimitMax;
  if (request.query == "customer") return AnswerCustomer(context, request);
  if (request.query == "why") return AnswerWhy(context, request);
  if (request.query == "export") return AnswerExport(context, request);
  if (request.query == "segments") return AnswerSegments(context);
  if (request.query == "segment") return AnswerSegment(context, request);
  if (request.query == "evaluate") return AnswerEvaluate(context, request);
  if (request.query == "preview") return AnswerPreview(context, request);
  if (request.query == "report") return AnswerReport(context);
  if (request.query == "consent") return AnswerConsent(context, request, limit);
  if (request.query == "prompt") return AnswerPrompt(context, request);
  if (request.query == "suppressions") return AnswerSuppressions(context, request, limit);
  if (request.query == "access") return AnswerAccess(context, request, limit);
  if (request.query == "erasures") return AnswerErasures(context, request, limit);
  if (request.query == "messages") {
    ASSIGN_OR_RETURN(std::vector<MessageState> states, StateFilter(request.state));
    return AnswerMessages(store, {std::move(states), MessageId(request.after), limit});
  }
  if (request.query == "dead_letters")
    return AnswerMessages(store, {{kTroubledStates.begin(), kTroubledStates.end()}, MessageId(request.after), limit});
  if (request.query == "link") return AnswerLink(context, request.link);
  if (request.query == "token") return AnswerToken(context, request);
  if (request.query == "refused") return AnswerRefused(store, limit);
  if (request.query == "warnings") return AnswerWarnings(store, limit);
  if (request.query == "health") return AnswerHealth(context);
  if (request.query == "stats") return AnswerStats(context);
  if (request.query == "metrics") return AnswerMetrics(context);
  if (request.query == "playbook") return AnswerPlaybook(context.definitions);
  return absl::InvalidArgumentError(
      fmt::format("unknown query \"{}\", expected customer, why, export, preview, report, consent, prompt, "
                  "suppressions, erasures, access, segments, segment, "
                  "evaluate, messages, dead_letters, link, token, refused, warnings, health, stats, "
                  "metrics or playbook",
                  request.query));
}

}  // namespace cartwheel
