// What the shops of a simulation report: events of a few people on a few devices, in and out of order, some of them
// twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/random.h"

namespace cartwheel::sim {

struct Variant {
  std::string product, sku;  // sku: empty when it is not told
  bool operator==(const Variant&) const = default;
};

struct Piece {
  Variant variant;
  int64_t quantity = 0;  // 0: not told
};

struct ShopEvent {
  std::string id;
  std::string type;
  std::string customer, anonymous_id;
  int64_t at_ms = 0;
  int64_t ahead_ms = 0;  // as it was sent, it was dated so much later: it was ahead of its ingest
  bool names_cart = false;
  std::string cart;
  std::vector<Piece> products;  // of a product event one; of a snapshot or an order all
  std::string order;
  std::string channel, address;
  std::string previous;
  int64_t message = 0;  // that the customer opened or clicked

  std::string Json() const;
  // As an ingest at that instant takes it: a clock that is ahead of it is wrong.
  ShopEvent Heard(int64_t now_ms) const;
};

// Draws events around an instant. Times are whole seconds.
class Shops {
 public:
  Shops(Random& random, int people, bool late_events, bool endpoints)
      : random_(random), people_(people), late_events_(late_events), endpoints_(endpoints) {}

  ShopEvent Draw(int64_t now_ms);

 private:
  Piece DrawPiece();
  // A second report of an order: from another system, under an id of its own.
  ShopEvent ReportAgain(const ShopEvent& order);
  Random& random_;
  int people_;
  bool late_events_;
  bool endpoints_;
  int64_t next_ = 1;
  std::vector<ShopEvent> told_;    // may be told again
  std::vector<ShopEvent> orders_;  // may be reported again, under another id
};

}  // namespace cartwheel::sim
