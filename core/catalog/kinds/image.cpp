#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class ImageKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "image";
        spec.description = "What a machine's disk holds when it starts; a bake makes one from a recipe.";
        spec.name_rule = NameRule::image;
        spec.fields = {
            name_field("What workspaces call it."),
            architecture_field(true),
            {.name = "source",
             .type = FieldType::object,
             .required = true,
             .help = "Where it is: one of these.",
             .groups = {{.fields = {}, .only_one = true}},
             .example = "{gce: {self_link: projects/acme/global/images/go-stack}}"},
            {.name = "preinstalled",
             .help = "What is installed in it, for people and agents.",
             .length_max = preinstalled_bytes_max},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"architecture", "description"};
        spec.example =
            "name: go-stack\n"
            "architecture: ARCHITECTURE_AMD64\n"
            "source:\n"
            "  gce:\n"
            "    self_link: projects/acme/global/images/go-stack\n";
        return spec;
    }

private:
    /// A list of packages with versions, not a manual.
    static constexpr std::size_t preinstalled_bytes_max = std::size_t{16} << 10;
};

}

CoreKind make_image_kind() { return {110, std::make_shared<ImageKind>()}; }

}
