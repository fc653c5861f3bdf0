#pragma once

#include <base/redactor.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "runner/reports.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

/// What a repository brings to prepare its workspace: run by /bin/bash when it is there.
inline constexpr const char* prepare_hook_file = ".murmur/hooks/prepare-workspace.sh";
/// For all repositories together: long enough for a build's dependencies, too short for someone who waits in vain.
inline constexpr std::chrono::minutes hooks_budget{5};

/// Runs the hooks of the workspace's repositories, one after the other in their order, each in its checkout, and
/// reports what they print. `environment` is that of the agent; MURMUR_HOOK is added.
///
/// Throws failed_precondition with the last words of one that fails, deadline_exceeded when the budget is used up,
/// cancelled when `stop` says so; whatever a hook started is then ended.
void run_prepare_hooks(const Workspace& workspace, const std::map<std::string, std::string>& environment,
                       std::chrono::milliseconds budget, std::stop_token stop, std::shared_ptr<const Redactor> redactor,
                       ReportSink& sink);

}
