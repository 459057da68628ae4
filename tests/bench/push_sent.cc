// Web pushes handed over to a push service on loopback, with TLS: encrypted, signed, sent and answered, by our channel
// and by npm's web-push in turns. The service is Node's, in a process of its own.
#include "tests/bench/cases.h"

#ifdef CARTWHEEL_TRANSPORT
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "adapters/push_text.h"
#include "adapters/web_push.h"
#include "cartwheel/clock.h"
#include "cartwheel/transport.h"
#include "tests/bench/push_messages.h"
#endif

namespace cartwheel::bench {

#ifdef CARTWHEEL_TRANSPORT
namespace {

constexpr size_t kWindow = 100;  // on their way at once: a batch of the channel

int Run(const std::string& command) { return std::system(command.c_str()); }

// push_service.js with a certificate of its own.
class PushService {
 public:
  PushService() {
    const std::string key = scratch_.File("key.pem"), ports = scratch_.File("ports");
    Require(Run(fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
                            "/CN=localhost -addext subjectAltName=DNS:localhost -keyout {} -out {} 2>/dev/null",
                            key, certificate())) == 0,
            "openssl made no certificate");
    Require(mkfifo(ports.c_str(), 0600) == 0, "mkfifo: expected a pipe");
    process_ = popen(fmt::format("exec node " CARTWHEEL_SOURCE_DIR "/tests/bench/push_service.js {} {} >{}", key,
                                 certificate(), ports)
                         .c_str(),
                     "w");
    Require(process_ != nullptr, "the push service: expected it to start");
    std::ifstream(ports) >> port_;
    Require(port_ > 0, "the push service: expected its port");
  }
  ~PushService() { pclose(process_); }  // its standard input ends
  PushService(const PushService&) = delete;

  std::string certificate() const { return scratch_.File("certificate.pem"); }
  std::string url() const { return fmt::format("https://localhost:{}", port_); }

 private:
  const ScratchDirectory scratch_;
  FILE* process_ = nullptr;
  int port_ = 0;
};

double SendOurs(const PushService& service, const std::vector<Message>& messages) {
  ChannelSettings settings;
  settings.Set("private_key", EncodeBase64Url(SigningKey::MakeP256().Scalar()));
  settings.Set("subject", std::string("mailto:push@shop.example"));
  settings.Set("private_address", true);
  auto adapter = MakeWebPush(settings);
  Require(adapter.ok(), "no adapter");
  Transport transport(SystemClock());
  AdapterChannelOptions options;
  options.send.ca_file = service.certificate();
  const std::unique_ptr<Channel> channel =
      MakeAdapterChannel("web_push", *std::move(adapter), &transport, SystemClock(), options);
  Meter meter;
  meter.Start();
  for (size_t i = 0; i < messages.size(); i += kWindow)
    for (const Outcome& outcome : channel->SendBatch(absl::MakeConstSpan(messages).subspan(i, kWindow)))
      Require(outcome.code == OutcomeCode::kAccepted, "a push was not taken: " + outcome.reason);
  meter.Stop();
  return meter.Read().seconds;
}

// 0: npm's web-push is not there.
double SendTheirs(const PushService& service, const std::string& file, int64_t count) {
  FILE* process =
      popen(fmt::format("NODE_PATH=${{NODE_PATH:-" CARTWHEEL_BINARY_DIR
                        "/npm/node_modules}} exec node " CARTWHEEL_SOURCE_DIR "/tests/bench/push_rival.js {} {} {}",
                        service.certificate(), file, kWindow)
                .c_str(),
            "r");
  Require(process != nullptr, "web-push: expected it to start");
  long long taken = -1;
  double ms = 0;
  const int read = std::fscanf(process, "%lld %lf", &taken, &ms);
  Require(pclose(process) == 0 && read == 2 && (taken == count || ms == 0),
          "web-push: expected every push to be taken");
  return ms / 1000;
}

// A message a line, as push_rival.js reads them: the text that our adapter encrypts.
void WriteMessages(const std::string& path, const std::vector<Message>& messages) {
  std::ofstream file(path);
  for (const Message& message : messages) {
    const auto text = ReadPushText(message.payload);
    Require(text.ok(), "a payload: expected a push");
    std::string quoted;
    for (const char c : WebPushText(*text)) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    file << fmt::format(R"({{"subscription":{},"text":"{}"}})", message.address, quoted) << '\n';
  }
}

}  // namespace

int RunPushSent(const BenchOptions& options) {
  if (Run("command -v node >/dev/null && command -v openssl >/dev/null") != 0) {
    fmt::print("skipped: node or openssl is not installed\n");
    return 0;
  }
  const PushService service;
  const ScratchDirectory scratch;
  const std::string file = scratch.File("messages.ndjson");
  const auto count = static_cast<double>(options.events);
  const std::vector<Message> messages = MakePushMessages(options.events, service.url(), SystemClock()->NowMs());
  WriteMessages(file, messages);
  std::vector<double> ours, theirs, ratios;
  for (int run = 0; run < options.repeat; ++run) {
    ours.push_back(count / SendOurs(service, messages));
    const double seconds = SendTheirs(service, file, options.events);
    if (seconds == 0) continue;
    theirs.push_back(count / seconds);
    ratios.push_back(ours.back() / theirs.back());
  }
  Table table({fmt::format("web pushes to a service on loopback, {} on their way", kWindow), "messages/s", "times"});
  table.Row({"Cartwheel, HTTP/2", Count(Median(ours)), theirs.empty() ? "" : Fixed(Median(ratios), 1)});
  if (!theirs.empty()) table.Row({"npm's web-push, HTTP/1.1", Count(Median(theirs)), ""});
  table.Print();
  if (theirs.empty()) fmt::print("skipped: npm's web-push is not installed (sh bindings/parts_install.sh BUILD)\n");
  return 0;
}

#else

int RunPushSent(const BenchOptions&) { return 0; }

#endif

}  // namespace cartwheel::bench
