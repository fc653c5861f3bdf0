#include <gtest/gtest.h>

#include "catalog/validation.hpp"
#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

TEST(References, AreFoundInListsObjectsAndMaps) {
    const json::object body = parse_json(R"({"name": "a", "tool_refs": ["saw", "axe"],
        "parts": [{"part_name": "x"}, {"part_name": "y", "maker_ref": "acme", "labels": ["saw"]}],
        "regions": {"west": {"cost_per_hour": 1, "office_ref": "seattle"}, "east": {"cost_per_hour": 2}},
        "triggers": {"e": {"office_ref": "not one"}},
        "grant": {"users": ["alice"], "groups": ["team"]}, "title": "saw"})")
                                  .as_object();
    std::string said;
    for (const BodyReference& reference : references_of(every_type_spec(), body)) {
        for (const std::string& kind : reference.kinds) said += kind + " ";
        said += reference.name + " at " + reference.path + "\n";
    }
    EXPECT_EQ(said,
              "tool saw at tool_refs[0]\n"
              "tool axe at tool_refs[1]\n"
              "maker company acme at parts[1].maker_ref\n"
              "office seattle at regions.west.office_ref\n"
              "group team at grant.groups[0]\n");
}

TEST(References, NothingIsReferencedByNothing) { EXPECT_TRUE(references_of(every_type_spec(), {}).empty()); }

}
}
