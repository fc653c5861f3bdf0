#include <gtest/gtest.h>

#include "catalog/validation.hpp"
#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

constexpr const char* some_thing =
    R"({"name":"a","count":5,"parts":[{"part_name":"x"}],"regions":{"west":{"cost_per_hour":1}}})";

/// The fields after the changes, or "complaint | hint".
std::string changed(const std::vector<FieldChange>& changes, const char* before = some_thing) {
    json::object fields = parse_json(before).as_object();
    try {
        apply_changes(every_type_spec(), fields, changes);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message() + " | " + error.hint();
    }
    return json::serialize(fields);
}
std::string set_in_empty(const std::string& path, const std::string& value, bool is_text = false) {
    return changed({{path, value, is_text}}, "{}");
}

TEST(FieldChanges, ReadsValuesByTheFieldsType) {
    EXPECT_EQ(set_in_empty("count", "7"), R"({"count":7})");
    EXPECT_EQ(set_in_empty("title", "7"), R"({"title":"7"})");
    EXPECT_EQ(set_in_empty("title", " a: [b # \n"), R"({"title":" a: [b # \n"})");
    EXPECT_EQ(set_in_empty("ratio", "1.5"), R"({"ratio":1.5E0})");
    EXPECT_EQ(set_in_empty("enabled", "true"), R"({"enabled":true})");
    EXPECT_EQ(set_in_empty("mode", "dry_run"), R"({"mode":"dry_run"})");
    EXPECT_EQ(set_in_empty("timeout", "90"), R"({"timeout":"90"})");
    EXPECT_EQ(set_in_empty("tool_refs", "[a, '5']"), R"({"tool_refs":["a","5"]})");
    EXPECT_EQ(set_in_empty("tool_refs", "- a\n- b\n"), R"({"tool_refs":["a","b"]})");
    EXPECT_EQ(set_in_empty("parts", "[{part_name: x}]"), R"({"parts":[{"part_name":"x"}]})");
    EXPECT_EQ(set_in_empty("marker", "{}"), R"({"marker":{}})");
}

TEST(FieldChanges, FollowsPathsAndMakesWhatIsBetween) {
    EXPECT_EQ(set_in_empty("left.hand", "yes"), R"({"left":{"hand":"yes"}})");
    EXPECT_EQ(set_in_empty("grant.users[0]", "5"), R"({"grant":{"users":["5"]}})");
    EXPECT_EQ(set_in_empty("regions.us-west-2.cost_per_hour", "0.19"),
              R"({"regions":{"us-west-2":{"cost_per_hour":1.9E-1}}})");
    EXPECT_EQ(set_in_empty("regions.east", "{cost_per_hour: 2}"), R"({"regions":{"east":{"cost_per_hour":2}}})");
    EXPECT_EQ(set_in_empty("triggers.opened.repos[0]", "a"), R"({"triggers":{"opened":{"repos":["a"]}}})");
    EXPECT_EQ(
        changed({{"parts[0].part_name", "y"}, {"parts[1].part_name", "z"}}),
        R"({"name":"a","count":5,"parts":[{"part_name":"y"},{"part_name":"z"}],"regions":{"west":{"cost_per_hour":1}}})");
}

TEST(FieldChanges, EmptyAndNullRemove) {
    EXPECT_EQ(changed({{"count", ""}, {"parts", "null"}, {"regions.west", "~"}}), R"({"name":"a","regions":{}})");
    EXPECT_EQ(changed({{"parts[0]", ""}, {"count", "null"}, {"regions", ""}}), R"({"name":"a","parts":[]})");
    EXPECT_EQ(changed({{"title", "null"}}, R"({"title":"x","count":1})"), R"({"count":1})");
    EXPECT_EQ(set_in_empty("title", "null", true), R"({"title":"null"})");
}

TEST(FieldChanges, ATextIsTakenAsItIs) {
    EXPECT_EQ(set_in_empty("title", "line\nline\n", true), R"({"title":"line\nline\n"})");
    EXPECT_EQ(set_in_empty("timeout", "30m\n", true), R"({"timeout":"30m"})");
    EXPECT_EQ(set_in_empty("title", "\xFF", true), "title must be text in UTF-8 | ");
}

TEST(FieldChanges, KeepsTheSpellingThatIsThere) {
    EXPECT_EQ(changed({{"title", "new"}}, R"({"headingText":"old"})"), R"({"headingText":"new"})");
    EXPECT_EQ(changed({{"toolRefs", "[a]"}}, "{}"), R"({"tool_refs":["a"]})");
}

TEST(FieldChanges, RefusesPathsThatLeadNowhere) {
    EXPECT_EQ(set_in_empty("titel", "x"), "unknown field path \"titel\" in update mask | Did you mean \"title\"?");
    EXPECT_EQ(set_in_empty("maxVms", "x").substr(0, 43), "unknown field path \"maxVms\" in update mask ");
    EXPECT_EQ(set_in_empty("parts[0].part_nam", "x"),
              "unknown field path \"parts[0].part_nam\" in update mask | Did you mean \"part_name\"?");
    const std::string form = " in update mask | Write field.inner=value, or field[0]=value for an item of a list.";
    for (const char* path : {"", "title.x", "title[0]", "parts.part_name", "parts[x]", "parts[]", "a..b", ".a",
                             "tool_refs[0].x", "parts[-1]", "parts[0", "[0]", "parts[0]x", "parts[99999999]"})
        EXPECT_EQ(set_in_empty(path, "x").substr(0, 20), "unknown field path \"") << path;
    EXPECT_EQ(set_in_empty("title.x", "x"), "unknown field path \"title.x\"" + form);
    EXPECT_EQ(set_in_empty("parts[2].part_name", "x"),
              "parts[2].part_name does not exist | The list has 0 items; [0] appends one.");
    EXPECT_EQ(set_in_empty("seen_at", "x"), "seen_at is read-only | murmur sets it.");
    EXPECT_EQ(changed({{"left.hand", "x"}}, R"({"left":"text"})"), "left.hand is not in an object | ");
    EXPECT_EQ(changed({{"parts[0].labels", "[a"}}),
              "parse parts[0].labels: line 1, column 1: a key must be a plain word (or a bracket is not closed) | ");
}

TEST(FieldChanges, ContentIsTheWholeTextOfAMarkdownKind) {
    const CatalogKindSpec spec = every_text_spec();
    SourceDocument document = parse_resource(spec, "---\nmax_turns: 5\n---\nOld.\n", "");
    apply_changes(spec, document, {{"max_turns", "6"}, {"note_text", "New.\n"}});
    EXPECT_EQ(json::serialize(document.fields), R"({"max_turns":6,"note_text":"New.\n"})");
    EXPECT_FALSE(document.content);
    apply_changes(spec, document, {{"content", "---\n# kept\nmax_turns: 7\n---\nNewer.\n", true}});
    EXPECT_EQ(json::serialize(document.fields), R"({"max_turns":7,"note_text":"Newer.\n"})");
    EXPECT_EQ(document.content, "---\n# kept\nmax_turns: 7\n---\nNewer.\n");
    EXPECT_THROW(apply_changes(spec, document, {{"content", "x"}, {"max_turns", "1"}}), Error);
}

}
}
