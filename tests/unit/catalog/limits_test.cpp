#include "catalog_world.hpp"

namespace murmur {
namespace {

TEST_F(CatalogWorld, LimitsOfAgentsAreWrittenWhereTheyAreSearched) {
    set("pool-config", "default", "limits: {max_cost: 100, max_children: 20}");
    patch("pool-config", "default", {{"limits.max_time", "24h"}});
    EXPECT_EQ(json::serialize(get("pool-config", "default").body.at("limits")),
              R"({"max_cost":100,"max_time":"24h","max_children":20})");
    set("agent-persona", "thrifty", "---\nlimits: {max_cost: 0.50, max_turns: 3, max_time: 90m}\n---\nBe brief.\n");
    EXPECT_EQ(json::serialize(get("agent-persona", "thrifty").body.at("limits")),
              R"({"max_cost":5E-1,"max_turns":3,"max_time":"90m"})");
}

TEST_F(CatalogWorld, LimitsThatAreNoneAreRefused) {
    const auto complaint = [&](const std::string& limits) {
        return complaint_of([&] { set("pool-config", "default", "limits: " + limits); }).message;
    };
    EXPECT_EQ(complaint("{max_cost: -1}").substr(0, 15), "limits.max_cost");
    EXPECT_EQ(complaint("{max_turns: 1.5}").substr(0, 16), "limits.max_turns");
    EXPECT_EQ(complaint("{max_time: soon}").substr(0, 15), "limits.max_time");
    EXPECT_EQ(complaint("{max_children: 1000000}").substr(0, 19), "limits.max_children");
    EXPECT_NE(complaint("{max_costs: 1}").find("max_costs"), std::string::npos);
}

}
}
