#pragma once

#include <string>

#include "catalog/kind_registry.hpp"
#include "catalog/permission.hpp"

namespace murmur {

/// What is odd about a permission that somebody asks for or grants: no kind is called so, or the kind has no such verb;
/// with the nearest that there is. Empty for one of murmur's. It is no error, as a plugin may bring the kind later.
std::string note_on_permission(const KindRegistry& kinds, const Permission& permission);

}
