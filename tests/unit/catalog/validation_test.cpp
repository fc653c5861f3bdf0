#include "catalog/validation.hpp"

#include <gtest/gtest.h>

#include "catalog/resource_text.hpp"
#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

struct Outcome {
    std::string message, context, hint;
};

CheckedBody check_text(const CatalogKindSpec& spec, const std::string& text, const std::string& name = "",
                       bool secret_is_kept = false) {
    return check_resource(Kind{spec, nullptr}, name, parse_resource(spec, text, ""), secret_is_kept);
}

Outcome outcome(const CatalogKindSpec& spec, const std::string& text, const std::string& name = "") {
    try {
        return {json::serialize(check_text(spec, text, name).body), "", ""};
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return {error.message(), error.context().empty() ? "" : error.context()[0], error.hint()};
    }
}
Outcome thing(const std::string& text) { return outcome(every_type_spec(), "name: a\n" + text); }

TEST(Validation, AcceptsTheLeastAndTheMost) {
    EXPECT_EQ(outcome(every_type_spec(), "name: a\n").message, R"({"name":"a"})");
    EXPECT_EQ(
        thing("timeout: 0h30m\nparts: [{labels: [x], part_name: p}]\ncount: 5\nregions: {b: {cost_per_hour: 1.5}, a: "
              "{cost_per_hour: 2}}\nmarker: {}\n")
            .message,
        R"({"name":"a","count":5,"timeout":"0h30m","parts":[{"part_name":"p","labels":["x"]}],)"
        R"("regions":{"b":{"cost_per_hour":1.5E0},"a":{"cost_per_hour":2}},"marker":{}})");
}

TEST(Validation, TheNameComesFirst) {
    const CatalogKindSpec spec = every_type_spec();
    EXPECT_EQ(outcome(spec, "bogus: 1\n").message, "name is required");
    EXPECT_EQ(outcome(spec, "bogus: 1\n", "a").message, "name is required");
    EXPECT_EQ(outcome(spec, "name: ''\n", "a").message, "name is required");
    EXPECT_EQ(outcome(spec, "name: 5\n").message, "name must be a string");
    EXPECT_EQ(outcome(spec, "bogus: 1\nname: A_b\n").message, "name must match [a-z][a-z0-9-]{0,62}");
    EXPECT_EQ(outcome(spec, "bogus: 1\nname: A_b\n").context, "line 2, column 1: name");
    EXPECT_EQ(outcome(spec, "bogus: 1\nname: y\n", "x").message, "ref name \"x\" does not match payload name \"y\"");
    EXPECT_EQ(outcome(spec, "bogus: 1\ncount: many\nname: y\n", "y").message, "unknown field \"bogus\"");
}

TEST(Validation, ComplainsInTheOrderOfTheTable) {
    const std::string both = "grant: {users: []}\ntimeout: 90\ncount: many\n";
    EXPECT_EQ(thing(both).message, "count must be a whole number");
    EXPECT_EQ(thing("grant: {users: []}\ntimeout: 90\n").message, "timeout must be a duration such as 30m or 1h30m");
    EXPECT_EQ(thing("grant: {users: []}\n").message, "grant must specify at least one group or user");
}

TEST(Validation, SaysWhatIsWrongWithAValueAndWhere) {
    struct Row {
        std::string text, message, hint;
    };
    const std::vector<Row> table = {
        {"title: 5", "title must be a string", "Put the value in quotes."},
        {"title: [a]", "title must be a string", ""},
        {"title: 'a\\0'", R"({"name":"a","title":"a\\0"})", ""},
        {"title: \"a\\0\"", "title must not have NUL characters", ""},
        {"title: aaaaaaaaaaaaaaaaaaaaa", "title exceeds 20 byte limit (21 bytes)", ""},
        {"count: 1.5", "count must be a whole number", ""},
        {"count: many", "count must be a whole number", ""},
        {"count: ''", "count must be a whole number", ""},
        {"count: 0", "count must be from 1 to 10", ""},
        {"count: 99999999999999999999", "count must be a whole number", ""},
        {"size: -1", "size must be non-negative", "It must be at least 0."},
        {"ratio: 0.4", "ratio must be at least 0.5", ""},
        {"ratio: nan", "ratio must be a number", ""},
        {"enabled: yes", "enabled must be true or false", ""},
        {"side: left", "side must be one of SIDE_LEFT or SIDE_RIGHT", "Write SIDE_LEFT."},
        {"side: Side-Right", "side must be one of SIDE_LEFT or SIDE_RIGHT", "Write SIDE_RIGHT."},
        {"side: up", "side must be one of SIDE_LEFT or SIDE_RIGHT", "\"up\" is none of SIDE_LEFT, SIDE_RIGHT."},
        {"mode: DRY-RUN", "mode must be one of fast or dry_run", "Write dry_run."},
        {"mode: fasst", "mode must be one of fast or dry_run", "Did you mean \"fast\"?"},
        {"timeout: 90", "timeout must be a duration such as 30m or 1h30m",
         "A number needs a unit: write 90s, 90m or 90h."},
        {"timeout: '90'", "timeout must be a duration such as 30m or 1h30m",
         "A number needs a unit: write 90s, 90m or 90h."},
        {"timeout: soon", "timeout must be a duration such as 30m or 1h30m",
         "Write numbers with the units h, m, s or ms, in this order."},
        {"timeout: 2h", "timeout must be from 1s to 1h", ""},
        {"since: yesterday", "since must be a time such as 2026-05-14T18:30:00Z", ""},
        {"tool_refs: a", "tool_refs must be a list of strings", "Write [ and ] around it."},
        {"tool_refs: [a, 5]", "tool_refs[1] must be a string", "Put the value in quotes."},
        {"tool_refs: [a, '']", "tool_refs[1] must not be empty", ""},
        {"tool_refs: [a, b, c, d]", "tool_refs has more than 3 items", ""},
        {"parts: {part_name: x}", "parts must be a list of objects", "Begin each item with \"- \"."},
        {"parts: [x]", "parts[0] must be an object (fields with values)", ""},
        {"parts: [{part_name: x}, {}]", "part part_name is required", ""},
        {"parts: [{part_name: x, part_nme: y}]", "unknown field \"parts[0].part_nme\"", "Did you mean \"part_name\"?"},
        {"regions: [a]", "regions must be an object (names with objects)", ""},
        {"regions: {west: 5}", "regions.west must be an object (fields with values)", ""},
        {"regions: {west: {}}", "regions.west.cost_per_hour is required", ""},
        {"regions: {west: }", "regions.west.cost_per_hour is required", ""},
        {"regions: {west: {cost_per_hour: much}}", "regions.west.cost_per_hour must be a number", ""},
        {"marker: {a: 1}", "unknown field \"marker.a\"", "There are no fields here: write {}."},
        {"marker: yes", "marker must be an object (fields with values)", ""},
        {"titel: x", "unknown field \"titel\"", "Did you mean \"title\"?"},
        {"left: {hand: x}", "left is only for side SIDE_LEFT", ""},
        {"side: SIDE_LEFT", "left is required", ""},
        {"side: SIDE_LEFT\nleft: {}", "left.hand is required", ""},
        {"side: SIDE_RIGHT\nleft: {}", "left is only for side SIDE_LEFT", ""},
        {"grant: {}", "grant must specify at least one group or user", ""},
        {"\"a\\nb\": 1", "unknown field \"a\\nb\"",
         "Known here: name, title, count, size, ratio, enabled, side, left, mode, "
         "timeout, since, tool_refs, parts, regions, triggers, marker, grant, "
         "plain_value, description."},
    };
    for (const Row& row : table) {
        const Outcome said = thing(row.text + "\n");
        EXPECT_EQ(said.message, row.message) << row.text;
        EXPECT_EQ(said.hint, row.hint) << row.text;
    }
}

TEST(Validation, ThePlaceIsTheDocumentsOwnSpelling) {
    EXPECT_EQ(thing("parts:\n  - partName: x\n    labels: [a, 5]\n").context, "line 4, column 17: parts[0].labels[1]");
    const Outcome said = thing("parts:\n  - partName: 5\n");
    EXPECT_EQ(said.message, "parts[0].part_name must be a string");
    EXPECT_EQ(said.context, "line 3, column 5: parts[0].part_name");
    EXPECT_EQ(thing("parts:\n  - part_name: x\n  - labels: [a]\n").context, "line 4, column 5: parts[1]");
    EXPECT_EQ(thing("grant: {users: []}\n").context, "line 2, column 1: grant");
}

TEST(Validation, ReadsOtherSpellingsOnce) {
    EXPECT_EQ(thing("headingText: x\ntoolRefs: [a]\n").message, R"({"name":"a","title":"x","tool_refs":["a"]})");
    EXPECT_EQ(thing("tool_refs: [a]\ntoolRefs: [a]\n").message, "\"tool_refs\" and \"toolRefs\" are the same field");
    EXPECT_EQ(thing("heading_text: x\ntitle: null\n").message, "\"heading_text\" and \"title\" are the same field");
    EXPECT_EQ(thing("heading_text: x\ntitle: y\n").context, "line 3, column 1: title");
}

TEST(Validation, NumbersAreReadAsProtocolBufferJsonWritesThem) {
    EXPECT_EQ(thing("count: 5.0\nratio: 2.0\n").message, R"({"name":"a","count":5,"ratio":2})");
    EXPECT_EQ(thing("count: \"5\"\nratio: '1e1'\n").message, R"({"name":"a","count":5,"ratio":10})");
    EXPECT_EQ(thing("count: \"0x5\"\n").message, "count must be a whole number");
}

TEST(Validation, NothingAndEmptinessAreAbsent) {
    EXPECT_EQ(thing("title: ~\ncount:\ndescription: ''\ntool_refs: []\nregions: {}\nside: ''\n").message,
              R"({"name":"a"})");
    EXPECT_EQ(thing("triggers: {opened: , closed: {x: ~}}\n").message,
              R"({"name":"a","triggers":{"opened":{},"closed":{"x":null}}})");
}

TEST(Validation, ReadOnlyIsIgnoredAndWriteOnlySplitOff) {
    EXPECT_EQ(thing("seen_at: whatever\nplain_value: s3cret\n").message, R"({"name":"a"})");
    EXPECT_EQ(json::serialize(check_text(every_type_spec(), "name: a\nplainValue: s3cret\n").secret),
              R"({"plain_value":"s3cret"})");
    CatalogKindSpec spec;
    spec.name = "secret";
    spec.name_rule = NameRule::secret;
    spec.fields = {{.name = "name", .required = true},
                   {.name = "plaintext_value", .required = true, .write_only = true}};
    EXPECT_EQ(outcome(spec, "name: A\n").message, "plaintext_value is required");
    EXPECT_EQ(json::serialize(check_text(spec, "name: A\n", "A", true).body), R"({"name":"A"})");
    const Outcome wrong = outcome(spec, "name: A\nplaintext_value: [s3cret]\n");
    EXPECT_EQ(wrong.message, "plaintext_value must be a string");
    EXPECT_EQ(wrong.hint, "");
}

TEST(Validation, EveryDescriptionHasALimit) {
    EXPECT_EQ(thing("description: " + std::string(1024, 'x')).message.size(), 1024 + 29u);
    EXPECT_EQ(thing("description: " + std::string(1025, 'x')).message,
              "description exceeds 1024 byte limit (1025 bytes)");
}

TEST(Validation, AnUnknownValueOfARequiredEnumerationIsNoValue) {
    CatalogKindSpec spec;
    spec.name = "environment";
    spec.fields = {{.name = "name", .required = true},
                   {.name = "substrate",
                    .type = FieldType::enumeration,
                    .required = true,
                    .values = {"SUBSTRATE_GCP", "SUBSTRATE_AWS"}}};
    const Outcome said = outcome(spec, "name: a\nsubstrate: gcp\n");
    EXPECT_EQ(said.message, "substrate is required");
    EXPECT_EQ(said.hint, "Write SUBSTRATE_GCP.");
    EXPECT_EQ(said.context, "line 2, column 1: substrate");
    EXPECT_EQ(outcome(spec, "name: a\n").message, "substrate is required");
    EXPECT_EQ(outcome(spec, "name: a\n").hint, "Write one of SUBSTRATE_GCP or SUBSTRATE_AWS.");
    EXPECT_EQ(outcome(spec, "name: a\nsubstrate: azure\n").hint, "\"azure\" is none of SUBSTRATE_GCP, SUBSTRATE_AWS.");
}

TEST(Validation, GroupsSayWhichFieldsTheyAreOf) {
    CatalogKindSpec spec;
    spec.name = "group";
    spec.fields = {
        {.name = "name", .required = true},
        {.name = "source", .read_only = true},
        {.name = "static", .type = FieldType::object, .fields = {{.name = "members", .type = FieldType::string_list}}},
        {.name = "github_admin", .type = FieldType::object},
        {.name = "color", .required = true}};
    spec.groups = {{.fields = {"static", "github_admin"}, .only_one = true}};
    EXPECT_EQ(outcome(spec, "name: a\nsource: static\n").message, "one of static or github_admin is required");
    EXPECT_EQ(outcome(spec, "name: a\nstatic: {}\ngithub_admin: {}\n").message,
              "only one of static and github_admin may be set");
    EXPECT_EQ(outcome(spec, "name: a\nstatic: {}\ngithub_admin: {}\n").context, "line 3, column 1: github_admin");
    EXPECT_EQ(outcome(spec, "name: a\ngithub_admin: {}\n").message, "color is required");
    spec.groups[0].missing = "group source is required (static, github_admin, or all_tenant_members)";
    EXPECT_EQ(outcome(spec, "name: a\n").message,
              "group source is required (static, github_admin, or all_tenant_members)");
}

TEST(Validation, ASingletonNeedsNoName) {
    CatalogKindSpec spec;
    spec.name = "pool-config";
    spec.singleton = "default";
    spec.fields = {{.name = "name", .required = true}, {.name = "max_vms", .type = FieldType::integer}};
    EXPECT_EQ(outcome(spec, "max_vms: 50\n").message, R"({"name":"default","max_vms":50})");
    EXPECT_EQ(check_text(spec, "max_vms: 50\n", "default").name, "default");
    EXPECT_EQ(outcome(spec, "name: other\n").message, "name must be default");
    EXPECT_EQ(outcome(spec, "max_vms: 50\n", "other").message,
              "ref name \"other\" does not match payload name \"default\"");
}

TEST(Validation, AMarkdownResourceIsNamedFromOutside) {
    const CatalogKindSpec spec = every_text_spec();
    const std::string text = "---\nmax_turns: 5\n---\nText.\n";
    const CheckedBody checked = check_text(spec, text, "reviewer");
    EXPECT_EQ(checked.name, "reviewer");
    EXPECT_EQ(json::serialize(checked.body), R"({"max_turns":5,"note_text":"Text.\n"})");
    EXPECT_EQ(checked.content, text);
    EXPECT_EQ(outcome(spec, text).message, "name is required");
    EXPECT_EQ(check_text(spec, "---\nname: reviewer\n---\n").name, "reviewer");
    EXPECT_EQ(outcome(spec, "---\nname: other\n---\n", "reviewer").message,
              "ref name \"reviewer\" does not match payload name \"other\"");
    EXPECT_EQ(outcome(spec, "---\ntool_ref: [a]\n---\n", "x").message, "unknown frontmatter key: \"tool_ref\"");
    EXPECT_EQ(outcome(spec, "---\ntool_ref: [a]\n---\n", "x").context, "line 2, column 1: tool_ref");
    EXPECT_EQ(outcome(spec, "---\nmax_turns: -1\n---\n", "x").message, "max_turns must be at least 0");
    EXPECT_EQ(check_text(spec, R"({"max_turns": 5, "noteText": "Text."})", "x").content,
              "---\nmax_turns: 5\n---\nText.");
    EXPECT_EQ(outcome(spec, R"({"note_text": 5})", "x").message, "note_text must be a string");
}

TEST(Validation, ATextWithoutItsFrontMatterIsToldOfIt) {
    CatalogKindSpec spec = every_text_spec();
    spec.fields.push_back({.name = "workspace", .required = true});
    EXPECT_EQ(outcome(spec, "# Title\n", "x").message, "workspace is required");
    EXPECT_EQ(outcome(spec, "# Title\n", "x").hint,
              "Begin the text with a front matter: a line ---, fields, and a line ---.");
    EXPECT_EQ(outcome(spec, "---\nmax_turns: 5\n---\n", "x").hint, "");
}

/// Complains about `count`, as a kind's own check does.
class PickyKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override { return every_type_spec(); }
    void validate(const json::object& body) const override {
        if (body.contains("count"))
            throw Error(Errc::invalid_argument, "count is not\nliked").with_hint("Leave it out.");
    }
};

TEST(Validation, TheKindsOwnChecksComeLastAndGetAPlace) {
    const Kind kind{every_type_spec(), std::make_shared<PickyKind>()};
    try {
        check_resource(kind, "", parse_resource(kind.spec, "name: a\ncount: 5\n", "a.yaml"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "count is not\\nliked");
        EXPECT_EQ(error.context(), std::vector<std::string>{"a.yaml:2:1: count"});
        EXPECT_EQ(error.hint(), "Leave it out.");
    }
    EXPECT_NO_THROW(check_resource(kind, "", parse_resource(kind.spec, "name: a\n", "")));
}

TEST(Validation, WhatGrowsTooLargeWhenItIsPrintedIsRefused) {
    // Each item gets a line with 40 blanks before it.
    std::string text = "triggers: {a: " + std::string("{b: ");
    std::string nested = "[x";
    for (int i = 0; i < 19'000; ++i) nested += ",x";
    nested += "]";
    for (int depth = 0; depth < 26; ++depth) nested = "{c: " + nested + "}";
    EXPECT_EQ(thing(text + nested + "}}\n").message, "thing is larger than 1 MiB when it is written out");
    EXPECT_EQ(thing("triggers: {a: {b: \"" + std::string(300'000, 'x') + "\"}}\n").hint, "");
}

TEST(Validation, AnObjectHasTheLimitsOfAText) {
    const auto refusal = [](json::value inner) {
        SourceDocument document;
        document.fields = {{"name", "a"}, {"triggers", json::object{{"x", json::object{{"y", std::move(inner)}}}}}};
        try {
            const CatalogKindSpec spec = every_type_spec();
            const CheckedBody checked = check_resource(Kind{spec, nullptr}, "", document);
            return json::serialize(check_text(spec, to_yaml(checked.body)).body.at("triggers"));
        } catch (const Error& error) {
            return error.message();
        }
    };
    const auto nested = [](int depth) {
        json::value value = 1;
        for (int i = 0; i < depth; ++i) value = json::array{std::move(value)};
        return value;
    };
    EXPECT_EQ(refusal(nested(30)), "thing is nested deeper than 32 levels");
    EXPECT_NE(refusal(nested(29)).find("[1]"), std::string::npos);
    EXPECT_EQ(refusal(json::array(20'000, 1)), "thing has more than 20000 values");
    EXPECT_EQ(refusal(json::array(19'000, 1)).substr(0, 16), R"({"x":{"y":[1,1,1)");
    EXPECT_EQ(refusal(json::object{{std::string(201, 'k'), 1}}), "thing has a key that is longer than 200 bytes");
    EXPECT_EQ(refusal(json::object{{std::string(200, '\x01'), 1}}).substr(0, 11), R"({"x":{"y":{)");
    EXPECT_EQ(refusal(18446744073709551615u), R"({"x":{"y":18446744073709551615}})");
}

}
}
