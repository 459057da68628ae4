// The C++ and C rows of the bindings' bench, and its input:
//   bindings_bench input FILE EVENTS | cxx FILE FOLDER | c FILE FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cartwheel.h"
#include "cartwheel/engine.h"
#include "tests/bench/workload.h"

namespace {

constexpr int64_t kNowMs = 1'780'272'000'000;
constexpr int kCalls = 20'000, kMessages = 20'000, kBatch = 1'000;
constexpr const char* kPlaybook =
    R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
 "shop": {"name": "Shop", "contact": "02-123-4567", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
 "templates": {"note": {"purpose": "order", "class": "transactional", "sms": {"text": "{{ customer.id }}: thank you"}}},
 "channels": {"sms": {"address_by_id": true}},
 "journeys": {"note": {"enter": {"on": "order_completed"}, "reenter": "always", "steps": [{"send": "note", "via": ["sms"], "latest": "24h"}]}}})";

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::vector<std::string> Batches(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> batches;
  std::string line;
  for (int count = 0; std::getline(file, line); ++count) {
    if (count % kBatch == 0) batches.emplace_back();
    batches.back() += line + "\n";
  }
  return batches;
}

int WriteInput(const char* path, int64_t events) {
  cartwheel::bench::Workload workload(events, events / 10);
  cartwheel::bench::Batch batch;
  std::ofstream file(path, std::ios::binary);
  while (workload.Next(&batch)) file << batch.ndjson;
  return file.good() ? 0 : 1;
}

int RunCxx(const std::string& input, const std::string& folder) {
  const std::vector<std::string> batches = Batches(input);
  auto engine = cartwheel::Engine::Open(folder + "/ingest.db").value();
  double began = Now();
  for (const std::string& batch : batches) engine->Ingest(batch).value();
  const double ingest = (Now() - began) * 1e6 / (static_cast<double>(batches.size()) * kBatch);
  began = Now();
  for (int i = 0; i < kCalls; ++i) engine->Ingest("").value();
  const double call = (Now() - began) * 1e6 / kCalls;

  auto outbox = cartwheel::Engine::Open(folder + "/claim.db").value();
  outbox->Load(kPlaybook).value();
  std::string orders;
  for (int i = 0; i < kMessages; ++i)
    orders += fmt::format(
        R"({{"type":"order_completed","customer":"c{0}","at":{1},"properties":{{"order_id":"o{0}","total":9000}}}})"
        "\n",
        i, kNowMs);
  cartwheel::IngestOptions at;
  at.now_ms = kNowMs;
  outbox->Ingest(orders, at).value();
  while (outbox->Advance(kNowMs).value().more) {
  }
  int64_t settled = 0;
  began = Now();
  for (int i = 0; i < kMessages / kBatch; ++i) {
    cartwheel::ClaimOptions claim;
    claim.channel = "sms";
    claim.max = kBatch;
    claim.now_ms = kNowMs;
    std::vector<cartwheel::Outcome> outcomes;
    const cartwheel::ClaimResult claimed = outbox->Claim(claim).value();
    for (const cartwheel::Message& message : claimed.messages)
      outcomes.push_back({message.id, message.token, cartwheel::OutcomeCode::kAccepted, "", 0});
    settled += outbox->Settle(outcomes, kNowMs).value().settled;
    outbox->Advance(kNowMs).value();  // or the receipts hold the others back
  }
  const double claim = (Now() - began) * 1e6 / kMessages;
  if (settled != kMessages) return fmt::print(stderr, "{} messages were settled, expected {}\n", settled, kMessages), 1;
  fmt::print("{{\"ingest\":{},\"call\":{},\"claim\":{}}}\n", ingest, call, claim);
  return 0;
}

int RunC(const std::string& input, const std::string& folder) {
  const std::vector<std::string> batches = Batches(input);
  const std::string path = folder + "/c.db";
  cartwheel_engine* engine = nullptr;
  if (cartwheel_open(path.data(), path.size(), nullptr, &engine, nullptr) != CARTWHEEL_OK) return 1;
  double began = Now();
  for (const std::string& batch : batches)
    if (cartwheel_ingest(engine, batch.data(), batch.size(), nullptr, nullptr, nullptr, nullptr) != CARTWHEEL_OK)
      return 1;
  const double ingest = (Now() - began) * 1e6 / (static_cast<double>(batches.size()) * kBatch);
  began = Now();
  for (int i = 0; i < kCalls; ++i) cartwheel_ingest(engine, "", 0, nullptr, nullptr, nullptr, nullptr);
  fmt::print("{{\"ingest\":{},\"call\":{}}}\n", ingest, (Now() - began) * 1e6 / kCalls);
  cartwheel_close(engine, nullptr);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  if (what == "input") return WriteInput(argv[2], std::atoll(argv[3]));
  if (what == "cxx") return RunCxx(argv[2], argv[3]);
  if (what == "c") return RunC(argv[2], argv[3]);
  return 2;
}
