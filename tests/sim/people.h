// Who is who and what is in whose cart, as docs/laws.md states it, worked out from the ingested events alone:
// slow, obvious, and sharing no line with src/core. What the engine does is judged against it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/consent_words.h"
#include "tests/sim/story.h"

namespace cartwheel::sim {

// Something that ends reminders: an order, an emptied cart, an erasure.
struct Closing {
  int64_t at_ms = 0;
  bool every_cart = true;
  std::string cart;
  bool order = false;
  bool in_time = false;  // heard soon after its time: it also ends what was begun by then, whatever the instant of that
  bool Concerns(const std::string& id) const { return every_cart || cart == id; }
};

// An event that enters a journey or starts a wait again.
struct Start {
  std::string type;
  bool enters = true;  // as far as its cart is concerned
  bool every_cart_ended = false, orders_ended = false;
  std::string data;      // of one that the shop asked for
  int64_t heard_ms = 0;  // its ingest
  int64_t order = 0;     // of its ingest
  std::set<std::string> carts_ended;
};

struct Person {
  std::string id;
  bool anonymous = false;
  std::vector<std::string> names;  // "c…" and "a…", in the order in which they were told
  std::set<std::string> hashed;    // of them those of which nothing was told since an erasure
  Story story;
  int64_t newest_ms = -1;  // of all that the customer did
  int64_t erased_at_ms = -1;
  std::vector<Closing> closings;
  std::multimap<int64_t, Start> starts;  // by their instants
  struct Registration {
    int64_t added_ms = 0, removed_ms = 0;
    std::string device;  // the name of the one whose push address it is, when its person is another
    bool live() const { return added_ms > removed_ms; }
  };
  std::map<std::pair<std::string, std::string>, Registration> endpoints;
  std::map<std::string, int64_t> seen;    // event id -> when it was ingested
  std::map<std::string, int64_t> orders;  // and when; an order that is reported twice counts once
  // Which carts are still known by name is not modelled where a device with carts became this one after an erasure: an
  // order that names one closes that one or all.
  bool blurred = false;
  bool was_uncertain = false;  // a cart was, before an erasure
  ConsentWords consents;
  int64_t erased_order = -1;  // what was told up to then was forgotten
  int64_t merges = 0;         // of devices that became this person

  bool WasUncertain() const;  // then which reminders were made is not compared
  // The id under which the shop is shown it: of the first name that is not hashed; empty: every one is.
  std::string KnownAs() const;
  bool Owns(const std::string& channel, const std::string& address) const;
};

// An address as it is compared: numbers as digits, mail addresses without case.
std::string Plain(const std::string& channel, const std::string& address);

class People {
 public:
  struct Told {
    Person* person = nullptr;
    bool duplicate = false;
    bool refused = false;
    Person* merged = nullptr;  // a device that became the person by this event; it is gone from People, but not freed
    std::vector<std::pair<Person*, Closing>> closings;  // that follow from this event, of all whom it concerns
    bool grew = false;                                  // a line of a cart is new, or has more pieces
  };
  Told Tell(const ShopEvent& event, int64_t ingested_at_ms);

  // The person that a name ("cann", "adevice") leads to.
  std::set<Person*> EverBehind(const std::string& name) const;
  Person* Behind(const std::string& name) const;
  std::vector<Person*> All() const;
  const Person* Now(const Person* person) const;  // the one that a merged device has become, else itself
  struct Answer {
    Standing standing = Standing::kUnknown;
    std::string whose;  // that decided: "person", "address", "device"
  };
  // Whether a person is known to have consented to messages by a channel to an address. Either refusal refuses: the
  // person's, the address's, that of the device which has the push address.
  Answer ConsentTo(const Person& person, const std::string& channel, const std::string& address,
                   const std::string& scope, const std::string& topic) const;
  // When the newest grant was given that stands; -1: none does.
  int64_t GrantedAt(const Person& person, const std::string& channel, const std::string& address,
                    const std::string& scope, const std::string& topic) const;
  // Whether an event about consent at this instant named an address alone.
  bool WasSaidOfAddress(int64_t at_ms) const;
  bool WasSaidOfAnyAddress() const { return !refusals_of_.empty(); }
  int64_t told() const { return told_; }
  const std::multiset<std::string>& duplicates() const { return duplicates_; }  // event ids

 private:
  using Address = std::pair<std::string, std::string>;  // channel, and what it says
  static std::string DeviceAt(const Person& person, const std::string& channel, const std::string& address);
  static Address AddressOf(const ShopEvent& event);
  // An event that names an address alone: it is about the person who has that, or registers it later.
  void TellOfAddress(const ShopEvent& event);
  // What was told of consent, which a refusal is also in an event that is refused otherwise.
  void HearConsent(Person& person, const ShopEvent& event);
  Person* Make(const std::string& name, const std::string& id, bool anonymous);
  void Point(const std::string& name, Person* person);
  void Merge(Person& into, Person& device);
  static void MergeStories(Person& into, const Person& device);
  static void ForgetBefore(Person& device, int64_t erased_at_ms);
  // What is left of a person who was erased is refusals.
  static void Forget(Person& person);
  // Something newer than the erasure of a person is told under a name.
  static void NameAgain(Person& person, const std::string& name, int64_t at_ms);
  void Apply(Person& person, const ShopEvent& event, int64_t ingested_at_ms, Told& told);
  // Says it to the carts of a person. Of what is older than the lateness only what takes away counts.
  static Effect Say(Person& person, const Word& word, Told& told);
  // `counted`: it is the person's own, and not of another person whom it names beside the device.
  static void Order(Person& person, const ShopEvent& event, int64_t ingested_at_ms, bool counted, Told& told);
  static void Close(Person& person, const Closing& closing, Told& told);
  void Register(Person& person, const ShopEvent& event);

  std::vector<Person*> made_;  // never freed: a simulation is short
  std::map<std::string, Person*> names_;
  std::map<std::string, std::set<Person*>> ever_;
  std::map<const Person*, Person*> became_;  // merged into
  std::set<Person*> gone_;
  std::vector<std::unique_ptr<Person>> owned_;
  std::multiset<std::string> duplicates_;
  std::map<Address, Person*> owners_;
  Person nobody_;                                // of events that name an address alone
  std::map<Address, ConsentWords> refusals_of_;  // told by the address alone, and when it was given up so
  std::map<Address, int64_t> removed_of_;
  int64_t told_ = 0;
};

}  // namespace cartwheel::sim
