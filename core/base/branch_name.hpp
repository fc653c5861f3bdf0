#pragma once

#include <string_view>

namespace murmur {

/// Whether git takes it as the name of a branch. Source: https://git-scm.com/docs/git-check-ref-format
bool is_branch_name(std::string_view name);

}
