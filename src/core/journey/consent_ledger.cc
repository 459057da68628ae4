#include "core/journey/consent_ledger.h"

#include "core/journey/identity.h"
#include "core/model/address.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The identity key of whose expression it is. Of an address alone it is that of its owner; empty: no customer has it
// yet.
std::string WhoOf(const Customer& customer, const Event& event) {
  if (!event.customer.empty()) return CustomerKey(event.customer);
  if (!event.anonymous_id.empty()) return AnonymousKey(event.anonymous_id);
  const std::string* name = customer.known_name();
  return name == nullptr || customer.by_device() ? std::string() : *name;
}

// The address that an event names. One that no customer has is kept as its keyed hash: no later erasure would find it.
std::string AddressWordsOf(const Customer& customer, const Event& event, const HashKey& hash_key) {
  const std::string_view address = event.Text("address");
  if (!address.empty() && !IsNobody(customer)) return std::string(address);
  const std::optional<Digest> digest = AddressOf(event, hash_key);
  return digest ? HashedAddress(*digest) : std::string();
}

// An id, which shops write as text or as a number.
std::string IdText(const Value& value) {
  if (value.kind() == Kind::kInt) return std::to_string(value.integer());
  return value.is_string() ? std::string(value.text()) : std::string();
}

}  // namespace

std::string WordsOf(const Event& event, std::string_view key) {
  const Value value = event.Get(key);
  std::string text;
  if (value.is_string()) text = value.text();
  for (size_t i = 0; value.is_list() && i < value.size(); ++i)
    if (value.at(i).is_string()) text += (text.empty() ? "" : ",") + std::string(value.at(i).text());
  return text;
}

ConsentRow LedgerRow(const Customer& customer, const Event& event, const FoldContext& context, bool counts) {
  ConsentRow row;
  row.customer = customer.row;
  row.position = context.position;
  row.at_ms = event.at_ms;
  row.ingested_at_ms = context.ingested_at_ms;
  row.counts = counts;
  row.undated = event.undated;
  row.who = WhoOf(customer, event);
  row.type = event.type_name;
  row.medium = WordsOf(event, "medium");
  row.scope = WordsOf(event, "scope");
  row.topic = WordsOf(event, "topic");
  row.where = event.Text("where");
  row.wording = event.Text("wording");
  row.evidence = event.Text("evidence");
  row.actor = event.Text("actor");
  row.address = AddressWordsOf(customer, event, context.options.hash_key);
  row.message = IdText(event.Get("message_id"));
  row.offset = event.Text("local_offset");
  return row;
}

std::string ProofOf(const HashKey& key, std::string_view name) {
  return "#" + ToHex(name.front() == kErasedSpace ? DigestFromBytes(name.substr(1)) : SipHash128(key, name));
}

}  // namespace cartwheel
