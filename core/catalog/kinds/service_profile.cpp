#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

FieldSpec profile_secret(std::string name, std::string help) {
    return {.name = std::move(name), .references = {"secret"}, .help = std::move(help)};
}

class ServiceProfileKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "service-profile";
        spec.description = "An identity that is no person: of scheduled flights, of CI.";
        spec.fields = {
            name_field("What flights and spawns call it."),
            description_field(),
            grant_field("grants", FieldType::object_list,
                        "Who may let agents run as it; a tenant-binding is easier to find."),
            {.name = "git_name", .help = "The author's name in its commits.", .length_max = 255},
            {.name = "git_email", .help = "The author's address in its commits.", .length_max = 255},
            profile_secret("anthropic_api_key_secret",
                           "The secret with the key for Anthropic's API; without it, ANTHROPIC_API_KEY."),
            profile_secret("claude_oauth_token_secret", "The secret with the OAuth token for Claude."),
            profile_secret("claude_oauth_refresh_token_secret", "The secret that renews the OAuth token for Claude."),
            profile_secret("openai_api_key_secret", "The secret with the key for OpenAI's API."),
            profile_secret("github_token_secret",
                           "The secret with the token for GitHub; without it, one that the GitHub App makes."),
            profile_secret("signing_key_secret",
                           "The secret with the key that signs its commits; without it, SERVICE_SIGNING_KEY."),
            {.name = "ssh_public_keys",
             .type = FieldType::string_list,
             .help = "Keys that may log in to the machines of its agents.",
             .length_max = 100},
        };
        spec.verbs = {"read", "list", "create", "edit", "delete", "assume"};
        spec.columns = {"description"};
        spec.example = "name: ci-bot\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        const std::vector<const json::object*> grants = objects_at(body, "grants");
        for (std::size_t i = 0; i < grants.size(); ++i) check_grant(*grants[i], "grants[" + std::to_string(i) + "]");
        check_unique(texts_at(body, "ssh_public_keys"), "ssh_public_keys");
    }
};

}

CoreKind make_service_profile_kind() { return {60, std::make_shared<ServiceProfileKind>()}; }

}
