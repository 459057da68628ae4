// A batch: the inputs of one transaction with everything that comes of them. It is a value that flows through the parts
// of the fold, each of which fills the next section:
//
//   Fold       where it begins: the round, the fold's state before it
//   Reader     what it is made of: events, customers whose alarm is due, or a slice of the back-fill
//   Stepper    what the inputs did, joined in their order: numbers, rows, the write set
//   Committer  takes the write set into the store
//
// A batch that is begun again keeps its memory, so that a fold needs no new one a batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "cartwheel/results.h"
#include "core/model/concerned_keys.h"
#include "core/model/event.h"
#include "engine/common/trail.h"
#include "engine/fold/customer_cache.h"
#include "engine/fold/progress.h"
#include "engine/fold/shard.h"
#include "store/fold_store.h"

namespace cartwheel {

// One promise: everything up to `head` is folded before anything due at `now_ms` fires.
struct Round {
  Position head;
  int64_t now_ms = 0;
  bool passed = false;  // it had a slice of a pass: the next one comes after the events that arrived meanwhile
};

// An event with the keys under which its customers are known.
struct Input {
  Event event;
  Position position;
  int64_t ingested_at_ms = 0;
  ConcernedKeys concerned;
};

// An event of the past that the conditions of a new playbook ask for.
struct PastInput {
  Event event;
  Position position;
  int64_t ingested_at_ms = 0;
  std::string key;
};

// What one input did, while its run is stepped (stepper.h).
struct Applied {
  CachedCustomer* cached = nullptr;  // its customer; null: it has none, and does nothing
  Position position;                 // of its event; 0: it is none
  bool changed = false;              // the customer was
  uint32_t shard = 0;
  ShardMark begin, end;  // what it added to the shard
};

struct Batch {
  // Where it begins.
  Round round;
  FoldState before;
  Progress progress_before;

  // What it is made of. Events come first. When there are neither events nor alarms there is a slice of the back-fill:
  // of the past or, after that, of customers; and when that is done, of the customers whom a schedule asks.
  std::vector<std::string> log;  // events of its rows; the inputs point into them
  std::vector<Input> inputs;
  Position cursor;                    // the fold's, after the inputs
  std::vector<CustomerRow> due;       // rows of customers whose alarm came
  bool alarms_done = false;           // no other one is due in this round
  std::vector<PastInput> past;        // in the order of the log
  std::vector<CustomerRow> unjudged;  // rows of customers whom the segments have not judged yet
  std::vector<CustomerRow> adopting;  // rows of customers whose walks a new revision may adopt
  std::vector<CustomerRow> asked;     // rows of customers whom a schedule asks
  std::optional<size_t> schedule;     // its place in Progress::schedules
  Progress progress_read;             // after the slice
  int64_t back_filled = 0;            // events and customers of the slice

  // What it leaves out, because it breaks an invariant.
  struct Quarantine {
    absl::flat_hash_set<Position> events;
    absl::flat_hash_set<CustomerRow> customers;  // every input of theirs
    // Adds an event; of an input that is none, its customer.
    void Add(Position event, CustomerRow customer);
    size_t size() const { return events.size() + customers.size(); }
  } quarantined;

  // What came of it.
  std::vector<Shard> shards;
  std::vector<Applied> run;    // the inputs that are stepped now
  FoldState state;             // the fold's, after it
  Progress progress;           // the same
  int64_t customers_made = 0;  // without a row before
  TrailWriter trail{DecisionId()};
  AdvanceResult counts;
  EventBatch emitted;  // events that steps told, in input order
  FoldWrite write;

  // Empties it and sets where it begins.
  void Begin(const Round& at, const FoldState& from, const Progress& progress_from);
  // Empties what came of it: it is stepped from its beginning.
  void BeginStep(size_t shard_count);
  // How many events, alarms and back-filled things it was.
  int64_t work() const;
};

}  // namespace cartwheel
