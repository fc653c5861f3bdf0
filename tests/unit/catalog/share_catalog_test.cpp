// The builtins in share/catalog: each is in order, and together they reference nothing that is not there.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <murmur/error.hpp>

#include "catalog/kind_registry.hpp"
#include "catalog/validation.hpp"
#include "local_catalog.hpp"

namespace murmur {
namespace {

namespace fs = std::filesystem;
using Resources = std::map<std::pair<std::string, std::string>, CheckedBody>;

std::string text_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

struct Builtins {
    KindRegistry kinds;
    Resources all;

    Builtins() {
        kinds.add_substrate("local", local::local_catalog("/"));
        for (const CatalogBuiltin& builtin : kinds.builtins()) add(builtin.kind, {.fields = builtin.body});
        const fs::path root = fs::path(MURMUR_SOURCE_DIR) / "share/catalog";
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            const fs::path& file = entry.path();
            if (file.extension() == ".yaml") {
                for (StreamDocument& found : parse_stream(kinds, text_of(file), file.filename().string(), ""))
                    add(found.kind, std::move(found.document));
            } else if (file.extension() == ".md") {
                const std::string kind = file.parent_path().filename().string();
                const CatalogKindSpec& spec = kinds.get(kind).spec;
                add(kind, parse_resource(spec, text_of(file), file.filename().string()), file.stem().string());
            }
        }
    }

    void add(const std::string& kind, SourceDocument document, const std::string& name = {}) {
        document.fields.erase("kind");
        CheckedBody checked = check_resource(kinds.get(kind), name, document);
        EXPECT_EQ(checked.name.rfind("murmur-", 0), 0u) << kind << " " << checked.name;
        EXPECT_TRUE(all.emplace(std::pair(kind, checked.name), checked).second) << kind << " " << checked.name;
    }

    std::vector<std::string> names(const std::string& kind) const {
        std::vector<std::string> names;
        for (const auto& [key, body] : all)
            if (key.first == kind) names.push_back(key.second);
        return names;
    }
};

const Builtins& builtins() {
    static const Builtins loaded;
    return loaded;
}

TEST(ShareCatalog, HasTheBuiltinsThatAreDocumented) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(
        builtins().names("machine-type"),
        (Names{"murmur-c3-standard-44", "murmur-c5-9xlarge", "murmur-local", "murmur-m5-2xlarge", "murmur-m5-4xlarge",
               "murmur-m5-8xlarge", "murmur-m5-large", "murmur-m5-xlarge", "murmur-n2-standard-16",
               "murmur-n2-standard-2", "murmur-n2-standard-32", "murmur-n2-standard-4", "murmur-n2-standard-8"}));
    EXPECT_EQ(builtins().names("disk-type"), (Names{"murmur-gp3", "murmur-io2", "murmur-local", "murmur-pd-balanced",
                                                    "murmur-pd-ssd", "murmur-pd-standard"}));
    EXPECT_EQ(builtins().names("image"), (Names{"murmur-debian12-aws", "murmur-debian12-gce", "murmur-local"}));
    EXPECT_EQ(builtins().names("placement"),
              (Names{"murmur-aws-us-east-1", "murmur-aws-us-west-2", "murmur-gcp-us-central1", "murmur-gcp-us-east1",
                     "murmur-gcp-us-west1", "murmur-local"}));
    EXPECT_EQ(builtins().names("environment"),
              (Names{"murmur-aws-large", "murmur-aws-medium", "murmur-aws-small", "murmur-gcp-large",
                     "murmur-gcp-medium", "murmur-gcp-small", "murmur-local"}));
    EXPECT_EQ(builtins().names("agent-persona"),
              (Names{"murmur-architect", "murmur-designer", "murmur-director", "murmur-frontend", "murmur-programmer",
                     "murmur-researcher", "murmur-tester"}));
    EXPECT_EQ(builtins().names("group"), (Names{"murmur-all-members", "murmur-org-admins"}));
    EXPECT_EQ(builtins().names("role"), (Names{"murmur-root", "murmur-tenant-admin", "murmur-tenant-member"}));
    EXPECT_EQ(builtins().names("tenant-binding"),
              (Names{"murmur-all-members-own-agents", "murmur-all-members-own-user", "murmur-all-members-tenant-member",
                     "murmur-org-admins-tenant-admin"}));
    EXPECT_EQ(builtins().names("service-profile"), (Names{"murmur-default-service-profile"}));
}

TEST(ShareCatalog, ReferencesLeadSomewhereAndFit) {
    const CatalogLookup lookup = [](std::string_view kind, std::string_view name) -> std::optional<json::object> {
        const auto found = builtins().all.find({std::string(kind), std::string(name)});
        if (found == builtins().all.end()) return std::nullopt;
        return found->second.body;
    };
    for (const auto& [key, checked] : builtins().all) {
        const Kind& kind = builtins().kinds.get(key.first);
        for (const BodyReference& reference : references_of(kind.spec, checked.body))
            EXPECT_TRUE(builtins().all.contains({reference.kinds.front(), reference.name}))
                << key.first << " " << key.second << ": " << reference.path << " " << reference.name;
        EXPECT_NO_THROW(kind.checks->validate_with(checked.body, lookup)) << key.first << " " << key.second;
    }
}

TEST(ShareCatalog, EveryRegionOfAPlacementHasPrices) {
    std::map<std::string, std::vector<std::string>> regions;  // by substrate
    for (const std::string& name : builtins().names("placement")) {
        const json::object& body = builtins().all.at({"placement", name}).body;
        if (body.contains("aws")) regions["aws"].emplace_back(body.at("aws").at("region").as_string());
        if (!body.contains("gcp")) continue;
        const std::string zone(body.at("gcp").at("zones").at(0).as_string());
        regions["gce"].push_back(zone.substr(0, zone.rfind('-')));
    }
    for (const std::string& name : builtins().names("machine-type")) {
        const json::object& body = builtins().all.at({"machine-type", name}).body;
        for (const auto& [section, names] : regions) {
            if (!body.contains(section)) continue;
            for (const std::string& region : names)
                EXPECT_GT(body.at(section).at("regions").at(region).at("cost_per_hour").to_number<double>(), 0)
                    << name << " " << region;
        }
    }
}

}
}
