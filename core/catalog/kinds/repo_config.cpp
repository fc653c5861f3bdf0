#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class RepoConfigKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "repo-config";
        spec.description = "What holds for one repository in every workspace: its base branch, how conflicts end.";
        spec.name_rule = NameRule::clone_url;
        spec.fields = {
            {.name = "clone_url",
             .required = true,
             .help = "The repository, as workspaces clone it; it is the resource's name too.",
             .length_max = 2048,
             .example = "https://github.com/acme/backend"},
            conflict_resolution_field("rebase", "How an agent's branch follows its base branch."),
            {.name = "base_branch",
             .help = "The branch that work begins from, in place of the repository's own.",
             .length_max = 255,
             .example = "main"},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"conflict_resolution", "base_branch"};
        spec.example = "clone_url: https://github.com/acme/backend\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        check_clone_url(text_at(body, "clone_url"), "clone_url");
        if (const std::string branch = text_at(body, "base_branch"); !branch.empty())
            check_branch(branch, "base_branch");
    }
};

}

CoreKind make_repo_config_kind() { return {150, std::make_shared<RepoConfigKind>()}; }

}
