#pragma once

#include <murmur/secret.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// The most that a secret's value may have: it becomes one environment variable, of which Linux takes 128 KiB at most,
/// and murmurd takes no more than this.
inline constexpr std::size_t secret_bytes_max = std::size_t{64} << 10;

/// A secret's value from standard input: all of it but one line break at the end; on a terminal one line that is asked
/// for and not shown. The terminal is as before however this ends; Ctrl-C is a `cancelled` Error. Throws with the
/// remedy for a value that is empty, too long, not UTF-8, or has a NUL byte; no complaint shows any of it.
Secret read_secret(const std::string& name, Out& out);

}
