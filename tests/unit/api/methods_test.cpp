#include "api/methods.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace murmur {
namespace {

/// The names in lines such as "  rpc GetAgent(GetAgentRequest) returns (GetAgentResponse);", without the streams.
std::set<std::string> contract_methods() {
    std::ifstream proto(std::string(MURMUR_SOURCE_DIR) + "/share/proto/murmur/api/v1/murmur.proto");
    std::set<std::string> names;
    const std::string prefix = "  rpc ";
    for (std::string line; std::getline(proto, line);)
        if (line.starts_with(prefix) && line.find("(stream ") == std::string::npos)
            names.insert(line.substr(prefix.size(), line.find('(') - prefix.size()));
    return names;
}

TEST(Methods, AreThoseOfThePublishedContract) {
    std::set<std::string> names;
    for (const UnaryMethod& method : unary_methods()) names.emplace(method.name);
    EXPECT_EQ(names, contract_methods());
}

TEST(Methods, EachNamesItsPermission) {
    // For whoever is identified: what the program is, what kinds there are, and what one may do.
    const std::set<std::string_view> for_everyone{"GetVersion", "ListKinds", "GetKind", "WhoAmI", "CheckPermissions"};
    for (const UnaryMethod& method : unary_methods()) {
        EXPECT_EQ(method.check == Check::none, for_everyone.contains(method.name)) << method.name;
        EXPECT_EQ(method.check == Check::agent, method.run_on_agent || method.run_on_agent_for) << method.name;
        EXPECT_EQ(method.check != Check::agent, method.run != nullptr) << method.name;
        if (method.check == Check::none) continue;
        std::string_view permission = method.permission;
        const bool is_of_kind = permission.starts_with("{kind}.");
        EXPECT_TRUE(!is_of_kind || method.check == Check::request) << method.name;
        if (is_of_kind) permission.remove_prefix(std::string_view("{kind}.").size());
        EXPECT_NO_THROW(parse_permission(is_of_kind ? "any." + std::string(permission) : std::string(permission)))
            << method.name;
    }
}

}
}
