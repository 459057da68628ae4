// What people, their devices and their addresses said of consent.
#include <algorithm>
#include <cctype>

#include "tests/sim/people.h"

namespace cartwheel::sim {

std::string Plain(const std::string& channel, const std::string& address) {
  std::string plain = address;
  if (channel == "sms") std::erase(plain, '-');
  if (channel == "email")
    std::transform(plain.begin(), plain.end(), plain.begin(), [](unsigned char c) { return std::tolower(c); });
  return plain;
}

People::Address People::AddressOf(const ShopEvent& event) {
  const std::string channel = event.channel.empty() ? event.media.front() : event.channel;
  return {channel, Plain(channel, event.address)};
}

void People::TellOfAddress(const ShopEvent& event) {
  const Address address = AddressOf(event);
  if (IsAboutConsent(event.type)) return refusals_of_[address].push_back(WordOfConsent(event, told_));
  int64_t& removed_ms = removed_of_[address];
  removed_ms = std::max(removed_ms, event.at_ms);
  for (Person* person : made_)
    for (auto& [registered, registration] : person->endpoints)
      if (Address{registered.first, Plain(registered.first, registered.second)} == address)
        registration.removed_ms = std::max(registration.removed_ms, event.at_ms);
}

void People::HearConsent(Person& person, const ShopEvent& event) {
  ConsentWord word = WordOfConsent(event, told_);
  if (event.customer.empty() && !person.anonymous) word.whose = "a" + event.anonymous_id;
  person.consents.push_back(std::move(word));
}

// The device whose push address it is, when its person is another. Where no addresses are registered, a message that
// was made before a device became the person is addressed by the device's own id.
std::string People::DeviceAt(const Person& person, const std::string& channel, const std::string& address) {
  const auto registered = person.endpoints.find({channel, address});
  if (registered != person.endpoints.end() && !registered->second.device.empty()) return registered->second.device;
  const std::string name = "a" + address;
  const bool is_device = std::find(person.names.begin(), person.names.end(), name) != person.names.end();
  return channel == "web_push" && is_device && !person.anonymous ? name : "";
}

People::Answer People::ConsentTo(const Person& person, const std::string& channel, const std::string& address,
                                 const std::string& scope, const std::string& topic) const {
  ConsentWords own, at_address, devices;
  const std::string device = DeviceAt(person, channel, address);
  for (const ConsentWord& word : person.consents) {
    if (word.whose.empty()) own.push_back(word);
    if (!device.empty() && word.whose == device) devices.push_back(word);
  }
  at_address = own;
  if (const auto found = refusals_of_.find({channel, Plain(channel, address)}); found != refusals_of_.end())
    at_address.insert(at_address.end(), found->second.begin(), found->second.end());
  const std::pair<ConsentWords*, std::string> all[] = {
      {&own, "person"}, {&at_address, "address"}, {&devices, "device"}};
  Answer answer;
  for (const auto& [words, whose] : all) {
    const Standing standing = StandingOf(*words, channel, scope, topic);
    if (standing == Standing::kRefused) return {standing, whose};
    if (answer.standing == Standing::kUnknown) answer = {standing, whose};
  }
  return answer;
}

bool People::WasSaidOfAddress(int64_t at_ms) const {
  return std::any_of(refusals_of_.begin(), refusals_of_.end(), [&](const auto& address) {
    return std::any_of(address.second.begin(), address.second.end(),
                       [&](const ConsentWord& word) { return word.at_ms == at_ms; });
  });
}

int64_t People::GrantedAt(const Person& person, const std::string& channel, const std::string& address,
                          const std::string& scope, const std::string& topic) const {
  const std::string device = DeviceAt(person, channel, address);
  int64_t granted_ms = -1;
  for (const ConsentWord& word : person.consents)
    if ((word.whose.empty() || word.whose == device) && word.grant &&
        StandingOf({word}, channel, scope, topic) == Standing::kGranted)
      granted_ms = std::max(granted_ms, word.at_ms);
  return granted_ms;
}

}  // namespace cartwheel::sim
