/* Runs conformance cases (README.md) in C: run CASE.json > transcript
 *
 * A case is well-formed JSON, so that finding a member needs to know only where a value ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cartwheel.h"

typedef struct slice {
  const char* begin;
  const char* end;
} slice; /* a JSON value; begin is NULL when there is none */

static void fail(const char* what) {
  fprintf(stderr, "conformance: %s\n", what);
  exit(2);
}

static const char* skip_space(const char* at) { return at + strspn(at, " \t\r\n,:"); }

static const char* end_of_value(const char* at) {
  int depth = 0;
  if (*at != '{' && *at != '[' && *at != '"') return at + strcspn(at, ",]} \t\r\n");
  do {
    if (*at == '"')
      for (++at; *at != '"'; ++at) at += *at == '\\';
    depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
    ++at;
  } while (depth > 0);
  return at;
}

/* The value behind a key of an object; the next element of a list is what follows one's end. */
static slice member(slice object, const char* name) {
  slice none = {NULL, NULL}, value;
  const char* at = object.begin == NULL ? "}" : skip_space(object.begin + 1);
  while (*at == '"') {
    const char *key = at + 1, *key_end = end_of_value(at) - 1;
    value.begin = skip_space(key_end + 1);
    value.end = end_of_value(value.begin);
    if ((size_t)(key_end - key) == strlen(name) && memcmp(key, name, strlen(name)) == 0) return value;
    at = skip_space(value.end);
  }
  return none;
}

static int64_t number(slice value, int64_t otherwise) {
  return value.begin == NULL ? otherwise : (int64_t)strtoll(value.begin, NULL, 10);
}
static int is(slice value, const char* word) {
  return (size_t)(value.end - value.begin) == strlen(word) + 2 && memcmp(value.begin + 1, word, strlen(word)) == 0;
}

/* The bytes of a text without its quotes and escapes, or of any other value as it is. The caller frees them. */
static char* bytes_of(slice value, size_t* size) {
  char *bytes = malloc((size_t)(value.end - value.begin) + 1), *to = bytes;
  const char* at = value.begin;
  if (bytes == NULL) fail("no memory");
  if (*at != '"') {
    memcpy(bytes, at, (size_t)(value.end - at));
    to += value.end - at;
  } else {
    for (++at; *at != '"'; ++at) {
      if (*at == '\\')
        ++at, *to++ = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
      else
        *to++ = *at;
    }
  }
  *to = '\0';
  *size = (size_t)(to - bytes);
  return bytes;
}

static void print_text(const char* text) {
  putchar('"');
  for (; *text != '\0'; ++text) {
    if (*text == '"' || *text == '\\')
      printf("\\%c", *text);
    else if (*text == '\n')
      printf("\\n");
    else
      putchar(*text);
  }
  putchar('"');
}

/* A line of the transcript; {} is written []. */
static void print_json(const char* json) {
  for (; *json != '\0'; ++json) {
    if (json[0] == '{' && json[1] == '}')
      printf("[]"), ++json;
    else
      putchar(*json);
  }
}

static void print_error(int32_t code, const char* message) {
  printf("{\"error\":{\"code\":%d,\"message\":", (int)code);
  print_text(message);
  printf("}}\n");
}

/* A load's errors may be longer than a cartwheel_error: they are in the result, {"errors":"..."}. */
static void print_load_error(int32_t code, const char* json) {
  printf("{\"error\":{\"code\":%d,\"message\":", (int)code);
  fwrite(json + 10, 1, strlen(json) - 11, stdout);
  printf("}}\n");
}

static void run_step(cartwheel_engine* engine, slice step) {
  const slice verb = member(step, "verb"), input = member(step, "input");
  const int64_t now_ms = number(member(step, "now"), 0);
  cartwheel_error error = {sizeof error, 0, 0, 0, ""};
  cartwheel_result* result = NULL;
  size_t size = 0;
  char* given = input.begin == NULL ? NULL : bytes_of(input, &size);
  int32_t code = 0;
  if (is(verb, "load")) {
    code = cartwheel_load(engine, given, size, &result, &error);
    if (code < 0 && result != NULL)
      print_load_error(code, cartwheel_result_data(result));
    else if (code >= 0)
      printf("{\"load\":%s}\n", cartwheel_result_data(result));
  } else if (is(verb, "ingest")) {
    cartwheel_ingest_options options = {sizeof options, 0, NULL, 0};
    cartwheel_ingested counts = {sizeof counts, 0, 0, 0, 0};
    options.now_ms = now_ms;
    code = cartwheel_ingest(engine, given, size, &options, &counts, &result, &error);
    if (code >= 0)
      printf("{\"ingest\":{\"accepted\":%ld,%s}\n", (long)counts.accepted,
             result == NULL ? "\"rejected\":[],\"warnings\":[]}" : cartwheel_result_data(result) + 1);
  } else if (is(verb, "advance")) {
    cartwheel_advance_options options = {sizeof options, 0, 0, 0};
    cartwheel_advanced done = {sizeof done, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    options.now_ms = now_ms;
    code = cartwheel_advance(engine, &options, &done, &error);
    if (code >= 0)
      printf(
          "{\"advance\":{\"events\":%ld,\"duplicates\":%ld,\"refused\":%ld,\"alarms\":%ld,\"enrolments\":%ld,"
          "\"messages\":%ld,\"exits\":%ld,"
          "\"next_due_ms\":%ld,\"more\":%s}}\n",
          (long)done.events, (long)done.duplicates, (long)done.refused, (long)done.alarms, (long)done.enrolments,
          (long)done.messages, (long)done.exits, (long)done.next_due_ms, code == CARTWHEEL_MORE ? "true" : "false");
  } else if (is(verb, "claim")) {
    cartwheel_claim_options options = {sizeof options, 0, 0, 0, 0, 0, NULL, 0};
    size_t channel_size = 0;
    char* channel = bytes_of(member(step, "channel"), &channel_size);
    options.max = number(member(step, "max"), 100);
    options.idempotency_ms = number(member(step, "idempotency_ms"), 0);
    options.now_ms = now_ms;
    options.outcomes = given;
    options.outcomes_size = size;
    code = cartwheel_claim(engine, channel, channel_size, &options, &result, &error);
    free(channel);
    if (code >= 0) {
      const char *json = cartwheel_result_data(result), *held_back = strrchr(json, ',');
      printf("{\"claim\":");
      fwrite(json, 1, (size_t)(held_back - json), stdout);
      printf(",\"behind\":%s%s}\n", code == CARTWHEEL_BEHIND ? "true" : "false", held_back);
    }
  } else if (is(verb, "settle")) {
    cartwheel_settled counts = {sizeof counts, 0, 0, 0, 0};
    code = cartwheel_settle(engine, given, size, now_ms, &counts, &error);
    if (code >= 0)
      printf("{\"settle\":{\"settled\":%ld,\"late\":%ld,\"unknown\":%ld}}\n", (long)counts.settled, (long)counts.late,
             (long)counts.unknown);
  } else if (is(verb, "query")) {
    code = cartwheel_query(engine, given, size, &result, &error);
    if (code >= 0) {
      printf("{\"query\":");
      print_json(cartwheel_result_data(result));
      printf("}\n");
    }
  } else if (is(verb, "set_clock")) {
    code = cartwheel_set_clock(engine, now_ms, &error);
    if (code >= 0) printf("{\"set_clock\":null}\n");
  } else if (is(verb, "hold")) {
    code = cartwheel_hold(engine, given, size, &error); /* of a case it is at the clock's now */
    if (code >= 0) printf("{\"hold\":null}\n");
  } else if (is(verb, "worker_turn")) {
    code = cartwheel_worker_turn(engine, given, size, &result, &error);
    if (code >= 0) printf("{\"worker_turn\":%s}\n", cartwheel_result_data(result));
  } else {
    fail("a step's verb is none of load, ingest, advance, claim, settle, hold, query, set_clock, worker_turn");
  }
  if (code < 0 && !(is(verb, "load") && result != NULL)) print_error(code, error.message);
  cartwheel_result_free(result);
  free(given);
}

static char* read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  char* text = NULL;
  long size = 0;
  if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) fail("the case cannot be read");
  rewind(file);
  text = calloc((size_t)size + 1, 1);
  if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) fail("the case cannot be read");
  fclose(file);
  return text;
}

int main(int argc, char** argv) {
  cartwheel_options options = {0};
  cartwheel_engine* engine = NULL;
  slice root, list, step;
  char* text;
  if (argc != 2) fail("usage: run CASE.json");
  text = read_file(argv[1]);
  root.begin = skip_space(text);
  root.end = end_of_value(root.begin);
  options.size = sizeof options;
  options.work_max = number(member(member(root, "options"), "work_max"), 0);
  options.claim_tail_max = number(member(member(root, "options"), "claim_tail_max"), 0);
  options.manual_clock_ms = number(member(member(root, "options"), "manual_clock_ms"), 0);
  if (cartwheel_open(":memory:", 8, &options, &engine, NULL) != CARTWHEEL_OK) fail("the engine cannot be opened");
  list = member(root, "steps");
  for (step.begin = skip_space(list.begin + 1); *step.begin == '{'; step.begin = skip_space(step.end)) {
    step.end = end_of_value(step.begin);
    run_step(engine, step);
  }
  cartwheel_close(engine, NULL);
  free(text);
  return 0;
}
