// A channels.json on the disk: what is told of it, what its settings do, how a channel is tried and its list read.
#include "transport/channels_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "base/status.h"
#include "cartwheel/transport.h"
#include "local_server.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

void Write(const std::string& path, std::string_view text, mode_t mode = 0600) {
  std::ofstream(path) << text;
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

std::string ErrorOf(const std::string& path) {
  const absl::StatusOr<ChannelsJson> file = ReadChannelsFile(path);
  REQUIRE_FALSE(file.ok());
  return StatusText(file.status());
}

// A provider whose check wants `renewals` renewals before, and whose list has pages "", "2", "3".
class Checked final : public Adapter {
 public:
  Checked(std::string url, int renewals) : url_(std::move(url)), renewals_(renewals) {}
  ChannelTraits traits() const override { return {}; }
  Plan Build(absl::Span<const Message>, int64_t) override { return {}; }
  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response&,
                                 int64_t) override {
    CHECK(request.renews);
    CHECK(messages.empty());
    --renewals_;
    return {};
  }
  std::optional<Request> BuildCheck(int64_t) override {
    Request request = Get(renewals_ > 0 ? "/token" : "/check");
    request.renews = renewals_ > 0;
    return request;
  }
  absl::Status InterpretCheck(const Request&, const Response& response, int64_t) override {
    return response.status == 200 ? absl::OkStatus() : absl::UnavailableError("it says no");
  }
  std::optional<Request> BuildList(const ListQuery& query, int64_t) override { return Get("/list?" + query.page); }
  absl::StatusOr<ListPage> InterpretList(const ListQuery& query, const Response& response, int64_t) override {
    if (response.status != 200) return absl::UnavailableError("it says no");
    return ListPage{"native", "page " + query.page, 1, next(query.page)};
  }
  std::function<std::string(const std::string&)> next = [](const std::string& page) {
    return page.empty() ? "2" : page == "2" ? "3" : "";
  };

 private:
  Request Get(std::string_view path) const {
    Request request;
    request.method = "GET";
    request.url = url_ + std::string(path);
    return request;
  }
  const std::string url_;
  int renewals_;
};

// Counts requests; answers with `status`.
struct Provider {
  Provider()
      : server([this](LocalConnection& connection) {
          while (!connection.ReadRequest().empty()) {
            ++requests;
            if (!connection.Write(refuses ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : kOk)) return;
          }
        }) {}
  std::atomic<int> requests{0};
  std::atomic<bool> refuses{false};
  LocalServer server;
};

ConfiguredChannel Configured(std::unique_ptr<Adapter> adapter) {
  ConfiguredChannel channel;
  channel.settings.name = "sms";
  channel.settings.Set("private_address", true);
  channel.adapter = std::move(adapter);
  return channel;
}

struct Mute final : Adapter {
  ChannelTraits traits() const override { return {}; }
  Plan Build(absl::Span<const Message>, int64_t) override { return {}; }
  std::vector<Outcome> Interpret(const Request&, absl::Span<const Message>, const Response&, int64_t) override {
    return {};
  }
};

}  // namespace

TEST_CASE("channels file: every line of what is wrong names the file") {
  const TemporaryDirectory directory;
  const std::string path = directory.File("channels.json");
  CHECK(absl::IsNotFound(ReadChannelsFile(path).status()));
  CHECK(ErrorOf(path) == path + ": No such file or directory");
  Write(path, "");
  CHECK_THAT(ErrorOf(path), Catch::StartsWith(path + ": ") && !Catch::Contains("Success"));
  Write(path, R"({"channels": {"a": {"kind": "x"}, "b": {"kind": "y"}, "c": {"kind": "z"}}})");
  CHECK(absl::IsInvalidArgument(ReadChannelsFile(path).status()));
  const std::string text = ErrorOf(path);
  int lines = 0;
  for (size_t begin = 0; begin < text.size(); ++lines) {
    const std::string line = text.substr(begin, text.find('\n', begin) - begin);
    CHECK_THAT(line, Catch::StartsWith(path + ": /channels/" + std::string(1, static_cast<char>('a' + lines)) + "/"));
    CHECK(line.find(path, 1) == line.npos);
    begin += line.size() + 1;
  }
  CHECK(lines == 3);
}

TEST_CASE("channels file: a secret's file is looked for beside it") {
  const TemporaryDirectory directory;
  constexpr std::string_view kText = R"({"channels": {"hook": {"kind": "webhook", "secret": {"file": "secret"}}}})";
  REQUIRE(mkdir(directory.File("etc").c_str(), 0700) == 0);
  Write(directory.File("etc/channels.json"), kText);
  CHECK_THAT(ErrorOf(directory.File("etc/channels.json")),
             Catch::Contains(directory.File("etc/secret") + ": No such file"));
  Write(directory.File("etc/secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const absl::StatusOr<ChannelsJson> file = ReadChannelsFile(directory.File("etc/channels.json"));
  REQUIRE(file.ok());
  CHECK(file->channels[0].settings.Secret("secret") == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

  char before[4096];
  REQUIRE(getcwd(before, sizeof before) != nullptr);
  REQUIRE(chdir(directory.File("etc").c_str()) == 0);
  const bool reads = ReadChannelsFile("channels.json").ok();
  REQUIRE(chdir(before) == 0);
  CHECK(reads);
}

TEST_CASE("channels file: what every kind has comes to the channel") {
  ChannelSettings settings;
  settings.Set("ca_file", "ca.pem");
  settings.Set("private_address", true);
  settings.Set("rate_per_second", 2.5);
  settings.Set("rate_per_day", int64_t{7});
  ChannelsJson file;
  file.deliver_only_to = {"010*"};
  const AdapterChannelOptions options = ChannelOptionsOf(settings, file);
  CHECK(options.send.ca_file == "ca.pem");
  CHECK(options.send.private_address);
  CHECK(options.rate_per_second == 2.5);
  CHECK(options.rate_per_day == 7);
  CHECK(options.deliver_only_to == file.deliver_only_to);
  CHECK_FALSE(ChannelOptionsOf({}, {}).send.private_address);
}

TEST_CASE("channels file: its channels are opened in its order, each with its settings") {
  const TemporaryDirectory directory;
  Write(directory.File("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ManualClock clock(1'772'323'200'000);
  Provider provider;
  const std::string path = directory.File("channels.json");
  Write(
      path,
      R"({"channels": {"orders": {"kind": "webhook", "secret": {"file": "secret"}, "url": ")" +
          provider.server.Url("/hooks") +
          R"(", "private_address": true, "rate_per_second": 3}, "email": {"kind": "webhook", "secret": {"file": "secret"}}},
               "deliver_only_to": ["me"]})");
  {
    Transport transport(&clock);
    const auto channels = OpenChannels(path, &transport, &clock);
    REQUIRE(channels.ok());
    REQUIRE(channels->size() == 2);
    CHECK((*channels)[0]->name() == "orders");
    CHECK((*channels)[0]->traits().rate_per_second == 3);
    CHECK((*channels)[1]->name() == "email");
    std::vector<Message> messages(2);
    messages[0].id = 1;
    messages[0].address = "me";
    messages[0].payload = messages[1].payload = "{}";
    messages[1].id = 2;
    messages[1].address = "you";
    std::string said;
    for (const Outcome& outcome : (*channels)[0]->SendBatch(messages))
      said += std::to_string(outcome.message_id) + ":" + std::string(OutcomeName(outcome.code)) + " ";
    CHECK(said == "2:reject_msg 1:accepted ");
    CHECK(absl::IsNotFound(OpenChannels(directory.File("none"), &transport, &clock).status()));
  }
  CHECK(provider.requests == 1);
}

TEST_CASE("channels file: a channel is tried with one renewal at most") {
  ManualClock clock;
  Provider provider;
  {
    Transport transport(&clock);
    auto check = [&](int renewals) {
      provider.requests = 0;
      return CheckChannel(Configured(std::make_unique<Checked>(provider.server.Url(""), renewals)), transport, clock);
    };
    CHECK(check(0).ok());
    CHECK(provider.requests == 1);
    CHECK(check(1).ok());
    CHECK(provider.requests == 2);
    CHECK(StatusText(check(2)) == "what was renewed is not taken");
    CHECK(provider.requests == 2);
    provider.refuses = true;
    CHECK(StatusText(check(0)) == "it says no");
    CHECK(StatusText(check(1)) == "it says no");
    CHECK(provider.requests == 1);
    CHECK(CheckChannel(Configured(std::make_unique<Mute>()), transport, clock).ok());  // nothing to ask
    ConfiguredChannel outside = Configured(std::make_unique<Checked>(provider.server.Url(""), 0));
    outside.settings.Set("private_address", false);
    CHECK_FALSE(CheckChannel(outside, transport, clock).ok());
    CHECK(provider.requests == 1);
  }
}

TEST_CASE("channels file: a list is read page by page; what stops it says where to go on") {
  ManualClock clock;
  Provider provider;
  {
    Transport transport(&clock);
    std::vector<std::string> taken;
    auto read = [&](ListQuery* query, std::function<std::string(const std::string&)> next = {},
                    const char* refused = "") {
      taken.clear();
      auto adapter = std::make_unique<Checked>(provider.server.Url(""), 0);
      if (next) adapter->next = next;
      return ReadList(Configured(std::move(adapter)), transport, clock, query, [&](const ListPage& page) {
        if (page.records == refused) return absl::InternalError("the disk is full");
        taken.push_back(page.records);
        return absl::OkStatus();
      });
    };
    ListQuery query;
    CHECK(read(&query).ok());
    CHECK(taken == std::vector<std::string>{"page ", "page 2", "page 3"});
    CHECK(query.page.empty());
    query.page = "3";
    CHECK(read(&query).ok());
    CHECK(taken == std::vector<std::string>{"page 3"});
    query = {};
    CHECK(StatusText(read(&query, {}, "page 2")) == "the disk is full");
    CHECK(query.page == "2");
    query = {};
    CHECK(read(&query, [](const std::string&) { return ""; }).ok());  // one page
    CHECK(taken == std::vector<std::string>{"page "});
    CHECK(StatusText(read(&query, [](const std::string&) { return "2"; })) ==
          "the provider gives one page again and again");
    CHECK(taken == std::vector<std::string>{"page ", "page 2"});
    query = {};
    provider.refuses = true;
    CHECK(StatusText(read(&query)) == "it says no");
    CHECK(absl::IsUnimplemented(ReadList(Configured(std::make_unique<Mute>()), transport, clock, &query,
                                         [](const ListPage&) { return absl::OkStatus(); })));
  }
}
