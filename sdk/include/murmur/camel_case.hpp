#pragma once

#include <murmur/export.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// "baseBranch" of "base_branch": the other spelling of every field's name.
MURMUR_SDK_API std::string camel_case(std::string_view snake_case);

}
