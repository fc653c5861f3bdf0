#include "runner/core_limit.hpp"

#include <sys/resource.h>

#include <base/locked.hpp>
#include <cerrno>
#include <murmur/error.hpp>
#include <optional>

namespace murmur::runner {

namespace {

// Too little for a file, and to the kernel the sign that nothing goes to a program that collects cores either: that one
// would get everything with a limit of 0.
constexpr rlim_t no_core = 1;

Locked<std::optional<rlimit>>& limit_at_start() {
    static Locked<std::optional<rlimit>> limit;
    return limit;
}

}

void forbid_own_core() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) throw system_error(errno, "reading the limit of core files");
    auto held = limit_at_start().lock();
    if (!*held) *held = limit;
    limit.rlim_cur = limit.rlim_max < no_core ? limit.rlim_max : no_core;
    if (::setrlimit(RLIMIT_CORE, &limit) != 0) throw system_error(errno, "setting the limit of core files");
}

void restore_core_limit(pid_t child) {
    auto held = limit_at_start().lock();
    // One that is gone already needs none.
    if (*held) static_cast<void>(::prlimit(child, RLIMIT_CORE, &**held, nullptr));
}

}
