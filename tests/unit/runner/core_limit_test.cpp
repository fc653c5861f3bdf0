#include "runner/core_limit.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace murmur::runner {
namespace {

rlim_t limit_of(pid_t pid) {
    rlimit limit{};
    EXPECT_EQ(::prlimit(pid, RLIMIT_CORE, nullptr, &limit), 0);
    return limit.rlim_cur;
}

TEST(CoreLimit, NoneForItselfAndTheOldOneForItsChildren) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_CORE, &before), 0);
    forbid_own_core();
    EXPECT_LE(limit_of(0), 1u);
    const pid_t child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    EXPECT_LE(limit_of(child), 1u);
    restore_core_limit(child);
    EXPECT_EQ(limit_of(child), before.rlim_cur);
    forbid_own_core();  // a second time forgets nothing
    restore_core_limit(child);
    EXPECT_EQ(limit_of(child), before.rlim_cur);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_EQ(::setrlimit(RLIMIT_CORE, &before), 0);
}

}
}
