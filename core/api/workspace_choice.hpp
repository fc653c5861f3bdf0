#pragma once

#include "api/api_context.hpp"
#include "api/repo_choice.hpp"
#include "api/spawn_fields.hpp"
#include "catalog/catalog.hpp"

namespace murmur {

/// What a workspace decides about an agent.
struct WorkspaceChoice {
    std::string name;
    std::vector<RepoWork> repos;
    std::string substrate;
    json::object shape;        ///< for MachineSpec::shape
    double machine_price = 0;  ///< US dollars an hour; 0: free, or not known
    SpawnWishes wishes;        ///< how its agents run, where nothing stronger says so
};

/// The workspace of that name (empty: that of the first repository), with the repositories that the request asks for.
///
/// One that is only implied by the repository, or declared by its murmur.yaml (`is_declared`), is made when it does not
/// exist: on the builtins of the default substrate. Throws not_found with the nearest name, and permission_denied when
/// the caller may not make one.
WorkspaceChoice choose_workspace(ApiContext& context, const Caller& caller, std::string name, bool is_declared,
                                 const std::vector<WantedRepo>& repos);

/// Throws not_found `workspace "x" not found` with the nearest known one.
Resource get_workspace(ApiContext& context, const Caller& caller, const std::string& name);

}
