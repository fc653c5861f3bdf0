#include "catalog/resource_text.hpp"

#include <gtest/gtest.h>

#include "catalog/validation.hpp"
#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

json::object object(const char* text) { return parse_json(text).as_object(); }

TEST(ResourceText, YamlIsWhatAPersonWouldWrite) {
    EXPECT_EQ(
        to_yaml(object(R"({"name":"a","count":5,"parts":[{"part_name":"x","labels":["a b","#1"]},{"part_name":"no"}],
                                 "marker":{},"description":"Line.\n  More.\n"})")),
        "name: a\n"
        "count: 5\n"
        "parts:\n"
        "  - part_name: x\n"
        "    labels:\n"
        "      - a b\n"
        "      - \"#1\"\n"
        "  - part_name: \"no\"\n"
        "marker: {}\n"
        "description: |\n"
        "  Line.\n"
        "    More.\n");
    EXPECT_EQ(to_yaml({}), "{}\n");
}

TEST(ResourceText, MarkdownIsFrontMatterAndText) {
    const CatalogKindSpec spec = every_text_spec();
    EXPECT_EQ(to_markdown(spec, object(R"({"max_turns":5,"tool_refs":["a"],"note_text":"# T\n---\n"})")),
              "---\nmax_turns: 5\ntool_refs:\n  - a\n---\n# T\n---\n");
    EXPECT_EQ(to_markdown(spec, {}), "---\n---\n");
    EXPECT_EQ(to_markdown(spec, object(R"({"note_text":"---\nx: 1\n---\n"})")), "---\n---\n---\nx: 1\n---\n");
}

TEST(ResourceText, ApiJsonIsInCamelCaseButForNames) {
    EXPECT_EQ(json::serialize(to_api_json(every_type_spec(),
                                          object(R"({"name":"a","tool_refs":["x_y"],"parts":[{"part_name":"x_y"}],
                             "regions":{"us_west":{"cost_per_hour":1}},"triggers":{"pr_opened":{"base_branches":["a"]}}})"))),
              R"({"name":"a","toolRefs":["x_y"],"parts":[{"partName":"x_y"}],)"
              R"("regions":{"us_west":{"costPerHour":1}},"triggers":{"pr_opened":{"base_branches":["a"]}}})");
    EXPECT_EQ(json::serialize(to_api_json(every_text_spec(), object(R"({"max_turns":5,"note_text":"T"})"))),
              R"({"maxTurns":5,"noteText":"T"})");
}

TEST(ResourceText, ColumnsAreCells) {
    CatalogKindSpec spec = every_type_spec();
    spec.columns = {"count",
                    "parts",
                    "parts[].part_name",
                    "parts.labels",
                    "tool_refs",
                    "regions",
                    "regions.west.cost_per_hour",
                    "mode",
                    "description",
                    "left.hand",
                    "ratio",
                    "enabled"};
    EXPECT_EQ(column_values(spec, object(R"({"count":5,"parts":[{"part_name":"x","labels":["l"]},{"part_name":"y"}],
                                             "tool_refs":["a","b"],"regions":{"west":{"cost_per_hour":0.5},"east":{}},
                                             "description":"One\nTwo\n","ratio":1.25})")),
              (std::vector<std::string>{"5", "2", "x, y", "l", "a, b", "west, east", "0.5", "fast", "One…", "", "1.25",
                                        "false"}));
}

TEST(ResourceText, TheSchemaKnowsEveryRuleThatAnEditorCanUse) {
    const json::object schema = json_schema(every_type_spec());
    EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(json::serialize(schema.at("required")), R"(["name"])");
    const json::object& fields = schema.at("properties").as_object();
    EXPECT_EQ(json::serialize(fields.at("title")), R"({"description":"Its title.","type":"string","maxLength":20})");
    EXPECT_EQ(json::serialize(fields.at("heading_text")),
              R"({"description":"Its title.","type":"string","maxLength":20,"deprecated":true})");
    EXPECT_EQ(
        json::serialize(fields.at("name")),
        R"({"description":"What it is called.","type":"string","minLength":1,"examples":["a"],"pattern":"^[a-z][a-z0-9-]{0,62}$"})");
    EXPECT_EQ(json::serialize(fields.at("count")),
              R"({"description":"How many.","type":"integer","minimum":1,"maximum":10})");
    EXPECT_EQ(json::serialize(fields.at("ratio")), R"({"description":"How much.","type":"number","minimum":5E-1})");
    EXPECT_EQ(json::serialize(fields.at("mode")),
              R"({"description":"How it runs.","enum":["fast","dry_run"],"default":"fast"})");
    EXPECT_EQ(
        json::serialize(fields.at("tool_refs")),
        R"({"description":"Its tools. Names a tool.","type":"array","items":{"type":"string","minLength":1},"maxItems":3})");
    EXPECT_EQ(json::serialize(fields.at("seen_at")),
              R"({"description":"When it was seen.","type":"string","format":"date-time","readOnly":true})");
    EXPECT_EQ(fields.at("plain_value").at("writeOnly"), true);
    EXPECT_EQ(json::serialize(fields.at("parts").at("items").at("required")), R"(["part_name"])");
    EXPECT_EQ(fields.at("parts").at("items").at("additionalProperties"), false);
    EXPECT_EQ(fields.at("regions").at("additionalProperties").at("properties").as_object().size(), 2u);
    EXPECT_EQ(json::serialize(fields.at("grant").at("allOf")),
              R"([{"anyOf":[{"required":["users"]},{"required":["groups"]}]}])");
    EXPECT_EQ(json::serialize(schema.at("allOf")),
              R"([{"if":{"properties":{"side":{"const":"SIDE_LEFT"}},"required":["side"]},)"
              R"("else":{"not":{"required":["left"]}},"then":{"required":["left"]}}])");
    EXPECT_EQ(fields.at("kind").at("const"), "thing");
}

TEST(ResourceText, TheSchemaOfASingletonNeedsNoName) {
    CatalogKindSpec spec;
    spec.name = "pool-config";
    spec.singleton = "default";
    spec.fields = {{.name = "name", .required = true}, {.name = "max_vms", .required = true, .also = {"vms"}}};
    const json::object schema = json_schema(spec);
    EXPECT_EQ(json::serialize(schema.at("required")), "[]");
    EXPECT_EQ(schema.at("properties").at("name").at("const"), "default");
    EXPECT_EQ(json::serialize(schema.at("allOf")), R"([{"anyOf":[{"required":["max_vms"]},{"required":["vms"]}]}])");
}

TEST(ResourceText, DocumentationHasEveryField) {
    CatalogKindSpec spec = every_type_spec();
    spec.verbs = {"read", "edit"};
    spec.example = "name: a";
    const std::string page = documentation(spec);
    for (const std::string& expected :
         {std::string("## thing\n\nSomething with every type of field.\n"),
          std::string("Permissions: `thing.read`, `thing.edit`\n"), std::string("```yaml\nname: a\n```\n"),
          std::string("| `name` | string | yes |  | What it is called. |\n"),
          std::string("| `regions.<name>.cost_per_hour` | number | yes |"), std::string("| `parts[].maker_ref` |"),
          std::string("Names a `maker` or `company`."), std::string("One of `SIDE_LEFT`, `SIDE_RIGHT`."),
          std::string("Also read as `heading_text`."), std::string("Set by murmur; ignored on input."),
          std::string("Stored encrypted, and never shown again.")})
        EXPECT_NE(page.find(expected), std::string::npos) << expected << "\n" << page;
    EXPECT_NE(documentation(every_text_spec()).find("the text below it is `note_text`."), std::string::npos);
}

}
}
