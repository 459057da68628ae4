/* Cartwheel: the C ABI. Events go in, messages come out. This header is the whole manual.
 *
 *   cartwheel_open     a database file, made when it is not there
 *   cartwheel_load     a playbook: templates, journeys, policy
 *   cartwheel_ingest   events; durable on return, nothing else happens yet
 *   cartwheel_advance  fold what has come in, fire what is due, fill the outbox
 *   cartwheel_claim    take messages under a lease, to send them
 *   cartwheel_settle   say what became of them
 *   cartwheel_hold     keep messages from leaving, and let them go again
 *   cartwheel_query    read: a customer, a report, why something was or was not sent
 *   cartwheel_close
 *
 * A reminder, from nothing (error checks left out; examples/c has the whole program):
 *
 *   cartwheel_engine *engine;
 *   cartwheel_open("shop.db", 7, NULL, &engine, NULL);
 *   cartwheel_load(engine, playbook, playbook_size, NULL, NULL);
 *   cartwheel_ingest(engine, events, events_size, NULL, NULL, NULL, NULL);
 *   cartwheel_advance(engine, NULL, NULL, NULL);
 *   cartwheel_claim(engine, "sms", 3, NULL, &messages, NULL);
 *   ... send what cartwheel_result_data(messages) holds ...
 *   cartwheel_settle(engine, outcomes, outcomes_size, NULL, NULL, NULL);
 *   cartwheel_close(engine, NULL);
 *
 * Text is UTF-8, a pointer and its length in bytes; it need not end with a zero. What goes in is copied before the call
 * returns. JSON goes in and comes out in batches: one call, many events.
 *
 * Times of arguments and structs are milliseconds since 1970-01-01T00:00:00Z, as int64_t, and are called ..._ms. Times
 * in JSON that comes out are ISO 8601 in UTC, "2026-06-01T00:00:00Z", with milliseconds where there are any; in JSON
 * that goes in both are taken. A now_ms of 0 asks the engine's clock; a test hands in
 * its own times, and next_due_ms says how far it may jump: that is time travel. What cannot be a now in milliseconds
 * (seconds, nanoseconds, a negative number) is INVALID. Leases follow the machine's clock, or the engine's own
 * (manual_clock_ms), never a now_ms.
 *
 * Answers. A function that can fail returns an int32_t: 0 is done, above 0 is done with a note, below 0 is an error and
 * changed nothing (unless its text says otherwise). The codes are the constants below; they are never reused. Details
 * go to the caller's cartwheel_error, which may be NULL. The message is one line; it often begins with a name of its
 * own ("backlog_full: ..."), which is as stable as the code.
 *
 * Structs begin with `size`. Set it to sizeof of the struct and everything else to zero, which means the default; a
 * later version of the library adds fields at the end and takes the shorter structs of before. A longer struct than the
 * library knows is taken when the rest is zero.
 *
 * Handles are names, not addresses. NULL, a closed handle and one that never was are answered with CARTWHEEL_MISUSE.
 *
 * Threads: every function may be called from any thread at any time, on one engine too. cartwheel_close waits for calls
 * that are at work. Processes: any number may open the same file; all may ingest, claim, settle and query; one of them
 * advances at a time, and the others are answered CARTWHEEL_BUSY. A handle does not survive fork: in the child every
 * call answers CARTWHEEL_MISUSE; open another engine there.
 *
 * Never open the database with another copy of SQLite while an engine of this process has it open: closing it there
 * drops the locks of this one
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 *
 * The library starts no thread, installs no handler, prints nothing and never aborts. No exception leaves it. */
#ifndef CARTWHEEL_H_
#define CARTWHEEL_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cartwheel_engine cartwheel_engine;
typedef struct cartwheel_result cartwheel_result;

enum {
  CARTWHEEL_OK = 0,

  CARTWHEEL_MORE = 1,     /* advance: work_max was reached, call again at once */
  CARTWHEEL_NOTE = 2,     /* load: the playbook was not taken, and need not be; the result says why */
  CARTWHEEL_REJECTED = 3, /* ingest: some events were not taken, the others are durable; the result lists them */
  CARTWHEEL_BEHIND = 4,   /* claim: too many events are not folded yet, so no advertisement is handed out */
  /* ingest: all events were taken, some without a field that could not be read; the result lists them */
  CARTWHEEL_WARNED = 5,

  CARTWHEEL_INVALID = -1, /* an argument, a playbook, a query: the message says what was expected */
  CARTWHEEL_MISUSE = -2,  /* a handle that is closed, forked or none; a file of another program or of another version; a
                             struct's size */
  CARTWHEEL_BUSY = -3,    /* another worker folds, or another process writes and busy_timeout_ms passed: try again */
  CARTWHEEL_LEASE_LOST = -4, /* this worker was away for longer than its lease; nothing was committed: try again */
  CARTWHEEL_FULL = -5, /* backlog_full, disk_full, out_of_memory, or a bound of one call: nothing was taken, try again
                          later or with less */
  CARTWHEEL_NOT_FOUND = -6, /* query: there is no customer or thing of that name */
  CARTWHEEL_BROKEN = -7,    /* the database is damaged; the engine answers nothing else any more: restore a backup */
  CARTWHEEL_INTERNAL = -8   /* a mistake of the library's: please report the message */
};

/* Caller-owned. Set `size`; the rest is written by a call that fails, and left alone by one that does not. */
typedef struct cartwheel_error {
  uint32_t size;
  int32_t code;      /* what the function returned */
  int32_t sys;       /* errno of the system call that failed, 0 when there is none or it is not known */
  uint32_t length;   /* of the message, in bytes */
  char message[256]; /* ends with a zero; a longer text is cut before a character. The result of cartwheel_load holds
                        all of it */
} cartwheel_error;

/* ---- Versions
 * -------------------------------------------------------------------------------------------------------------------
 */

/* "0.1.0". Never NULL, never freed. */
const char* cartwheel_version(void);
/* Of this header: 1. Functions and fields are added without a change of it; a binding refuses a library with another
 * one. */
uint32_t cartwheel_abi_version(void);

/* ---- Results
 * --------------------------------------------------------------------------------------------------------------------
 */

/* A result holds one text, mostly JSON. Its receiver frees it, from any thread, also after the engine was
 * closed. */

/* Until the result is freed. Ends with a zero that is not counted. NULL for NULL. */
const char* cartwheel_result_data(const cartwheel_result* result);
/* In bytes. 0 for NULL. */
size_t cartwheel_result_size(const cartwheel_result* result);
/* NULL is nothing to free. */
void cartwheel_result_free(cartwheel_result* result);

/* ---- Open and close
 * ------------------------------------------------------------------------------------------------------------- */

/* A line for the shop's own log, valid during the call; `level` 0 debug, 1 info, 2 warning, 3 error. Called on the
 * thread of the call that has something to say, by several threads at once when several have. Must not call the engine,
 * throw, or jump out. Optional, and not for languages that do not take calls from any thread. */
typedef void (*cartwheel_log)(void* log_data, int32_t level, const char* line, size_t line_size);

typedef struct cartwheel_options {
  uint32_t size;
  /* 0: an acknowledged event survives kill -9 and power loss. 1: kill -9 only; faster on slow disks */
  int32_t durability;
  int64_t work_max;             /* events and alarms of one advance; default 10,000 */
  int64_t customer_cache_bytes; /* decoded customers that the fold keeps; default 48 MiB */
  int64_t claim_tail_max;       /* unfolded events beyond which claim answers BEHIND; default 10,000 */
  int64_t fold_lease_ms;        /* a dead worker's place is free after it; default 15,000 */
  int64_t dedupe_window_ms;     /* in which an event id counts once; default 7 days */
  int64_t cart_idle_ms;         /* an untouched cart expires after it; default 60 days */
  int64_t log_bytes_max; /* of events that are not folded; beyond it ingest answers FULL, backlog_full; default 4 GiB */
  int64_t free_disk_min_bytes; /* below it ingest answers FULL, disk_full; default 64 MiB */
  int64_t log_keep_ms;         /* how long folded events are kept; default 30 days */
  int64_t busy_timeout_ms;     /* waiting for another process's write; default 10,000 */
  int32_t shared;              /* 1: opens of the same file in this process share one engine (below) */
  /* of a shared engine without open handles: how long it stays ready; default, and below 0: without end */
  int64_t linger_ms;
  cartwheel_log log; /* NULL: nothing is said */
  void* log_data;    /* handed to log */
  int32_t file_mode; /* permissions of a database that is made, whatever the umask: 0600 (the default); 0660 shares it
                        with its folder's group; a file that is there keeps its mode */
  int32_t strict;    /* 1: an event with a field that cannot be read is rejected: for tests of a shop's integration */
  const char* event_zone; /* "Asia/Seoul": of times that name no offset; NULL: the playbook's shop.timezone, else UTC
                             with a warning */
  size_t event_zone_size;
  int64_t clock_skew_max_ms; /* a sender's clock that is further off is not corrected by "sent_at"; default 24 hours */
  int64_t manual_clock_ms;   /* for tests: the engine's clock stands at this moment, and leases with it;
                                cartwheel_set_clock moves it. A file is marked, and refused under the machine's clock,
                                until it is closed. Not shared */
  const char* token_key; /* of the tokens in opt-out links: 64 hexadecimal digits, or several keys with their versions,
                            the newest first, "2:9f...,1:07..."; NULL: links have no token (docs: policy) */
  size_t token_key_size;
  const char* deployment; /* whose database it is, "shop-production": a file that another deployment opens is a copy,
                             which hands out no advertisement before it is adopted (cartwheel_hold). NULL: a copy is
                             known by the machine and the file; containers name theirs */
  size_t deployment_size;
  /* How long what is past is kept, counted back from the ingest of the newest event; 0: for good (docs: policy) */
  int64_t message_keep_ms;  /* messages that have ended, with their texts */
  int64_t decision_keep_ms; /* what the query "why" tells */
  int64_t finding_keep_ms;  /* refused events and warnings */
  int64_t consent_keep_ms;  /* consents of customers who were erased */
  int64_t access_keep_ms;   /* the access log */
  int32_t require_actor;    /* 1: a query that shows personal data must name its actor */
  const char* seal_key;     /* of sealing at rest: 64 hexadecimal digits; every process that opens the file needs it;
                               NULL: nothing is sealed (docs: policy) */
  size_t seal_key_size;
} cartwheel_options;

/* Opens the database at `path`, and makes it when it is not there; ":memory:" for one that lives as long as the engine.
 * `options` may be NULL. Writes the handle to *engine, NULL on an error. Costs some milliseconds; a handle is meant to
 * live as long as its process.
 *
 * With shared = 1 a process may open and close the same file as often as it likes, in every request of a PHP worker
 * say: the file is opened once, a further open takes microseconds, and the last close leaves it ready for the next
 * open, for linger_ms. What is shared is known by the file (device and inode) and the process, so a child of fork gets
 * an engine of its own. INVALID when the options differ from those of the first open. */
int32_t cartwheel_open(const char* path, size_t path_size, const cartwheel_options* options, cartwheel_engine** engine,
                       cartwheel_error* error);

/* Waits for calls at work, gives the fold lease back and closes the file. The handle is of no use afterwards, whatever
 * the answer. 0 for NULL. MISUSE for a handle that is closed already. */
int32_t cartwheel_close(cartwheel_engine* engine, cartwheel_error* error);

/* Moves the clock of an engine that was opened with manual_clock_ms. Forward, leases age with it; a step back ages
 * nothing. A later now_ms that a verb is given moves it too. MISUSE for an engine with the machine's clock. */
int32_t cartwheel_set_clock(cartwheel_engine* engine, int64_t now_ms, cartwheel_error* error);

/* ---- Load
 * -----------------------------------------------------------------------------------------------------------------------
 */

/* Replaces the playbook in force (docs: the playbook). It is checked whole: with errors INVALID, and nothing changes. A
 * lower revision than the one in force, and the same content again, are no errors but a NOTE: every process of a
 * rolling deploy may load its own.
 *
 * *result (may be NULL) is {"revision": the one in force, "note": "..."}; of an INVALID playbook {"errors": "one line
 * for each"}. Durable. */
int32_t cartwheel_load(cartwheel_engine* engine, const char* playbook, size_t playbook_size, cartwheel_result** result,
                       cartwheel_error* error);

/* ---- Ingest
 * ---------------------------------------------------------------------------------------------------------------------
 */

typedef struct cartwheel_ingest_options {
  uint32_t size;
  uint32_t format_size;
  const char* format; /* "native" (the default), "segment", "ga4", "shopify", ...: docs/formats.md lists them */
  int64_t now_ms;     /* when the events came in, and when those without an "at" happened */
} cartwheel_ingest_options;

typedef struct cartwheel_ingested {
  uint32_t size;
  uint32_t reserved;
  int64_t accepted;
  int64_t rejected;
  int64_t warnings; /* fields that could not be read, of the accepted events */
} cartwheel_ingested;

/* Appends events: a JSON array, or an object a line (NDJSON). A native event is
 *
 *   {"id": "e1", "type": "product_added", "customer": "c7", "at": 1780272000000, "properties": {"cart_id": "k1", ...}}
 *
 * with "anonymous_id" in place of or beside "customer", "at" also as ISO 8601; "id" makes sending it again harmless;
 * "sent_at", by the sender's clock, corrects a wrong one. At most 100,000 events and 64 MiB a call. On return they are
 * durable; the flush to the disk is shared by all who wait for one. An event is judged by itself (docs: events): a
 * field that cannot be read is left out with a warning, and only what is no object, has no type, or names no customer
 * is rejected. REJECTED when some were not taken, else WARNED when there are warnings, and then *answer (may be NULL)
 * is
 *
 *   {"rejected": [{"record": its place in the input, from 0, "id": "...", "code": "...", "message": "..."}, ...],
 *    "warnings": [{"record", "id", "code", "field": "properties.price", "value": as sent, "expected"}, ...]}
 *
 * else *answer is NULL. `counts` may be NULL. Errors: FULL, BUSY. */
int32_t cartwheel_ingest(cartwheel_engine* engine, const char* events, size_t events_size,
                         const cartwheel_ingest_options* options, cartwheel_ingested* counts, cartwheel_result** answer,
                         cartwheel_error* error);

/* ---- Advance
 * --------------------------------------------------------------------------------------------------------------------
 */

typedef struct cartwheel_advance_options {
  uint32_t size;
  uint32_t reserved;
  int64_t now_ms;
  int64_t wait_ms; /* when there is nothing to do: wait so long for something to become due, to be ingested by any
                      process, or settled */
} cartwheel_advance_options;

typedef struct cartwheel_advanced {
  uint32_t size;
  uint32_t reserved;
  int64_t events; /* folded, duplicates and refused ones included */
  int64_t duplicates;
  int64_t refused; /* events that only the customer's state showed to be wrong; query {"query":"refused"} lists them */
  int64_t alarms;  /* customers looked at because a moment came */
  int64_t enrolments;
  int64_t messages; /* written to the outbox */
  int64_t exits;    /* enrolments that ended before their last step */
  /* nothing will happen before it unless something is ingested or settled; 0: nothing is planned */
  int64_t next_due_ms;
} cartwheel_advanced;

/* Folds and fires, at most work_max events and alarms: MORE when that was reached. `options` and `done` may be NULL. A
 * worker is a loop of advance with a wait_ms and of claim and settle. A wait ends early with 0 by cartwheel_interrupt.
 * A wait with a now_ms of one's own does not move that time on. Errors: BUSY while another worker folds (answered after
 * wait_ms), LEASE_LOST, FULL. */
int32_t cartwheel_advance(cartwheel_engine* engine, const cartwheel_advance_options* options, cartwheel_advanced* done,
                          cartwheel_error* error);

/* Ends the wait of an advance of this engine, or of the next one: for shutting a worker down from another thread. */
int32_t cartwheel_interrupt(cartwheel_engine* engine, cartwheel_error* error);

/* ---- Claim and settle
 * ------------------------------------------------------------------------------------------------------------ */

typedef struct cartwheel_claim_options {
  uint32_t size;
  uint32_t reserved;
  int64_t max;      /* default 100; at most 1,000, of advertisements at most 100 */
  int64_t lease_ms; /* settle within it; default 60,000 */
  int64_t now_ms;
  int64_t idempotency_ms; /* the channel recognises a second hand-over of a message's key so long after the first; 0:
                             not at all */
  const char* outcomes;   /* as cartwheel_settle takes them, of messages claimed before: settled in the same commit, so
                             that a host that loops flushes once a batch. What they release waits for the next claim.
                             NULL: none */
  size_t outcomes_size;
} cartwheel_claim_options;

/* Takes messages that wait on a channel, oldest first. *messages is {"messages": [...], "settled": {"settled": n,
 * "late": n, "unknown": n}, "held_back": n}, where settled counts the outcomes; a message is
 *
 *   {"id", "token", "key", "channel", "class", "purpose", "medium", "customer", "address", "journey", "step",
 * "template", "payload": {the rendered texts}, "made_at", "expires_at", "attempt"}
 *
 * with times as ISO 8601 in UTC ("2026-06-01T00:00:00Z"), as in every answer.
 *
 * "key" is the same whenever this message is handed out: give it to a provider that
 * recognises repetitions. Send a message before its expires_at or not at all. held_back: messages of customers with
 * events that are not folded yet, which wait for the next advance. A message that is not settled within its lease is
 * `unknown`: an advertisement is handed out again only within idempotency_ms of its first hand-over, anything else
 * until it expires. A channel that no playbook names in `via` is INVALID, and the message lists those there are; names
 * compare exactly, and before the first playbook any is taken. After INVALID nothing is settled; after another error
 * settle again: what was settled is late, and stays. Durable. */
int32_t cartwheel_claim(cartwheel_engine* engine, const char* channel, size_t channel_size,
                        const cartwheel_claim_options* options, cartwheel_result** messages, cartwheel_error* error);

typedef struct cartwheel_settled {
  uint32_t size;
  uint32_t reserved;
  int64_t settled;
  int64_t late;    /* the lease had lapsed or the message had ended: recorded only */
  int64_t unknown; /* no such message */
} cartwheel_settled;

/* Says what became of claimed messages: a JSON array of
 *
 *   {"id": 17, "token": 4, "outcome": "accepted", "reason": "for people", "retry_after_ms": 60000}
 *
 * with outcome one of accepted, delivered, failed_final, retry, unknown, gone, reject_msg, config, suppressed, defer,
 * released (sending was not begun: it may be claimed again at once and costs no attempt), not_sent (tried, and surely
 * nothing left: again after a while, which costs an attempt only if the channel accepted another message since the
 * claim); the last two fields may be left out. With gone, "gone_at_ms" may say since when: an address that was
 * registered after it stays. INVALID when one of them is not understood, and then nothing is settled.
 * `now_ms` may be 0, `counts` NULL. Durable. */
int32_t cartwheel_settle(cartwheel_engine* engine, const char* outcomes, size_t outcomes_size, int64_t now_ms,
                         cartwheel_settled* counts, cartwheel_error* error);

/* ---- Hold
 * -----------------------------------------------------------------------------------------------------------------------
 */

/* Keeps messages from leaving, of a journey or of the whole shop, and lets them go again. The request is a JSON object:
 *
 *   {"action": "pause", "journey": "cart", "why": "wrong price in the text", "now": as in a query}
 *
 * of which every field but action may be left out; without a journey it is of the whole shop. "action" is one of
 *
 *   quiet    advertisements wait; transactional messages and notices leave
 *   pause    nothing is sent; what passes its `latest` meanwhile is skipped
 *   drain    no customer enters; those inside go on
 *   stop     those inside leave, and no customer enters
 *   resume   ends the hold; who left by a stop stays outside
 *   release  lets go what the guard against surges holds, and sets no limit for a day; of the whole shop only
 *   adopt    a copy of a database goes on in the place of the other one: until then it hands out no advertisement
 *
 * It counts for every process from its next claim and fold on, and lasts whatever playbook is loaded. query health says
 * what is held. Durable. Errors: INVALID for an action or a journey that does not exist, BUSY. */
int32_t cartwheel_hold(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_error* error);

/* ---- Worker
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* One turn of a worker, for a host that sends by itself in a language of its own. It settles what came of the turn
 * before, advances, claims for the next channel that has something, and waits when there is nothing. All that a worker
 * must know is inside: a channel begins with one message a call, which doubles after each call whose every message got
 * a certain answer and begins anew after any other; one that took nothing is left alone for a while that doubles;
 * health and the log say which one fails, and since when. `turn` is
 *
 *   {"channels": {"sms": {"batch_max": 100, "timeout_ms": 10000, "idempotency_ms": 0, "messages_per_second": 0}},
 *    "now": "2026-06-01T09:00:00Z", "wait_ms": 1000, "stop": false,
 *    "answer": {"outcomes": [as cartwheel_settle takes them; "token" may be left out], "failure": "why there are none",
 * "not_sent": false, "released": false, "more": false}}
 *
 * of which every field but channels may be left out. "answer" is of the messages that the last turn gave. Those that
 * its outcomes do not mention, all of them when it is missing or cannot be read, are `unknown`; with not_sent they
 * surely did not leave, with released sending was not begun. With more these outcomes are settled at once, nothing else
 * is done, and the answer follows in a later turn: a process that is killed meanwhile leaves less in doubt. With stop
 * nothing is advanced, claimed or waited for.
 * *next is
 *
 *   {"channel": "sms", "messages": [as cartwheel_claim gives them], "held_back": n, "behind": false, "idle": false,
 *    "folds": true, "next_due": a time or null,
 *    "failure": {"channel", "reason", "failures": in a row, "pause_ms"} or null}
 *
 * with no messages (and an empty channel) when there are none; idle: there is nothing to do before something is due,
 * ingested or settled; folds: false while another worker advances; failure: of the answer, when the channel took
 * nothing; with 0 failures of a channel that no playbook names. Its messages' lease is timeout_ms and half a minute.
 * cartwheel_interrupt ends its wait. BUSY while another thread has a turn of this handle. */
int32_t cartwheel_worker_turn(cartwheel_engine* engine, const char* turn, size_t turn_size, cartwheel_result** next,
                              cartwheel_error* error);

/* ---- Query
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Reads. The request is a JSON object: {"query": "...", "customer" or "anonymous_id": "...", "state", "segment",
 * "expression", "template", "playbook", "link", "token", "value_moment", "after", "limit", "now" of health, "actor" and
 * "reason": a query that shows personal data and names who asks is noted in the access log first}, with "query" one of
 *
 *   customer       what is known of a customer
 *   why            every decision taken about one, and its reason
 *   export         everything that is kept of one, as it would be handed out by law
 *   preview        what `template` of the playbook in force (or of `playbook`, a text) says on every channel kind to
 *                  that customer, or to a made-up one; with the sizes of its texts
 *   report         what came of the journeys; "events" counts the newest 100,000 events of the log by type
 *   segments       each with its condition, its state and how many are in it
 *   segment        who is in `segment`, after the row `after`; with a customer: whether that one is, and which part of
 *                  the condition says so
 *   evaluate       how many are in `expression`, a condition like a segment's; with a customer as above
 *   consent        how many may be reached by medium and scope, and why not; with a customer: the state in force, and
 *                  what the ledger has of that one
 *   prompt         whether a page may ask that customer's device for push permission now; `value_moment`: what the
 *                  customer just did
 *   suppressions   the addresses that get no message, why and since when
 *   erasures       who was erased, and when the bytes were gone from the file
 *   access         who was shown personal data, when and why
 *   messages       of the outbox, by `state`, after the id `after`
 *   dead_letters   those that failed, died or are unknown
 *   link           where a tracked `link` leads, and the message it stood in; INVALID when it was not made here
 *   token          what the `token` of an opt-out or click link is, and whether its customer withdrew already: what a
 *                  page shows that the link opened. Reads only; the event unsubscribed withdraws
 *   refused        events that were refused
 *   warnings       fields of events that could not be read
 *   playbook       the one in force
 *   health         what is wrong, if anything, in words, and the numbers from which that follows
 *   stats          what this engine did
 *   metrics        both as Prometheus text
 *
 * *answer is one JSON object (of metrics: text), field by field in docs/queries.md. Reads one consistent state and
 * delays no other call. Errors: NOT_FOUND, INVALID. */
int32_t cartwheel_query(cartwheel_engine* engine, const char* request, size_t request_size, cartwheel_result** answer,
                        cartwheel_error* error);

#ifdef __cplusplus
}
#endif

#endif /* CARTWHEEL_H_ */
