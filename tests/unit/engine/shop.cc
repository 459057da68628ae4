#include "tests/unit/engine/shop.h"

#include "core/model/message_body.h"

namespace cartwheel {

std::string RemindersOnly() {
  std::string text(kCartPlaybook);
  size_t begin = text.find(",\n    \"note\"");
  size_t end = text.rfind("}}\n}");
  return text.substr(0, begin) + text.substr(end + 1);
}

Shop::Shop(std::shared_ptr<Store> store, std::string_view playbook) : store_(std::move(store)) {
  options_.clock = &clock_;
  Open();
  auto loaded = engine_->Load(playbook.empty() ? RemindersOnly() : std::string(playbook));
  INFO(StatusText(loaded.status()));
  REQUIRE(loaded.ok());
}

void Shop::Open() {
  auto engine = NewEngine(store_, options_);
  engine->impl().SetAddressById(address_by_id_);
  engine_ = std::move(engine);
}

void Shop::NeedAddresses() {
  address_by_id_ = false;
  Reopen();
}

void Shop::Crash() {
  static auto& crashed = *new std::vector<std::unique_ptr<Engine>>;  // a crashed process runs no destructor
  crashed.push_back(std::move(engine_));
  clock_.PassMonotonic(options_.fold_lease_ms + 1);
  Open();
}

void Shop::Reopen(bool closed) {
  if (!closed) REQUIRE(engine_->Close().ok());
  Open();
}

IngestResult Shop::Raw(std::string_view json, int64_t at_ms) {
  auto result = engine_->Ingest(json, {.now_ms = std::max(at_ms, clock_.NowMs())});
  INFO(StatusText(result.status()));
  REQUIRE(result.ok());
  return *result;
}

void Shop::Event(std::string_view type, std::string_view customer, int64_t at_ms, std::string_view properties,
                 std::string_view id) {
  std::string generated = fmt::format("e{}", next_id_++);
  auto result = Raw(fmt::format(R"({{"id":"{}","type":"{}","customer":"{}","at":{},"properties":{}}})",
                                id.empty() ? std::string_view(generated) : id, type, customer, at_ms, properties),
                    at_ms);
  INFO((result.rejected.empty() ? "" : result.rejected[0].message));
  REQUIRE(result.accepted == 1);
}

void Shop::DeviceEvent(std::string_view type, std::string_view device, int64_t at_ms, std::string_view properties) {
  auto result = Raw(
      fmt::format(R"({{"type":"{}","anonymous_id":"{}","at":{},"properties":{}}})", type, device, at_ms, properties),
      at_ms);
  REQUIRE(result.accepted == 1);
}

void Shop::Identify(std::string_view customer, std::string_view device, int64_t at_ms) {
  auto result =
      Raw(fmt::format(R"({{"type":"identify","customer":"{}","anonymous_id":"{}","at":{}}})", customer, device, at_ms),
          at_ms);
  REQUIRE(result.accepted == 1);
}

AdvanceResult Shop::AdvanceTo(int64_t now_ms) {
  clock_.Set(now_ms);
  AdvanceResult sum;
  while (true) {
    auto result = engine_->Advance();
    INFO(StatusText(result.status()));
    REQUIRE(result.ok());
    sum.Add(*result);
    if (!sum.more) return sum;
  }
}

void Shop::RunTo(int64_t now_ms) {
  while (true) {
    AdvanceResult result = AdvanceTo(clock_.NowMs());
    if (result.next_due_ms == 0 || result.next_due_ms > now_ms) break;
    clock_.Set(std::max(result.next_due_ms, clock_.NowMs() + 1));
  }
  AdvanceTo(now_ms);
}

std::vector<Message> Shop::Claim(std::string_view channel, size_t max, int64_t lease_ms) {
  auto result = engine_->Claim({.channel = std::string(channel), .max = max, .lease_ms = lease_ms});
  INFO(StatusText(result.status()));
  REQUIRE(result.ok());
  return result->messages;
}

void Shop::Accept(const std::vector<Message>& messages) {
  std::vector<Outcome> outcomes;
  for (const Message& message : messages) outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
  REQUIRE(engine_->Settle(outcomes).status().ok());
}

std::vector<std::string> Shop::Outbox() {
  auto rows = store_->ListMessages({{}, MessageId(0), 100'000});
  REQUIRE(rows.ok());
  std::vector<std::string> list;
  for (const MessageRow& row : *rows) {
    const MessageBody body = DecodeMessageBody(row.body);
    list.push_back(fmt::format("{}/{}@{}:{}", body.recipient(), body.step,
                               static_cast<double>(row.made_at_ms - kDay0) / kHourMs, MessageStateName(row.state)));
  }
  return list;
}

std::string Shop::Query(std::string_view query, std::string_view customer) {
  auto answer = engine_->Query({.query = std::string(query), .customer = std::string(customer)});
  return answer.ok() ? *answer : "error: " + StatusText(answer.status());
}

}  // namespace cartwheel
