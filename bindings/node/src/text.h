// Texts of JavaScript as C++ has them, for both addons.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cartwheel_node {

inline napi_value Text(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

// A string, or a Buffer's bytes.
inline bool ReadText(napi_env env, napi_value value, std::string* out) {
  bool buffer = false;
  if (napi_is_buffer(env, value, &buffer) == napi_ok && buffer) {
    void* data = nullptr;
    size_t size = 0;
    napi_get_buffer_info(env, value, &data, &size);
    out->assign(static_cast<const char*>(data), size);
    return true;
  }
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) return false;
  out->resize(size + 1);
  napi_get_value_string_utf8(env, value, out->data(), size + 1, &size);
  out->resize(size);
  return true;
}

inline void Set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

inline void SetFunction(napi_env env, napi_value object, const char* name, napi_callback call) {
  napi_value value = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &value);
  Set(env, object, name, value);
}

// Sets an object of the names' places: {"open": 0, …}.
template <size_t kCount>
void SetPlaces(napi_env env, napi_value object, const char* name, const char* const (&names)[kCount]) {
  napi_value places = nullptr, value = nullptr;
  napi_create_object(env, &places);
  for (size_t i = 0; i < kCount; ++i) {
    napi_create_uint32(env, static_cast<uint32_t>(i), &value);
    Set(env, places, names[i], value);
  }
  Set(env, object, name, places);
}

}  // namespace cartwheel_node
