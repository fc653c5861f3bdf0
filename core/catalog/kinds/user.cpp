#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

FieldSpec user_secret_name(std::string name, std::string help) {
    return {.name = std::move(name), .help = std::move(help), .length_max = 255};
}

class UserKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "user";
        spec.description = "Who somebody is in git, and which of their own secrets their agents use.";
        spec.name_rule = NameRule::account;
        spec.fields = {
            name_field("The login, as at GitHub."),
            {.name = "git_name", .help = "The author's name in commits.", .length_max = 255, .example = "Alice Doe"},
            {.name = "git_email",
             .help = "The author's address in commits.",
             .length_max = 255,
             .example = "alice@acme.com"},
            {.name = "ssh_public_keys",
             .type = FieldType::string_list,
             .help = "Keys that may log in to the machines of this user's agents.",
             .length_max = 100},
            user_secret_name("github_token_secret", "The user-secret with the token for GitHub."),
            user_secret_name("claude_token_secret", "The user-secret with the OAuth token for Claude."),
            user_secret_name("claude_refresh_token_secret", "The user-secret that renews the OAuth token for Claude."),
            user_secret_name("anthropic_api_key_secret",
                             "The user-secret with the key for Anthropic's API; not beside claude_token_secret."),
            user_secret_name("openai_api_key_secret", "The user-secret with the key for OpenAI's API."),
            user_secret_name("signing_key_secret", "The user-secret with the key that signs commits."),
            description_field(),
        };
        spec.verbs = {"read", "list", "edit"};
        spec.columns = {"git_name", "git_email"};
        spec.example = "name: alice\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        const std::string email = text_at(body, "git_email");
        const std::size_t at = email.find('@');
        if (!email.empty() && (at == std::string::npos || at == 0 || at + 1 == email.size() ||
                               email.find_first_of(" \t\r\n<>") != std::string::npos))
            throw Error(Errc::invalid_argument, "git_email is not an address: \"" + email + "\"");
        if (text_at(body, "git_name").find_first_of("\r\n<>") != std::string::npos)
            throw Error(Errc::invalid_argument, "git_name must be one line without < and >");
        check_unique(texts_at(body, "ssh_public_keys"), "ssh_public_keys");
        for (const char* field : {"github_token_secret", "claude_token_secret", "claude_refresh_token_secret",
                                  "anthropic_api_key_secret", "openai_api_key_secret", "signing_key_secret"})
            if (const std::string name = text_at(body, field); !name.empty()) check_secret_name(name, field);
        if (!text_at(body, "claude_token_secret").empty() && !text_at(body, "anthropic_api_key_secret").empty())
            throw Error(Errc::invalid_argument, "anthropic_api_key_secret and claude_token_secret exclude each other")
                .with_hint("Claude is paid for through one of the two: leave the other out.");
    }
};

}

CoreKind make_user_kind() { return {20, std::make_shared<UserKind>()}; }

}
