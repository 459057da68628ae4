// A slow, obvious interpreter of one customer's walks through one journey, written from docs/journeys.md alone. It
// shares no line with src/core. What it says of a walk is compared with what the engine did, line by line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/journey_program.h"

namespace cartwheel::model {

class Reference {
 public:
  // `arms`: the arm of each split that the customer was given, which only a keyed hash tells.
  Reference(const Steps& program, std::map<std::string, std::string> arms) : program_(program), arms_(std::move(arms)) {
    FindGaps({{&program_, 0}}, 0);
    FindGapsOfJumps(program_, {});
  }

  // Lets time pass; every step that is due is taken at its moment.
  void AdvanceTo(int64_t now_ms);
  // What happens now. An event may be dated earlier.
  void Enter();
  void Hear(const std::string& type, int64_t at_ms);
  void Leave(const std::string& type, int64_t at_ms);
  // The channels take every message that waits, or report of one that they took.
  void Accept();
  void Deliver();
  void Fail();
  void Click();  // the message that was handed over last

  // Every decision, sorted: "message s0 sms planned 7200 made 7200 ended accepted".
  std::vector<std::string> Lines() const;

 private:
  // Where a walk is: of each list that it is inside of, from the outermost, the list and the place in it.
  using Place = std::vector<std::pair<const Steps*, size_t>>;

  struct Sent {
    const Step* step = nullptr;
    std::string channel;
    std::vector<std::string> rest;  // of `via`, to be tried after it
    int64_t planned_ms = 0, made_ms = 0, expires_ms = 0;
    bool is_first = false;  // of its step, and not in the place of one that failed
    int64_t waits = 0;      // how many waits of its walk came before it
    int64_t accepted_ms = kNone, delivered_ms = kNone, clicked_ms = kNone, failed_ms = kNone;
    std::string end;  // why it will not leave any more
    bool Left() const { return accepted_ms != kNone; }
    bool Waits(int64_t now_ms) const { return !Left() && end.empty() && now_ms < expires_ms; }
  };

  struct Walk {
    int64_t entered_ms = 0;
    bool over = false;
    Place place;
    int64_t planned_ms = 0;  // of the step at hand
    int64_t waits = 0;
    int64_t looks_ms = 0;  // a send that keeps its distance looks again then
    bool held = false;
    bool asks = false;  // the send at hand waits until it is known what became of its message
    std::vector<Sent> sent;
    std::map<std::string, size_t> last;     // by step, what its last visit made
    std::map<const Step*, int> taken;       // of a goto, how often
    std::map<const Step*, int64_t> forgot;  // of a wait_for, how much was told when it was over last
  };

  struct Found {
    const Arm* arm = nullptr;
    int64_t came_ms = 0;
  };

  static const Step& At(const Place& place) { return (*place.back().first)[place.back().second]; }
  // The step after, out of the arms that end there; empty: the walk has no more.
  static Place Next(Place place);
  // Goes into a list, or past the step that has it where the list is empty.
  static Place Into(const Place& place, const Steps& steps);
  static bool FindNamed(const Steps& steps, const std::string& name, Place* place);
  static int64_t DefaultLatest(const Place& place);
  void FindGaps(const Place& place, int64_t waited_ms);
  void FindGapsOfJumps(const Steps& steps, Place place);

  // Takes the step at hand where it is due; else says when to look again. nullopt: it was taken.
  std::optional<int64_t> Take(Walk& walk);
  std::optional<int64_t> TakeSend(Walk& walk, const Step& step);
  // Of a send that does something else where its message fails.
  std::optional<int64_t> TakeEnd(Walk& walk, const Step& step);
  // Goes where a send leads when there is this trouble. False: it says nothing of it.
  bool Follow(Walk& walk, const Step& step, const std::string& trouble);
  void TakeAct(Walk& walk, const Step& step);
  bool Holds(const Walk& walk, const Arm& arm) const;
  std::optional<int64_t> TakeWaitFor(Walk& walk, const Step& step);
  void TakeSplit(Walk& walk, const Step& step);
  void TakeBranch(Walk& walk, const Step& step);
  std::optional<Found> FindAwaited(const Walk& walk, const Step& step) const;
  // When the wait is over without anything: nullopt, as long as its message still waits for the channel.
  std::optional<int64_t> EndOf(const Walk& walk, const Step& step) const;
  int64_t Heard(const Walk& walk, const Step& step, const Arm& arm) const;
  int64_t Became(const Walk& walk, const Arm& arm) const;
  const Sent* LastOf(const Walk& walk, const std::string& name) const;
  int64_t FailedAt(const Sent& sent) const;
  void Make(Walk& walk, const Step& step, std::vector<std::string> via, int64_t planned_ms, int64_t waits);
  void Say(std::string line) { lines_.push_back(std::move(line)); }

  const Steps& program_;
  const std::map<std::string, std::string> arms_;
  std::map<const Step*, int64_t> waited_ms_;  // before each step, since the send before it
  std::vector<Walk> walks_;
  std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> heard_;  // by type, when, and which of all
  int64_t told_ = 0;
  std::vector<std::pair<std::string, int64_t>> emitted_;
  // What acts have told, and at which planned moment: the later one counts.
  struct Told {
    std::string value;
    int64_t at_ms = kNone;
  };
  Told stage_;
  std::map<std::string, Told> audiences_;
  int64_t last_made_ms_ = kNone;  // of any walk
  int64_t now_ms_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace cartwheel::model
