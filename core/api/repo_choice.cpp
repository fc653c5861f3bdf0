#include "api/repo_choice.hpp"

#include <algorithm>

namespace murmur {

namespace {

std::string_view bare_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    if (url.ends_with(".git")) url.remove_suffix(4);
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

// What a repo-config means that does not say it; see its kind.
constexpr ConflictResolution repo_config_default = ConflictResolution::rebase;

/// What repo-config or workspace say about a repository.
struct RepoRule {
    std::string base_branch;
    std::optional<ConflictResolution> conflict_resolution;
};

RepoRule rule_of(const json::object& body) {
    const FieldReader fields(body);
    RepoRule rule{fields.get_string("base_branch", ""), std::nullopt};
    if (rule.base_branch == default_base_branch) rule.base_branch.clear();
    if (const std::string resolution = fields.get_string("conflict_resolution", ""); !resolution.empty())
        rule.conflict_resolution = parse_conflict_resolution(resolution);
    return rule;
}

std::vector<WantedRepo> repos_of_workspace(const json::object& workspace) {
    std::vector<WantedRepo> repos;
    const json::array* const list = FieldReader(workspace).find_array("repos");
    for (std::size_t i = 0; list && i < list->size(); ++i)
        repos.push_back({FieldReader((*list)[i].as_object(), "repos").get_string("clone_url"), "", ""});
    return repos;
}

RepoRule rule_of_workspace(const json::object& workspace, const std::string& clone_url) {
    const json::array* const list = FieldReader(workspace).find_array("repos");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        const json::object& entry = (*list)[i].as_object();
        if (is_same_repository(FieldReader(entry).get_string("clone_url"), clone_url)) return rule_of(entry);
    }
    return {};
}

/// A repo-config is named as somebody has written the URL.
std::optional<RepoRule> rule_of_repo_config(ApiContext& context, const std::string& tenant,
                                            const std::string& clone_url) {
    const std::string bare(bare_url(clone_url));
    for (const std::string& name : {clone_url, bare, bare + ".git", bare + "/"})
        if (const auto config = context.catalog.find({tenant, "repo-config", "", name})) return rule_of(config->body);
    return std::nullopt;
}

}

bool is_same_repository(std::string_view one, std::string_view other) { return bare_url(one) == bare_url(other); }

std::vector<RepoWork> choose_repos(ApiContext& context, const Caller& caller, const std::vector<WantedRepo>& wanted,
                                   const json::object& workspace) {
    const std::string tenant = tenant_key(caller.tenant);
    std::vector<RepoWork> repos;
    for (const WantedRepo& repo : wanted.empty() ? repos_of_workspace(workspace) : wanted) {
        const RepoRule entry = rule_of_workspace(workspace, repo.clone_url);
        const std::optional<RepoRule> config = rule_of_repo_config(context, tenant, repo.clone_url);
        RepoRule rule = config.value_or(RepoRule());
        if (rule.base_branch.empty()) rule.base_branch = entry.base_branch;
        if (!rule.conflict_resolution) rule.conflict_resolution = entry.conflict_resolution;
        if (!rule.conflict_resolution && config) rule.conflict_resolution = repo_config_default;
        if (!repo.base_branch.empty()) rule.base_branch = repo.base_branch;
        if (repo.conflict_resolution) rule.conflict_resolution = repo.conflict_resolution;
        repos.push_back({repo.clone_url, std::move(rule.base_branch), repo.working_branch, "",
                         rule.conflict_resolution.value_or(ConflictResolution::merge)});
    }
    return repos;
}

}
