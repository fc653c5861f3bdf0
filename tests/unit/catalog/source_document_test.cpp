#include "catalog/source_document.hpp"

#include <gtest/gtest.h>

#include "unit/catalog/every_type_spec.hpp"

namespace murmur {
namespace {

SourceDocument parse_thing(std::string_view text, const std::string& source = "") {
    return parse_resource(every_type_spec(), text, source);
}
SourceDocument parse_note(std::string_view text) { return parse_resource(every_text_spec(), text, ""); }

template <class Parse>
std::string refusal(const Parse& parse) {
    try {
        parse();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message();
    }
    return "accepted";
}
std::string thing_refusal(std::string_view text, const std::string& source = "") {
    return refusal([&] { parse_thing(text, source); });
}
std::string note_refusal(std::string_view text) {
    return refusal([&] { parse_note(text); });
}
std::string fields_of(const SourceDocument& document) { return json::serialize(document.fields); }

TEST(SourceDocument, ReadsYamlAndJsonAlike) {
    EXPECT_EQ(fields_of(parse_thing("name: a\ncount: 5\ntool_refs: [x, 'y']\n")),
              R"({"name":"a","count":5,"tool_refs":["x","y"]})");
    EXPECT_EQ(fields_of(parse_thing("{\"name\": \"a\",\n\t\"count\": 50.0, \"tool_refs\":[\"x\"]}")),
              R"({"name":"a","count":5E1,"tool_refs":["x"]})");
    EXPECT_EQ(fields_of(parse_thing(R"({"name":"\ud83d\ude00 \u00e9 \\ud83d"})")), R"({"name":"😀 é \\ud83d"})");
    EXPECT_EQ(fields_of(parse_thing("---\r\nname: a\r\nmode: fast\r\n")), R"({"name":"a","mode":"fast"})");
    EXPECT_EQ(fields_of(parse_thing("\xEF\xBB\xBFname: a\n")), R"({"name":"a"})");
}

TEST(SourceDocument, KnowsWhereFieldsStand) {
    const std::string text = "name: a\nparts:\n  - part_name: é\n    labels: [x, é, y]\n";
    const SourceDocument document = parse_thing(text);
    EXPECT_EQ(document.where("parts[0].labels"), "line 4, column 5");
    EXPECT_EQ(document.where("parts[0].labels[2]"), "line 4, column 20");
    EXPECT_EQ(document.where("parts[1]"), "");
    EXPECT_EQ(parse_thing(text, "stdin").where("parts"), "line 2, column 1");
    EXPECT_EQ(parse_thing(text, "things/a.yaml").where("parts"), "things/a.yaml:2:1");
}

TEST(SourceDocument, SaysWhatIsWrongWithTheText) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", "parse stdin: the input is empty"},
        {" \n\t\n", "parse stdin: the input is empty"},
        {"# only a comment\n", "parse stdin: the input has no fields"},
        {"~", "parse stdin: the input has no fields"},
        {"- a\n- b\n", "parse stdin: the top must be fields with values, not a list"},
        {"npm_abc123\n", "parse stdin: the top must be fields with values, not a single value"},
        {"name: a\n---\nname: b\n", "parse stdin: line 2, column 1: a second document begins here"},
        {"name: a\nleft:\n\thand: b\n", "parse stdin: line 3, column 1: a tab in the indentation: use spaces"},
        {"name: a\n  \tcount: 1\n", "parse stdin: line 2, column 3: a tab in the indentation: use spaces"},
        {"name: a\nti\xFFtle: b\n", "parse stdin: line 2, column 3: not UTF-8 (byte 0xff)"},
        {"name: \xC3\xA9\xC0\x80\n", "parse stdin: line 1, column 8: not UTF-8 (byte 0xc0)"},
        {std::string("name: a\n\0", 9), "parse stdin: line 2, column 1: a NUL character: this is not a text"},
        {"name: a\x1b\n", "parse stdin: line 1, column 8: a control character (0x1b)"},
        {"name: a\ncount: 1\nname: b\n", "parse stdin: line 3, column 1: the key \"name\" appears a second time"},
        {R"({"name": "a", "name": "b"})", "parse stdin: line 1, column 15: the key \"name\" appears a second time"},
        {"name: a: b\n",
         "parse stdin: line 1, column 8: \": \" cannot stand here: put the value in quotes, or mend the "
         "indentation"},
        {"name: a\n - b\n- c\n",
         "parse stdin: line 3, column 1: this line does not fit the indentation of the lines above"},
        {"name: \"a\n", "parse stdin: line 1, column 7: a quoted text is not closed"},
        {"name: 'it''s\n", "parse stdin: line 1, column 7: a quoted text is not closed"},
        {"name: &x \"a\n", "parse stdin: line 1, column 7: a quoted text is not closed"},
        {"name: \"\\N\"\n", "parse stdin: line 1, column 7: an escape that is not supported"},
        {"name: *x\n", "parse stdin: line 1, column 7: the referenced anchor is not defined"},
        {"name: &x [*x]\n", "parse stdin: line 1, column 11: this alias stands inside the value that it names"},
        {"tool_refs: [a, b\n", "parse stdin: line 2, column 1: a [ is not closed"},
        {"a: &x {b: 1}\nc:\n  <<: *x\n", "parse stdin: line 3, column 3: merge keys (<<) are not supported"},
        {"? [a]\n: b\n", "parse stdin: line 1, column 3: a key must be a plain word (or a bracket is not closed)"},
        {std::string(201, 'k') + ": 1\n", "parse stdin: line 1, column 1: a key is longer than 200 bytes"},
        {"name: a\nkind: tool\n", "kind must be thing"},
    };
    for (const auto& [text, complaint] : table) EXPECT_EQ(thing_refusal(text), complaint) << text.substr(0, 80);
}

TEST(SourceDocument, NamesAFileInComplaints) {
    EXPECT_EQ(thing_refusal("name: [\n", "things/a.yaml"), "things/a.yaml:2:1: a [ is not closed");
    EXPECT_EQ(thing_refusal("", "things/a.yaml"), "things/a.yaml: the input is empty");
}

TEST(SourceDocument, LimitsWhatATextMayCost) {
    EXPECT_EQ(thing_refusal(std::string(document_bytes_max + 1, '#')), "parse stdin: larger than 1 MiB");
    EXPECT_EQ(thing_refusal("triggers: " + std::string(40, '[') + std::string(40, ']')),
              "parse stdin: line 1, column 42: nested deeper than 32 levels");
    EXPECT_NE(thing_refusal(std::string(500'000, '[')).find("not closed"), std::string::npos);
    std::string many = "tool_refs: [a";
    for (int i = 0; i < 20'000; ++i) many += ",a";
    EXPECT_EQ(thing_refusal(many + "]"), "parse stdin: line 1, column 40009: more than 20000 values");
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int n = 1; n < 10; ++n) bomb += ", " + before;
        bomb += "]\n";
    }
    EXPECT_NE(thing_refusal(bomb).find(": more than 20000 values"), std::string::npos) << thing_refusal(bomb);
    std::string long_aliases = "a: &a " + std::string(100'000, 'x') + "\nb: [*a";
    for (int i = 0; i < 20; ++i) long_aliases += ", *a";
    EXPECT_NE(thing_refusal(long_aliases + "]\n").find(": aliases (*name) stand for more than 1 MiB"),
              std::string::npos);
}

TEST(SourceDocument, LongKeysAboveManyValuesStaySmall) {
    std::string text;
    for (int depth = 0; depth < 30; ++depth)
        text += std::string(static_cast<std::size_t>(depth), ' ') + std::string(200, 'k') + ":\n";
    text += std::string(30, ' ') + "[a";
    for (int i = 0; i < 19'000; ++i) text += ",a";
    EXPECT_EQ(thing_refusal(text + "]\n"), "accepted");
}

TEST(SourceDocument, TakesItsOwnKindOut) {
    EXPECT_EQ(fields_of(parse_thing("kind: thing\nname: a\n")), R"({"name":"a"})");
}

TEST(SourceDocument, ReadsMarkdownWithAFrontMatter) {
    const std::string text = "---\ndescription: A note.\nmax_turns: 5\n---\n# Title\n\n---\n  last line without end";
    const SourceDocument document = parse_note(text);
    EXPECT_EQ(fields_of(document),
              R"({"description":"A note.","max_turns":5,"note_text":"# Title\n\n---\n  last line without end"})");
    EXPECT_EQ(document.content, text);
    EXPECT_EQ(document.where("max_turns"), "line 3, column 1");
    EXPECT_EQ(fields_of(parse_note("---\r\nmax_turns: 5\r\n---\r\ntext\r\n")),
              R"({"max_turns":5,"note_text":"text\r\n"})");
}

TEST(SourceDocument, ReadsMarkdownWithoutOne) {
    EXPECT_EQ(fields_of(parse_note("Just text.\n---\nx\n")), R"({"note_text":"Just text.\n---\nx\n"})");
    EXPECT_EQ(fields_of(parse_note("---\n---\n")), "{}");
    EXPECT_EQ(fields_of(parse_note("---\n# nothing\n---\ntext\twith tabs \x1b[1m")),
              R"({"note_text":"text\twith tabs \u001b[1m"})");
}

TEST(SourceDocument, ReadsAMarkdownKindFromAnObject) {
    const SourceDocument fields = parse_note(R"({"max_turns": 5, "note_text": "Text."})");
    EXPECT_EQ(fields_of(fields), R"({"max_turns":5,"note_text":"Text."})");
    EXPECT_FALSE(fields.content);
    const SourceDocument content = parse_note(R"({"name": "n", "content": "---\nmax_turns: 5\n---\nText."})");
    EXPECT_EQ(fields_of(content), R"({"max_turns":5,"note_text":"Text.","name":"n"})");
    EXPECT_EQ(content.content, "---\nmax_turns: 5\n---\nText.");
    EXPECT_EQ(note_refusal(R"({"max_turns": 5, "content": "Text."})"),
              "content and structured fields are mutually exclusive");
    EXPECT_EQ(note_refusal(R"({"content": 5})"), "content must be a string");
}

TEST(SourceDocument, SaysWhatIsWrongWithAFrontMatter) {
    EXPECT_EQ(note_refusal("---\nmax_turns: 5\ntext\n"),
              "parse stdin: line 1, column 1: the front matter that begins here is not closed");
    EXPECT_EQ(
        note_refusal("---\nmax_turns: 5\n out: respond\n---\n"),
        "parse stdin: line 3, column 5: \": \" cannot stand here: put the value in quotes, or mend the indentation");
    EXPECT_EQ(note_refusal("---\n- a\n---\n"), "parse stdin: the top must be fields with values, not a list");
    EXPECT_EQ(note_refusal("---\nnote_text: a\n---\n"), "unknown frontmatter key: \"note_text\"");
    EXPECT_EQ(note_refusal("---\na: b\n---\nok\n\xFF"), "parse stdin: line 5, column 1: not UTF-8");
    EXPECT_EQ(note_refusal(std::string("ok\n\0", 4)),
              "parse stdin: line 2, column 1: a NUL character: this is not a text");
}

}
}
