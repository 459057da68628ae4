#include "tests/sim/run.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "base/time.h"
#include "core/model/message_body.h"
#include "fmt/format.h"
#include "tests/sim/reference.h"
#include "tests/sim/world.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kHealMs = 10 * 24 * kHourMs;
// Notices wait so long for an address.
constexpr int64_t kToldMs = 15 * kDayMs, kToldAgainMs = 62 * kDayMs;
const std::vector<int64_t> kMainJob = {24, 24, 24};

// Of every other seed; what it draws stays the same.
int64_t BatchMax(uint64_t seed) { return seed % 2 == 0 ? 0 : static_cast<int64_t>(1 + seed / 2 % 4); }

// Seeds from here on draw what those before do not: up to four processes, whose clocks differ, and customers who open
// and click.
constexpr uint64_t kCrowdFrom = 20'000'000;
// And from here on reminders whose `latest` is longer than the wait after them.
constexpr uint64_t kOverlapFrom = 30'000'000;
// And from here on consents, hours and caps.
constexpr uint64_t kPolicyFrom = 50'000'000;
// And from here on journeys with every kind of step, entered by events, by the shop's word and by the calendar, notices
// of consents, holds.
constexpr uint64_t kCampaignsFrom = 60'000'000;
// And from here on a journey that asks a system of the shop, and a guard against surges.
constexpr uint64_t kCallsFrom = 61'500'000;
// And from here on databases that are sealed at rest, whose files are copied back and whose key is exchanged.
constexpr uint64_t kSealedFrom = 62'000'000;
// And from here on channels that answer as the tables of the adapters say.
constexpr uint64_t kProvidersFrom = 63'000'000;
constexpr int64_t kSkewMaxMs = 10 * 60 * kSecondMs;

Nature DrawNature(Random& random) {
  Nature nature;
  nature.sqlite = random.Chance(25);
  nature.engines = random.Chance(40) ? 2 : 1;
  nature.endpoints = random.Chance(40);
  nature.late_events = random.Chance(60);
  nature.flaky = random.Chance(75);
  nature.clock_steps = random.Chance(40);
  nature.extra_journeys = random.Chance(50);
  nature.idempotent_sms = random.Chance(30);
  if (random.Chance(30)) nature.work_max = random.Between(1, 20);
  if (random.Chance(30)) nature.claim_tail_max = random.Between(0, 10);
  return nature;
}

Verdict Judge(World& world) {
  return {world.observer().broken(),
          {world.actions().begin(), world.actions().end()},
          world.observer().ingested(),
          world.observer().handed_over()};
}

Terms DrawTerms(Random& random, const Nature& nature) {
  Terms terms = sim::DrawTerms(random, nature.extra_journeys);
  if (nature.campaigns && terms.korea && random.Chance(35))
    terms.caps.push_back({.entries = true,
                          .per = random.Chance(70) ? "journey" : "customer",
                          .max = random.Between(1, 2),
                          .within_ms = random.Between(2, 72) * kHourMs});
  if (nature.calls && terms.korea && random.Chance(50)) terms.surge_max = random.Between(1, 8);
  return terms;
}

// The faults of one run, drawn step by step.
class Faults {
 public:
  Faults(Random& random, const Nature& nature, World& world)
      : random_(random),
        nature_(nature),
        world_(world),
        shops_(random, static_cast<int>(random.Between(1, 5)), nature.late_events, nature.endpoints, nature.policy,
               nature.campaigns) {}

  void Begin() {
    if (nature_.policy) world_.Ingest(0, shops_.Welcome(world_.clock().NowMs()));
  }

  void Step() {
    int engine = static_cast<int>(random_.Below(static_cast<size_t>(nature_.engines)));
    int64_t roll = random_.Between(1, 100);
    if (roll <= 38) {
      std::vector<ShopEvent> events;
      int64_t around = random_.Chance(70) ? world_.clock().NowMs() : world_.true_ms;
      for (int64_t i = random_.Between(1, 4); i > 0; --i) events.push_back(shops_.Draw(around));
      world_.Ingest(engine, events);
    } else if (roll <= 55) {
      if (world_.true_ms >= worker_back_ms_) world_.Advance(engine, random_.Chance(70));
    } else if (roll <= 72) {
      std::string channel = random_.Chance(65) ? "web_push" : "sms";
      if (nature_.policy && random_.Chance(25)) channel = "email";
      if (nature_.calls && random_.Chance(25)) channel = "webhook";
      if (random_.Chance(30))
        world_.DispatchByDispatcher(engine, channel);
      else
        world_.Dispatch(engine, channel, nature_.flaky);
    } else if (roll <= 88) {
      Wait();
    } else {
      Mishap(engine);
    }
    if (nature_.policy && random_.Chance(2)) Load();
    if (nature_.campaigns) Campaign(engine);
    if (nature_.calls) Ask(engine);
    if (nature_.sealed && random_.Chance(2)) random_.Chance(50) ? world_.Restore() : world_.RotateKey();
    world_.SettleLate();
    world_.IngestReactions(engine);
    if (!nature_.sqlite || random_.Chance(20)) world_.LookAtOutbox();
  }

  // What is held ends, and a playbook is in force by which nothing begins by itself.
  void End() {
    for (const std::string& journey : held_) world_.Hold(0, "resume", journey);
    CampaignTerms terms = DrawCampaignTerms(random_);
    terms.holds.clear();
    terms.calendar = terms.reconfirms = false;
    world_.SetCampaignTerms(std::move(terms));
    world_.Load(++revision_, kMainJob);
  }

 private:
  // What seldom meets by chance.
  void Campaign(int engine) {
    const int64_t roll = random_.Between(1, 1000);
    if (roll <= 25) {
      Hold(engine);
    } else if (roll <= 55) {
      world_.Ingest(engine, shops_.DrawRush(world_.clock().NowMs()));
    } else if (roll <= 85) {
      WithdrawWhatWaits(engine);
    } else if (roll <= 100) {
      Dusk(engine);
    }
  }

  // Calls wait for an hour or so: a system that is asked now and then would hear of few.
  void Ask(int engine) {
    if (random_.Chance(10)) world_.Ingest(engine, {shops_.DrawEntry(world_.clock().NowMs())});
    if (random_.Chance(35)) world_.Dispatch(engine, "webhook", nature_.flaky);
    if (random_.Chance(1)) world_.Hold(engine, "release", "");
  }

  void Hold(int engine) {
    if (!held_.empty() && random_.Chance(55)) {
      const auto ended = std::next(held_.begin(), static_cast<int64_t>(random_.Below(held_.size())));
      world_.Hold(engine, "resume", *ended);
      held_.erase(ended);
      return;
    }
    constexpr std::string_view kActions[] = {"quiet", "drain", "pause", "stop"};
    std::string journey;
    if (random_.Chance(75)) journey = kHeldJourneys[random_.Below(std::size(kHeldJourneys))];
    world_.Hold(engine, std::string(kActions[random_.Below(std::size(kActions))]), journey);
    held_.insert(journey);
  }

  // The recipient of an advertisement withdraws between its decision and its claim.
  void WithdrawWhatWaits(int engine) {
    const MessageRow waiting = world_.DrawWaiting();
    if (!waiting.id) return;
    const std::string who(DecodeMessageBody(waiting.body).recipient());
    if (who.empty()) return;
    world_.Ingest(engine, {shops_.DrawWithdrawal(who, waiting.channel, world_.clock().NowMs())});
    if (random_.Chance(70)) world_.Advance(engine, true);
    world_.Dispatch(engine, waiting.channel, nature_.flaky);
  }

  // Messages are made in the evening, and wait for their channel into the night.
  void Dusk(int engine) {
    constexpr int64_t kSeoulMs = 9 * kHourMs, kEveningMs = 20 * kHourMs + 45 * kMinuteMs;
    const int64_t of_day_ms = (world_.true_ms + kSeoulMs) % kDayMs;
    world_.Pass((kEveningMs - of_day_ms + kDayMs) % kDayMs);
    world_.Advance(engine, true);
    world_.Pass(random_.Between(6, 60) * kMinuteMs);
    world_.Note("the evening passes");
    if (random_.Chance(50)) world_.Advance(engine, true);
    for (const char* channel : {"web_push", "sms"}) world_.Dispatch(engine, channel, nature_.flaky);
  }

  void Wait() {
    int64_t seconds = random_.Chance(60) ? random_.Between(1, 3600) : random_.Between(3600, 9 * 3600);
    world_.Pass(seconds * kSecondMs + (random_.Chance(20) ? random_.Between(0, 999) : 0));
    world_.Note("time passes");
    if (random_.Chance(50) && world_.true_ms >= worker_back_ms_) {
      int engine = static_cast<int>(random_.Below(static_cast<size_t>(nature_.engines)));
      if (world_.Advance(engine, true)) world_.Dispatch(engine, "web_push", nature_.flaky);
    }
  }

  void Mishap(int engine) {
    switch (random_.Between(1, 6)) {
      case 1:
        worker_back_ms_ = world_.true_ms + random_.Between(1, 80) * kHourMs;
        return world_.Note("the worker is down for a while");
      case 2:
        return world_.Crash(engine);
      case 3:
        if (!nature_.clock_steps) return;
        world_.SetClock(world_.true_ms + random_.Between(-48, 48) * kHourMs);
        return world_.Note("the clock is set wrong");
      case 4:
        world_.SetClock(world_.true_ms);
        return world_.Note("the clock is set right");
      case 5:
        return world_.Reboot();
      default:
        if (random_.Chance(40)) Load();
    }
  }

  void Load() {
    if (nature_.policy) world_.SetTerms(DrawTerms(random_, nature_));
    if (nature_.campaigns) world_.SetCampaignTerms(DrawCampaignTerms(random_));
    world_.Load(++revision_, {random_.Between(1, 30), random_.Between(2, 30), random_.Between(2, 30)});
  }

  Random& random_;
  const Nature& nature_;
  World& world_;
  Shops shops_;
  int64_t worker_back_ms_ = 0;
  int64_t revision_ = 1;
  std::set<std::string> held_;  // journeys; "": the whole shop
};

}  // namespace

Verdict RunFaulty(uint64_t seed, bool verbose) {
  Random random(seed);
  Nature nature = DrawNature(random);
  nature.batch_max = BatchMax(seed);
  if (seed >= kCrowdFrom) {
    nature.engines = static_cast<int>(random.Between(2, kEnginesMax));
    nature.reactions = random.Chance(50);
    if (random.Chance(60)) nature.skew_max_ms = random.Between(1, kSkewMaxMs);
  }
  if (seed >= kOverlapFrom) nature.overlap_h = random.Between(1, 30);
  if (seed >= kPolicyFrom) {
    nature.policy = true;
    nature.endpoints = random.Chance(75);
    nature.clock_steps = random.Chance(25);
  }
  if (seed >= kCampaignsFrom) {
    nature.campaigns = true;
    nature.reactions = random.Chance(75);
  }
  nature.calls = seed >= kCallsFrom;
  nature.threads = 1 + seed % 4;
  if (seed >= kSealedFrom && random.Chance(60)) nature.sealed = nature.sqlite = true;
  nature.providers = seed >= kProvidersFrom;
  World world(random, nature, verbose);
  world.Note(fmt::format(
      "seed {}: {}, {} engines, endpoints {}, late events {}, flaky {}, clock steps {}, skew {} s, reactions {}, "
      "overlap {} h, policy {}, sealed {}",
      seed, nature.sqlite ? "sqlite" : "memory", nature.engines, nature.endpoints, nature.late_events, nature.flaky,
      nature.clock_steps, nature.skew_max_ms / kSecondMs, nature.reactions, nature.overlap_h, nature.policy,
      nature.sealed));
  if (nature.policy) world.SetTerms(DrawTerms(random, nature));
  if (nature.campaigns) {
    Campaigns campaigns = DrawCampaigns(random);
    if (nature.calls) DrawAsks(random, campaigns);
    world.SetCampaigns(std::move(campaigns));
    world.SetCampaignTerms(DrawCampaignTerms(random));
  }
  world.Load(1, kMainJob);
  Faults faults(random, nature, world);
  faults.Begin();
  for (int64_t step = nature.sqlite ? 250 : 500; step > 0; --step) {
    faults.Step();
    if (!world.observer().broken().empty()) return Judge(world);
  }
  world.SetClocksRight();
  for (int i = 0; i < nature.engines; ++i) world.Crash(i);
  world.Pass(kHourMs);
  world.Note("everything is well again");
  world.BeWell();
  world.Attend(0, world.true_ms + kHealMs);
  if (nature.campaigns) {
    faults.End();
    world.Attend(0, world.true_ms + (world.spec().campaigns.reconfirms ? kToldAgainMs : kToldMs));
  }
  world.LookAtOutbox();
  world.CheckEnd();
  return Judge(world);
}

Verdict RunFaultless(uint64_t seed, bool verbose) {
  Random random(seed);
  Nature nature;
  nature.batch_max = BatchMax(seed);
  nature.late_events = random.Chance(70);
  World world(random, nature, verbose);
  Spec spec;
  spec.Add(1, kMainJob, false);
  std::vector<StepPromise> steps(kMainJob.size());
  for (const auto& [name, step] : spec.steps) steps[static_cast<size_t>(step.place)] = step;
  Reference reference(steps);
  world.Load(1, kMainJob);
  Shops shops(random, static_cast<int>(random.Between(1, 4)), nature.late_events, false, false, false);
  std::vector<std::string> made;
  for (int64_t step = random.Between(20, 120); step > 0; --step) {
    world.Attend(0, world.true_ms + random.Between(60, 6 * 3600) * kSecondMs);
    reference.AdvanceTo(world.true_ms);
    world.LookAtOutbox();
    std::vector<ShopEvent> events{shops.Draw(world.true_ms)};
    world.Ingest(0, events);
    reference.Tell(events[0].Heard(world.true_ms), world.true_ms);
    if (random.Chance(10)) world.CheckSegments(), reference.AdvanceTo(world.true_ms);
  }
  world.Attend(0, world.true_ms + kHealMs);
  reference.AdvanceTo(world.true_ms);
  world.CheckEnd();
  std::vector<std::string> expected = reference.made(), got = world.Made();
  std::sort(expected.begin(), expected.end());
  std::sort(got.begin(), got.end());
  for (std::vector<std::string>* lines : {&expected, &got}) {
    std::erase_if(*lines, [&](const std::string& line) {
      const Person* person =
          world.observer().people().Behind((line[0] == 'c' ? "c" : "a") + line.substr(0, line.find(' ')));
      return person != nullptr && (person->blurred || person->WasUncertain());
    });
  }
  for (const std::string& line : expected)
    if (!std::binary_search(got.begin(), got.end(), line))
      world.observer().Break("the reference made, the engine did not: " + line);
  for (const std::string& line : got)
    if (!std::binary_search(expected.begin(), expected.end(), line))
      world.observer().Break("the engine made, the reference did not: " + line);
  return Judge(world);
}

}  // namespace cartwheel::sim
