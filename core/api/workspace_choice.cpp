#include "api/workspace_choice.hpp"

#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"
#include "api/catalog_rights.hpp"

namespace murmur {

namespace {

ResourceKey workspace_key(const Caller& caller, const std::string& name) {
    return {tenant_key(caller.tenant), "workspace", "", name};
}

std::vector<RepoWork> repos_of(const json::object& workspace) {
    std::vector<RepoWork> repos;
    const json::array* list = FieldReader(workspace).find_array("repos");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        const FieldReader repo((*list)[i].as_object(), "repos");
        std::string base = repo.get_string("base_branch");
        if (base == default_base_branch) base.clear();
        repos.push_back({repo.get_string("clone_url"), std::move(base), "", "", ConflictResolution::merge});
    }
    return repos;
}

SourceDocument implied_workspace(const std::string& name, const std::vector<RepoWork>& repos,
                                 const std::string& substrate) {
    json::array list;
    for (const RepoWork& repo : repos)
        list.push_back(json::object{
            {"clone_url", repo.clone_url},
            {"base_branch", repo.base_branch.empty() ? default_base_branch : std::string_view(repo.base_branch)}});
    const std::string builtin = "murmur-" + substrate;
    SourceDocument document;
    document.fields = {{"name", name},
                       {"image_ref", builtin},
                       {"environment_ref", builtin},
                       {"placement", builtin},
                       {"repos", std::move(list)}};
    return document;
}

/// Makes it; somebody else who was quicker is as good.
Resource make_workspace(ApiContext& context, const Caller& caller, const std::string& name,
                        const std::vector<RepoWork>& repos) {
    const ResourceKey key = workspace_key(caller, name);
    try {
        return context.catalog
            .set(key, implied_workspace(name, repos, context.options.default_substrate), change_right(context, caller),
                 0)
            .resource;
    } catch (const Error& error) {
        if (error.code() == Errc::aborted)
            if (auto found = context.catalog.find(key)) return std::move(*found);
        if (error.code() != Errc::permission_denied) throw;
        throw Error(error.code(), error.message())
            .with_hint("Spawn into a workspace that exists: murmur get workspace, then --workspace NAME.");
    }
}

std::optional<json::object> body_of(ApiContext& context, const Caller& caller, const std::string& kind,
                                    const std::string& name) {
    auto found = context.catalog.find({tenant_key(caller.tenant), kind, "", name});
    if (!found) return std::nullopt;
    return std::move(found->body);
}

/// The substrate's section of a body. Machine types and images call that of Google's cloud "gce".
const json::object* section_of(const std::optional<json::object>& body, const std::string& substrate) {
    if (!body) return nullptr;
    const FieldReader fields(*body);
    if (const json::object* section = fields.find_object(substrate)) return section;
    return substrate == "gcp" ? fields.find_object("gce") : nullptr;
}

void add_section(json::object& shape, std::string_view name, const json::object* section) {
    if (section && !section->empty()) shape.emplace(name, *section);
}

/// Where and on what the workspace's agents run, settled at spawn: later changes are for later agents.
void settle_machine(ApiContext& context, const Caller& caller, const json::object& workspace, WorkspaceChoice& choice) {
    const FieldReader fields(workspace);
    const auto placement = body_of(context, caller, "placement", fields.get_string("placement"));
    const auto environment = body_of(context, caller, "environment", fields.get_string("environment_ref"));
    if (!placement || !environment)
        throw Error(Errc::failed_precondition, "workspace \"" + choice.name + "\" has lost its " +
                                                   std::string(placement ? "environment" : "placement"))
            .with_hint("It was a builtin of another version; choose another with: murmur patch workspace " +
                       choice.name);
    choice.substrate = substrate_of_enum_name(FieldReader(*placement).get_string("substrate"));
    if (const json::object* section = section_of(placement, choice.substrate)) choice.shape = *section;
    const FieldReader sizes(*environment);
    const auto machine = body_of(context, caller, "machine-type", sizes.get_string("machine_type_ref"));
    const auto disk = body_of(context, caller, "disk-type", sizes.get_string("disk_type_ref"));
    const auto image = body_of(context, caller, "image", fields.get_string("image_ref"));
    add_section(choice.shape, "machine", section_of(machine, choice.substrate));
    const json::object* disk_section = section_of(disk, choice.substrate);
    add_section(choice.shape, "disk", disk_section);
    if (disk_section && !disk_section->empty()) choice.shape.emplace("disk_size_gb", sizes.get_int("disk_size_gb"));
    if (image)
        if (const json::object* source = FieldReader(*image).find_object("source"))
            add_section(choice.shape, "image", section_of(*source, choice.substrate));
}

}

Resource get_workspace(ApiContext& context, const Caller& caller, const std::string& name) {
    if (auto workspace = context.catalog.find(workspace_key(caller, name))) return std::move(*workspace);
    try {
        return context.catalog.get(workspace_key(caller, name));
    } catch (const Error& error) {
        if (error.code() != Errc::not_found || !error.hint().empty()) throw;
        throw error.with_hint(
            "Leave --workspace out to use the one named after the repository, or declare it as \"workspace: " + name +
            "\" in .murmur/murmur.yaml.");
    }
}

WorkspaceChoice choose_workspace(ApiContext& context, const Caller& caller, std::string name,
                                 const FieldReader& request, std::vector<RepoWork> repos) {
    WorkspaceChoice choice;
    choice.name = std::move(name);
    const bool is_implied = choice.name.empty();
    if (is_implied && repos.empty())
        throw Error(Errc::invalid_argument, "at least one repo is required")
            .with_hint("Run it inside a git repository with an origin, or name one with --repo.");
    if (is_implied) choice.name = workspace_name_of(repos.front().clone_url);
    if (!is_valid_name(choice.name))
        throw Error(Errc::invalid_argument, "workspace name \"" + choice.name + "\" must match [a-z][a-z0-9-]{0,62}");
    auto workspace = context.catalog.find(workspace_key(caller, choice.name));
    if (!workspace) {
        if (!is_implied && !request.get_bool("workspace_declared", false))
            workspace = get_workspace(context, caller, choice.name);  // throws, with the remedy
        else if (repos.empty())
            throw Error(Errc::invalid_argument, "at least one repo is required");
        else
            workspace = make_workspace(context, caller, choice.name, repos);
    }
    // An agent's children run where it does, whether or not it may look at that.
    if (caller.principal.kind != PrincipalKind::agent) authorize(context, caller, "workspace.read", choice.name);
    choice.repos = repos.empty() ? repos_of(workspace->body) : std::move(repos);
    settle_machine(context, caller, workspace->body, choice);
    return choice;
}

}
