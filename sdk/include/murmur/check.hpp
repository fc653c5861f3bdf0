#pragma once

#include "murmur/export.hpp"

namespace murmur {
/// Prints the broken assumption to stderr and aborts.
[[noreturn]] MURMUR_SDK_API void check_failed(const char* condition, const char* file, int line) noexcept;
}

/// For what only a bug in murmur can cause; on in every build. What the world does wrong is an Error instead.
#define MURMUR_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::murmur::check_failed(#condition, __FILE__, __LINE__))
