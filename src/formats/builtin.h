// The built-in formats that are mappings, in the language of mapping.h. Each names the pages that document what it
// reads; what names the customer and which event becomes which stands in docs/formats.md.
#pragma once

namespace cartwheel::formats {

extern const char kGa4Mapping[];
extern const char kMixpanelMapping[];
extern const char kAmplitudeMapping[];
extern const char kBrazeMapping[];
extern const char kShopifyMapping[];
extern const char kWooCommerceMapping[];
extern const char kCafe24Mapping[];
extern const char kMetaMapping[];

}  // namespace cartwheel::formats
