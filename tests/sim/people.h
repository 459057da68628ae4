// Who is who and what is in whose cart, as the laws of DESIGN.md state it, worked out from the ingested events alone: slow, obvious,
// and sharing no line with src/core. What the engine does is judged against it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/shop_events.h"

namespace cartwheel::sim {

struct CartPicture {
  std::map<std::string, int64_t> added, removed;  // by product: the latest instant
  int64_t floor_ms = -1;                          // ordered or emptied then
  bool faded = false;                             // the engine may know it no more: it was long empty when another one was begun

  bool Holds(const std::string& product) const;
  bool HasItems() const;
  int64_t TouchedAt() const;
};

// Something that ends reminders: an order, an emptied cart, an erasure.
struct Closing {
  int64_t at_ms = 0;
  bool every_cart = true;
  std::string cart;
  bool order = false;
};

struct Person {
  std::string id;
  bool anonymous = false;
  std::set<std::string> names;  // "c…" and "a…"
  std::map<std::string, CartPicture> carts;
  int64_t floor_ms = -1;  // of carts not seen yet
  int64_t erased_at_ms = -1;
  std::vector<Closing> closings;
  std::multiset<int64_t> starts;  // instants of events that enter or start a wait again
  std::map<std::pair<std::string, std::string>, int64_t> endpoints;  // and when they were registered last
  std::map<std::string, int64_t> seen;  // event id -> when it was ingested
  std::map<std::string, int64_t> orders;  // and when; an order that is reported twice counts once
  bool ever_had_cart = false;
  // Which carts are still known by name is not modelled where a device with carts became this one after an erasure, or a cart was closed for
  // days: an order that names one closes that one or all.
  bool blurred = false;
};

class People {
 public:
  struct Told {
    Person* person = nullptr;
    bool duplicate = false;
    bool refused = false;
    Person* merged = nullptr;  // a device that became the person by this event; it is gone from People, but not freed
    Closing closing;           // of this event, if `closes`
    bool closes = false;
  };
  Told Tell(const ShopEvent& event, int64_t ingested_at_ms);

  // Everybody who ever was behind a name ("cann", "adevice").
  std::set<Person*> EverBehind(const std::string& name) const;
  Person* Behind(const std::string& name) const;
  std::vector<Person*> All() const;
  const std::multiset<std::string>& duplicates() const { return duplicates_; }  // event ids

 private:
  Person* Make(const std::string& name, const std::string& id, bool anonymous);
  void Point(const std::string& name, Person* person);
  void Merge(Person& into, Person& device);
  static void ForgetBefore(Person& device, int64_t erased_at_ms);
  void Apply(Person& person, const ShopEvent& event, int64_t ingested_at_ms, Told& told);

  std::vector<Person*> made_;  // never freed: a simulation is short
  std::map<std::string, Person*> names_;
  std::map<std::string, std::set<Person*>> ever_;
  std::map<Person*, Person*> became_;  // merged into
  std::set<Person*> gone_;
  std::vector<std::unique_ptr<Person>> owned_;
  std::multiset<std::string> duplicates_;
};

}  // namespace cartwheel::sim
