/* Cartwheel's C ABI, an optional extra: channels as tables of functions, which the library calls to deliver messages.
 * cartwheel.h is complete without it (claim, send, settle); this saves a C or C++ host the loop. Not for languages
 * whose functions cannot be called from C.
 *
 *   static void send_sms(void *provider, const char *messages, size_t size, cartwheel_outcomes *outcomes) {
 *     ... for each message of the array: send it, and note what became of it ...
 *     cartwheel_outcomes_add(outcomes, answers, answers_size, NULL);
 *   }
 *   cartwheel_channel sms = {sizeof sms, 0, "sms", 3, provider, send_sms, NULL, 0, 0, 0, 0};
 *   cartwheel_add_channel(engine, &sms, NULL);
 *   ...
 *   cartwheel_advance(engine, NULL, NULL, NULL);
 *   cartwheel_dispatch(engine, NULL, NULL, NULL);
 *
 * Text, times, codes, structs and threads are those of cartwheel.h. */
#ifndef CARTWHEEL_CHANNEL_H_
#define CARTWHEEL_CHANNEL_H_

#include "cartwheel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a channel has to say of the messages it was given; valid during its call. */
typedef struct cartwheel_outcomes cartwheel_outcomes;

/* Sends `messages`, the array that cartwheel_claim describes, and says what became of each by cartwheel_outcomes_add,
 * in one call or in several, in any order; a message it does not mention is `unknown` (say not_sent when surely nothing
 * left). Called by one thread at a time, from within cartwheel_dispatch. Must not call cartwheel_dispatch or
 * cartwheel_close of its engine; every other function may be called. */
typedef void (*cartwheel_send_batch)(void* user_data, const char* messages, size_t messages_size,
                                     cartwheel_outcomes* outcomes);

/* [{"id", "outcome", "reason", "retry_after_ms", "gone_at_ms"}], as cartwheel_settle takes it; "token" may be left out.
 * INVALID when one of them is not understood, and then none of this call counts. */
int32_t cartwheel_outcomes_add(cartwheel_outcomes* outcomes, const char* json, size_t json_size,
                               cartwheel_error* error);

typedef struct cartwheel_channel {
  uint32_t size;
  uint32_t reserved;
  const char* name; /* as playbooks write it in `via`; copied */
  size_t name_size;
  void* user_data; /* handed to both functions */
  cartwheel_send_batch send_batch;
  void (*destroy)(
      void* user_data);       /* NULL, or called once when the engine is closed and no dispatch is at work any more */
  int64_t timeout_ms;         /* the longest that one send_batch may take; default 10,000 */
  int64_t batch_max;          /* messages of one send_batch; default 100 */
  double messages_per_second; /* 0: no limit */
  int64_t idempotency_ms; /* the provider recognises a second hand-over of a message's key so long after the first; 0:
                             not at all */
} cartwheel_channel;

/* Gives this handle a channel; a shared engine's other handles do not see it. INVALID when there is one of this name,
 * and then `destroy` is not called. */
int32_t cartwheel_add_channel(cartwheel_engine* engine, const cartwheel_channel* channel, cartwheel_error* error);

typedef struct cartwheel_dispatch_options {
  uint32_t size;
  uint32_t reserved;
  int64_t now_ms;
} cartwheel_dispatch_options;

typedef struct cartwheel_dispatched {
  uint32_t size;
  int32_t behind; /* 1: too many events are not folded yet, so no advertisement was handed out */
  int64_t handed_over;
  int64_t accepted;  /* also delivered */
  int64_t held_back; /* messages of customers with events that are not folded yet: advance, then dispatch again */
} cartwheel_dispatched;

/* Claims, sends and settles everything that may leave now on the channels of this handle, in slices. A channel begins
 * with one message a call, which doubles while every answer is certain; one that took nothing, or answers `config`, is
 * left alone for a while. `options` and `done` may be NULL. BUSY while another thread dispatches this handle; other
 * errors are those of claim and settle. */
int32_t cartwheel_dispatch(cartwheel_engine* engine, const cartwheel_dispatch_options* options,
                           cartwheel_dispatched* done, cartwheel_error* error);

#ifdef __cplusplus
}
#endif

#endif /* CARTWHEEL_CHANNEL_H_ */
