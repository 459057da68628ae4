/* newcomer.sh's commands in C, over the installed .deb. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cartwheel_channel.h"

static volatile sig_atomic_t stopping = 0;
static const char* sent_file;

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static void check(int holds, const char* what, const cartwheel_error* error) {
  if (holds) return;
  fprintf(stderr, "newcomer: %s (%d: %s)\n", what, (int)error->code, error->message);
  exit(1);
}

static void record(cartwheel_engine* engine, const char* playbook, cartwheel_error* error) {
  char text[4096];
  FILE* file = fopen(playbook, "rb");
  size_t size = file == NULL ? 0 : fread(text, 1, sizeof text, file);
  check(size > 0 && size < sizeof text, playbook, error);
  fclose(file);
  check(cartwheel_load(engine, text, size, NULL, error) == CARTWHEEL_OK, "load", error);
  for (int number = 0; number < 60; ++number) {
    snprintf(text, sizeof text,
             "[{\"type\":\"consent_granted\",\"customer\":\"c%d\",\"properties\":{\"medium\":\"sms\",\"scope\":[\"ad\","
             "\"ad_night\"]}},"
             "{\"type\":\"endpoint_added\",\"customer\":\"c%d\",\"properties\":{\"channel\":\"sms\",\"address\":\"010-"
             "%d\"}},{\"type\":\"product_added\",\"customer\":\"c%d\",\"properties\":{\"product_id\":\"mug\",\"name\":"
             "\"머그컵\"}}]",
             number, number, number, number);
    check(cartwheel_ingest(engine, text, strlen(text), NULL, NULL, NULL, error) == CARTWHEEL_OK, "ingest", error);
  }
}

/* Finds the text of a member whose value has no escapes: a program of yours would use its JSON library. */
static const char* member(const char* json, const char* name, size_t* size) {
  const char* found = strstr(json, name);
  if (found == NULL) return NULL;
  found += strlen(name);
  *size = strcspn(found, "\",");
  return found;
}

static void send_all(void* user_data, const char* messages, size_t messages_size, cartwheel_outcomes* outcomes) {
  const struct timespec pause = {0, 20000000};
  char outcome[128];
  size_t size = 0;
  (void)user_data;
  (void)messages_size;
  for (const char* id = member(messages, "{\"id\":", &size); id != NULL; id = member(id, "{\"id\":", &size)) {
    const char* said = stopping ? "released" : "accepted"; /* what is not begun is given back */
    size_t address_size = 0;
    const char* address = member(id, "\"address\":\"", &address_size);
    if (!stopping) {
      FILE* sent = fopen(sent_file, "ab");
      fprintf(sent, "%.*s\n", (int)address_size, address);
      fclose(sent);
      nanosleep(&pause, NULL);
    }
    snprintf(outcome, sizeof outcome, "[{\"id\":%.*s,\"outcome\":\"%s\"}]", (int)size, id, said);
    cartwheel_outcomes_add(outcomes, outcome, strlen(outcome), NULL);
  }
}

static void work(cartwheel_engine* engine, cartwheel_error* error) {
  const cartwheel_channel channel = {sizeof channel, 0, "sms", 3, NULL, send_all, NULL, 10, 0, 0, 0};
  const cartwheel_advance_options options = {sizeof options, 0, 0, 250};
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = stop;
  sigaction(SIGTERM, &action, NULL);
  check(cartwheel_add_channel(engine, &channel, error) == CARTWHEEL_OK, "add_channel", error);
  while (!stopping) {
    check(cartwheel_advance(engine, &options, NULL, error) >= 0, "advance", error);
    check(cartwheel_dispatch(engine, NULL, NULL, error) >= 0, "dispatch", error);
  }
}

int main(int argc, char** argv) {
  cartwheel_error error = {sizeof error, 0, 0, 0, ""};
  cartwheel_engine* engine = NULL;
  if (argc != 4) return 2;
  check(cartwheel_open(argv[2], strlen(argv[2]), NULL, &engine, &error) == CARTWHEEL_OK, "open", &error);
  sent_file = argv[3];
  if (strcmp(argv[1], "record") == 0)
    record(engine, argv[3], &error);
  else
    work(engine, &error);
  check(cartwheel_close(engine, &error) == CARTWHEEL_OK, "close", &error);
  return 0;
}
