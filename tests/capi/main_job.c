/* The whole main job in C99, over the shared library: a cart, its reminder a day later, settled; a purchase that stops
 * another's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cartwheel_channel.h"

#define HOUR ((int64_t)3600000)

static const int64_t kBegin = 1780272000000;

static const char kPlaybook[] =
    "{\"playbook\": 1, \"revision\": 1, "
    " \"policy\": {\"rules\": [\"KR\"], \"domestic\": true, \"notices\": {\"result\": {\"i_have_checked\": \"ours\"}, "
    "\"reconfirm\": {\"i_have_checked\": \"ours\"}},"
    " \"opt_out\": {\"sms\": \"080-123-4567\"}},"
    " \"shop\": {\"name\": \"Shop\", \"contact\": \"02-123-4567\", \"country\": \"KR\", "
    "\"timezone\": \"Asia/Seoul\", \"currency\": \"KRW\", "
    "\"locale\": \"ko-KR\"},"
    " \"templates\": {\"gentle\": {\"purpose\": \"cart\", \"class\": \"ad\", \"sms\": {\"text\": \"{{ "
    "cart.items[0].name }}\"}}},"
    " \"channels\": {\"sms\": {\"address_by_id\": true, \"certified\": true}},"
    " \"journeys\": {\"cart\": {\"enter\": {\"on\": \"product_added\", \"key\": \"cart.id\"}, \"exit\": [{\"on\": "
    "\"order_completed\"}],"
    " \"steps\": [{\"wait\": \"24h\"}, {\"send\": \"gentle\", \"via\": [\"sms\"]}]}}}";

static void check(int holds, const char* what, const cartwheel_error* error) {
  if (holds) return;
  fprintf(stderr, "main_job: %s (%d: %s)\n", what, (int)error->code, error->message);
  exit(1);
}

static void ingest(cartwheel_engine* engine, const char* event, cartwheel_error* error) {
  cartwheel_ingest_options options = {sizeof options, 0, NULL, 0};
  cartwheel_ingested counts = {sizeof counts, 0, 0, 0, 0};
  options.now_ms = kBegin;
  check(cartwheel_ingest(engine, event, strlen(event), &options, &counts, NULL, error) == CARTWHEEL_OK, "ingest",
        error);
  check(counts.accepted == 1 && counts.rejected == 0, "one event", error);
}

int main(int argc, char** argv) {
  cartwheel_error error = {sizeof error, 0, 0, 0, ""};
  cartwheel_options options = {0};
  cartwheel_engine* engine = NULL;
  cartwheel_result* result = NULL;
  cartwheel_advance_options at = {sizeof at, 0, 0, 0};
  cartwheel_advanced done = {sizeof done, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  cartwheel_claim_options claim = {sizeof claim, 0, 0, 0, 0, 0, NULL, 0};
  cartwheel_settled settled = {sizeof settled, 0, 0, 0, 0};
  char outcomes[128];
  long id = 0, token = 0;

  check(argc == 2, "usage: main_job DATABASE", &error);
  remove(argv[1]);
  check(cartwheel_abi_version() == 1 && strchr(cartwheel_version(), '.') != NULL, "versions", &error);
  options.size = sizeof options;
  check(cartwheel_open(argv[1], strlen(argv[1]), &options, &engine, &error) == CARTWHEEL_OK, "open", &error);
  check(cartwheel_load(engine, kPlaybook, strlen(kPlaybook), &result, &error) == CARTWHEEL_OK, "load", &error);
  check(strcmp(cartwheel_result_data(result), "{\"revision\":1,\"note\":\"\"}") == 0, "what load says", &error);
  cartwheel_result_free(result);
  check(cartwheel_load(engine, kPlaybook, strlen(kPlaybook), NULL, &error) == CARTWHEEL_NOTE, "load again", &error);

  ingest(
      engine,
      "{\"id\":\"c1\",\"type\":\"consent_granted\",\"customer\":\"kim\",\"properties\":{\"medium\":\"sms\",\"scope\":"
      "\"ad\"}}",
      &error);
  ingest(
      engine,
      "{\"id\":\"c2\",\"type\":\"consent_granted\",\"customer\":\"lee\",\"properties\":{\"medium\":\"sms\",\"scope\":"
      "\"ad\"}}",
      &error);
  ingest(engine,
         "{\"id\":\"1\",\"type\":\"product_added\",\"customer\":\"kim\",\"at\":1780272000000,\"properties\":{\"cart_"
         "id\":\"k\",\"product_id\":\"7\",\"name\":\"머그컵\",\"price\":9000}}",
         &error);
  ingest(engine,
         "{\"id\":\"2\",\"type\":\"product_added\",\"customer\":\"lee\",\"at\":1780272000000,\"properties\":{\"cart_"
         "id\":\"l\",\"product_id\":\"7\",\"name\":\"머그컵\",\"price\":9000}}",
         &error);
  ingest(engine,
         "{\"id\":\"3\",\"type\":\"order_completed\",\"customer\":\"lee\",\"at\":1780272060000,\"properties\":{\"cart_"
         "id\":\"l\",\"order_id\":\"o\",\"total\":9000}}",
         &error);
  at.now_ms = kBegin + HOUR;
  check(cartwheel_advance(engine, &at, &done, &error) == CARTWHEEL_OK, "advance", &error);
  check(done.events == 5 && done.enrolments == 2 && done.exits == 1 && done.messages == 0, "what was folded", &error);
  check(done.next_due_ms == kBegin + 24 * HOUR, "when to come again", &error);

  at.now_ms = done.next_due_ms;
  check(cartwheel_advance(engine, &at, &done, &error) == CARTWHEEL_OK && done.messages == 1, "a reminder", &error);
  claim.now_ms = at.now_ms;
  check(cartwheel_claim(engine, "sms", 3, &claim, &result, &error) == CARTWHEEL_OK, "claim", &error);
  check(strstr(cartwheel_result_data(result), "\"customer\":\"kim\"") != NULL, "kim's reminder", &error);
  check(strstr(cartwheel_result_data(result),
               "\"payload\":{\"text\":\"(광고)Shop 머그컵\\n02-123-4567\\n무료수신거부 "
               "080-123-4567\",\"type\":\"sms\",\"bytes\":55}") != NULL,
        "its text", &error);
  check(strlen(cartwheel_result_data(result)) == cartwheel_result_size(result), "its size", &error);
  check(sscanf(cartwheel_result_data(result), "{\"messages\":[{\"id\":%ld,\"token\":%ld,", &id, &token) == 2, "its id",
        &error);
  cartwheel_result_free(result);
  sprintf(outcomes, "[{\"id\":%ld,\"token\":%ld,\"outcome\":\"accepted\"}]", id, token);
  check(cartwheel_settle(engine, outcomes, strlen(outcomes), at.now_ms, &settled, &error) == CARTWHEEL_OK, "settle",
        &error);
  check(settled.settled == 1 && settled.late == 0 && settled.unknown == 0, "one settled", &error);
  check(cartwheel_advance(engine, &at, NULL, &error) == CARTWHEEL_OK, "the receipt", &error);

  check(cartwheel_query(engine, "{\"query\":\"why\",\"customer\":\"lee\"}", 32, &result, &error) == CARTWHEEL_OK, "why",
        &error);
  check(strstr(cartwheel_result_data(result), "exited") != NULL, "why lee got none", &error);
  cartwheel_result_free(result);
  check(cartwheel_close(engine, &error) == CARTWHEEL_OK, "close", &error);
  check(cartwheel_close(NULL, &error) == CARTWHEEL_OK, "close nothing", &error);
  check(cartwheel_close(engine, &error) == CARTWHEEL_MISUSE, "close twice", &error);
  puts("one reminder, one stopped");
  return 0;
}
