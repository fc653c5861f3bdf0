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
        spec.fields = secret_value_fields();
        spec.verbs = {"read", "list", "create", "delete", "access", "assume", "encrypt"};
        spec.columns = {"description"};
        spec.example = "name: NPM_TOKEN\nplaintext_value: npm_abc123def456\n";
        return spec;
    }
};

}

CoreKind make_secret_kind() { return {70, std::make_shared<SecretKind>()}; }

}
