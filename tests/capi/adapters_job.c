/* Requests built and answers interpreted by libcartwheel_channels.so alone, in C99. Prints what is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cartwheel_adapters.h"

static int wrong = 0;

static void expect(int right, const char* what, const cartwheel_adapters_answer* answer) {
  if (right) return;
  printf("wrong: %s\n%s\n", what, cartwheel_adapters_answer_data(answer));
  wrong = 1;
}

static int has(const cartwheel_adapters_answer* answer, const char* piece) {
  return strstr(cartwheel_adapters_answer_data(answer), piece) != NULL;
}

static const char kChannels[] =
    "{\"channels\": {\"sms\": {\"kind\": \"nhn_sms\", \"app_key\": \"APP\", \"secret_key\": {\"env\": "
    "\"ADAPTERS_JOB_SECRET\"}, \"from\": \"021234567\"}}}";
/* As cartwheel_claim answers. */
static const char kClaimed[] =
    "{\"messages\": [{\"id\": 1, \"token\": 7, \"key\": \"00112233445566778899aabbccddeeff\", \"class\": \"ad\", "
    "\"medium\": \"sms\", \"address\": \"010-1234-5678\", \"payload\": {\"text\": \"hello\"}, "
    "\"expires_at\": \"2026-11-12T09:00:00Z\"}, {\"id\": 2, \"token\": 8, \"key\": "
    "\"00112233445566778899aabbccddeefe\", "
    "\"class\": \"ad\", \"medium\": \"sms\", \"address\": \"nowhere\", \"payload\": {\"text\": \"hello\"}}]}";
static const char kResponse[] =
    "{\"request\": 1, \"status\": 200, \"body\": \"{\\\"header\\\":{\\\"resultCode\\\":0},\\\"body\\\":{\\\"data\\\":"
    "{\\\"sendResultList\\\":[{\\\"resultCode\\\":0}]}}}\"}";
static const char kRefused[] = "{\"request\": 2, \"error\": \"refused\", \"body_begun\": false}";
static const char kReceipt[] =
    "{\"format\": \"receipts/solapi\", \"body\": \"[]\", \"secret\": \"mysecret\", \"signature\": "
    "\"e9fe51f94eadabf54dbf2fbbd57188b9abee436e\"}";
static const char kForged[] =
    "{\"format\": \"receipts/solapi\", \"body\": \"[]\", \"secret\": \"mysecret\", \"signature\": \"e9fe\"}";

static const int64_t kNow = 1794474000000; /* 2026-11-12T09:00:00Z */

#define TEXT(text) (text), sizeof(text) - 1

int main(void) {
  cartwheel_adapters* adapters = NULL;
  cartwheel_adapters_answer* answer = NULL;

  expect(cartwheel_adapters_open(TEXT("{"), NULL, 0, &adapters, &answer) == CARTWHEEL_ADAPTERS_INVALID &&
             adapters == NULL && cartwheel_adapters_answer_size(answer) > 0,
         "a channels.json that is none is said", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_open(TEXT(kChannels), NULL, 0, &adapters, &answer) == CARTWHEEL_ADAPTERS_INVALID &&
             has(answer, "ADAPTERS_JOB_SECRET"),
         "a secret that is not set is named", answer);
  cartwheel_adapters_answer_free(answer);

  setenv("ADAPTERS_JOB_SECRET", "S3CRET", 1);
  expect(cartwheel_adapters_open(TEXT(kChannels), NULL, 0, &adapters, &answer) == CARTWHEEL_ADAPTERS_OK &&
             adapters != NULL && answer == NULL,
         "open", answer);

  expect(cartwheel_adapters_traits(adapters, TEXT("sms"), &answer) == CARTWHEEL_ADAPTERS_OK &&
             has(answer, "\"batch_max\":100,\"idempotency_ms\":0"),
         "traits", answer);
  cartwheel_adapters_answer_free(answer);

  expect(cartwheel_adapters_build(adapters, TEXT("sms"), TEXT(kClaimed), kNow, &answer) == CARTWHEEL_ADAPTERS_OK &&
             has(answer, "\"request\":1,\"method\":\"POST\",\"url\":\"https://sms.api.nhncloudservice.com/sms/v3.0/") &&
             has(answer, "\"X-Secret-Key\":\"S3CRET\"") && has(answer, "\"ids\":[1]") &&
             has(answer, "\"id\":2,\"token\":8,\"outcome\":\"failed_final\""),
         "build", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_interpret(adapters, TEXT(kResponse), kNow, &answer) == CARTWHEEL_ADAPTERS_OK &&
             has(answer, "[{\"id\":1,\"token\":7,\"outcome\":\"accepted\""),
         "interpret", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_interpret(adapters, TEXT(kResponse), kNow, &answer) == CARTWHEEL_ADAPTERS_MISUSE,
         "a request is interpreted once", answer);
  cartwheel_adapters_answer_free(answer);

  cartwheel_adapters_build(adapters, TEXT("sms"), TEXT(kClaimed), kNow, &answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_interpret(adapters, TEXT(kRefused), kNow, &answer) == CARTWHEEL_ADAPTERS_OK &&
             has(answer, "\"outcome\":\"not_sent\""),
         "what did not leave is not_sent", answer);
  cartwheel_adapters_answer_free(answer);

  expect(
      cartwheel_adapters_build(adapters, TEXT("sms"), TEXT("[]"), kNow / 1000, &answer) == CARTWHEEL_ADAPTERS_INVALID &&
          has(answer, "now_ms"),
      "a time in seconds", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_build(adapters, TEXT("smms"), TEXT("[]"), kNow, &answer) == CARTWHEEL_ADAPTERS_INVALID &&
             has(answer, "did you mean \"sms\""),
         "an unknown channel", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_build(adapters, TEXT("sms"), TEXT("[{}]"), kNow, &answer) == CARTWHEEL_ADAPTERS_INVALID &&
             has(answer, "messages[0].id: expected the number of a message"),
         "a message that is none", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_build(adapters, TEXT("sms"), NULL, 0, kNow, &answer) == CARTWHEEL_ADAPTERS_INVALID,
         "no messages at all", answer);
  cartwheel_adapters_answer_free(answer);

  expect(cartwheel_adapters_check_receipt(TEXT(kReceipt), &answer) == CARTWHEEL_ADAPTERS_OK, "a receipt", answer);
  cartwheel_adapters_answer_free(answer);
  expect(cartwheel_adapters_check_receipt(TEXT(kForged), &answer) == CARTWHEEL_ADAPTERS_REFUSED, "a forged receipt",
         answer);
  cartwheel_adapters_answer_free(answer);

  expect(cartwheel_adapters_close(adapters) == CARTWHEEL_ADAPTERS_OK, "close", NULL);
  expect(cartwheel_adapters_close(adapters) == CARTWHEEL_ADAPTERS_MISUSE, "close again", NULL);
  expect(cartwheel_adapters_close(NULL) == CARTWHEEL_ADAPTERS_OK, "close none", NULL);
  expect(cartwheel_adapters_traits(adapters, TEXT("sms"), NULL) == CARTWHEEL_ADAPTERS_MISUSE, "a closed handle", NULL);
  expect(strncmp(cartwheel_adapters_crypto_version(), "OpenSSL 3.", 10) == 0, "the version of OpenSSL", NULL);
  return wrong;
}
