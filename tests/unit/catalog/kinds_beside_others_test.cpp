// What kinds check beside the resources that they reference.

#include <gtest/gtest.h>

#include <map>
#include <murmur/error.hpp>

#include "catalog/kind_registry.hpp"
#include "catalog/validation.hpp"

namespace murmur {
namespace {

/// Resources by kind and name, and the complaint that a kind has about one more.
class Beside : public ::testing::Test {
protected:
    Beside() {
        put("machine-type", "n2", {{"architecture", "ARCHITECTURE_AMD64"}, {"gce", json::object{}}});
        put("machine-type", "m7g", {{"architecture", "ARCHITECTURE_ARM64"}, {"aws", json::object{}}});
        put("machine-type", "any", {});
        put("disk-type", "pd", {{"substrate", "SUBSTRATE_GCP"}});
        put("disk-type", "gp3", {{"substrate", "SUBSTRATE_AWS"}});
        put("image", "gce-amd", {{"architecture", "ARCHITECTURE_AMD64"}, {"source", {{"gce", json::object{}}}}});
        put("image", "aws-arm", {{"architecture", "ARCHITECTURE_ARM64"}, {"source", {{"aws", json::object{}}}}});
        put("image", "aws-amd", {{"architecture", "ARCHITECTURE_AMD64"}, {"source", {{"aws", json::object{}}}}});
        put("image", "box", {{"architecture", "ARCHITECTURE_AMD64"}, {"source", {{"docker", json::object{}}}}});
        put("placement", "west", {{"substrate", "SUBSTRATE_GCP"}});
        put("placement", "oregon", {{"substrate", "SUBSTRATE_AWS"}});
        put("environment", "gcp", {{"substrate", "SUBSTRATE_GCP"}, {"machine_type_ref", "n2"}});
        put("environment", "aws", {{"substrate", "SUBSTRATE_AWS"}, {"machine_type_ref", "m7g"}});
    }

    void put(const std::string& kind, const std::string& name, json::object body) {
        resources_[{kind, name}] = std::move(body);
    }

    std::string complaint(const std::string& kind, json::object body) const {
        const CatalogLookup lookup = [this](std::string_view of, std::string_view name) -> std::optional<json::object> {
            const auto found = resources_.find({std::string(of), std::string(name)});
            if (found == resources_.end()) return std::nullopt;
            return found->second;
        };
        try {
            kinds_.get(kind).checks->validate_with(body, lookup);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            return error.message();
        }
        return "";
    }

    static json::object environment(const char* substrate, const char* machine, const char* disk) {
        return {{"name", "e"}, {"substrate", substrate}, {"machine_type_ref", machine}, {"disk_type_ref", disk}};
    }
    static json::object workspace(const char* image, const char* environment, const char* placement) {
        return {{"name", "w"}, {"image_ref", image}, {"environment_ref", environment}, {"placement", placement}};
    }
    static json::object recipe(const char* gce, const char* aws) {
        return {{"name", "r"}, {"base_image_gce_ref", gce}, {"base_image_aws_ref", aws}};
    }

private:
    KindRegistry kinds_;
    std::map<std::pair<std::string, std::string>, json::object> resources_;
};

TEST_F(Beside, AnEnvironmentIsOfOneSubstrate) {
    EXPECT_EQ(complaint("environment", environment("SUBSTRATE_GCP", "n2", "pd")), "");
    EXPECT_EQ(complaint("environment", environment("SUBSTRATE_GCP", "any", "pd")), "");
    EXPECT_EQ(complaint("environment", environment("SUBSTRATE_GCP", "n2", "gp3")),
              "disk_type_ref names disk type \"gp3\", which is for SUBSTRATE_AWS, not for SUBSTRATE_GCP");
    EXPECT_EQ(complaint("environment", environment("SUBSTRATE_AWS", "n2", "gp3")),
              "machine_type_ref names machine type \"n2\", which is not for SUBSTRATE_AWS");
}

TEST_F(Beside, AWorkspaceIsOfOneSubstrateAndOneArchitecture) {
    EXPECT_EQ(complaint("workspace", workspace("gce-amd", "gcp", "west")), "");
    EXPECT_EQ(complaint("workspace", workspace("aws-arm", "aws", "oregon")), "");
    EXPECT_EQ(complaint("workspace", workspace("box", "gcp", "west")), "");
    EXPECT_EQ(complaint("workspace", workspace("a-recipe", "gcp", "west")), "");
    EXPECT_EQ(complaint("workspace", workspace("gce-amd", "gcp", "oregon")),
              "environment_ref names environment \"gcp\" for SUBSTRATE_GCP, and placement \"oregon\" is SUBSTRATE_AWS");
    EXPECT_EQ(complaint("workspace", workspace("aws-arm", "gcp", "west")),
              "image_ref names image \"aws-arm\", which is not for SUBSTRATE_GCP, where placement \"west\" is");
    EXPECT_EQ(complaint("workspace", workspace("aws-amd", "aws", "oregon")),
              "image_ref names image \"aws-amd\" for ARCHITECTURE_AMD64, and machine type \"m7g\" of environment "
              "\"aws\" is ARCHITECTURE_ARM64");
}

TEST_F(Beside, ARecipesBaseImagesFitTheirCloudsAndEachOther) {
    EXPECT_EQ(complaint("recipe", recipe("gce-amd", "aws-amd")), "");
    EXPECT_EQ(complaint("recipe", recipe("gce-amd", "aws-arm")),
              "base_image_aws_ref is for ARCHITECTURE_ARM64 and base_image_gce_ref for ARCHITECTURE_AMD64");
    EXPECT_EQ(complaint("recipe", recipe("aws-amd", "aws-amd")),
              "base_image_gce_ref names image \"aws-amd\", which is not for SUBSTRATE_GCP");
}

TEST_F(Beside, WhatIsNotThereIsNotCompared) {
    EXPECT_EQ(complaint("workspace", workspace("none", "none", "none")), "");
    EXPECT_EQ(complaint("environment", environment("SUBSTRATE_GCP", "none", "none")), "");
    EXPECT_EQ(complaint("recipe", recipe("none", "none")), "");
}

}
}
