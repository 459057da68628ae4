// The Node-API side: one function that runs a verb of cartwheel.h now, and two that answer a promise: from a thread of
// the pool, and from one of its own. What goes in and comes out is text and whole numbers; lib/engine.js makes objects
// of them.
#include <node_api.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "cartwheel.h"
#include "text.h"

namespace {

using cartwheel_node::ReadText;
using cartwheel_node::Set;
using cartwheel_node::SetFunction;
using cartwheel_node::SetPlaces;
using cartwheel_node::Text;

enum class Verb {
  kOpen,
  kClose,
  kLoad,
  kIngest,
  kAdvance,
  kInterrupt,
  kClaim,
  kSettle,
  kQuery,
  kSetClock,
  kTurn,
  kHold
};
constexpr const char* kVerbs[] = {"open",  "close",  "load",  "ingest",   "advance", "interrupt",
                                  "claim", "settle", "query", "setClock", "turn",    "hold"};

constexpr size_t kNumbers = 32;

// A call: what it was given, and what came of it. Nothing of JavaScript in it, so that any thread may run it.
struct Job {
  Verb verb;
  cartwheel_engine* engine = nullptr;
  std::string text, name;
  int64_t in[kNumbers] = {};

  int32_t code = 0;
  std::string message;
  std::string answer;
  int64_t out[kNumbers] = {};
  uint32_t told = 0;  // of them are an answer

  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
};

void Tell(Job& job, std::initializer_list<int64_t> numbers) {
  job.told = static_cast<uint32_t>(numbers.size());
  std::copy(numbers.begin(), numbers.end(), job.out);
}

void Open(Job& job, cartwheel_error* error) {
  cartwheel_options options{};
  options.size = sizeof options;
  const int64_t* in = job.in;
  options.durability = static_cast<int32_t>(in[0]);
  options.work_max = in[1], options.customer_cache_bytes = in[2], options.claim_tail_max = in[3],
  options.fold_lease_ms = in[4];
  options.dedupe_window_ms = in[5], options.cart_idle_ms = in[6], options.log_bytes_max = in[7],
  options.free_disk_min_bytes = in[8];
  options.log_keep_ms = in[9], options.busy_timeout_ms = in[10];
  options.shared = static_cast<int32_t>(in[11]);
  options.linger_ms = in[12];
  options.file_mode = static_cast<int32_t>(in[13]);
  options.strict = static_cast<int32_t>(in[14]);
  options.clock_skew_max_ms = in[15];
  options.manual_clock_ms = in[16];
  options.message_keep_ms = in[17];
  options.decision_keep_ms = in[18];
  options.finding_keep_ms = in[19];
  options.consent_keep_ms = in[20];
  options.access_keep_ms = in[21];
  options.require_actor = static_cast<int32_t>(in[22]);
  // The name holds the texts one after another, of so many bytes each.
  const std::pair<const char**, size_t*> texts[] = {{&options.event_zone, &options.event_zone_size},
                                                    {&options.token_key, &options.token_key_size},
                                                    {&options.deployment, &options.deployment_size},
                                                    {&options.seal_key, &options.seal_key_size}};
  const int64_t* length = in + 23;
  size_t taken = 0;
  for (const auto& [text, size] : texts) {
    *size = std::min(job.name.size() - taken, static_cast<size_t>(std::max<int64_t>(*length++, 0)));
    if (*size > 0) *text = job.name.data() + taken;
    taken += *size;
  }
  cartwheel_engine* engine = nullptr;
  job.code = cartwheel_open(job.text.data(), job.text.size(), &options, &engine, error);
  Tell(job, {static_cast<int64_t>(reinterpret_cast<intptr_t>(engine))});
}

void Ingest(Job& job, cartwheel_result** result, cartwheel_error* error) {
  cartwheel_ingest_options options{sizeof options, static_cast<uint32_t>(job.name.size()), job.name.data(), job.in[0]};
  cartwheel_ingested counts{};
  counts.size = sizeof counts;
  job.code = cartwheel_ingest(job.engine, job.text.data(), job.text.size(), &options, &counts, result, error);
  Tell(job, {counts.accepted});
}

void Advance(Job& job, cartwheel_error* error) {
  cartwheel_advance_options options{sizeof options, 0, job.in[0], job.in[1]};
  cartwheel_advanced done{};
  done.size = sizeof done;
  job.code = cartwheel_advance(job.engine, &options, &done, error);
  Tell(job, {done.events, done.duplicates, done.refused, done.alarms, done.enrolments, done.messages, done.exits,
             done.next_due_ms});
}

void Run(Job& job) {
  cartwheel_error error{};
  error.size = sizeof error;
  cartwheel_result* result = nullptr;
  const std::string& text = job.text;
  switch (job.verb) {
    case Verb::kOpen:
      Open(job, &error);
      break;
    case Verb::kClose:
      job.code = cartwheel_close(job.engine, &error);
      break;
    case Verb::kLoad:
      job.code = cartwheel_load(job.engine, text.data(), text.size(), &result, &error);
      break;
    case Verb::kIngest:
      Ingest(job, &result, &error);
      break;
    case Verb::kAdvance:
      Advance(job, &error);
      break;
    case Verb::kInterrupt:
      job.code = cartwheel_interrupt(job.engine, &error);
      break;
    case Verb::kClaim: {
      cartwheel_claim_options options{sizeof options, 0,         job.in[0],   job.in[1],
                                      job.in[3],      job.in[2], text.data(), text.size()};
      job.code = cartwheel_claim(job.engine, job.name.data(), job.name.size(), &options, &result, &error);
      break;
    }
    case Verb::kSettle: {
      cartwheel_settled counts{};
      counts.size = sizeof counts;
      job.code = cartwheel_settle(job.engine, text.data(), text.size(), job.in[0], &counts, &error);
      Tell(job, {counts.settled, counts.late, counts.unknown});
      break;
    }
    case Verb::kQuery:
      job.code = cartwheel_query(job.engine, text.data(), text.size(), &result, &error);
      break;
    case Verb::kSetClock:
      job.code = cartwheel_set_clock(job.engine, job.in[0], &error);
      break;
    case Verb::kTurn:
      job.code = cartwheel_worker_turn(job.engine, text.data(), text.size(), &result, &error);
      break;
    case Verb::kHold:
      job.code = cartwheel_hold(job.engine, text.data(), text.size(), &error);
      break;
  }
  if (job.code < 0) job.message = error.message;
  if (result != nullptr) job.answer.assign(cartwheel_result_data(result), cartwheel_result_size(result));
  cartwheel_result_free(result);
}

// (verb, handle, text, name, numbers)
std::unique_ptr<Job> ReadJob(napi_env env, napi_callback_info info) {
  size_t count = 5;
  napi_value given[5];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  auto job = std::make_unique<Job>();
  int32_t verb = -1;
  int64_t handle = 0;
  uint32_t numbers = 0;
  bool read = count == 5 && napi_get_value_int32(env, given[0], &verb) == napi_ok && verb >= 0 &&
              verb < static_cast<int32_t>(std::size(kVerbs)) &&
              napi_get_value_int64(env, given[1], &handle) == napi_ok && ReadText(env, given[2], &job->text) &&
              ReadText(env, given[3], &job->name) && napi_get_array_length(env, given[4], &numbers) == napi_ok &&
              numbers <= kNumbers;
  for (uint32_t i = 0; read && i < numbers; ++i) {
    napi_value number = nullptr;
    read = napi_get_element(env, given[4], i, &number) == napi_ok &&
           napi_get_value_int64(env, number, &job->in[i]) == napi_ok;
  }
  if (!read) {
    napi_throw_type_error(env, nullptr, "cartwheel: expected (verb, handle, text or Buffer, name, numbers)");
    return nullptr;
  }
  job->verb = static_cast<Verb>(verb);
  job->engine = reinterpret_cast<cartwheel_engine*>(static_cast<intptr_t>(handle));
  return job;
}

// [code, message, answer, numbers]
napi_value Answer(napi_env env, const Job& job) {
  napi_value answer = nullptr, code = nullptr, numbers = nullptr;
  napi_create_array_with_length(env, 4, &answer);
  napi_create_int32(env, job.code, &code);
  napi_create_array_with_length(env, job.told, &numbers);
  for (uint32_t i = 0; i < job.told; ++i) {
    napi_value number = nullptr;
    napi_create_int64(env, job.out[i], &number);
    napi_set_element(env, numbers, i, number);
  }
  napi_set_element(env, answer, 0, code);
  napi_set_element(env, answer, 1, Text(env, job.message));
  napi_set_element(env, answer, 2, Text(env, job.answer));
  napi_set_element(env, answer, 3, numbers);
  return answer;
}

napi_value CallNow(napi_env env, napi_callback_info info) {
  std::unique_ptr<Job> job = ReadJob(env, info);
  if (job == nullptr) return nullptr;
  Run(*job);
  return Answer(env, *job);
}

napi_value CallLater(napi_env env, napi_callback_info info) {
  std::unique_ptr<Job> job = ReadJob(env, info);
  if (job == nullptr) return nullptr;
  napi_value promise = nullptr, name = Text(env, "cartwheel");
  napi_create_promise(env, &job->deferred, &promise);
  napi_create_async_work(
      env, nullptr, name, [](napi_env, void* data) { Run(*static_cast<Job*>(data)); },
      [](napi_env env, napi_status, void* data) {
        std::unique_ptr<Job> done(static_cast<Job*>(data));
        napi_resolve_deferred(env, done->deferred, Answer(env, *done));
        napi_delete_async_work(env, done->work);
      },
      job.get(), &job->work);
  napi_queue_async_work(env, job->work);
  (void)job.release();  // the completion's
  return promise;
}

void Resolve(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Job> done(static_cast<Job*>(data));
  if (env != nullptr) napi_resolve_deferred(env, done->deferred, Answer(env, *done));
}

// A call that may wait long has a thread of its own: the pool's few are for the disk, and a process that exits does not
// wait for this one.
napi_value CallWaiting(napi_env env, napi_callback_info info) {
  std::unique_ptr<Job> job = ReadJob(env, info);
  if (job == nullptr) return nullptr;
  napi_value promise = nullptr, name = Text(env, "cartwheel");
  napi_create_promise(env, &job->deferred, &promise);
  napi_threadsafe_function resolve = nullptr;
  napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, Resolve, &resolve);
  std::thread([waiting = job.release(), resolve] {
    Run(*waiting);
    if (napi_call_threadsafe_function(resolve, waiting, napi_tsfn_nonblocking) != napi_ok)
      delete waiting;  // Node is about to end
    napi_release_threadsafe_function(resolve, napi_tsfn_release);
  }).detach();
  return promise;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value value = nullptr;
  SetFunction(env, exports, "callNow", CallNow);
  SetFunction(env, exports, "callLater", CallLater);
  SetFunction(env, exports, "callWaiting", CallWaiting);
  napi_create_uint32(env, cartwheel_abi_version(), &value);
  Set(env, exports, "abiVersion", value);
  Set(env, exports, "version", Text(env, cartwheel_version()));
  SetPlaces(env, exports, "verbs", kVerbs);
  return exports;
}

}  // namespace

NAPI_MODULE(cartwheel, Init)
