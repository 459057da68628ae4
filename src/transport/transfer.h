// One request on its way: a curl handle that is set for it, what has come back so far, and the response that comes of
// both. The handle is used again for later requests.
#pragma once

#include <curl/curl.h>

#include <string>

#include "cartwheel/transport.h"

namespace cartwheel {

class Transfer {
 public:
  Transfer() : easy_(curl_easy_init()) {}
  ~Transfer();
  Transfer(const Transfer&) = delete;

  // Makes it ready for a request, which must outlive it, as must the options. False: the request cannot be sent as it
  // is; Finish then says why.
  bool Begin(const Request& request, const SendOptions& options);
  // What came back, when curl has ended it with `code`.
  Response Finish(CURLcode code);

  // Before the end of a mail connection that is kept: curl then says QUIT to its server and waits for no answer.
  void Hush() const;

  CURL* easy() const { return easy_; }

 private:
  bool SetHttp(const Request& request);
  bool SetMail(const Request& request);
  void Fail(std::string why) { refused_ = std::move(why); }
  Response OfFailure(CURLcode code) const;
  bool BodyBegun() const;
  bool Connected() const;

  static size_t ReadBody(char* to, size_t size, size_t count, void* self);
  static int Rewind(void* self, curl_off_t offset, int origin);
  static size_t TakeHeader(char* text, size_t size, size_t count, void* self);
  static size_t TakeBody(char* text, size_t size, size_t count, void* self);
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int CloseSocket(void* self, curl_socket_t socket);
  static int BeforeRequest(void* self, char* primary_ip, char* local_ip, int primary_port, int local_port);
  void TakeHttpHeader(std::string_view line);
  void TakeMailLine(std::string_view line);

  CURL* easy_;
  curl_slist* headers_ = nullptr;
  curl_slist* recipients_ = nullptr;
  const Request* request_ = nullptr;
  bool private_address_ = false;
  bool mail_ = false;
  int socket_ = -1;           // the latest
  size_t read_ = 0;           // bytes of the body that curl took
  bool reply_ended_ = false;  // a mail server's last line ended its reply
  bool too_large_ = false;
  std::string refused_;  // why it was not let go
  Headers response_headers_;
  std::string response_body_;
  char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace cartwheel
