// The Node-API side of cartwheel_adapters.h: one function that runs a function of it now, and one that answers a
// promise from a thread of the pool. What goes in and comes out is text; lib/adapters.js makes objects of it.
#include <node_api.h>

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>

#include "cartwheel_adapters.h"
#include "text.h"

namespace {

using cartwheel_node::ReadText;
using cartwheel_node::Set;
using cartwheel_node::SetFunction;
using cartwheel_node::SetPlaces;
using cartwheel_node::Text;

enum class Function { kOpen, kBuild, kInterpret, kTraits, kCheckReceipt, kClose };
constexpr const char* kFunctions[] = {"open", "build", "interpret", "traits", "checkReceipt", "close"};

// A call: what it was given, and what came of it. Nothing of JavaScript in it, so that any thread may run it.
struct Job {
  Function function;
  cartwheel_adapters* adapters = nullptr;
  std::string name, text;
  int64_t now_ms = 0;

  int32_t code = 0;
  std::string answer;

  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
};

void Run(Job& job) {
  cartwheel_adapters_answer* answer = nullptr;
  const std::string &name = job.name, &text = job.text;
  switch (job.function) {
    case Function::kOpen:
      job.code = cartwheel_adapters_open(text.data(), text.size(), name.data(), name.size(), &job.adapters, &answer);
      break;
    case Function::kBuild:
      job.code = cartwheel_adapters_build(job.adapters, name.data(), name.size(), text.data(), text.size(), job.now_ms,
                                          &answer);
      break;
    case Function::kInterpret:
      job.code = cartwheel_adapters_interpret(job.adapters, text.data(), text.size(), job.now_ms, &answer);
      break;
    case Function::kTraits:
      job.code = cartwheel_adapters_traits(job.adapters, name.data(), name.size(), &answer);
      break;
    case Function::kCheckReceipt:
      job.code = cartwheel_adapters_check_receipt(text.data(), text.size(), &answer);
      break;
    case Function::kClose:
      job.code = cartwheel_adapters_close(job.adapters);
      break;
  }
  job.answer.assign(cartwheel_adapters_answer_data(answer), cartwheel_adapters_answer_size(answer));
  cartwheel_adapters_answer_free(answer);
}

// (function, handle, name, text or Buffer, now)
std::unique_ptr<Job> ReadJob(napi_env env, napi_callback_info info) {
  size_t count = 5;
  napi_value given[5];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  auto job = std::make_unique<Job>();
  int32_t function = -1;
  int64_t handle = 0;
  const bool read = count == 5 && napi_get_value_int32(env, given[0], &function) == napi_ok && function >= 0 &&
                    function < static_cast<int32_t>(std::size(kFunctions)) &&
                    napi_get_value_int64(env, given[1], &handle) == napi_ok && ReadText(env, given[2], &job->name) &&
                    ReadText(env, given[3], &job->text) && napi_get_value_int64(env, given[4], &job->now_ms) == napi_ok;
  if (!read) {
    napi_throw_type_error(env, nullptr, "cartwheel: expected (function, handle, name, text or Buffer, now)");
    return nullptr;
  }
  job->function = static_cast<Function>(function);
  job->adapters = reinterpret_cast<cartwheel_adapters*>(static_cast<intptr_t>(handle));
  return job;
}

// [code, answer, handle]
napi_value Answer(napi_env env, const Job& job) {
  napi_value answer = nullptr, code = nullptr, handle = nullptr;
  napi_create_array_with_length(env, 3, &answer);
  napi_create_int32(env, job.code, &code);
  napi_create_int64(env, static_cast<int64_t>(reinterpret_cast<intptr_t>(job.adapters)), &handle);
  napi_set_element(env, answer, 0, code);
  napi_set_element(env, answer, 1, Text(env, job.answer));
  napi_set_element(env, answer, 2, handle);
  return answer;
}

napi_value CallNow(napi_env env, napi_callback_info info) {
  const std::unique_ptr<Job> job = ReadJob(env, info);
  if (job == nullptr) return nullptr;
  Run(*job);
  return Answer(env, *job);
}

napi_value CallLater(napi_env env, napi_callback_info info) {
  std::unique_ptr<Job> job = ReadJob(env, info);
  if (job == nullptr) return nullptr;
  napi_value promise = nullptr;
  napi_create_promise(env, &job->deferred, &promise);
  napi_create_async_work(
      env, nullptr, Text(env, "cartwheel"), [](napi_env, void* data) { Run(*static_cast<Job*>(data)); },
      [](napi_env env, napi_status, void* data) {
        const std::unique_ptr<Job> done(static_cast<Job*>(data));
        napi_resolve_deferred(env, done->deferred, Answer(env, *done));
        napi_delete_async_work(env, done->work);
      },
      job.get(), &job->work);
  napi_queue_async_work(env, job->work);
  (void)job.release();  // the completion's
  return promise;
}

napi_value Init(napi_env env, napi_value exports) {
  SetFunction(env, exports, "callNow", CallNow);
  SetFunction(env, exports, "callLater", CallLater);
  Set(env, exports, "cryptoVersion", Text(env, cartwheel_adapters_crypto_version()));
  SetPlaces(env, exports, "functions", kFunctions);
  return exports;
}

}  // namespace

NAPI_MODULE(cartwheel_channels, Init)
