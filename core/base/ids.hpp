#pragma once

#include <cstddef>
#include <string>

namespace murmur {

/// `bytes` random bytes of the kernel, as lower-case hexadecimal: twice as many characters.
std::string random_hex(std::size_t bytes);

/// A random UUID (version 4).
std::string random_uuid();

}
