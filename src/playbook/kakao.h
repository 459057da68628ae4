// Kakao's own variables, #{name}: what a reviewed template is written with. The playbook says what each is
// ("variables": {"name": "{{ customer.name }}"}); they are put into the texts when the playbook is loaded, and go to
// the provider by name beside them.
#pragma once

#include <string>
#include <string_view>

#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Whether a field of a kakao section takes variables: texts and links do, the names of buttons do not.
bool TakesKakaoVariables(std::string_view path);
// `text` with every #{name} replaced by its Liquid. Reports names that `variables` (null: there are none) does not
// have.
std::string ExpandKakao(const JsonNode& text, const JsonNode* variables, ErrorList* errors);

}  // namespace cartwheel::playbook
