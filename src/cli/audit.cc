// `cartwheel audit`: what a regulator asks: who got which advertisement when, on which consent, with which label. Reads
// a page of the outbox at a time.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/json_text.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "base/time_text.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "core/model/consent.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kAuditOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--from", "TIME", "handed over from then on; the beginning"},
    {"--to", "TIME", "and before then; now"},
    {"--format", "NAME", "csv (without it), or jsonl"},
};

constexpr size_t kMessagesAtATime = 500;  // messages read at a time
constexpr size_t kLedgerPage = 1'000;     // rows of a customer's ledger
constexpr size_t kBeginningBytes = 160;   // of the texts: where a label stands
constexpr std::string_view kGrant = "consent_granted";

using Line = std::vector<std::pair<std::string_view, std::string>>;  // column, text

// A time of the command line; a local one is in UTC.
absl::StatusOr<int64_t> TimeOf(const Args& args, std::string_view option, int64_t otherwise) {
  if (!args.Has(option)) return otherwise;
  const std::string text = args.Get(option);
  const TimeText read = ReadTimeText(text);
  if (read.kind == TimeText::Kind::kNotATime)
    return absl::InvalidArgumentError(
        fmt::format("{} is \"{}\", expected a time such as 2026-01-01 or 2026-01-01T00:00:00+09:00", option, text));
  return read.ms;
}

// The first bytes of what the recipient reads, whole characters, in one line.
std::string Beginning(std::string_view payload) {
  std::string text = ReadableTexts(payload, "");
  if (text.size() > kBeginningBytes) {
    size_t end = kBeginningBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// Whether a word stands in a list with commas; the ledger has lists as the event did.
bool Lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == word) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

class Audit {
 public:
  Audit(Store& store, Policy policy, bool csv) : store_(store), policy_(std::move(policy)), csv_(csv) {}

  absl::Status Run(int64_t from_ms, int64_t to_ms) {
    MessageFilter filter{
        {MessageState::kAccepted, MessageState::kDelivered, MessageState::kUnknown}, {}, kMessagesAtATime};
    for (;;) {
      ASSIGN_OR_RETURN(const std::vector<MessageRow> page, store_.ListMessages(filter));
      if (page.empty()) return absl::OkStatus();
      for (const MessageRow& message : page) {
        if (message.message_class != MessageClass::kAdvertisement) continue;
        const int64_t at_ms = message.first_handed_ms != 0 ? message.first_handed_ms : message.settled_at_ms;
        if (at_ms >= from_ms && at_ms < to_ms) RETURN_IF_ERROR(Write(message, at_ms));
      }
      filter.after_id = page.back().id;
    }
  }
  int64_t erased() const { return erased_; }

 private:
  absl::Status Write(const MessageRow& message, int64_t at_ms) {
    ASSIGN_OR_RETURN(const std::vector<std::string> rows, store_.Load({message.customer}));
    if (const auto erased = DecodeErasedAt(message.customer, rows[0]); erased.ok() && *erased >= message.made_at_ms) {
      ++erased_;
      return absl::OkStatus();
    }
    const MessageBody body = DecodeMessageBody(message.body);
    ASSIGN_OR_RETURN(const ConsentRow consent, FindConsent(message, at_ms));
    Line line = {{"at", FormatInstant(at_ms)},
                 {"state", std::string(MessageStateName(message.state))},
                 {"customer", std::string(body.customer)},
                 {"anonymous_id", std::string(body.anonymous_id)},
                 {"channel", message.channel},
                 {"address", std::string(body.address)},
                 {"purpose", message.purpose},
                 {"journey", std::string(body.journey)},
                 {"step", std::string(body.step)},
                 {"template", std::string(body.template_name)},
                 {"revision", std::to_string(body.revision.value())},
                 {"message", std::to_string(message.id.value())},
                 {"consent", consent.id ? std::to_string(consent.id.value()) : ""},
                 {"consent_at", consent.id ? FormatInstant(consent.at_ms) : ""},
                 {"consent_medium", consent.medium},
                 {"consent_scope", consent.scope},
                 {"consent_topic", consent.topic},
                 {"consent_where", consent.where},
                 {"consent_wording", consent.wording},
                 {"consent_evidence", consent.evidence},
                 {"begins", Beginning(body.payload)}};
    return Print(csv_ ? Csv(line) : Json(line)) == kOk ? absl::OkStatus() : absl::UnknownError("cannot write");
  }

  // The newest grant of the medium that was in force by then: of the message's topic, or of every one. An id of 0:
  // the ledger has none.
  absl::StatusOr<ConsentRow> FindConsent(const MessageRow& message, int64_t at_ms) {
    ConsentRow newest;
    const auto medium = policy_.MediumOf(message.channel);
    if (!medium) return newest;
    for (ConsentId after;;) {
      ASSIGN_OR_RETURN(const std::vector<ConsentRow> rows, store_.Consents(message.customer, after, kLedgerPage));
      for (const ConsentRow& row : rows) {
        const bool of_ads = row.scope.empty() || Lists(row.scope, ConsentScopeName(ConsentScope::kAd));
        const bool of_topic = row.topic.empty() || row.topic == message.purpose;
        if (row.type == kGrant && row.counts && of_ads && of_topic && Lists(row.medium, ConsentMediumName(*medium)) &&
            row.ingested_at_ms <= at_ms && row.at_ms >= newest.at_ms)
          newest = row;
      }
      if (rows.size() < kLedgerPage) return newest;
      after = rows.back().id;
    }
  }

  std::string Csv(const Line& line) {
    std::string text;
    if (std::exchange(first_, false)) {
      for (const auto& [column, value] : line) text += (text.empty() ? "" : ",") + std::string(column);
      text += '\n';
    }
    bool begun = false;
    for (const auto& [column, value] : line) {
      text += std::exchange(begun, true) ? ",\"" : "\"";
      for (const char c : value) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    return text + "\n";
  }

  static std::string Json(const Line& line) {
    std::string packed, text;
    PackedWriter writer(&packed);
    writer.BeginMap();
    for (const auto& [column, value] : line)
      if (!value.empty()) Field(writer, column, value);
    writer.End();
    AppendJson(ReadPacked(packed), &text);
    return text + "\n";
  }

  Store& store_;
  const Policy policy_;
  const bool csv_;
  bool first_ = true;
  int64_t erased_ = 0;  // messages of customers who were erased
};

int RunAudit(const Args& args) {
  const std::string format = args.Get("--format", "csv");
  if (format != "csv" && format != "jsonl")
    return Fail(kUsage, fmt::format("--format is \"{}\", expected csv or jsonl", format));
  const absl::StatusOr<int64_t> from = TimeOf(args, "--from", 0), to = TimeOf(args, "--to", SystemClock()->NowMs());
  for (const auto& time : {from, to})
    if (!time.ok()) return Fail(kUsage, StatusText(time.status()));
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  Store& store = (*engine)->impl().store();
  Policy policy;  // of the playbook in force: which channel is of which medium
  if (const absl::StatusOr<std::string> content = AnswerPlaybook(store); content.ok())
    if (const auto playbook = CompilePlaybook(*content); playbook.ok()) policy = (*playbook)->policy;
  Audit audit(store, std::move(policy), format == "csv");
  if (absl::Status status = audit.Run(*from, *to); !status.ok()) return Fail(status);
  if (audit.erased() != 0)
    Note(fmt::format("{} of customers who were erased are left out", Plural(audit.erased(), "message")));
  return kOk;
}

}  // namespace

const Command kAuditCommand = {
    "audit",
    "",
    "lists who got which advertisement when, on which consent, with which label",
    "One line an advertisement that was accepted, delivered, or may have arrived: the recipient, the grant of the "
    "ledger "
    "on\n"
    "which it was sent (the newest one that counted by then), and the beginning of its texts, where its label stands.",
    {"cartwheel audit --db shop.db --from 2026-01-01 --to 2026-02-01 > january.csv",
     "cartwheel audit --db shop.db --format jsonl"},
    kAuditOptions,
    RunAudit,
};

}  // namespace cartwheel::cli
