// The transport against servers with TLS, which Node plays: certificates, HTTP/2, and what breaks off within it. Skips
// with a line where node or openssl is not installed.
#include <sys/wait.h>

#include <cstdio>

#include "cartwheel/transport.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

using namespace cartwheel;

namespace {

using Failure = Response::Failure;

// Servers of servers.js, with a certificate of their own for "localhost" and 127.0.0.1.
class Servers {
 public:
  Servers() {
    if (std::system("command -v node >/dev/null && command -v openssl >/dev/null") != 0) return;
    Make("key.pem", "cert.pem", "localhost", "DNS:localhost,IP:127.0.0.1");
    Make("other_key.pem", "other_cert.pem", "other.example", "DNS:other.example");
    right_ = Start("key.pem", "cert.pem", h2_port, h1_port);
    int unused = 0;
    wrong_ = Start("other_key.pem", "other_cert.pem", wrong_name_port, unused);
  }
  ~Servers() {
    if (right_ != nullptr) pclose(right_);
    if (wrong_ != nullptr) pclose(wrong_);
  }
  bool there() const { return right_ != nullptr; }
  std::string ca_file() const { return directory_.File("cert.pem"); }
  std::string other_ca_file() const { return directory_.File("other_cert.pem"); }

  int h2_port = 0, h1_port = 0, wrong_name_port = 0;

 private:
  void Make(const std::string& key, const std::string& certificate, const std::string& name, const std::string& names) {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name +
        " -addext subjectAltName=" + names + " -keyout " + directory_.File(key) + " -out " +
        directory_.File(certificate) + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  // Its standard input is the pipe, its ports come by a file.
  FILE* Start(const std::string& key, const std::string& certificate, int& first, int& second) {
    const std::string ports = directory_.File(certificate + ".ports");
    REQUIRE(std::system(("mkfifo " + ports).c_str()) == 0);
    FILE* server = popen(("exec node " CARTWHEEL_SOURCE_DIR "/tests/unit/transport/servers.js " + directory_.File(key) +
                          " " + directory_.File(certificate) + " >" + ports)
                             .c_str(),
                         "w");
    REQUIRE(server != nullptr);
    FILE* told = fopen(ports.c_str(), "r");
    REQUIRE(told != nullptr);
    REQUIRE(fscanf(told, "%d %d", &first, &second) == 2);
    fclose(told);
    return server;
  }

  TemporaryDirectory directory_;
  FILE *right_ = nullptr, *wrong_ = nullptr;
};

Request Post(int port, std::string_view path = "/", std::string_view host = "localhost") {
  Request request;
  request.method = "POST";
  request.url = "https://" + std::string(host) + ":" + std::to_string(port) + std::string(path);
  request.body = "hello";
  request.timeout_ms = 20'000;
  request.private_address = true;
  return request;
}

Response SendOne(Transport& transport, const Request& request, const SendOptions& options) {
  return *transport.Send({&request, 1}, options)[0];
}

std::string Header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

}  // namespace

TEST_CASE("transport: TLS, certificates and HTTP/2") {
  const Servers servers;
  if (!servers.there()) {
    WARN("skipped: node or openssl is not installed");
    return;
  }
  ManualClock clock;
  Transport transport(&clock);
  const SendOptions trusted{.ca_file = servers.ca_file()};

  SECTION("a certificate that is not trusted, or is another's, is refused before a byte is sent") {
    for (const auto& [port, ca_file] :
         std::vector<std::pair<int, std::string>>{{servers.h2_port, ""},
                                                  {servers.h2_port, servers.other_ca_file()},
                                                  {servers.wrong_name_port, servers.other_ca_file()},
                                                  {servers.h2_port, "/no/such/file.pem"}}) {
      const Response response = SendOne(transport, Post(port), {.ca_file = ca_file});
      CHECK(response.failure == Failure::kNotConnected);
      CHECK_FALSE(response.body_begun);
      CHECK_FALSE(response.error.empty());
    }
    CHECK(SendOne(transport, Post(servers.h2_port), trusted).status == 200);
  }
  SECTION("many requests share one HTTP/2 connection") {
    std::vector<Request> requests(100, Post(servers.h2_port));
    for (size_t i = 0; i < requests.size(); ++i) requests[i].headers = {{"X-Echo", std::to_string(i)}};
    const std::vector<std::optional<Response>> answers = transport.Send(requests, trusted);
    for (size_t i = 0; i < answers.size(); ++i) {
      REQUIRE(answers[i]);
      REQUIRE(answers[i]->status == 200);
      CHECK(answers[i]->body == "POST hello");
      CHECK(Header(*answers[i], "x-echo") == std::to_string(i));
      CHECK(Header(*answers[i], "x-connections") == "1");
    }
  }
  SECTION("a stream or a connection that breaks off after the body is not sent again") {
    for (const char* path : {"/reset", "/goaway"}) {
      INFO(path);
      const Response response = SendOne(transport, Post(servers.h2_port, path), trusted);
      CHECK(response.failure == Failure::kBroken);
      CHECK(response.body_begun);
    }
    CHECK(SendOne(transport, Post(servers.h2_port), trusted).status == 200);
  }
  SECTION("HTTP/1.1 does where HTTP/2 is not asked for, and not where it is") {
    Request request = Post(servers.h1_port);
    CHECK(SendOne(transport, request, trusted).body == "one");
    request.http2 = true;
    const Response response = SendOne(transport, request, trusted);
    CHECK(response.failure != Failure::kNone);
    CHECK_THAT(response.error, Catch::Contains("HTTP/2"));
    request = Post(servers.h2_port);
    request.http2 = true;
    CHECK(SendOne(transport, request, trusted).status == 200);
  }
  SECTION("a kept connection to a private address serves no request that may not go there") {
    Request request = Post(servers.h2_port);
    CHECK(SendOne(transport, request, trusted).status == 200);
    request.private_address = false;
    const Response response = SendOne(transport, request, trusted);
    CHECK(response.failure == Failure::kNotConnected);
    CHECK_FALSE(response.body_begun);
    CHECK_THAT(response.error, Catch::Contains("is not public"));
  }
}
