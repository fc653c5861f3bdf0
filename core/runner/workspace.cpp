#include "runner/workspace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <base/machine_layout.hpp>
#include <base/paths.hpp>
#include <set>

#include "git/checkout_state.hpp"
#include "git/clone_url.hpp"
#include "runner/checkouts.hpp"

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

void open_place(Workspace& workspace, const RepoAssignment& wanted, const fs::path& path) {
    Workspace::Unready unready{
        {wanted.clone_url, wanted.base_branch, wanted.branch, "", path, wanted.conflict_resolution}, {}};
    try {
        const git::CheckoutState state = git::look_at_checkout(path);
        if (state == git::CheckoutState::absent) return;
        if (state == git::CheckoutState::present) {
            workspace.repos.push_back(reopen_checkout(wanted, path));
            return;
        }
    } catch (...) {
        unready.damage = current_error();
    }
    workspace.unready.push_back(std::move(unready));
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

std::vector<WorkspaceRepo> Workspace::places() const {
    std::vector<WorkspaceRepo> out = repos;
    for (const Unready& one : unready) out.push_back(one.repo);
    return out;
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
    const std::string account = assignment.account.empty() ? user_name() : assignment.account;
    out.identity = git::resolve_identity(nullptr, {assignment.git_name, assignment.git_email}, account);
    const std::vector<fs::path> paths = checkout_paths(machine_directory, assignment);
    out.directory = paths.empty() ? root : paths.front();
    for (std::size_t i = 0; i < paths.size(); ++i) open_place(out, assignment.repos[i], paths[i]);
    out.has_work = !out.repos.empty() || !out.unready.empty();
    return out;
}

void prepare_workspace(Workspace& workspace, const fs::path& machine_directory, const Assignment& assignment,
                       const git::RemoteOptions& options, const RestoreCheckout& restore, ReportSink& sink) {
    for (const Workspace::Unready& one : workspace.unready)
        if (one.damage) throw *one.damage;
    const std::vector<fs::path> paths = checkout_paths(machine_directory, assignment);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const RepoAssignment& wanted = assignment.repos[i];
        // In the order of the assignment, whatever was there already.
        if (i < workspace.repos.size() && workspace.repos[i].path == paths[i]) continue;
        const auto place = workspace.repos.begin() + static_cast<std::ptrdiff_t>(i);
        try {
            WorkspaceRepo repo = make_checkout(wanted, paths[i], workspace.identity, options, restore, sink);
            const auto added = workspace.repos.insert(place, repo);
            std::erase_if(workspace.unready, [&](const Workspace::Unready& one) { return one.repo.path == paths[i]; });
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
    sink.report(ready_report(workspace.repos));
}

void recover_files(Workspace& workspace, const fs::path& machine_directory, const Assignment& assignment,
                   const git::RemoteOptions& options, ReportSink& sink) {
    const std::vector<fs::path> paths = checkout_paths(machine_directory, assignment);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const auto found =
            std::find_if(workspace.unready.begin(), workspace.unready.end(),
                         [&](const Workspace::Unready& one) { return one.repo.path == paths[i] && !one.damage; });
        if (found == workspace.unready.end()) continue;
        try {
            workspace.repos.push_back(
                make_checkout(assignment.repos[i], paths[i], workspace.identity, options, {}, sink));
            workspace.unready.erase(found);
        } catch (...) {
            const Error error = current_error();
            SessionEvent event{.kind = SessionEventKind::error, .text = error.message()};
            if (!error.hint().empty()) event.data["hint"] = error.hint();
            sink.report(reports::session_event(event));
        }
    }
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
