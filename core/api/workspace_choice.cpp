#include "api/workspace_choice.hpp"

#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"
#include "api/catalog_rights.hpp"
#include "api/persona.hpp"

namespace murmur {

namespace {

ResourceKey workspace_key(const Caller& caller, const std::string& name) {
    return {tenant_key(caller.tenant), "workspace", "", name};
}

SourceDocument implied_workspace(const std::string& name, const std::vector<WantedRepo>& repos,
                                 const std::string& substrate) {
    json::array list;
    for (const WantedRepo& repo : repos)
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
                        const std::vector<WantedRepo>& repos) {
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

/// Where a placement's machines are: its region, or that of its zones ("us-west1" of "us-west1-b").
std::string region_of(const json::object* placement) {
    if (!placement) return {};
    const FieldReader fields(*placement);
    if (std::string region = fields.get_string("region", ""); !region.empty()) return region;
    const std::vector<std::string> zones = fields.get_strings("zones");
    return zones.empty() ? std::string() : zones.front().substr(0, zones.front().rfind('-'));
}

/// What an hour of the machine type costs there; 0 when the catalog does not know it.
double hourly_price(const json::object* machine_type, const json::object* placement) {
    if (!machine_type) return 0;
    const FieldReader fields(*machine_type, "machine-type");
    if (fields.has("cost_per_hour")) return fields.get_double("cost_per_hour", 0);
    const json::object* const regions = fields.find_object("regions");
    const json::value* const price = regions ? regions->if_contains(region_of(placement)) : nullptr;
    return price && price->is_object() ? FieldReader(price->get_object()).get_double("cost_per_hour", 0) : 0;
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
    choice.machine_price = hourly_price(section_of(machine, choice.substrate), section_of(placement, choice.substrate));
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

WorkspaceChoice choose_workspace(ApiContext& context, const Caller& caller, std::string name, bool is_declared,
                                 const std::vector<WantedRepo>& repos) {
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
        if (!is_implied && !is_declared)
            workspace = get_workspace(context, caller, choice.name);  // throws, with the remedy
        else if (repos.empty())
            throw Error(Errc::invalid_argument, "at least one repo is required");
        else
            workspace = make_workspace(context, caller, choice.name, repos);
    }
    // An agent's children run where it does, whether or not it may look at that.
    if (caller.principal.kind != PrincipalKind::agent) authorize(context, caller, "workspace.read", choice.name);
    choice.repos = choose_repos(context, caller, repos, workspace->body);
    choice.wishes = wishes_of(workspace->body);
    settle_machine(context, caller, workspace->body, choice);
    return choice;
}

}
