// What conditions and texts may speak of: the customer, the cart at hand, the event, the walk, the shop, all carts, the
// past and the time, read in place from the structs of the core. One description serves both: the fields here are what
// a playbook's names are checked against at load.
#pragma once

#include <optional>
#include <string_view>

#include "absl/types/span.h"
#include "base/value.h"
#include "core/message/link.h"
#include "core/model/customer.h"
#include "core/model/event.h"
#include "core/model/playbook.h"

namespace cartwheel {

// The last four are not always there: the event where something happened, the walk where a message is made, the
// consent where that is a notice of it, the answer where a call was answered.
enum class Root : uint8_t { kCustomer, kCart, kShop, kNow, kCarts, kHistory, kEvent, kJourney, kConsent, kAnswer };
inline constexpr size_t kRootCount = 10;

// A field that a map of the world always knows.
struct WorldField {
  std::string_view name;
  Kind kind;
  Value (*get)(const void* object) = nullptr;  // from the object of a root's `ops`
  absl::Span<const WorldField> element = {};   // kList: the fields of an element, which is a map
  bool element_open = false;                   // an element may have other fields too
};

struct WorldRoot {
  std::string_view name;                // empty: it has no name, and functions look at it
  absl::Span<const WorldField> fields;  // kCarts: of an element
  bool open;  // other fields are possible: attributes, properties, what a playbook says of its shop
  const ContainerOps* ops = nullptr;  // of the map whose object `get` of its fields takes; null: they have none
};
// In the order of Root.
absl::Span<const WorldRoot> WorldRoots();

// The values of the roots, in the order of Root. What it points to must outlive it; the cart and the event may be null
// (their roots are absent then).
struct World {
  World(const Customer& customer, const Cart* cart, const Event* event, std::string_view shop, int64_t now_ms);
  World(const World&) = delete;
  // Names the message that is made (the lower half of its key), whose links are tracked where the shop has a link_url.
  void TrackLinks(const HashKey& key, uint64_t message);
  // Sets the enrolment for which a message is made: `journey` in texts.
  void SetWalk(const Enrolment& enrolment, std::string_view journey, std::string_view step);
  // Sets what was said of a consent: `consent` in texts of notices. The key is that of a duty's enrolment (duty.h).
  void SetConsent(std::string_view key, int64_t said_at_ms);
  // Sets what a call was answered, a packed map: `answer` in the conditions of its arms.
  void SetAnswer(std::string_view packed);
  // Sets the messages that left on that enrolment, which is one of `journey`.
  void SetMessages(const Customer& customer, const Journey& journey);

  Value roots[kRootCount];

  struct CartView {
    const Cart* cart;
    std::string_view shop;  // packed; its cart_url serves a cart that has none
    // Sums over the lines, made when one is first asked for: conditions ask for them one after the other.
    mutable std::optional<Value> quantity = {}, value = {};
  } cart_view;
  LinkMaker links;
  struct ConsentView {
    NewsKey said;
    int64_t at_ms = 0;
  } consent_view;
  struct WalkView {
    const Enrolment* enrolment;
    std::string_view journey, step;
    struct Sent {
      const SentMessage* message;
      const JourneyStep* step;
    };
    std::vector<Sent> messages;
  } walk_view{};
};

}  // namespace cartwheel
