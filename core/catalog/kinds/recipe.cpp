#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class RecipeKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "recipe";
        spec.description = "A script that makes an image: murmur bake runs it on a machine and keeps the disk.";
        spec.fields = {
            name_field("The name of the images that it makes; <name>@<hash> is one of them."),
            {.name = "base_image_gce_ref",
             .references = {"image"},
             .help = "The image to begin with at Google.",
             .example = "murmur-debian12-gce"},
            {.name = "base_image_aws_ref",
             .references = {"image"},
             .help = "The image to begin with at Amazon.",
             .example = "murmur-debian12-aws"},
            {.name = "provisioning_timeout",
             .type = FieldType::duration,
             .required = true,
             .help = "How long the script may take, up to an hour.",
             .minimum = 1,
             .maximum = 3600,
             .out_of_range = "provisioning_timeout must be from 1s to 1h",
             .example = "25m"},
            {.name = "provisioning_script",
             .help = "The script, which runs as root with GH_TOKEN and the allowed secrets in its environment.",
             .length_max = script_bytes_max},
            {.name = "secret_allowlist",
             .type = FieldType::string_list,
             .references = {"secret"},
             .help = "The secrets that the script may read.",
             .length_max = list_items_max,
             .example = "[GH_BOT_TOKEN]"},
            description_field(),
        };
        spec.groups = {{.fields = {"base_image_gce_ref", "base_image_aws_ref"},
                        .missing = "at least one of base_image_aws_ref or base_image_gce_ref is required"}};
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"base_image_gce_ref", "base_image_aws_ref", "provisioning_timeout", "description"};
        spec.example =
            "name: my-recipe\n"
            "base_image_gce_ref: murmur-debian12-gce\n"
            "provisioning_timeout: 30m\n"
            "provisioning_script: |\n"
            "  #!/bin/bash\n"
            "  set -e\n"
            "  echo \"build your toolchain here\"\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        const std::vector<std::string> secrets = texts_at(body, "secret_allowlist");
        for (std::size_t i = 0; i < secrets.size(); ++i)
            check_secret_name(secrets[i], "secret_allowlist[" + std::to_string(i) + "]");
        check_unique(secrets, "secret_allowlist");
    }

    void validate_with(const json::object& body, const CatalogLookup& lookup) const override {
        const std::string gce = architecture_of(body, "base_image_gce_ref", "SUBSTRATE_GCP", lookup);
        const std::string aws = architecture_of(body, "base_image_aws_ref", "SUBSTRATE_AWS", lookup);
        if (!gce.empty() && !aws.empty() && gce != aws)
            throw Error(Errc::invalid_argument,
                        "base_image_aws_ref is for " + aws + " and base_image_gce_ref for " + gce)
                .with_hint("Both must be of one architecture: write a second recipe for the other.");
    }

private:
    /// What is larger than a script is a download of the script.
    static constexpr std::size_t script_bytes_max = std::size_t{256} << 10;

    static std::string architecture_of(const json::object& body, const char* field, const char* substrate,
                                       const CatalogLookup& lookup) {
        const std::string name = text_at(body, field);
        const std::optional<json::object> image = name.empty() ? std::nullopt : lookup("image", name);
        if (!image) return {};
        const json::object* const source = object_at(*image, "source");
        if (source && !has_section_for(*source, substrate))
            throw Error(Errc::invalid_argument,
                        std::string(field) + " names image \"" + name + "\", which is not for " + substrate);
        return text_at(*image, "architecture");
    }
};

}

CoreKind make_recipe_kind() { return {130, std::make_shared<RecipeKind>()}; }

}
