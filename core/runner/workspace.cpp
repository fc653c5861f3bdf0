#include "runner/workspace.hpp"

#include <sys/stat.h>

#include <base/paths.hpp>
#include <set>

#include "git/bundle.hpp"
#include "git/clone.hpp"
#include "git/clone_url.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

std::string unused_name(const std::string& wanted, std::set<std::string>& used) {
    std::string name = wanted;
    for (int i = 2; !used.insert(name).second; ++i) name = wanted + "-" + std::to_string(i);
    return name;
}

void report_error_event(ReportSink& sink, const std::string& text, const Error* error = nullptr) {
    SessionEvent event{.kind = SessionEventKind::error, .text = text};
    if (error && !error->hint().empty()) event.data["hint"] = error->hint();
    sink.report(reports::session_event(event));
}

/// The checkout of an earlier incarnation. What the agent left in it is kept as it is.
WorkspaceRepo reopen_checkout(const RepoAssignment& wanted, const fs::path& path) {
    const git::Repository repository(path);
    if (repository.origin_url() != wanted.clone_url)
        throw Error(Errc::failed_precondition, "\"" + path.string() + "\" is a checkout of \"" +
                                                   git::without_password(repository.origin_url()) + "\"")
            .with_hint("Remove that folder, or destroy the machine.");
    return {wanted.clone_url, wanted.base_branch, wanted.branch, repository.branch_tip(wanted.branch), path};
}

WorkspaceRepo clone_checkout(const RepoAssignment& wanted, const fs::path& path, const git::Identity& identity,
                             const git::RemoteOptions& options, ReportSink& sink) {
    sink.report(reports::preparing("clone", git::without_password(wanted.clone_url)));
    const git::CloneResult made = git::clone({.url = wanted.clone_url,
                                              .directory = path,
                                              .base_branch = wanted.base_branch,
                                              .branch = wanted.branch,
                                              .identity = identity,
                                              .options = options});
    for (const std::string& note : made.notes) sink.report(reports::preparing("note", note));
    return {wanted.clone_url, made.base_branch, wanted.branch, made.head, path};
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

}

Workspace prepare_workspace(const fs::path& machine_directory, const Assignment& assignment,
                            const git::RemoteOptions& options, ReportSink& sink) {
    Workspace out;
    const fs::path root = machine_directory / "workspace";
    out.home = machine_directory / "home";
    fs::create_directories(root);
    fs::create_directories(out.home);
    chmod(out.home.c_str(), 0700);
    out.directory = root;
    const std::string account = assignment.account.empty() ? user_name() : assignment.account;
    out.identity = git::resolve_identity(nullptr, {assignment.git_name, assignment.git_email}, account);

    std::set<std::string> used;
    for (const RepoAssignment& wanted : assignment.repos) {
        const fs::path path = root / unused_name(git::repository_name(wanted.clone_url), used);
        try {
            const bool there = fs::exists(path / ".git");
            WorkspaceRepo repo =
                there ? reopen_checkout(wanted, path) : clone_checkout(wanted, path, out.identity, options, sink);
            if (!there && !repo.branch.empty()) {
                sink.report(reports::preparing("push", repo.branch));
                git::Repository(path).push(repo.branch, options);
                sink.report(reports::pushed(repo.clone_url, repo.branch, repo.head));
            }
            out.repos.push_back(std::move(repo));
        } catch (...) {
            throw current_error().in("preparing repository \"" + git::without_password(wanted.clone_url) + "\"");
        }
    }
    if (!out.repos.empty()) out.directory = out.repos.front().path;
    sink.report(ready_report(out.repos));
    return out;
}

std::vector<fs::path> salvage_workspace(const Workspace& workspace, const fs::path& directory, const std::string& slug,
                                        std::int64_t incarnation, ReportSink& sink) {
    std::vector<fs::path> files;
    for (const WorkspaceRepo& repo : workspace.repos) {
        const std::string name = repo.path.filename();
        try {
            const fs::path file = directory / (slug + "-" + std::to_string(incarnation) + "-" + name + ".bundle");
            const git::Repository repository(repo.path);
            const git::BundlePlan kept = git::plan_bundle(repository, workspace.identity);
            if (kept.tips.empty()) continue;
            git::write_bundle(repository, kept, file);
            files.push_back(file);
            std::string command = "git fetch " + file.string();
            for (const std::string& reference : kept.references())
                command += " " + reference +
                           (reference.rfind("refs/heads/", 0) == 0
                                ? ":refs/heads/salvaged/" + reference.substr(11)
                                : ":refs/heads/salvaged/" + slug + (reference == "HEAD" ? "-head" : "-uncommitted"));
            report_error_event(
                sink, "work in \"" + name + "\" that is not on the origin is kept; get it back with: " + command);
        } catch (...) {
            const Error error = current_error();
            report_error_event(sink, "work in \"" + repo.path.string() + "\" could not be kept: " + error.message(),
                               &error);
        }
    }
    return files;
}

}
