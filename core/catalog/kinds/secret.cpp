#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class SecretKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "secret";
        spec.description = "A value of the tenant that is stored encrypted, and that workspaces hand to their agents.";
        spec.name_rule = NameRule::secret;
        spec.fields = {
            name_field("In capitals, because it becomes the variable MURMUR_SECRET_<name>."),
            {.name = "plaintext_value",
             .required = true,
             .write_only = true,
             .help = "The value: it can be replaced, and never read.",
             .length_max = secret_bytes_max},
            {.name = "created_at",
             .type = FieldType::timestamp,
             .read_only = true,
             .help = "When it was set for the first time."},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "delete", "access", "assume", "encrypt"};
        spec.columns = {"description"};
        spec.example = "name: NPM_TOKEN\nplaintext_value: npm_abc123def456\n";
        return spec;
    }

private:
    /// A key or a certificate with its chain; what is larger is a file, and belongs into the image.
    static constexpr std::size_t secret_bytes_max = std::size_t{64} << 10;
};

}

CoreKind make_secret_kind() { return {70, std::make_shared<SecretKind>()}; }

}
