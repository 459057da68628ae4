// Every bound of Cartwheel, by name. One over a bound is an error that names it; nothing is silently cut.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cartwheel {

// Shape of what comes in (judged by Ingest).
inline constexpr size_t kBatchBytesMax = 64u << 20;   // one call of Ingest
inline constexpr size_t kBatchEventsMax = 100'000;    // events of one call of Ingest
inline constexpr size_t kEventBytesMax = 256u << 10;  // the text of one event
inline constexpr size_t kForeignRecordBytesMax = size_t{16}
                                                 << 20;    // a record of a format by mapping, which may be many events
inline constexpr size_t kMadeBytesMax = size_t{64} << 20;  // of the events that one such record becomes
inline constexpr size_t kIdBytesMax = 256;                 // event, customer, anonymous, cart and order ids
inline constexpr size_t kTypeBytesMax = 64;                // the name of an event type
inline constexpr size_t kAddressBytesMax = 4096;   // an endpoint's address (a web push subscription is about 500)
inline constexpr int kEventDepthMax = 12;          // nesting of properties
inline constexpr size_t kWarningsOfEventMax = 20;  // of one event; how many more there were is said

// State of one customer (judged by the fold).
inline constexpr size_t kCustomerBytesMax = 1u << 20;  // the whole row
inline constexpr size_t kAttributesBytesMax = 32u << 10;
inline constexpr size_t kNamesMax = 64;  // ids merged into one customer; the oldest device is forgotten first
inline constexpr size_t kEndpointsMax = 32;
inline constexpr size_t kCartsMax = 16;  // the longest closed is forgotten first, then the longest idle expires
// closed ones of which only the closing is remembered; the longest forgotten is dropped
inline constexpr size_t kForgottenCartsMax = 16;
inline constexpr size_t kCartItemsMax = 500;
inline constexpr size_t kLinesMax = 1000;  // of a cart, with those that are gone and whose operations are still kept
// kept of a customer to take late ones in; beyond it the older half is folded
inline constexpr size_t kCartOperationsMax = 256;
inline constexpr size_t kItemBytesMax = 4096;
// of those, how many only say that a cart was looked at; beyond it two that follow each other become one
inline constexpr size_t kActivitiesMax = 32;
inline constexpr size_t kOrdersMax = 16;  // orders kept for cancellations and refunds; the oldest is forgotten first
inline constexpr size_t kEnrolmentsMax = 32;
inline constexpr size_t kEntryDataBytesMax = 4096;  // `data` of a journey_entered, packed
// consents by medium, scope, topic and device; beyond it a withdrawal is of every topic, and a grant is refused
inline constexpr size_t kConsentsMax = 64;
// addresses of which a bounce, complaint or block is kept in one row; what binds nothing is forgotten first, then the
// oldest
inline constexpr size_t kSuppressionsMax = 64;
inline constexpr size_t kEntriesMax = 32;  // entries into journeys kept for caps; the oldest is forgotten first
// messages that left and of which openings and clicks are heard; the oldest is forgotten first
inline constexpr size_t kSentMax = 32;
// clicks that wait until it is known whether a machine made them, and the bytes of one; others count at once
inline constexpr size_t kUnjudgedClicksMax = 8;
inline constexpr size_t kUnjudgedClickBytesMax = 4096;
inline constexpr size_t kDedupeIdsMax = 1024;  // fingerprints; overflow forgets the oldest and is counted
inline constexpr size_t kSplitArmsMax = 64;    // arms of splits that are remembered; the longest remembered first
inline constexpr size_t kAudiencesMax = 64;    // static audiences that steps put a customer into
// walks that lead to one another by what they do (set, emit, add_to); a step of one more does nothing
inline constexpr uint32_t kWalkChainMax = 8;
inline constexpr size_t kAnswerBytesMax = 2048;   // texts of an answer to a call; fields beyond it are left out
inline constexpr size_t kEmittedBytesMax = 4096;  // properties of an event that a step tells
inline constexpr size_t kHistoryEventsMax = 512;  // past events; overflow forgets the oldest and is counted
// of what is kept of one; properties beyond it are left out and counted
inline constexpr size_t kPastEventBytesMax = 512;

// A caller's now, in milliseconds since 1970 UTC.
inline constexpr int64_t kNowMinMs = 100'000'000'000;    // 1973-03-03: seconds and times since boot are below it
inline constexpr int64_t kNowEndMs = 7'258'118'400'000;  // 2200-01-01: microseconds and nanoseconds are beyond it

// A playbook.
inline constexpr size_t kPlaybookBytesMax = 4u << 20;
inline constexpr size_t kJourneysMax = 256;
inline constexpr size_t kJourneyStepsMax = 64;  // with those of all arms
inline constexpr int kStepDepthMax = 8;         // arms inside of arms
inline constexpr size_t kArmsMax = 16;          // of a branch, a split, a wait for something
inline constexpr size_t kJourneyCallsMax = 8;   // steps of a journey that call a system of the shop
inline constexpr size_t kGivenFieldsMax = 32;   // attributes that a step sets, properties of an event that it tells
inline constexpr int64_t kJumpsMax = 100;       // of a step that goes elsewhere
inline constexpr size_t kOutranksMax = 16;      // journeys that one outranks
inline constexpr size_t kTemplatesMax = 1024;
inline constexpr size_t kSegmentsMax = 256;
inline constexpr int kSegmentDepthMax = 8;                                 // segments that ask for segments
inline constexpr int64_t kHistoryMaxMs = int64_t{400} * 24 * 3600 * 1000;  // how much of the past a playbook may keep
inline constexpr int64_t kFreshForMinMs = 60 * 1000;                       // the shortest `fresh_for` of a template
inline constexpr size_t kMessageBytesMax = 64u << 10;                      // one rendered message

// Work and queues.
inline constexpr size_t kHoldWhyBytesMax = 512;       // an operator's words beside a hold
inline constexpr int64_t kSurgeMinMax = 1'000;        // the guard against surges lets so many pass in any hour
inline constexpr size_t kAttemptsMax = 10;            // deliveries tried before a message is a dead letter
inline constexpr uint32_t kStepThreadsMax = 64;       // of a worker, that step customers
inline constexpr size_t kClaimMax = 1'000;            // messages of one claim
inline constexpr size_t kAdvertisementsMax = 100;     // advertisements of one claim: what a dying worker can lose
inline constexpr size_t kRefusedKeptMax = 10'000;     // refused and duplicate events that Query lists
inline constexpr size_t kWarningsKeptMax = 10'000;    // warnings that Query lists
inline constexpr int64_t kWarnedEventsMax = 1'000;    // newest events of a type in which health looks for warnings
inline constexpr int64_t kReportEventsMax = 100'000;  // newest events of the log that a report counts by type
inline constexpr int64_t kWarnedLogMax = 20'000;      // newest events of the log in which it looks for them

}  // namespace cartwheel
