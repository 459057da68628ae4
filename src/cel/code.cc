#include "cel/code.h"

#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

const ConstantList& AsList(const void* object) { return *static_cast<const ConstantList*>(object); }
const ConstantMap& AsMap(const void* object) { return *static_cast<const ConstantMap*>(object); }

Value FindEntry(const void* object, std::string_view key) {
  for (const Entry& entry : AsMap(object).entries)
    if (entry.first.is_string() && entry.first.text() == key) return entry.second;
  return Value();
}

const ContainerOps kListOps = {
    .size = [](const void* object) { return AsList(object).elements.size(); },
    .at = [](const void* object, size_t index) { return AsList(object).elements[index]; },
    .find = nullptr,
    .entry = nullptr,
};
const ContainerOps kMapOps = {
    .size = [](const void* object) { return AsMap(object).entries.size(); },
    .at = nullptr,
    .find = FindEntry,
    .entry = [](const void* object, size_t index) { return AsMap(object).entries[index]; },
};

}  // namespace

Value ReadConstant(const ConstantList& list) { return Value::List(&kListOps, &list); }
Value ReadConstant(const ConstantMap& map) { return Value::Map(&kMapOps, &map); }

std::string FieldName(const Code& code, const FieldCode& field) {
  return fmt::format("{}.{}", code.variable_names[field.slot], code.constants[field.key].text());
}

}  // namespace cartwheel::cel
