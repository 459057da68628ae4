// Reading: every answer is one JSON object (metrics: Prometheus text), built from one consistent state of each row it
// reads.
#pragma once

#include <optional>
#include <string>

#include "base/packed.h"
#include "cartwheel/options.h"
#include "cartwheel/query.h"
#include "core/model/customer.h"
#include "core/model/decision.h"
#include "core/model/playbook.h"
#include "engine/common/channel_book.h"
#include "engine/common/stats.h"
#include "store/access_store.h"
#include "store/definition_store.h"
#include "store/erase_store.h"
#include "store/log_store.h"
#include "store/read_store.h"

namespace cartwheel {

// What a query may look at.
struct QueryContext {
  ReadStore& store;
  LogStore& log;
  DefinitionStore& definitions;
  EraseStore& erasures;
  AccessStore& accesses;
  HashKey hash_key;  // of the database
  const Stats& stats;
  const Options& options;
  int64_t now_ms;
  LeaseTime lease_now;
  const ChannelBook& channels;
};

[[nodiscard]] absl::StatusOr<std::string> Answer(const QueryContext& context, const QueryRequest& request);

// The parts, each with a file of its own.
[[nodiscard]] absl::StatusOr<std::string> AnswerReport(const QueryContext& context);   // report.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerHealth(const QueryContext& context);   // health.cc
std::string AnswerStats(const QueryContext& context);                                  // health.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerMetrics(const QueryContext& context);  // health.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerCustomer(const QueryContext& context,
                                                         const QueryRequest& request);  // customer.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerWhy(const QueryContext& context,
                                                    const QueryRequest& request);       // customer.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerSegments(const QueryContext& context);  // segments.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerSegment(const QueryContext& context, const QueryRequest& request);
[[nodiscard]] absl::StatusOr<std::string> AnswerEvaluate(const QueryContext& context, const QueryRequest& request);
[[nodiscard]] absl::StatusOr<std::string> AnswerPreview(const QueryContext& context,
                                                        const QueryRequest& request);  // preview.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerExport(const QueryContext& context,
                                                       const QueryRequest& request);  // export.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerConsent(const QueryContext& context, const QueryRequest& request,
                                                        size_t limit);  // consent.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerPrompt(const QueryContext& context,
                                                       const QueryRequest& request);  // prompt.cc

[[nodiscard]] absl::StatusOr<std::string> AnswerToken(const QueryContext& context,
                                                      const QueryRequest& request);  // token.cc

[[nodiscard]] absl::StatusOr<std::string> AnswerSuppressions(const QueryContext& context, const QueryRequest& request,
                                                             size_t limit);  // suppressions.cc

// What the access log has to hold of a request before it is answered; nullopt: nothing (access.cc).
[[nodiscard]] absl::StatusOr<std::optional<AccessRow>> AccessOf(const HashKey& hash_key, const QueryRequest& request,
                                                                bool require_actor, int64_t now_ms);
[[nodiscard]] absl::StatusOr<std::string> AnswerAccess(const QueryContext& context, const QueryRequest& request,
                                                       size_t limit);  // access.cc

[[nodiscard]] absl::StatusOr<std::string> AnswerErasures(const QueryContext& context, const QueryRequest& request,
                                                         size_t limit);                  // erasures.cc
[[nodiscard]] absl::StatusOr<std::string> AnswerPlaybook(DefinitionStore& definitions);  // query.cc

// JSON, by way of packed values: Field(writer, "name", Value::Int(3)).
inline void Field(PackedWriter& writer, std::string_view key, const Value& value) {
  writer.Key(key);
  writer.Scalar(value);
}
inline void Field(PackedWriter& writer, std::string_view key, std::string_view text) {
  Field(writer, key, Value::String(text));
}
// Writes no field for an instant that never was (0).
inline void OptionalInstant(PackedWriter& writer, std::string_view key, int64_t at_ms) {
  if (at_ms != 0) Field(writer, key, Value::Timestamp(at_ms));
}
std::string ToJson(const std::string& packed);
// NotFound: no customer has that name, or the customer was erased.
[[nodiscard]] absl::StatusOr<Customer> FindCustomer(ReadStore& store, const QueryRequest& request);
// The playbooks by which the customer's walks go: they have the names of its journeys and steps.
[[nodiscard]] absl::StatusOr<Playbooks> PlaybooksOf(DefinitionStore& definitions, const Customer& customer);
void WriteCustomer(PackedWriter& writer, const Customer& customer, const Playbooks& playbooks);
// What is kept of a customer beside what WriteCustomer shows (kept.cc).
[[nodiscard]] absl::Status WriteKept(PackedWriter& writer, DefinitionStore& definitions, const Customer& customer);
// `messages`: those of the trail, to say of each what became of it, after how many attempts, and why; those that are
// missing are passed over.
void WriteTrail(PackedWriter& writer, const std::vector<Decision>& trail, const std::vector<MessageRow>& messages = {});
void WriteMessage(PackedWriter& writer, const MessageRow& message);
// Writes the field "suppressed": the customer's addresses that get no message; none where nothing was ever said of one.
void WriteSuppressed(PackedWriter& writer, const Customer& customer);  // suppressions.cc
void WriteConsentRow(PackedWriter& writer, const ConsentRow& row);     // consent.cc

}  // namespace cartwheel
