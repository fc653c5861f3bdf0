// What is published of the kinds beside the program: share/schema/<kind>.schema.json and share/doc/catalog.md. Both
// follow from the tables; with MURMUR_ACCEPT=1 they are written anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "catalog/kind_registry.hpp"
#include "catalog/resource_text.hpp"
#include "local_catalog.hpp"

namespace murmur {
namespace {

namespace fs = std::filesystem;

/// As a murmur with all of its own plugins has them.
const KindRegistry& all_kinds() {
    static const KindRegistry kinds = [] {
        KindRegistry made;
        made.add_substrate("local", local::local_catalog("/"));
        return made;
    }();
    return kinds;
}

bool is_accepting() {
    const char* const accept = std::getenv("MURMUR_ACCEPT");
    return accept && std::string(accept) == "1";
}

std::string read_whole(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

void expect_published(const fs::path& below_share, const std::string& text) {
    const fs::path file = fs::path(MURMUR_SOURCE_DIR) / "share" / below_share;
    if (is_accepting()) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    // Not the texts themselves: gtest would print both.
    EXPECT_TRUE(read_whole(file) == text) << file << " is not what the tables say: run scripts/test --accept.";
}

/// JSON for people and for version control: two blanks of indentation, one member a line.
void write_json(const json::value& value, const std::string& indent, std::string& out) {
    const std::string inner = indent + "  ";
    if (value.is_object() && !value.get_object().empty()) {
        out += "{\n";
        bool first = true;
        for (const auto& [key, member] : value.get_object()) {
            out += (first ? "" : ",\n") + inner + json::serialize(json::value(key)) + ": ";
            write_json(member, inner, out);
            first = false;
        }
        out += "\n" + indent + "}";
    } else if (value.is_array() && !value.get_array().empty() && !value.get_array().front().is_string()) {
        out += "[\n";
        bool first = true;
        for (const json::value& item : value.get_array()) {
            out += (first ? "" : ",\n") + inner;
            write_json(item, inner, out);
            first = false;
        }
        out += "\n" + indent + "]";
    } else {
        out += json::serialize(value);
    }
}

class PublishedSchema : public ::testing::TestWithParam<std::string> {};

TEST_P(PublishedSchema, IsWhatTheTableSays) {
    std::string text;
    write_json(json_schema(all_kinds().get(GetParam()).spec), "", text);
    EXPECT_EQ(parse_json(text), json::value(json_schema(all_kinds().get(GetParam()).spec)));
    expect_published("schema/" + GetParam() + ".schema.json", text + "\n");
}

std::vector<std::string> names_of_kinds() {
    std::vector<std::string> names;
    for (const auto& kind : all_kinds().all()) names.push_back(kind->spec.name);
    return names;
}

INSTANTIATE_TEST_SUITE_P(Kinds, PublishedSchema, ::testing::ValuesIn(names_of_kinds()), [](const auto& kind) {
    std::string label = kind.param;
    for (char& c : label) c = c == '-' ? '_' : c;
    return label;
});

TEST(Published, SchemasAreThoseOfTheKinds) {
    std::set<std::string> wanted;
    for (const std::string& name : names_of_kinds()) wanted.insert(name + ".schema.json");
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(MURMUR_SOURCE_DIR) / "share/schema")) {
        const bool is_wanted = wanted.contains(entry.path().filename().string());
        EXPECT_TRUE(is_wanted || is_accepting()) << entry.path() << " is of no kind: remove it.";
        if (!is_wanted && is_accepting()) fs::remove(entry.path());
        found += is_wanted;
    }
    // Those that are missing are about to be written otherwise.
    EXPECT_TRUE(is_accepting() || found == wanted.size()) << found << " of " << wanted.size();
}

TEST(Published, DocumentationIsWhatTheTablesSay) {
    std::string text =
        "# The kinds of the catalog\n\n"
        "Made from the tables in `core/catalog/kinds`; do not edit. What holds for all of them stands in\n"
        "`core/catalog/README.md`, and `murmur describe KIND` shows the same on the terminal.\n";
    for (const auto& kind : all_kinds().all()) text += "\n" + documentation(kind->spec);
    expect_published("doc/catalog.md", text);
}

}
}
