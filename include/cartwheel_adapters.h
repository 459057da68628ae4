/* Cartwheel's adapters: the C ABI of libcartwheel_channels.so, for hosts that send with an HTTP client of their own.
 * A library by itself: it needs nothing of libcartwheel.so and opens no connection, so a host may also load it in a
 * process that never opens a database.
 *
 *   cartwheel_adapters_open(channels, channels_size, NULL, 0, &adapters, NULL);
 *   ... cartwheel_claim gives `messages` ...
 *   cartwheel_adapters_build(adapters, "sms", 3, messages, messages_size, now_ms, &plan);
 *   ... send each of the plan's requests ...
 *   cartwheel_adapters_interpret(adapters, response, response_size, now_ms, &outcomes);
 *   ... cartwheel_settle takes the list `outcomes` as it is ...
 *
 * Text is UTF-8, a pointer and its length in bytes. What goes in is copied before the call returns; answers are JSON,
 * freed by their owner. now_ms is the time, in milliseconds since 1970-01-01T00:00:00Z: it signs requests, and no
 * provider takes a signature of another time. On an error the answer is one line of text that says what was expected;
 * it holds no secret and no address.
 *
 * Threads: every function may be called from any thread at any time. Handles are names, not addresses: a closed one, or
 * one that never was, is answered CARTWHEEL_ADAPTERS_MISUSE. A handle does not survive fork.
 *
 * The library starts no thread, installs no handler, prints nothing and never aborts. No exception leaves it. The
 * OpenSSL inside of it is its own, hidden: the host's is another one, and stays as it is. */
#ifndef CARTWHEEL_ADAPTERS_H_
#define CARTWHEEL_ADAPTERS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cartwheel_adapters cartwheel_adapters;
typedef struct cartwheel_adapters_answer cartwheel_adapters_answer;

enum {
  CARTWHEEL_ADAPTERS_OK = 0,
  CARTWHEEL_ADAPTERS_INVALID = -1, /* an argument, channels.json, a message: the answer says what was expected */
  CARTWHEEL_ADAPTERS_MISUSE = -2,  /* a handle that is closed or none; a request that is not open (any more) */
  CARTWHEEL_ADAPTERS_REFUSED = -3, /* check_receipt: the signature is not the provider's */
  CARTWHEEL_ADAPTERS_NO_MEMORY = -4
};

/* Opens the channels of a channels.json (docs/channels.md), given as its text. Secrets are read from the environment
 * and from files; a relative path begins in `folder` (size 0: the current folder). The answer, which may be NULL, is
 * only set on an error: a line for each thing that is wrong. */
int32_t cartwheel_adapters_open(const char* channels, size_t channels_size, const char* folder, size_t folder_size,
                                cartwheel_adapters** adapters, cartwheel_adapters_answer** answer);

/* Makes the requests of messages of one channel. `messages` is what cartwheel_claim answered, or its list. The answer:
 *
 *   {"requests": [{"request": 1, "method": "POST", "url": "https://...", "headers": {"Content-Type": "..."},
 *                  "body_base64": "...", "timeout_ms": 20000, "ids": [42, 43]}],
 *    "outcomes": [{"id": 44, "token": 7, "outcome": "reject_msg", "reason": "..."}]}
 *
 * Requests hold every message that is not among the outcomes, each once. "http2": true means that nothing older will
 * do. "renews": true is of a request without ids, which gets what later ones are signed with: send it, interpret its
 * response, and build the same messages again. Mail has "method": "MAIL", with "mail_from", "mail_to", "user",
 * "password".
 *
 * Send a request once, within timeout_ms, following no redirect and verifying the certificate; a channel whose requests
 * do not say "private_address": true is not to be sent to a loopback or private address. Every request is kept until it
 * is interpreted; beyond 10,000 of them the oldest is forgotten. */
int32_t cartwheel_adapters_build(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                 const char* messages, size_t messages_size, int64_t now_ms,
                                 cartwheel_adapters_answer** answer);

/* Says what became of the messages of a request:
 *
 *   {"request": 1, "status": 200, "headers": {"retry-after": "30"}, "body": "..."}      or "body_base64"
 *   {"request": 1, "error": "refused" | "timeout" | "reset", "body_begun": false}
 *
 * "refused": no connection was made. "body_begun" says whether a byte of the body may have left (true without it): what
 * surely did not leave may be sent again. The answer is a list for cartwheel_settle:
 *
 *   [{"id": 42, "token": 7, "outcome": "accepted", "reason": "2000: queued"}, ...]
 *
 * Of a request that renews the list is empty when build may go on. A request is interpreted once. */
int32_t cartwheel_adapters_interpret(cartwheel_adapters* adapters, const char* response, size_t response_size,
                                     int64_t now_ms, cartwheel_adapters_answer** answer);

/* Answers {"timeout_ms", "batch_max", "idempotency_ms", "rate_per_second"} of a channel: what to claim with. */
int32_t cartwheel_adapters_traits(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                  cartwheel_adapters_answer** answer);

/* Checks that a provider's report is from that provider, before cartwheel_ingest takes it. `report` is
 *
 *   {"format": "receipts/solapi", "body": "...", "signature": "...", "timestamp": "...", "secret": "..."}
 *
 * where the signature is the header x-solapi-secret, x-toast-webhook-signature (receipts/nhn) or
 * x-twilio-email-event-webhook-signature (receipts/sendgrid, with ...-timestamp, whose secret is the verification key),
 * and the body is what was sent, byte by byte. The signature of receipts/ses is in its body: "secret" is then the
 * certificate of Amazon SNS in PEM, fetched once from the address that a message names, and "topic" the ARN of the
 * topic that is ours, since SNS signs everyone's messages with that key. REFUSED when it is wrong. */
int32_t cartwheel_adapters_check_receipt(const char* report, size_t report_size, cartwheel_adapters_answer** answer);

/* Closes the handle; NULL is none. Requests that were not interpreted are forgotten. */
int32_t cartwheel_adapters_close(cartwheel_adapters* adapters);

/* The bytes of an answer, until it is freed. NULL is empty. */
const char* cartwheel_adapters_answer_data(const cartwheel_adapters_answer* answer);
size_t cartwheel_adapters_answer_size(const cartwheel_adapters_answer* answer);
void cartwheel_adapters_answer_free(cartwheel_adapters_answer* answer);

/* "OpenSSL 3.0.17 1 Jul 2025": what is inside. */
const char* cartwheel_adapters_crypto_version(void);

#ifdef __cplusplus
}
#endif

#endif /* CARTWHEEL_ADAPTERS_H_ */
