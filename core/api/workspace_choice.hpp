#pragma once

#include "api/api_context.hpp"
#include "catalog/catalog.hpp"

namespace murmur {

/// What a workspace decides about an agent.
struct WorkspaceChoice {
    std::string name;
    std::vector<RepoWork> repos;
    std::string substrate;
    json::object shape;  ///< for MachineSpec::shape
};

/// The workspace of that name (empty: that of the first repository), with the request's own repositories laid over.
///
/// One that is only implied by the repository, or declared by its murmur.yaml, is made when it does not exist: on the
/// builtins of the default substrate. Throws not_found with the nearest name, and permission_denied when the caller may
/// not make one.
WorkspaceChoice choose_workspace(ApiContext& context, const Caller& caller, std::string name,
                                 const FieldReader& request, std::vector<RepoWork> repos);

/// Throws not_found `workspace "x" not found` with the nearest known one.
Resource get_workspace(ApiContext& context, const Caller& caller, const std::string& name);

/// The base branch of a workspace that stands for the remote's default.
inline constexpr std::string_view default_base_branch = "HEAD";

}
