#include "transport/transfer.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "fmt/format.h"
#include "transport/address_guard.h"

namespace cartwheel {
namespace {

constexpr long kUploadBufferBytes = 16 << 10;  // the smallest that curl allows: 1,000 requests take 16 MB
constexpr size_t kResponseHeadersMax = 200;
constexpr size_t kMailReplyBytesMax = 4096;
constexpr std::string_view kGoodbye = "221";
constexpr std::string_view kPlainMail = "smtp+plain://";
constexpr std::string_view kMail = "smtp://";

bool IsOneLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool HasHeader(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return Lower(header.first) == name; });
}

}  // namespace

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
}

bool Transfer::Begin(const Request& request, const SendOptions& options) {
  curl_easy_reset(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
  headers_ = recipients_ = nullptr;
  request_ = &request;
  private_address_ = request.private_address || options.private_address;
  mail_ = request.url.starts_with("smtp");
  read_ = 0;
  reply_ended_ = true;
  too_large_ = false;
  refused_.clear();
  response_headers_.clear();
  response_body_.clear();
  error_[0] = '\0';

  auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<int64_t>(request.timeout_ms, 1)));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::clamp<int64_t>(request.timeout_ms, 1, Transport::kConnectMs)));
  set(CURLOPT_MAXAGE_CONN, static_cast<long>(Transport::kIdleConnectionMs / 1000));
  set(CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  set(CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  set(CURLOPT_OPENSOCKETDATA, this);
  if (mail_) {  // its connections are this handle's alone
    set(CURLOPT_CLOSESOCKETFUNCTION, &CloseSocket);
    set(CURLOPT_CLOSESOCKETDATA, this);
  }
  set(CURLOPT_PREREQFUNCTION, &BeforeRequest);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_READFUNCTION, &ReadBody);
  set(CURLOPT_READDATA, this);
  set(CURLOPT_SEEKFUNCTION, &Rewind);
  set(CURLOPT_SEEKDATA, this);
  set(CURLOPT_HEADERFUNCTION, &TakeHeader);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &TakeBody);
  set(CURLOPT_WRITEDATA, this);
  return mail_ ? SetMail(request) : SetHttp(request);
}

bool Transfer::SetHttp(const Request& request) {
  auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, private_address_ ? "https,http" : "https");
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_USERAGENT, "cartwheel");
  const bool is_plain = request.url.starts_with("http://");
  set(CURLOPT_HTTP_VERSION,
      static_cast<long>(request.http2 && is_plain ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_PIPEWAIT, 1L);
  if (request.body.empty() && request.method == "GET") {
    set(CURLOPT_HTTPGET, 1L);
  } else {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    if (request.body.empty()) set(CURLOPT_POSTFIELDS, "");
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  for (const auto& [name, value] : request.headers) {
    if (!IsOneLine(name) || !IsOneLine(value) || name.empty()) {
      Fail(fmt::format("the header \"{}\" is more than one line", Trim(name.substr(0, name.find_first_of("\r\n")))));
      return false;
    }
    headers_ = curl_slist_append(headers_, (value.empty() ? name + ";" : name + ": " + value).c_str());
  }
  headers_ = curl_slist_append(headers_, "Expect:");  // curl would wait a second for "100 Continue"
  if (!HasHeader(request.headers, "content-type")) headers_ = curl_slist_append(headers_, "Content-Type:");
  set(CURLOPT_HTTPHEADER, headers_);
  return true;
}

bool Transfer::SetMail(const Request& request) {
  auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  // When the time is up curl says QUIT, and waits for an answer to that too.
  const long half_ms = static_cast<long>(std::max<int64_t>(request.timeout_ms / 2, 1));
  set(CURLOPT_TIMEOUT_MS, half_ms);
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(half_ms / 1000, 1L));
  const bool is_clear = request.url.starts_with(kPlainMail);
  if (is_clear && !private_address_) {
    Fail("mail without TLS may only go to a private address, and the channel does not allow one");
    return false;
  }
  for (const std::string* text : {&request.mail_from, &request.mail_to, &request.user, &request.password}) {
    if (IsOneLine(*text)) continue;
    Fail("the envelope is more than one line");
    return false;
  }
  const std::string url = is_clear ? fmt::format("{}{}", kMail, request.url.substr(kPlainMail.size())) : request.url;
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_USE_SSL, static_cast<long>(is_clear ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!request.user.empty()) {
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
  }
  if (request.method != "MAIL") {  // a command by itself
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return true;
  }
  set(CURLOPT_MAIL_FROM, fmt::format("<{}>", request.mail_from).c_str());
  recipients_ = curl_slist_append(recipients_, fmt::format("<{}>", request.mail_to).c_str());
  set(CURLOPT_MAIL_RCPT, recipients_);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  return true;
}

size_t Transfer::ReadBody(char* to, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string& body = transfer.request_->body;
  const size_t bytes = std::min(size * count, body.size() - transfer.read_);
  std::memcpy(to, body.data() + transfer.read_, bytes);
  transfer.read_ += bytes;
  return bytes;
}

// curl asks for this to send a request a second time, when a connection that was used before ends without an answer:
// the first may have been taken. It is told no once a byte of the body has left.
int Transfer::Rewind(void* self, curl_off_t offset, int origin) {
  const bool unread = static_cast<Transfer*>(self)->read_ == 0 && offset == 0 && origin == SEEK_SET;
  return unread ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

size_t Transfer::TakeHeader(char* text, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(text, size * count);
  transfer.mail_ ? transfer.TakeMailLine(line) : transfer.TakeHttpHeader(line);
  return line.size();
}

void Transfer::TakeHttpHeader(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // of an interim answer (1xx) nothing is kept
    response_headers_.clear();
    return;
  }
  const size_t colon = line.find(':');
  if (colon == line.npos || response_headers_.size() == kResponseHeadersMax) return;
  response_headers_.emplace_back(Lower(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1))));
}

// "250-SIZE 1000" goes on, "250 OK" ends. Only the last reply is kept, but that to the QUIT after a refusal.
void Transfer::TakeMailLine(std::string_view line) {
  if (line.starts_with(kGoodbye)) return;
  if (reply_ended_) response_body_.clear();
  reply_ended_ = line.size() < 4 || line[3] != '-';
  if (response_body_.size() + line.size() <= kMailReplyBytesMax) response_body_ += line;
}

size_t Transfer::TakeBody(char* text, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.mail_) return size * count;  // the lines came as headers
  if (transfer.response_body_.size() + size * count > kResponseBytesMax) {
    transfer.too_large_ = true;
    return 0;
  }
  transfer.response_body_.append(text, size * count);
  return size * count;
}

curl_socket_t Transfer::OpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.private_address_ && !IsPublicAddress(&address->addr)) {
    transfer.Fail(
        fmt::format("the address {} is not public, and the channel does not allow such", AddressText(&address->addr)));
    return CURL_SOCKET_BAD;
  }
  transfer.socket_ = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  return transfer.socket_;
}

void Transfer::Hush() const {
  if (mail_ && socket_ >= 0) shutdown(socket_, SHUT_RD);
}

int Transfer::CloseSocket(void* self, curl_socket_t socket) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (socket == transfer.socket_) transfer.socket_ = -1;
  return close(socket);
}

// A connection that is used again was opened for another request, which may have been allowed more.
int Transfer::BeforeRequest(void* self, char* primary_ip, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.private_address_ || IsPublicAddress(std::string(primary_ip))) return CURL_PREREQFUNC_OK;
  transfer.Fail(fmt::format("the address {} is not public, and the channel does not allow such", primary_ip));
  return CURL_PREREQFUNC_ABORT;
}

// A mail is taken with the dot that ends it, so with its last byte; another request may be taken as soon as any of its
// body arrives.
bool Transfer::BodyBegun() const {
  if (mail_) return request_->method == "MAIL" && read_ == request_->body.size();
  return request_->body.empty() ? Connected() : read_ > 0;
}

// Whether there was a connection to send on, TLS and a mail server's greeting included.
bool Transfer::Connected() const {
  curl_off_t us = 0;
  return curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &us) == CURLE_OK && us > 0;
}

Response Transfer::OfFailure(CURLcode code) const {
  Response response;
  response.body_begun = BodyBegun();
  response.failure = Response::Failure::kBroken;
  if (too_large_) response.failure = Response::Failure::kTooLarge;
  if (code == CURLE_OPERATION_TIMEDOUT) response.failure = Response::Failure::kTimeout;
  if (!response.body_begun && (!refused_.empty() || (code != CURLE_OPERATION_TIMEDOUT && !Connected())))
    response.failure = Response::Failure::kNotConnected;
  if (too_large_)
    response.error = fmt::format("the answer is longer than {} bytes", kResponseBytesMax);
  else
    response.error = !refused_.empty() ? refused_ : error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  return response;
}

Response Transfer::Finish(CURLcode code) {
  long status = 0, version = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  // A mail server's refusal is an answer, whatever curl makes of it.
  const bool refused_mail = mail_ && status >= 400 && status < 600;
  if (code != CURLE_OK && !refused_mail) return OfFailure(code);
  Response response;
  response.status = static_cast<int>(status);
  response.headers = std::move(response_headers_);
  response.body = std::move(response_body_);
  response.body_begun = BodyBegun();
  if (request_->http2 && version != CURL_HTTP_VERSION_2) {
    response = OfFailure(CURLE_HTTP2);
    response.error = "the server does not speak HTTP/2";
  }
  return response;
}

}  // namespace cartwheel
