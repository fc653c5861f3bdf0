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
        spec.fields = secret_value_fields();
        spec.verbs = {"read", "list", "create", "delete"};
        spec.columns = {"description"};
        spec.example = "name: MY_PERSONAL_TOKEN\nplaintext_value: sk-personal-xyz\n";
        return spec;
    }
};

}

CoreKind make_user_secret_kind() { return {80, std::make_shared<UserSecretKind>()}; }

}
