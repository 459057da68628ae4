// What an engine has to say beside its answers, for the shop's own log. The library prints nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace cartwheel {

// Numbers are those of the C ABI.
enum class LogLevel : int32_t {
  kDebug = 0,    // every call that was refused for the moment: another worker folds, another process writes
  kInfo = 1,     // opened, closed, a playbook loaded, the fold lease won
  kWarning = 2,  // a call failed, the lease was lost, events were refused, claims are `behind`: an operator should look
  kError = 3,    // the database is broken
};

// One line of text, valid during the call. Called on the thread of the verb that has something to say, by several at
// once when several have; must not call the engine. Costs nothing on the way of an event: no line is written for a call
// that did what it should.
using LogSink = std::function<void(LogLevel level, std::string_view line)>;

}  // namespace cartwheel
