#include "api/methods.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

namespace murmur {
namespace {

std::set<std::string> contract_methods() {
    std::ifstream proto(std::string(MURMUR_SOURCE_DIR) + "/share/proto/murmur/api/v1/murmur.proto");
    std::set<std::string> names;
    const std::regex unary(R"(^\s*rpc (\w+)\(\w+\) returns \(\w+\);)");
    for (std::string line; std::getline(proto, line);)
        if (std::smatch match; std::regex_search(line, match, unary)) names.insert(match[1]);
    return names;
}

TEST(Methods, AreThoseOfThePublishedContract) {
    std::set<std::string> names;
    for (const UnaryMethod& method : unary_methods()) names.emplace(method.name);
    EXPECT_EQ(names, contract_methods());
}

TEST(Methods, EachNamesItsPermission) {
    for (const UnaryMethod& method : unary_methods()) {
        EXPECT_TRUE(std::regex_match(std::string(method.permission), std::regex("[a-z-]+\\.[a-z]+"))) << method.name;
    }
}

}
}
