#include "formats/json.h"

#include <simdjson.h>

#include "cartwheel/limits.h"

namespace cartwheel::formats {

bool PackValue(JsonCursor& json, int depth, PackedWriter* writer) {
  const JsonKind kind = json.kind();
  if (kind != JsonKind::kMap && kind != JsonKind::kList) {
    Value value;
    if (!json.Scalar(&value)) return false;
    writer->Scalar(value);
    return true;
  }
  if (depth >= kEventDepthMax) return false;
  if (kind == JsonKind::kList) {
    writer->BeginList();
    if (!json.Elements([&] { return PackValue(json, depth + 1, writer); })) return false;
  } else {
    writer->BeginMap();
    auto member = [&](std::string_view key) {
      if (json.kind() == JsonKind::kNull) return json.Skip();
      writer->Key(key);
      return PackValue(json, depth + 1, writer);
    };
    if (!json.Members(member)) return false;
  }
  writer->End();
  return true;
}

size_t FindInvalidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (i + length > text.size() || !simdjson::validate_utf8(text.data() + i, length)) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace cartwheel::formats
