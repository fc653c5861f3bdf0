#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class UserSecretKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "user-secret";
        spec.description = "A secret of one user, which nobody else's agents get.";
        spec.name_rule = NameRule::secret;
        spec.per_user = true;
        spec.fields = {
            name_field("In capitals, because it becomes the variable MURMUR_SECRET_<name>."),
            {.name = "plaintext_value",
             .required = true,
             .write_only = true,
             .help = "The value: it can be replaced, and never read.",
             .length_max = user_secret_bytes_max},
            {.name = "created_at",
             .type = FieldType::timestamp,
             .read_only = true,
             .help = "When it was set for the first time."},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "delete"};
        spec.columns = {"description"};
        spec.example = "name: MY_PERSONAL_TOKEN\nplaintext_value: sk-personal-xyz\n";
        return spec;
    }

private:
    /// As for a secret of the tenant.
    static constexpr std::size_t user_secret_bytes_max = std::size_t{64} << 10;
};

}

CoreKind make_user_secret_kind() { return {80, std::make_shared<UserSecretKind>()}; }

}
