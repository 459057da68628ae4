// An adapter speaks one provider's protocol: it makes requests of messages, and outcomes of what was answered. It opens
// no connection, starts no thread and reads no clock, so it serves every transport: the one that comes with Cartwheel
// (cartwheel/transport.h), or a host's own HTTP client.
//
//   Plan plan = adapter->Build(messages, now_ms);
//   for (Request& request : plan.requests)
//     outcomes = adapter->Interpret(request, messages, Send(request), now_ms);
//
// For one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/channel.h"

namespace cartwheel {

using Headers = std::vector<std::pair<std::string, std::string>>;

// One exchange with a provider. HTTP: method, url, headers, body. Mail: `method` is "MAIL", `url` is smtp://host:port
// (STARTTLS) or smtps://host:port, `body` is the whole mail with its header, lines ended by CRLF.
struct Request {
  std::string method;
  std::string url;
  Headers headers;   // without Content-Length, Host and Connection
  std::string body;  // bytes
  int64_t timeout_ms = 10'000;
  bool http2 = false;              // nothing older will do
  bool private_address = false;    // may go to a loopback or private address: the settings say so
  std::string mail_from, mail_to;  // the envelope of a mail
  std::string user, password;      // of a mail's submission; empty: none
  std::vector<size_t> messages;    // places in the span that Build was given; none: see `renews`
  bool renews = false;             // gets what later requests are signed with; send it alone, then Build again
};

// What came back. `status` is HTTP's, or a mail server's last reply code; 0: no answer, and `failure` says why.
struct Response {
  enum class Failure : uint8_t {
    kNone,
    kNotConnected,  // no byte of the request left: name, connection, TLS
    kTimeout,       // no answer in time
    kBroken,        // the connection ended, or what came is no answer of this protocol
    kTooLarge,      // the answer is larger than kResponseBytesMax
  };
  int status = 0;
  Headers headers;   // names in lower case
  std::string body;  // of a mail: the last reply's lines
  Failure failure = Failure::kNone;
  bool body_begun = true;  // with a failure: a byte of the body may have left
  std::string error;       // for people: what the transport says of the failure
};

// A list that a provider is asked for, page by page.
struct ListQuery {
  enum class What : uint8_t {
    kReports,  // of messages, that changed from `from_ms` to `to_ms`
    kBlocked,  // addresses that want no advertisement
  };
  What what = What::kReports;
  int64_t from_ms = 0, to_ms = 0;
  std::string page;  // empty: the first; else `next` of the one before
};
struct ListPage {
  std::string format;   // of Engine::Ingest: "receipts/…", or "native" events
  std::string records;  // JSON, one a line
  int64_t count = 0;
  std::string next;  // empty: this was the last
};

struct Plan {
  std::vector<Request> requests;
  std::vector<Outcome> outcomes;  // of messages for which no request is made: what is wrong with them
};

class Adapter {
 public:
  virtual ~Adapter() = default;
  virtual ChannelTraits traits() const = 0;
  // Requests that together hold each message once, or one of it that `renews`. `messages` must outlive the requests.
  virtual Plan Build(absl::Span<const Message> messages, int64_t now_ms) = 0;
  // What became of the messages of `request`, each once. `messages` is what Build was given. Of a request that `renews`
  // it returns nothing when the next Build may go on, else an outcome of every message.
  virtual std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages,
                                         const Response& response, int64_t now_ms) = 0;

  // Asks for a page of a list. nullopt: the provider has no such list.
  virtual std::optional<Request> BuildList(const ListQuery& /*query*/, int64_t /*now_ms*/) { return std::nullopt; }
  // An error is one line, without any secret or address.
  virtual absl::StatusOr<ListPage> InterpretList(const ListQuery& /*query*/, const Response& /*response*/,
                                                 int64_t /*now_ms*/) {
    return absl::UnimplementedError("the provider has no such list");
  }

  // A request that shows whether the settings work and sends no message, or one that `renews`; nullopt: the settings
  // were all checked when the adapter was made.
  virtual std::optional<Request> BuildCheck(int64_t /*now_ms*/) { return std::nullopt; }
  // OK: they work. An error is one line, without any secret.
  virtual absl::Status InterpretCheck(const Request& /*request*/, const Response& /*response*/, int64_t /*now_ms*/) {
    return absl::OkStatus();
  }
};

// Bytes of an answer that are read.
inline constexpr size_t kResponseBytesMax = 8 << 20;

}  // namespace cartwheel
