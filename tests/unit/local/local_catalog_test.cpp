#include "local_catalog.hpp"

#include <gtest/gtest.h>

#include <map>

namespace murmur::local {
namespace {

std::map<std::string, json::object> builtins() {
    std::map<std::string, json::object> by_kind;
    for (const CatalogBuiltin& builtin : local_catalog("/").builtins) by_kind[builtin.kind] = builtin.body;
    return by_kind;
}

TEST(LocalCatalog, AWorkspaceCanBeMadeOfItsBuiltins) {
    const auto all = builtins();
    for (const char* kind : {"machine-type", "disk-type", "image", "placement", "environment"}) {
        ASSERT_TRUE(all.contains(kind)) << kind;
        EXPECT_EQ(all.at(kind).at("name"), "murmur-local") << kind;
        EXPECT_EQ(all.at(kind).begin()->key(), "name") << kind << ": as a user would write it";
    }
    EXPECT_EQ(all.at("environment").at("machine_type_ref"), "murmur-local");
    EXPECT_EQ(all.at("environment").at("disk_type_ref"), "murmur-local");
    EXPECT_EQ(all.at("environment").at("substrate"), all.at("placement").at("substrate"));
    EXPECT_EQ(all.at("machine-type").at("architecture"), all.at("image").at("architecture"));
}

TEST(LocalCatalog, SaysWhatThisComputerHas) {
    const auto all = builtins();
    EXPECT_GE(all.at("machine-type").at("vcpus").to_number<double>(), 1);
    EXPECT_GT(all.at("machine-type").at("memory_gb").to_number<double>(), 0);
    EXPECT_EQ(all.at("machine-type").at("local").at("cost_per_hour"), 0);
    EXPECT_GT(all.at("environment").at("disk_size_gb").to_number<std::int64_t>(), 0);
}

TEST(LocalCatalog, ADiskThatCannotBeMeasuredIsAsLargeAsItIs) {
    for (const CatalogBuiltin& builtin : local_catalog("/no/such/directory").builtins) {
        if (builtin.kind != "environment") continue;
        EXPECT_EQ(builtin.body.at("disk_size_gb"), 0);
    }
}

}
}
