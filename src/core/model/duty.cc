#include "core/model/duty.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBetweenParts = ": ";
constexpr std::string_view kBetweenWords = ", ";
constexpr std::string_view kEveryMediumWord = "all";

// Takes what stands before the separator, or everything, and the separator.
std::string_view Take(std::string_view& text, std::string_view separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + separator.size());
  return part;
}

void Append(std::string_view word, std::string& words) {
  if (!words.empty()) words += kBetweenWords;
  words += word;
}

}  // namespace

std::string KeyOfNews(const ConsentNews& news) {
  std::string media, scopes;
  if (news.media == MediumSet::All()) {
    media = kEveryMediumWord;
  } else {
    for (size_t i = 0; i < kConsentMediumCount; ++i)
      if (news.media.has(static_cast<ConsentMedium>(i))) Append(kConsentMediumNames[i], media);
  }
  if (news.ad) Append(ConsentScopeName(ConsentScope::kAd), scopes);
  if (news.ad_night) Append(ConsentScopeName(ConsentScope::kAdNight), scopes);
  std::string key(news.action);
  key += kBetweenParts;
  key += media;
  key += kBetweenParts;
  return key += scopes;
}

NewsKey SplitNewsKey(std::string_view key) {
  NewsKey parts;
  parts.action = Take(key, kBetweenParts);
  parts.medium = Take(key, kBetweenParts);
  parts.scope = key;
  return parts;
}

MediumSet MediaOfNews(std::string_view key) {
  std::string_view words = SplitNewsKey(key).medium;
  if (words == kEveryMediumWord) return MediumSet::All();
  MediumSet media;
  while (!words.empty())
    if (const auto medium = FindConsentMedium(Take(words, kBetweenWords))) media.insert(*medium);
  return media;
}

}  // namespace cartwheel
