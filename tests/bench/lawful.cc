// What the law costs: cart72 with the whole of Korea's pack in force and every consent given, beside cart72 without.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/workload.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kConsentsOfABatch = 1'000;

void Replace(std::string& text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  Require(at != text.npos, fmt::format("cart72.json: expected {}", from));
  text.replace(at, from.size(), to);
}

// The label stands in its templates, and the consents include the night: the same messages are made as without.
std::string LawfulPlaybook(int revision) {
  std::string playbook = Cart72Playbook();
  Replace(playbook, R"("consent": "assumed_by_shop", "rules": [])",
          R"("rules": ["KR"], "domestic": true, "opt_out": {"sms": "080-123-4567"})");
  Replace(playbook, R"("timezone": "Asia/Seoul")", R"("country": "KR", "timezone": "Asia/Seoul")");
  Replace(playbook, R"("sms": {"address_by_id": true})", R"("sms": {"address_by_id": true, "certified": true})");
  Replace(playbook, R"("revision": 1)", fmt::format(R"("revision": {})", revision));
  return playbook;
}

void GrantAll(Engine& engine, int64_t customers, int64_t at_ms) {
  for (int64_t first = 0; first < customers; first += kConsentsOfABatch) {
    std::string batch;
    for (int64_t i = first; i < std::min(first + kConsentsOfABatch, customers); ++i)
      batch += fmt::format(
          "{{\"type\":\"consent_granted\",\"customer\":\"{}\",\"at\":{},\"properties\":{{\"medium\":[\"web_push\","
          "\"sms\"],"
          "\"scope\":[\"ad\",\"ad_night\"],\"where\":\"sign-up\"}}}}\n",
          kFirstCustomer + i, at_ms);
    IngestAll(engine, batch, at_ms);
    AdvanceTo(engine, at_ms);
  }
}

}  // namespace

int RunLawful(const BenchOptions& options) {
  const ScratchDirectory scratch;
  const std::string granted = scratch.File("granted.db");
  {
    const std::unique_ptr<Engine> engine = OpenEngine(granted, LawfulPlaybook(1));
    GrantAll(*engine, options.customers, kWorkloadBeginMs - kHourMs);
    const absl::Status closed = engine->Close();
    Require(closed.ok(), closed.ToString());
  }
  const NamedJob without = {"no law", MakeEngineJob};
  const NamedJob lawful = {"Korea's law", [&](const std::string& path) {
                             std::filesystem::copy_file(granted, path);
                             return MakeEngineJobWith(path, LawfulPlaybook(2));
                           }};
  CompareJobs(options, {lawful, without}, without.name);
  return 0;
}

}  // namespace cartwheel::bench
