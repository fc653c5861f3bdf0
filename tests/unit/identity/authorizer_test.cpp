#include "identity/authorizer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

struct CountingLogger final : Logger {
    void log(LogLevel, std::string_view message, std::initializer_list<LogField>) noexcept override {
        if (message == "a grant is left out") ++problems;
    }
    std::atomic<int> problems{0};
};

/// A source of which revision n lets exactly "user-n" read workspaces.
struct CountingSource {
    std::atomic<std::uint64_t> revision{1};
    std::atomic<int> loads{0};
    PolicySource source() {
        return {[this] { return revision.load(); },
                [this](const std::string& tenant) {
                    ++loads;
                    return std::vector<PolicyResource>{
                        binding("b", R"({"users":["user-)" + std::to_string(revision.load()) + R"(-of-)" + tenant +
                                         R"("],"inline":{"permissions":["workspace.read"]}})")};
                }};
    }
};

bool may_read(Authorizer& authorizer, const std::string& tenant, const std::string& account) {
    return authorizer.policy(tenant)->evaluate(user_principal(acme, account), {"workspace", "read"}, {}).allowed;
}

TEST(Authorizer, CompilesOnceForEveryChangeAndTenant) {
    CountingLogger logger;
    CountingSource source;
    Authorizer authorizer(source.source(), logger);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(may_read(authorizer, "a", "user-1-of-a"));
        EXPECT_TRUE(may_read(authorizer, "b", "user-1-of-b"));
        EXPECT_FALSE(may_read(authorizer, "a", "user-1-of-b"));
    }
    EXPECT_EQ(source.loads, 2);
    source.revision = 2;
    EXPECT_FALSE(may_read(authorizer, "a", "user-1-of-a"));
    EXPECT_TRUE(may_read(authorizer, "a", "user-2-of-a"));
    EXPECT_EQ(source.loads, 3);
}

TEST(Authorizer, ManyThreadsThatFindItOldCompileItOnce) {
    CountingLogger logger;
    CountingSource source;
    Authorizer authorizer(source.source(), logger);
    std::atomic<int> wrong{0};
    for (std::uint64_t revision = 1; revision <= 20; ++revision) {
        source.revision = revision;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                if (!may_read(authorizer, "a", "user-" + std::to_string(revision) + "-of-a")) ++wrong;
            });
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(source.loads, 20);
}

TEST(Authorizer, APolicyThatWasTakenStaysAsItWas) {
    CountingLogger logger;
    CountingSource source;
    Authorizer authorizer(source.source(), logger);
    const auto policy = authorizer.policy("a");
    source.revision = 2;
    authorizer.policy("a");
    EXPECT_TRUE(policy->evaluate(user_principal(acme, "user-1-of-a"), {"workspace", "read"}, {}).allowed);
}

TEST(Authorizer, AFailureToLoadIsNotRemembered) {
    CountingLogger logger;
    bool fails = true;
    Authorizer authorizer({[] { return 1; },
                           [&](const std::string&) -> std::vector<PolicyResource> {
                               if (fails) throw std::runtime_error("no store");
                               return {binding("b", R"({"users":["alice"],"role":"gone"})")};
                           }},
                          logger);
    EXPECT_THROW(authorizer.policy("a"), std::runtime_error);
    fails = false;
    EXPECT_FALSE(may_read(authorizer, "a", "alice"));
    EXPECT_EQ(logger.problems, 1);
}

}
}
