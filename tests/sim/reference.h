// The main job as a plain function of its events: which reminder must have been made for whom, about which cart, and
// when, if one attentive worker lives and no fault happens. It walks the laws, not the code: compare it message by
// message with the engine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/people.h"
#include "tests/sim/spec.h"

namespace cartwheel::sim {

class Reference {
 public:
  explicit Reference(std::vector<StepPromise> steps) : steps_(std::move(steps)) {}

  void AdvanceTo(int64_t now_ms);
  void Tell(const ShopEvent& event, int64_t now_ms);
  // "customer cart step at", in the order in which they were made.
  const std::vector<std::string>& made() const { return made_; }

 private:
  struct Walk {
    int64_t entered_ms = 0;
    int64_t base_ms = 0;  // waits count from here
    size_t place = 0;
    int64_t last_ms = 0;   // the last reminder made
    int64_t later_ms = 0;  // an event that would have entered too
    std::string later;     // what it said
  };
  using Walks = std::map<std::string, Walk>;  // by cart
  // When the walk must be looked at next.
  int64_t Due(Person& person, const std::string& cart, const Walk& walk);
  void Run(Person& person, const std::string& cart, Walk& walk, int64_t now_ms);
  void Leave(Person& person, const Closing& closing, int64_t now_ms);
  // What was said without an id and entered before must not enter again: false, when it did so within the dedupe
  // window.
  bool EntersAnew(Person& person, const std::string& said, int64_t now_ms);
  bool ClosedSince(const Person& person, const std::string& cart, int64_t at_ms) const;

  const std::vector<StepPromise> steps_;
  People people_;
  std::map<Person*, Walks> walks_;
  std::map<Person*, std::map<std::string, int64_t>>
      last_ms_;  // by cart, when the last reminder of any walk was made; 0: never
  std::map<Person*, std::map<std::string, int64_t>> entered_;  // what was said, and when
  std::vector<std::string> made_;
  int64_t clock_ms_ = 0;
};

}  // namespace cartwheel::sim
