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
  std::string customer, anonymous_id;  // both empty: an address alone is named
  int64_t at_ms = 0;
  int64_t ahead_ms = 0;  // as it was sent, it was dated so much later: it was ahead of its ingest
  bool names_cart = false;
  std::string cart;
  std::vector<Piece> products;  // of a product event one; of a snapshot or an order all
  std::string order;
  std::string channel, address;
  std::string previous;
  int64_t message = 0;                     // that the customer opened or clicked
  std::vector<std::string> media, scopes;  // of a consent; empty: not told
  std::string topic, text;
  std::string journey, data;  // that the shop lets a customer into, and what it says of it
  std::string call;           // that a system of the shop answers, and what
  int64_t answer = 0;

  std::string Json() const;
  // As an ingest at that instant takes it: a clock that is ahead of it is wrong.
  ShopEvent Heard(int64_t now_ms) const;
};

// Draws events around an instant. Times are whole seconds.
class Shops {
 public:
  Shops(Random& random, int people, bool late_events, bool endpoints, bool consents, bool campaigns)
      : random_(random),
        people_(people),
        late_events_(late_events),
        endpoints_(endpoints),
        consents_(consents),
        campaigns_(campaigns) {}

  ShopEvent Draw(int64_t now_ms);
  // Addresses and consents of people who were there before.
  std::vector<ShopEvent> Welcome(int64_t now_ms);
  // One that lets a customer into a journey of CampaignJourneys, or that such a journey waits for.
  ShopEvent DrawEntry(int64_t now_ms);
  // Several of them at once: more than a journey takes, or all of one customer.
  std::vector<ShopEvent> DrawRush(int64_t now_ms);
  // A withdrawal by this customer or device, of one medium.
  ShopEvent DrawWithdrawal(const std::string& who, const std::string& medium, int64_t now_ms);

 private:
  Piece DrawPiece();
  ShopEvent DrawConsent(int64_t now_ms);
  // A consent or refusal; its clock may lie.
  int64_t DrawConsentInstant(int64_t now_ms);
  std::string AddressOf(const std::string& channel, int person) const;
  ShopEvent Keep(ShopEvent event);  // it may be told again
  // A second report of an order: from another system, under an id of its own.
  ShopEvent ReportAgain(const ShopEvent& order);
  Random& random_;
  int people_;
  bool late_events_;
  bool endpoints_;
  bool consents_;
  bool campaigns_;
  int64_t next_ = 1;
  std::vector<ShopEvent> told_;    // may be told again
  std::vector<ShopEvent> orders_;  // may be reported again, under another id
};

}  // namespace cartwheel::sim
