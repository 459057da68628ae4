#define FFI_SCOPE "CARTWHEEL"
#define FFI_LIB "libcartwheel.so.1"
typedef struct cartwheel_engine cartwheel_engine;
typedef struct cartwheel_result cartwheel_result;
enum {
  CARTWHEEL_OK = 0,
  CARTWHEEL_MORE = 1,
  CARTWHEEL_NOTE = 2,
  CARTWHEEL_REJECTED = 3,
  CARTWHEEL_BEHIND = 4,
  CARTWHEEL_WARNED = 5,
  CARTWHEEL_INVALID = -1,
  CARTWHEEL_MISUSE = -2,
  CARTWHEEL_BUSY = -3,
  CARTWHEEL_LEASE_LOST = -4,
  CARTWHEEL_FULL = -5,
  CARTWHEEL_NOT_FOUND = -6,
  CARTWHEEL_BROKEN = -7,
  CARTWHEEL_INTERNAL = -8
};
typedef struct cartwheel_error {
  uint32_t size;
  int32_t code;
  int32_t sys;
  uint32_t length;
  char message[256];
} cartwheel_error;
const char* cartwheel_version(void);
uint32_t cartwheel_abi_version(void);
const char* cartwheel_result_data(const cartwheel_result* result);
size_t cartwheel_result_size(const cartwheel_result* result);
void cartwheel_result_free(cartwheel_result* result);
typedef void (*cartwheel_log)(void* log_data, int32_t level, const char* line, size_t line_size);
typedef struct cartwheel_options {
  uint32_t size;
  int32_t durability;
  int64_t work_max;
  int64_t customer_cache_bytes;
  int64_t claim_tail_max;
  int64_t fold_lease_ms;
  int64_t dedupe_window_ms;
  int64_t cart_idle_ms;
  int64_t log_bytes_max;
  int64_t free_disk_min_bytes;
  int64_t log_keep_ms;
  int64_t busy_timeout_ms;
  int32_t shared;
  int64_t linger_ms;
  cartwheel_log log;
  void* log_data;
  int32_t file_mode;
  int32_t strict;
  const char* event_zone;
  size_t event_zone_size;
  int64_t clock_skew_max_ms;
  int64_t manual_clock_ms;
  const char* token_key;
  size_t token_key_size;
  const char* deployment;
  size_t deployment_size;
  int64_t message_keep_ms;
  int64_t decision_keep_ms;
  int64_t finding_keep_ms;
  int64_t consent_keep_ms;
  int64_t access_keep_ms;
  int32_t require_actor;
  const char* seal_key;
  size_t seal_key_size;
} cartwheel_options;
int32_t cartwheel_open(const char* path, size_t path_size, const cartwheel_options* options, cartwheel_engine** engine,
                       cartwheel_error* error);
int32_t cartwheel_close(cartwheel_engine* engine, cartwheel_error* error);
int32_t cartwheel_set_clock(cartwheel_engine* engine, int64_t now_ms, cartwheel_error* error);
int32_t cartwheel_load(cartwheel_engine* engine, const char* playbook, size_t playbook_size, cartwheel_result** result,
                       cartwheel_error* error);
typedef struct cartwheel_ingest_options {
  uint32_t size;
  uint32_t format_size;
  const char* format;
  int64_t now_ms;
} cartwheel_ingest_options;
typedef struct cartwheel_ingested {
  uint32_t size;
  uint32_t reserved;
  int64_t accepted;
  int64_t rejected;
  int64_t warnings;
} cartwheel_ingested;
int32_t cartwheel_ingest(cartwheel_engine* engine, const char* events, size_t events_size,
                         const cartwheel_ingest_options* options, cartwheel_ingested* counts, cartwheel_result** answer,
                         cartwheel_error* error);
typedef struct cartwheel_advance_options {
  uint32_t size;
  uint32_t reserved;
  int64_t now_ms;
  int64_t wait_ms;
} cartwheel_advance_options;
typedef struct cartwheel_advanced {
  uint32_t size;
  uint32_t reserved;
  int64_t events;
  int64_t duplicates;
  int64_t refused;
  int64_t alarms;
  int64_t enrolments;
  int64_t messages;
  int64_t exits;
  int64_t next_due_ms;
} cartwheel_advanced;
int32_t cartwheel_advance(cartwheel_engine* engine, const cartwheel_advance_options* options, cartwheel_advanced* done,
                          cartwheel_error* error);
int32_t cartwheel_interrupt(cartwheel_engine* engine, cartwheel_error* error);
typedef struct cartwheel_claim_options {
  uint32_t size;
  uint32_t reserved;
  int64_t max;
  int64_t lease_ms;
  int64_t now_ms;
  int64_t idempotency_ms;
  const char* outcomes;
  size_t outcomes_size;
} cartwheel_claim_options;
int32_t cartwheel_claim(cartwheel_engine* engine, const char* channel, size_t channel_size,
                        const cartwheel_claim_options* options, cartwheel_result** messages, cartwheel_error* error);
typedef struct cartwheel_settled {
  uint32_t size;
  uint32_t reserved;
  int64_t settled;
  int64_t late;
  int64_t unknown;
} cartwheel_settled;
int32_t cartwheel_settle(cartwheel_engine* engine, const char* outcomes, size_t outcomes_size, int64_t now_ms,
                         cartwheel_settled* counts, cartwheel_error* error);
int32_t cartwheel_hold(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_error* error);
int32_t cartwheel_worker_turn(cartwheel_engine* engine, const char* turn, size_t turn_size, cartwheel_result** next,
                              cartwheel_error* error);
int32_t cartwheel_query(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_result** answer,
                        cartwheel_error* error);
