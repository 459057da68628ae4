// A compiled playbook: what the step machine walks. Made and validated by src/playbook, immutable ever after, shared by
// every enrolment that began under its revision.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/string_map.h"
#include "base/value.h"
#include "core/model/duty.h"
#include "core/model/event.h"
#include "core/model/ids.h"
#include "core/model/journey_step.h"
#include "core/model/media.h"
#include "core/model/message.h"
#include "core/model/policy.h"
#include "core/model/recurrence.h"
#include "core/model/segment_index.h"

namespace cartwheel {

struct World;

// What an expression gives: a view, and what keeps alive the parts of it that the expression itself made (a key such as
// cart.id + "-1").
struct Evaluated : Value {
  std::shared_ptr<const void> made;
};

// Of an answer that time alone does not change.
inline constexpr int64_t kForeverMs = std::numeric_limits<int64_t>::max();

// A predicate, or the expression of a key.
class Condition {
 public:
  virtual ~Condition() = default;
  // Evaluates a predicate; `on_error` where that ends in an error ("no such key: x").
  // *until_ms, in: a bound beyond which the caller does not care. Out: the earliest later instant at which the result
  // may change without an event; exact if earlier than the bound, otherwise any value not before the bound.
  virtual bool Holds(const World& world, int64_t* until_ms = nullptr, bool on_error = false) const = 0;
  virtual absl::StatusOr<Evaluated> Evaluate(const World& world) const = 0;
};

// What a text read of the world, each name once; views of the text and of the world.
using UsedValues = std::vector<std::pair<std::string_view, Value>>;

// A text with variables. Appends to `out`, and to `used` what it read.
class Text {
 public:
  virtual ~Text() = default;
  virtual absl::Status Render(const World& world, std::string* out, UsedValues* used) const = 0;
};

// The texts of a template for one medium, in one variant and one language: a JSON object in which every string is a
// text (compose.h).
struct Content {
  std::string medium;             // "push", "sms", …
  std::string variant;            // empty: the template's own texts
  std::string locale;             // empty: the shop's
  const Medium* rules = nullptr;  // null: of a shop's own channel
  struct Piece {
    std::string literal;                 // of the JSON; comes first
    std::unique_ptr<Text> text;          // then this, the whole of a string, if any
    const MediumField* field = nullptr;  // of the medium, that the text is
    std::string fixed;  // the text of a field that has no variables and that a label may be put to (`text` is null)
  };
  std::vector<Piece> pieces;
  size_t text_max = 0;      // another limit of the field "text" than the medium's; 0: none
  size_t korean_bytes = 0;  // of an SMS text without variables
  bool has_image = false;   // of an SMS: it is an MMS
};

struct MessageTemplate {
  std::string name;
  MessageClass message_class = MessageClass::kAdvertisement;
  std::string purpose;
  bool tells_consent = false;  // its texts speak of a consent: policy.notices sends it, and no journey
  std::vector<Content> contents;
  std::unique_ptr<Condition> require;  // must hold when a message is made; null: nothing is required
  int64_t fresh_for_ms = 0;            // what waited so long is decided anew; 0: its texts do not age

  // The content for a reader of `locale` ("en-US", or empty): in the reader's language before the shop's, and within
  // that in the variant asked for before the template's own texts. Null when it says nothing for the medium.
  const Content* FindContent(std::string_view medium, std::string_view variant = {},
                             std::string_view locale = {}) const;
  bool HasVariant(std::string_view variant) const;
};

// Which section of a template a channel speaks: "push" for web_push and app_push, else the channel's own name.
std::string_view MediumOf(std::string_view channel);

inline constexpr std::string_view kBaseVariant = "base";  // what playbooks and reports call the template's own texts

struct Exit {
  Trigger on;
  std::unique_ptr<Condition> when;  // null: always
};

// Which walks of older revisions go on in a journey.
struct Adoption {
  Revision from;                 // 0: of all that are older
  StringMap<std::string> steps;  // what a step is called now, by its name there; others keep theirs
};

struct Journey {
  std::string name;
  uint64_t fingerprint = 0;  // of the name
  Duty duty = Duty::kNone;   // of a hidden one, which only duties.h enters
  Trigger enter_on;
  std::unique_ptr<Condition> enter_when;  // null: always
  std::unique_ptr<Condition> key;         // null: one enrolment a customer
  bool existing = false;                  // also takes those who are in its segment when that is defined
  enum class Reenter { kNever, kAfterExit, kAlways, kAfterSpan } reenter = Reenter::kAfterExit;
  int64_t reenter_after_ms = 0;  // kAfterSpan: since the end of the one before
  std::vector<Exit> exits;
  std::vector<Trigger> reset_on;
  bool has_goal = false;
  Trigger goal_on;
  std::unique_ptr<Condition> goal_when;  // null: always
  int64_t goal_within_ms = 0;
  bool goal_from_entry = false;  // its time counts from the entry; else from the acceptance of a message
  std::vector<JourneyStep> steps;
  bool hears = false;           // one of its steps waits for events
  bool prefers_opened = false;  // one of its sends asks what the customer opened
  // Fingerprints of the journeys that a customer leaves by entering this one, and does not enter while walking it; and
  // of those that do so to this one.
  std::vector<uint64_t> outranks, outranked_by;
  std::optional<Adoption> adopt;
  std::optional<Schedule> schedule;  // enters by the calendar, and by no event
  // So many customers enter in an hour, and in a day of the shop; 0: any number.
  int64_t entries_per_hour_max = 0, entries_per_day_max = 0;
  bool caps_entries() const { return entries_per_hour_max != 0 || entries_per_day_max != 0; }
  // Whether a change of membership may do something in it.
  bool HearsSegments() const;
};

// What conditions ask of the past of one type of event.
struct KeptHistory {
  uint64_t type = 0;        // fingerprint of its name
  bool everything = false;  // all properties
  std::vector<std::string> properties;
};

struct Segment {
  std::string name;
  std::string source;
  std::unique_ptr<Condition> condition;
  uint32_t parts = 0;                                 // of the world that it looks at (segment_index.h)
  std::vector<uint64_t> types;                        // of past events that it looks at
  bool rises = false, falls = false;                  // time alone may make it true, may end that
  bool rises_by_loss = false, falls_by_loss = false;  // the same where a past event was worth less than nothing
  bool ages = false;  // of last_seen it asks only whether it is long ago: later, it makes the segment no more true
};

struct LabelPlans;  // core/policy/labels.h

struct Playbook {
  Revision revision;
  std::string shop;  // a packed map
  Policy policy;
  std::shared_ptr<const LabelPlans> labels;  // of its advertisements; null: no rule asks for one
  std::vector<std::unique_ptr<MessageTemplate>> templates;
  std::vector<Journey> journeys;        // by name; then the hidden ones
  bool caps_entries = false;            // one of them does
  bool adopts = false;                  // the same
  std::vector<Segment> segments;        // by name
  SegmentIndex segment_index;           // of them
  bool hears_segments = true;           // one of its journeys may act on a change of membership
  int64_t holdout_share = 0;            // percent of the customers, who get no advertisement (core/policy/holdout.h)
  StringSet addressed_by_id;            // channels on which a customer without an address is addressed by its own id
  StringSet personal;                   // properties of events that a sealed database seals (core/model/personal.h)
  StringMap<int64_t> report_within_ms;  // channels that may say so long after they took a message that it failed
  uint64_t segments_version = 0;        // fingerprint of their definitions; 0: there are none
  int64_t history_ms = 0;               // how much of the past is kept
  uint64_t history_version = 0;         // fingerprint of what is kept; 0: nothing is
  absl::flat_hash_map<EventType, KeptHistory> history;
  StringMap<KeptHistory> custom_history;
  // The place of the hidden journey of a duty; empty: the playbook has none of it.
  std::optional<uint32_t> result_notice, reconfirm_notice;
  // The places in `journeys` that a type may enter: built-in types by number, custom ones by name.
  absl::flat_hash_map<EventType, std::vector<uint32_t>> entries;
  StringMap<std::vector<uint32_t>> custom_entries;

  const std::vector<uint32_t>* EntriesOn(EventType type, std::string_view name) const;
  // The channels that journeys send by, each once, in the order in which they are named.
  std::vector<std::string_view> Channels() const;
};

// The playbook in force, what is held beside it, and every revision that an enrolment at hand still walks by.
struct Playbooks {
  std::shared_ptr<const Playbook> current;  // null: none was loaded yet
  Holds holds;
  absl::flat_hash_map<Revision, std::shared_ptr<const Playbook>> by_revision;

  const Journey* Find(Revision revision, uint32_t journey) const;
  const Playbook* Find(Revision revision) const;
};

}  // namespace cartwheel
