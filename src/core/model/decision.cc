#include "core/model/decision.h"

#include <iterator>

#include "base/codec.h"

namespace cartwheel {
namespace {

constexpr std::string_view kNames[] = {
    "entered", "reset",   "message", "skipped",     "dropped",      "exited",       "completed", "revoked",
    "receipt", "merged",  "erased",  "not_entered", "converted",    "cart_expired", "consent",   "deferred",
    "way",     "address", "set",     "added_to",    "removed_from", "emitted",      "adopted"};

}  // namespace

std::string_view DecisionName(DecisionKind kind) { return kNames[static_cast<size_t>(kind)]; }

void EncodeDecision(const Decision& decision, std::string* out) {
  ByteWriter writer(out);
  writer.Byte(static_cast<uint8_t>(decision.kind));
  writer.Signed(decision.at_ms);
  writer.Signed(decision.planned_at_ms);
  writer.Signed(decision.message.value());
  writer.Text(decision.journey);
  writer.Text(decision.step);
  writer.Byte(static_cast<uint8_t>(decision.reason));
  writer.Text(decision.detail);
}

std::vector<Decision> DecodeDecisions(std::string_view bytes) {
  std::vector<Decision> decisions;
  for (ByteReader reader(bytes); !reader.at_end();) {
    Decision decision;
    uint8_t kind = reader.Byte();
    decision.at_ms = reader.Signed();
    decision.planned_at_ms = reader.Signed();
    decision.message = MessageId(reader.Signed());
    decision.journey = reader.Text();
    decision.step = reader.Text();
    const uint8_t reason = reader.Byte();
    decision.detail = reader.Text();
    if (!reader.ok() || kind >= std::size(kNames) || !IsReason(reason)) break;
    decision.kind = static_cast<DecisionKind>(kind);
    decision.reason = static_cast<Reason>(reason);
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

}  // namespace cartwheel
