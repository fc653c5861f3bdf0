#include <gtest/gtest.h>

#include "catalog/source_document.hpp"

namespace murmur {
namespace {

/// "kind fields | kind fields", or the complaint.
std::string stream(std::string_view text, const std::string& source = "", const std::string& default_kind = "") {
    static const KindRegistry kinds;
    try {
        std::string said;
        for (const StreamDocument& item : parse_stream(kinds, text, source, default_kind))
            said += (said.empty() ? "" : " | ") + item.kind + " " + json::serialize(item.document.fields);
        return said;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message();
    }
}

TEST(DocumentStream, DividesAtLinesOfDashes) {
    EXPECT_EQ(stream("# first\nkind: role\nname: a\n---\nkind: group\nname: b\n--- # third\nname: c\nkind: "
                     "user\n...\n---\n# none\n"),
              R"(role {"name":"a"} | group {"name":"b"} | user {"name":"c"})");
    EXPECT_EQ(stream("---\nkind: role\nname: \"a\"\n---\n---\n"), R"(role {"name":"a"})");
    EXPECT_EQ(stream("%YAML 1.2\n---\nkind: role\n"), "role {}");
    EXPECT_EQ(stream("--- {kind: role, name: a}\n--- {kind: role, name: b}\n"),
              R"(role {"name":"a"} | role {"name":"b"})");
}

TEST(DocumentStream, CountsLinesInTheWholeText) {
    EXPECT_EQ(stream("kind: role\n---\nkind: group\nname: [\n", "team.yaml"), "team.yaml:5:1: a [ is not closed");
    static const KindRegistry kinds;
    const auto documents = parse_stream(kinds, "kind: role\n---\nkind: group\nname: b\n", "", "");
    EXPECT_EQ(documents.at(1).document.where("name"), "line 4, column 1");
}

TEST(DocumentStream, TakesTheFoldersKind) {
    EXPECT_EQ(stream("name: a\n", "roles/a.yaml", "role"), R"(role {"name":"a"})");
    EXPECT_EQ(stream("kind: group\nname: a\n", "roles/a.yaml", "role"), R"(group {"name":"a"})");
    EXPECT_EQ(stream("name: a\n---\nname: b\n"), "parse stdin: line 1, column 1: kind is required");
    EXPECT_EQ(stream("kind: rol\nname: a\n"), "unknown catalog kind \"rol\"");
    EXPECT_EQ(stream("kind: [a]\n"), "kind must be a string");
}

TEST(DocumentStream, OfNothingThereIsNone) {
    for (const char* text : {"", "\n \n", "# nothing\n", "---\n# nothing\n---\n", "\xEF\xBB\xBF\n"}) {
        EXPECT_EQ(stream(text), "") << text;
        EXPECT_EQ(stream(text, "a.yaml", "role"), "") << text;
    }
    EXPECT_EQ(stream("", "personas/reviewer.md", "agent-persona"), "");
}

TEST(DocumentStream, AMarkdownTextIsOneDocument) {
    EXPECT_EQ(stream("---\nkind: agent-persona\nmodel: opus\n---\nText\n---\nmore\n"),
              R"(agent-persona {"model":"opus","prompt":"Text\n---\nmore\n"})");
    EXPECT_EQ(stream("---\nmodel: opus\n---\nText\n", "personas/reviewer.md", "agent-persona"),
              R"(agent-persona {"model":"opus","prompt":"Text\n","name":"reviewer"})");
    EXPECT_EQ(stream("Text\n", "personas/reviewer.md", "agent-persona"),
              R"(agent-persona {"prompt":"Text\n","name":"reviewer"})");
    EXPECT_EQ(stream("---\nname: other\n---\nText\n", "reviewer.md", "agent-persona"),
              R"(agent-persona {"name":"other","prompt":"Text\n"})");
}

TEST(DocumentStream, AMarkdownKindMayStandAmongOthersAsFields) {
    EXPECT_EQ(stream("kind: agent-persona\nname: a\nprompt: |\n  Text\n---\nkind: role\nname: b\n"),
              R"(agent-persona {"name":"a","prompt":"Text\n"} | role {"name":"b"})");
}

TEST(DocumentStream, EachDocumentHasALimitAndSoHasTheStream) {
    const std::string half = "kind: role\nname: a\ndescription: " + std::string(600'000, 'x') + "\n";
    EXPECT_EQ(stream(half + "---\n" + half).substr(0, 5), "role ");
    EXPECT_EQ(stream("kind: role\n---\n#" + std::string(document_bytes_max, 'x') + "\na: b\n"),
              "parse stdin: larger than 1 MiB");
    EXPECT_EQ(stream(std::string((8 << 20) + 1, '#')), "parse stdin: larger than 8 MiB");
}

}
}
