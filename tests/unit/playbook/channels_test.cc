// "channels" of a playbook: on which of them a customer without an address is addressed by its own id, and what may not
// stand there.
#include <utility>

#include "tests/unit/playbook/support.h"

using namespace cartwheel;

namespace {

// The good playbook with these channels, before its journeys.
std::string WithChannels(std::string_view channels) {
  return With(R"( "journeys": {)", " \"channels\": " + std::string(channels) + ",\n \"journeys\": {");
}

}  // namespace

TEST_CASE("channels: true names the channel, false and nothing do not") {
  CHECK(Compiled(kGoodPlaybook)->addressed_by_id.empty());
  const auto made = Compiled(WithChannels(R"({"sms": {"address_by_id": true}, "web_push": {"address_by_id": false}})"));
  CHECK(made->addressed_by_id.size() == 1);
  CHECK(made->addressed_by_id.contains("sms"));
  CHECK(Compiled(WithChannels("{}"))->addressed_by_id.empty());
  CHECK(Compiled(WithChannels(R"({"sms": {}})"))->addressed_by_id.empty());
}

TEST_CASE("channels: what is wrong is told at its place") {
  for (auto [channels, expected] :
       {std::pair{R"({"smss": {"address_by_id": true}})",
                  R"(/channels/smss (9:15): no journey sends by "smss", did you mean "sms"?)"},
        {R"({"SMS": {}})", R"(/channels/SMS (9:15): no journey sends by "SMS", did you mean "sms"?)"},
        {R"({"kakao": {}})", R"(/channels/kakao (9:15): no journey sends by "kakao", expected one of sms, web_push)"},
        {R"({"sms": {"address_by_ids": true}})",
         R"(/channels/sms/address_by_ids (9:23): unknown key "address_by_ids", did you mean "address_by_id"?)"},
        {R"({"sms": {"address_by_id": 1}})", R"(/channels/sms/address_by_id (9:40): expected true or false, found 1)"},
        {R"({"sms": {"address_by_id": "yes"}})",
         R"(/channels/sms/address_by_id (9:40): expected true or false, found "yes")"},
        {R"({"sms": true})", "/channels/sms (9:22): expected an object {…}, found true"},
        {R"(["sms"])", "/channels (9:14): expected an object {…}, found a list"}}) {
    CAPTURE(channels);
    CHECK(ErrorOf(WithChannels(channels)) == expected);
  }
}

TEST_CASE("channels: a journey with a mistake does not make its channels unknown") {
  const std::string both = With(R"("gentle", "via": ["web_push", "sms"])", R"("gentel", "via": ["web_push", "sms"])",
                                WithChannels(R"({"sms": {"address_by_id": true}})"));
  CHECK(ErrorOf(both).find("gentel") != std::string::npos);
  CHECK(ErrorOf(both).find("no journey") == std::string::npos);
}
