// What Engine::Query can be asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace cartwheel {

struct QueryRequest {
  // "customer", "why", "export": of `customer` or `anonymous_id`. "report". "messages": by `state`, newest ids after
  // `after`. "segments": each with its condition, "building" or "ready", and how many are in it. "segment": of
  // `segment` the members, by pages after `after`; with a customer, whether that one is in it and which part of the
  // condition says so. "evaluate": how many are in `expression`, a condition like a segment's, with the first `limit`
  // of them; with a customer, as "segment". "preview": what `message_template` of the playbook in force (or of
  // `playbook`, a text) says on every channel kind to the customer, or to a made-up one; with the sizes of its texts.
  // "consent": how many may be reached by medium and scope, and why not; of a customer the state in force, and the
  // ledger after `after`. "prompt": whether a page may ask the customer's device for push permission now, at a
  // `value_moment`.
  // "suppressions": the addresses that get no message, with why and since when, by pages after `after`.
  // "erasures": who was erased (of `customer` or `anonymous_id`, or all by pages after `after`): when, and when the
  // bytes were gone from the file. "access": who was shown personal data, of `customer` or `anonymous_id` or at all, by
  // pages after `after`. "link": where a tracked `link` leads, and the message it stood in (if that is still
  // there); InvalidArgument when it was not made here. "token": what the `token` of an opt-out or click link is, and
  // whether it was used; reads only. "dead_letters": failed, unknown and dead messages. "refused".
  // "warnings": of events, newest first. "playbook". "health": what is wrong, if anything, in words, and the numbers it
  // follows from. "stats": what this engine did and how long its calls took. "metrics": both, as Prometheus text.
  std::string query;
  std::string customer;
  std::string anonymous_id;
  std::string state;
  int64_t after = 0;
  size_t limit = 100;
  std::string segment;
  std::string expression;
  std::string message_template;
  std::string playbook;
  std::string link;
  std::string token;
  // Who asks, and why: a query that shows personal data and names its `actor` is noted in the access log before it is
  // answered. Telephone numbers and mail addresses in either are masked there.
  std::string actor;
  std::string reason;
  std::string value_moment;  // "product_added", "product_added_to_wishlist", "order_completed", "page_read_30s"
  int64_t now_ms = 0;        // of "health", "stats" and "metrics"
  // Called now and then by queries that go through all customers, with how many it has gone through; false ends the
  // query: Cancelled.
  std::function<bool(int64_t customers)> progress;
};

}  // namespace cartwheel
