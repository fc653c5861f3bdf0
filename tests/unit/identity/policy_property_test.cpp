#include <gtest/gtest.h>

#include <random>

#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

constexpr int worlds = 300;
constexpr int grants_max = 8;

const std::vector<std::string> kind_words{"agent", "secret", "workspace", "service-profile"};
const std::vector<std::string> verb_words{"read", "edit", "assume"};
const std::vector<std::string> user_words{"alice", "bob", "service-profile:ci-bot", "service-profile:*"};
const std::vector<std::string> group_words{"team", "owners", "everyone"};
const std::vector<std::string> pattern_words{"", "*", "${username}/*", "alice/*", "ci-bot", "${provider}/x"};
const std::vector<std::string> name_words{"", "alice/fix", "bob/fix", "ci-bot", "github_oauth/x"};

class World {
public:
    explicit World(unsigned seed) : random_(seed) {}

    const std::string& pick(const std::vector<std::string>& words) { return words[random_() % words.size()]; }
    std::string permission() {
        const std::string kind = random_() % 4 == 0 ? "*" : pick(kind_words);
        return kind + "." + (random_() % 4 == 0 ? "*" : pick(verb_words));
    }
    std::string grant() {
        std::string text = "{\"users\":[";
        if (random_() % 2) text += "\"" + pick(user_words) + "\"";
        text += "],\"groups\":[";
        if (random_() % 2) text += "\"" + pick(group_words) + "\"";
        text +=
            R"(],"name_pattern":")" + pick(pattern_words) + R"(","inline":{"permissions":[")" + permission() + "\"]}}";
        return text;
    }
    PolicyResource resource(int number) {
        const std::string name = "n" + std::to_string(number);
        return random_() % 4 == 0 ? profile("ci-bot", "[" + grant() + "]") : binding(name, grant());
    }

private:
    std::mt19937 random_;
};

/// Every question that the words can make, and its answer.
std::vector<std::pair<std::string, bool>> answers(const std::vector<PolicyResource>& grants) {
    std::vector<PolicyResource> resources{group("team", R"("static":{"members":["bob","service-profile:ci-bot"]})"),
                                          group("owners", R"("github_admin":{})"),
                                          group("everyone", R"("all_tenant_members":{})")};
    resources.insert(resources.end(), grants.begin(), grants.end());
    const Policy policy(resources);
    std::vector<std::pair<std::string, bool>> all;
    for (const Principal& principal :
         {user_principal(acme, "alice"), user_principal(acme, "bob"), admin_principal("carol"),
          service_profile_principal(acme, "ci-bot"), agent_of("alice", {"fix"})})
        for (const std::string& kind : kind_words)
            for (const std::string& verb : verb_words)
                for (const std::string& name : name_words) {
                    const Verdict verdict = policy.evaluate(principal, {kind, verb}, {name});
                    const bool any = policy.evaluate_any(principal, {kind, verb}).allowed;
                    EXPECT_TRUE(any || !verdict.allowed || principal.kind == PrincipalKind::agent)
                        << "what is allowed for one is allowed for some";
                    all.emplace_back(principal.text() + " " + kind + "." + verb + " " + name, verdict.allowed);
                }
    return all;
}

TEST(PolicyProperty, AddingAGrantNeverTakesAPermissionAway) {
    int gained = 0;
    for (unsigned seed = 0; seed < worlds; ++seed) {
        World world(seed);
        std::vector<PolicyResource> grants;
        auto before = answers(grants);
        for (int number = 0; number < grants_max; ++number) {
            grants.insert(grants.begin() + (number % 2 ? static_cast<std::ptrdiff_t>(grants.size()) : 0),
                          world.resource(number));
            const auto after = answers(grants);
            for (std::size_t i = 0; i < after.size(); ++i) {
                ASSERT_TRUE(after[i].second || !before[i].second) << "seed " << seed << ": " << after[i].first;
                gained += after[i].second && !before[i].second;
            }
            before = after;
        }
    }
    EXPECT_GT(gained, worlds) << "the grants of this test grant nothing";
}

}
}
