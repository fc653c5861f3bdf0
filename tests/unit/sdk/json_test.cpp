#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <murmur/json.hpp>

namespace murmur {

namespace {

template <class Work>
std::string complaint(Work work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "none";
}

json::object object_of(std::string_view text) { return parse_json(text).as_object(); }

TEST(FieldReader, ReadsSnakeCaseAndCamelCase) {
    const json::object object = object_of(R"({"base_branch": "main", "maxTurns": "12", "ratio": 2, "on": true})");
    const FieldReader fields(object);
    EXPECT_EQ(fields.get_string("base_branch"), "main");
    EXPECT_EQ(fields.get_int("max_turns"), 12) << "proto3 JSON writes 64-bit numbers as strings";
    EXPECT_DOUBLE_EQ(fields.get_double("ratio", 0), 2.0);
    EXPECT_TRUE(fields.get_bool("on", false));
    EXPECT_EQ(fields.get_string("absent", "fallback"), "fallback");
    EXPECT_EQ(fields.get_int("absent", 7), 7);
}

TEST(FieldReader, NullIsAbsent) {
    const json::object object = object_of(R"({"a": null})");
    EXPECT_FALSE(FieldReader(object).has("a"));
    EXPECT_EQ(FieldReader(object).find_object("a"), nullptr);
}

TEST(FieldReader, ComplaintsNameThePath) {
    const json::object object = object_of(R"({"name": 1, "count": 1.5, "on": "yes", "list": ["a", 2], "o": []})");
    const FieldReader fields(object, "repos[1]");
    EXPECT_EQ(complaint([&] { fields.get_string("name"); }), "repos[1].name must be a string");
    EXPECT_EQ(complaint([&] { fields.get_string("absent"); }), "repos[1].absent is required");
    EXPECT_EQ(complaint([&] { fields.get_int("count"); }), "repos[1].count must be a whole number");
    EXPECT_EQ(complaint([&] { fields.get_bool("on", false); }), "repos[1].on must be true or false");
    EXPECT_EQ(complaint([&] { fields.get_strings("list"); }), "repos[1].list[1] must be a string");
    EXPECT_EQ(complaint([&] { fields.find_object("o"); }), "repos[1].o must be an object");
    EXPECT_EQ(complaint([&] { fields.find_array("name"); }), "repos[1].name must be a list");
}

TEST(FieldReader, NumbersThatDoNotFitAreRefused) {
    const json::object object = object_of(R"({"big": 18446744073709551615, "far": 1e300, "text": "12x", "empty": ""})");
    const FieldReader fields(object);
    for (const char* name : {"big", "far", "text", "empty"})
        EXPECT_EQ(complaint([&] { fields.get_int(name); }), std::string(name) + " must be a whole number");
}

TEST(FieldReader, UnknownFieldsGetTheNearestName) {
    const json::object object = object_of(R"({"base_brnch": "main"})");
    EXPECT_EQ(complaint([&] {
                  FieldReader(object, "repo").reject_unknown({"base_branch", "url"});
              }),
              "unknown field \"repo.base_brnch\" | Did you mean \"base_branch\"?");
    const json::object camel = object_of(R"({"baseBranch": "main"})");
    EXPECT_NO_THROW(FieldReader(camel).reject_unknown({"base_branch"}));
}

TEST(ParseJson, SaysWhereItFailsAndLimitsDepth) {
    EXPECT_NE(complaint([] { parse_json("{\"a\": }", "the body"); }).find("the body cannot be parsed at byte 6"),
              std::string::npos);
    EXPECT_NE(complaint([] { parse_json("{} x"); }), "none");
    EXPECT_NE(complaint([] { parse_json(""); }), "none");
    EXPECT_EQ(complaint([] { parse_json(std::string(64, '[') + std::string(64, ']')); }), "none");
    EXPECT_NE(complaint([] { parse_json(std::string(65, '[') + std::string(65, ']')); }), "none");
}

}

}
