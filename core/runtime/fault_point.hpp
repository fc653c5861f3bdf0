#pragma once

#include <string_view>

namespace murmur {

/// A named place at which the process can be made to die, as by kill -9 or a power cut, to prove that nothing is lost.
///
/// MURMUR_FAULT=<name> kills it at the first passage, MURMUR_FAULT=<name>:<n> at the n-th. Without the variable it
/// costs one comparison. Safe from any thread.
void fault_point(std::string_view name) noexcept;

}
