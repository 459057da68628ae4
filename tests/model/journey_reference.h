// A slow, obvious interpreter of one customer's walks through one journey, written from docs/journeys.md alone. It
// shares no line with src/core. What it says of a walk is compared with what the engine did, line by line.
#pragma once

#include <cstdint>
#include <limits>
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
  // `capped`: kCaps are in force.
  Reference(const Steps& program, std::map<std::string, std::string> arms, bool capped)
      : program_(program), arms_(std::move(arms)), capped_(capped) {
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
  // Has each channel claim the messages that wait and release them: it knows the calls among them after that, and
  // messages that have expired end.
  void Claim();
  // The call that was made last of those which its channel knows is answered: so many are left; nullopt: no number.
  void Answer(std::optional<int> left, int64_t at_ms);
  // All calls of the walk are, under the keys of this visit.
  void AnswerAll(int left, int64_t at_ms);

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
    bool is_call = false, claimed = false;
    bool told = false;       // that it expired, or failed
    bool overtaken = false;  // also where it had expired before
    int visit = 0;           // of a call
    int64_t waits = 0;       // how many waits of its walk came before it
    int64_t accepted_ms = kNone, delivered_ms = kNone, clicked_ms = kNone, failed_ms = kNone;
    std::string end;  // why it will not leave any more
    bool Left() const { return accepted_ms != kNone; }
    bool Waits(int64_t now_ms) const { return !Left() && end.empty() && now_ms < expires_ms; }
  };

  // What a system of the shop said: the earliest counts.
  struct Said {
    int64_t at_ms = kNone;
    std::optional<int> left;
    void Hear(int64_t when_ms, std::optional<int> many) {
      if (at_ms == kNone || when_ms < at_ms) *this = {when_ms, many};
    }
  };

  struct Walk {
    int64_t entered_ms = 0, told_before = 0;  // when, and how much was told by then
    bool over = false;
    Place place;
    int64_t planned_ms = 0;  // of the step at hand
    int64_t waits = 0;
    int64_t looks_ms = 0;  // a send that keeps its distance looks again then
    bool held = false;
    bool asks = false;  // the send at hand waits until it is known what became of its message
    std::vector<Sent> sent;
    std::map<std::string, size_t> last;                 // by step, what its last visit made
    std::map<const Step*, int> taken;                   // of a goto, how often
    int jumps = 0;                                      // of all
    std::optional<size_t> call;                         // the message of the call at hand
    std::map<std::pair<std::string, int>, Said> said;   // by step and visit
    std::map<std::string, std::optional<int>> answers;  // by step, what its last call was told
    std::map<const Step*, int64_t> forgot;              // of a wait_for, how much was told when it was over last
  };

  struct Found {
    const Arm* arm = nullptr;
    int64_t came_ms = 0;
  };

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  static bool IsMany(std::optional<int> left) { return left.value_or(0) > 2; }
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
  std::optional<int64_t> TakeCall(Walk& walk, const Step& step);
  void GoOnFromCall(Walk& walk, const Step& step, int64_t planned_ms, const std::string& way, const Steps& steps);
  void Hear(Walk& walk, const Step& step, int visit, std::optional<int> left, int64_t at_ms);
  // Whether a cap stands against an advertisement by that channel, and when one of those that it counts is over at the
  // earliest, as far as is known.
  bool IsCapped(const Step& step, const std::string& channel) const;
  int64_t CapPasses() const;
  // What a send does where a cap stands against it.
  static std::string WhereCapped(const Step& step);
  // A message did not arrive: sends that wait for a cap look again, also whether they can still keep their distance.
  void LookAgain();
  // Whether a message counts for caps.
  bool Counts(const Walk& walk, const Sent& sent) const;
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
  const bool capped_;
  const Sent* failing_ = nullptr;             // its channel has just said so, and the next one is asked for
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
