// Which kind of message carries which class and purpose: each rule is kept once and broken once, by its id. The tables
// are written out here as Kakao's policies give them.
#include "core/policy/matrix.h"

#include <map>

#include "playbook/purposes.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using enum MessageKind;
using enum MessageClass;

constexpr MessageClass kClasses[] = {kAdvertisement, kTransactional, kNotice};

}  // namespace

TEST_CASE("KAKAO-04: an Alimtalk is no advertisement") {
  CHECK(MatrixProblem(kAlimtalk, kAdvertisement, "order") ==
        "KAKAO-04: an Alimtalk (kakao.template_code) carries information only: its class is transactional or notice, "
        "and this is of the class \"ad\"");
  CHECK(MatrixProblem(kAlimtalk, kTransactional, "order").empty());
  CHECK(MatrixProblem(kAlimtalk, kNotice, "order").empty());
}

TEST_CASE("KAKAO-02: an Alimtalk has none of the purposes that Kakao refuses, whatever its class") {
  const std::map<std::string_view, bool> refused = {
      {"cart", true},      {"browse", true},         {"wishlist", true},  {"price", true},        {"stock", false},
      {"restock", false},  {"back_in_stock", false}, {"coupon", true},    {"birthday", true},     {"winback", true},
      {"welcome", false},  {"newsletter", true},     {"promotion", true}, {"event", true},        {"loyalty", false},
      {"reorder", true},   {"review", false},        {"survey", true},    {"order", false},       {"payment", false},
      {"refund", false},   {"delivery", false},      {"shipping", false}, {"reservation", false}, {"account", false},
      {"security", false}, {"news", false},          {"general", false}};
  CHECK(refused.size() == std::size(playbook::kPurposes));
  for (std::string_view purpose : playbook::kPurposes)
    for (MessageClass message_class : {kTransactional, kNotice}) {
      const std::string problem = MatrixProblem(kAlimtalk, message_class, purpose);
      INFO(purpose << ": " << problem);
      REQUIRE(refused.contains(purpose));
      CHECK(problem.starts_with("KAKAO-02: ") == refused.at(purpose));
      CHECK(problem.empty() != refused.at(purpose));
    }
}

TEST_CASE("KAKAO-03: a brand message is an advertisement") {
  CHECK(MatrixProblem(kBrand, kAdvertisement, "cart").empty());
  for (MessageClass message_class : {kTransactional, kNotice})
    CHECK(MatrixProblem(kBrand, message_class, "order").starts_with("KAKAO-03: a brand message"));
}

TEST_CASE("KAKAO-05: Friendtalk does not exist any more") {
  for (MessageClass message_class : kClasses)
    CHECK(MatrixProblem(kFriendtalk, message_class, "general") ==
          "KAKAO-05: Friendtalk ended on 2025-12-31: write \"kakao\", a brand message");
  for (std::string_view word : {"friendtalk", "FriendTalk", "FRIENDTALK", "friend_talk", "친구톡"})
    CHECK(IsFriendtalk(word));
  for (std::string_view word : {"kakao", "talk", "friends", "alimtalk", ""}) CHECK_FALSE(IsFriendtalk(word));
}

TEST_CASE("KAKAO-06: targeting M and N are for channels that Kakao admitted to them") {
  for (std::string_view targeting : {"", "I"}) CHECK(TargetingProblem(targeting, false).empty());
  for (std::string_view targeting : {"M", "N"}) {
    CHECK(TargetingProblem(targeting, false).starts_with("KAKAO-06: targeting "));
    CHECK(TargetingProblem(targeting, true).empty());
  }
}

TEST_CASE("KAKAO-07: a button that adds the channel goes to those who may not be its friends") {
  for (std::string_view targeting : {"", "I"}) {
    CHECK(ButtonProblem(targeting, "AC").starts_with("KAKAO-07: "));
    CHECK(ButtonProblem(targeting, "WL").empty());
  }
  for (std::string_view targeting : {"M", "N"}) CHECK(ButtonProblem(targeting, "AC").empty());
}

TEST_CASE("Other channels carry every purpose and class") {
  for (std::string_view purpose : playbook::kPurposes)
    for (MessageClass message_class : kClasses) CHECK(MatrixProblem(kPlain, message_class, purpose).empty());
}

TEST_CASE("What a section is sent as follows from its medium and its template_code") {
  Content content;
  for (std::string_view medium : {"push", "sms", "email", "webhook", "toast"}) {
    content.medium = medium;
    CHECK(KindOf(content) == kPlain);
  }
  content.medium = "kakao";
  CHECK(KindOf(content) == kBrand);
  content.text_max = kAlimtalkCharactersMax;
  CHECK(KindOf(content) == kAlimtalk);
  content.medium = "friendtalk";
  CHECK(KindOf(content) == kFriendtalk);
}

}  // namespace cartwheel
