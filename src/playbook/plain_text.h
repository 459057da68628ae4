// The text part of an e-mail that has only HTML: made of the HTML's source when the playbook is loaded, so that it is
// checked and rendered like any other text.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::playbook {

// What a reader would read: tags go, blocks and <br> become lines, a link is followed by its address in brackets, list
// items get a dash, entities become characters; comments, <head>, <style> and <script> go with what is in them. Liquid
// stays as it is.
std::string PlainText(std::string_view html);

}  // namespace cartwheel::playbook
