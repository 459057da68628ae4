// The cases of cartwheel_bench. Each prints its figures and returns the exit code.
#pragma once

#include "tests/bench/bench.h"

namespace cartwheel::bench {

int RunCart72(const BenchOptions& options);     // cart72.cc: the whole job, our engine beside its rivals
int RunGrowth(const BenchOptions& options);     // growth.cc: cart72 million by million
int RunEngine(const BenchOptions& options);     // cart72.cc: our engine alone, to be profiled
int RunRivals(const BenchOptions& options);     // cart72.cc: the rivals alone
int RunAlarms(const BenchOptions& options);     // outbox_cases.cc: due alarms to outbox rows
int RunClaim(const BenchOptions& options);      // outbox_cases.cc: claim and settle
int RunIngest(const BenchOptions& options);     // ingest.cc: ingest alone beside appending
int RunSingles(const BenchOptions& options);    // singles.cc: events one by one
int RunNeighbour(const BenchOptions& options);  // process_cases.cc: an ingest while another process folds
int RunProcesses(const BenchOptions& options);  // process_cases.cc: 16 processes that ingest one by one
int RunIdle(const BenchOptions& options);       // process_cases.cc: a worker with nothing to do
int RunRows(const BenchOptions& options);       // rows.cc: the customer's row: read, written, what changed
int RunRestart(const BenchOptions& options);    // restart.cc: memory, and the way back
int RunSegments(const BenchOptions& options);   // segments.cc: cart72 with fifty segments beside it
int RunLawful(const BenchOptions& options);     // lawful.cc: cart72 under Korea's law beside cart72
int RunErase(const BenchOptions& options);      // erase.cc: erasures, and the removal of the bytes
int RunSeal(const BenchOptions& options);       // seal.cc: a database that is sealed beside one that is not
int RunWebPush(const BenchOptions& options);    // web_push.cc: encrypted messages beside OpenSSL alone
int RunSolapi(const BenchOptions& options);     // solapi.cc: requests and answers of SOLAPI, without a network
int RunSolapiSent(
    const BenchOptions& options);              // solapi_sent.cc: the outbox over SOLAPI, beside claim and settle alone
int RunPushSent(const BenchOptions& options);  // push_sent.cc: web pushes handed over, beside npm's web-push
int RunSmtp(const BenchOptions& options);      // sending.cc: mails to a sink on loopback
int RunInFlight(const BenchOptions& options);  // sending.cc: the memory of many requests at once
int RunEvaluate(const BenchOptions& options);  // segments.cc: a question over all customers
int RunSchedule(const BenchOptions& options);  // schedule.cc: a scheduled journey asks all customers

}  // namespace cartwheel::bench

namespace cartwheel {

int WheelBench(long long timers);  // wheel_bench.cc: the timer wheel beside its rivals

}  // namespace cartwheel
