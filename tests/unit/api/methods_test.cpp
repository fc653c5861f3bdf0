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
    for (const UnaryMethod& method : unary_methods()) {
        const std::size_t dot = method.permission.find('.');
        EXPECT_TRUE(dot != std::string_view::npos && dot > 0 && dot + 1 < method.permission.size()) << method.name;
    }
}

}
}
