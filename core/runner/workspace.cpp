#include "runner/workspace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <base/machine_layout.hpp>
#include <base/paths.hpp>
#include <set>

#include "git/clone.hpp"
#include "git/clone_url.hpp"
#include "git/stale_locks.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

std::string unused_name(const std::string& wanted, std::set<std::string>& used) {
    std::string name = wanted;
    for (int i = 2; !used.insert(name).second; ++i) name = wanted + "-" + std::to_string(i);
    return name;
}

/// Where each repository of the assignment belongs: the same in every life.
std::vector<fs::path> checkout_paths(const fs::path& machine_directory, const Assignment& assignment) {
    std::set<std::string> used;
    std::vector<fs::path> out;
    for (const RepoAssignment& wanted : assignment.repos)
        out.push_back(machine_directory / "workspace" / unused_name(git::repository_name(wanted.clone_url), used));
    return out;
}

/// The checkout of an earlier incarnation. What the agent left in it is kept as it is.
WorkspaceRepo reopen_checkout(const RepoAssignment& wanted, const fs::path& path) {
    const git::Repository repository(path);
    if (repository.origin_url() != wanted.clone_url)
        throw Error(Errc::failed_precondition, "\"" + path.string() + "\" is a checkout of \"" +
                                                   git::without_password(repository.origin_url()) + "\"")
            .with_hint("Remove that folder, or destroy the machine.");
    // Whoever held them is gone: there is one runner on a machine, and nothing of an earlier one.
    git::remove_stale_locks(repository.git_directory());
    const std::string branch = wanted.branch.empty() ? repository.head_branch() : wanted.branch;
    // What the origin does not have may not have been told either.
    const std::string pushed = repository.origin_tip(branch);
    const std::string head = pushed.empty() ? repository.branch_tip(branch) : pushed;
    return {wanted.clone_url, wanted.base_branch, branch, head, path, wanted.conflict_resolution};
}

/// Clones beside the workspace, so that a checkout has its name only when it is whole.
WorkspaceRepo clone_checkout(const RepoAssignment& wanted, const fs::path& path, const Workspace& workspace,
                             const git::RemoteOptions& options, const RestoreCheckout& restore, ReportSink& sink) {
    sink.report(reports::preparing("clone", git::without_password(wanted.clone_url)));
    const fs::path fresh = path.parent_path().parent_path() / "cloning" / path.filename();
    fs::remove_all(fresh);
    fs::create_directories(fresh.parent_path());
    git::CloneResult made = git::clone({.url = wanted.clone_url,
                                        .directory = fresh,
                                        .base_branch = wanted.base_branch,
                                        .branch = wanted.branch,
                                        .identity = workspace.identity,
                                        .options = options});
    for (const std::string& note : made.notes) sink.report(reports::preparing("note", note));
    const std::string branch = wanted.branch.empty() ? made.base_branch : wanted.branch;
    std::string head = made.head;
    if (restore) {
        sink.report(reports::preparing("restore", path.filename().string()));
        RepoAssignment known = wanted;
        known.branch = branch;
        if (const std::string restored = restore(fresh, known); !restored.empty()) head = restored;
    }
    fs::rename(fresh, path);
    return {wanted.clone_url, made.base_branch, wanted.branch, head, path, wanted.conflict_resolution};
}

json::object ready_report(const std::vector<WorkspaceRepo>& repos) {
    json::array list;
    for (const WorkspaceRepo& repo : repos)
        list.push_back(json::object{{"cloneUrl", repo.clone_url},
                                    {"baseBranch", repo.base_branch},
                                    {"branch", repo.branch},
                                    {"head", repo.head},
                                    {"path", repo.path.string()}});
    return {{"workspaceReady", json::object{{"repos", std::move(list)}}}};
}

/// There is always one there, the last or the new one.
void replace_link(const fs::path& target, const fs::path& link) {
    const fs::path fresh = link.parent_path() / ("." + link.filename().string() + ".new");
    std::error_code missing;
    fs::remove(fresh, missing);
    fs::create_symlink(target, fresh);
    fs::rename(fresh, link);
}

}

Workspace open_workspace(const fs::path& machine_directory, const Assignment& assignment) {
    Workspace out;
    const fs::path root = machine_directory / "workspace";
    out.home = machine_directory / "home";
    out.programs = machine_directory / "bin";
    fs::create_directories(root);
    fs::create_directories(out.home);
    fs::create_directories(out.programs);
    chmod(out.home.c_str(), 0700);
    out.directory = root;
    const std::string account = assignment.account.empty() ? user_name() : assignment.account;
    out.identity = git::resolve_identity(nullptr, {assignment.git_name, assignment.git_email}, account);
    const std::vector<fs::path> paths = checkout_paths(machine_directory, assignment);
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (fs::exists(paths[i] / ".git")) out.repos.push_back(reopen_checkout(assignment.repos[i], paths[i]));
    out.has_work = !out.repos.empty();
    return out;
}

void prepare_workspace(Workspace& workspace, const fs::path& machine_directory, const Assignment& assignment,
                       const git::RemoteOptions& options, const RestoreCheckout& restore, ReportSink& sink) {
    const std::vector<fs::path> paths = checkout_paths(machine_directory, assignment);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const RepoAssignment& wanted = assignment.repos[i];
        // In the order of the assignment, whatever was there already.
        if (i < workspace.repos.size() && workspace.repos[i].path == paths[i]) continue;
        const auto place = workspace.repos.begin() + static_cast<std::ptrdiff_t>(i);
        try {
            WorkspaceRepo repo = clone_checkout(wanted, paths[i], workspace, options, restore, sink);
            const auto added = workspace.repos.insert(place, repo);
            if (repo.branch.empty()) continue;
            sink.report(reports::preparing("push", repo.branch));
            const git::Repository repository(repo.path);
            repository.push(repo.branch, options);
            sink.report(reports::pushed(repo.clone_url, repo.branch, repository.origin_tip(repo.branch)));
            added->head = repository.origin_tip(repo.branch);
        } catch (...) {
            throw current_error().in("preparing repository \"" + git::without_password(wanted.clone_url) + "\"");
        }
    }
    if (!workspace.repos.empty()) workspace.directory = workspace.repos.front().path;
    sink.report(ready_report(workspace.repos));
}

void link_work(const Workspace& workspace, const fs::path& machine_directory) {
    replace_link(workspace.directory.lexically_relative(machine_directory), machine_directory / machine_work_link);
}

void offer_murmur(const Workspace& workspace, const fs::path& directory) {
    const fs::path program = directory / "murmur";
    std::error_code missing;
    if (directory.empty() || !fs::exists(program, missing)) return;
    replace_link(program, workspace.programs / "murmur");
}

}
