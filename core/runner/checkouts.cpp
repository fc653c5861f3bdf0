#include "runner/checkouts.hpp"

#include "git/checkout_origin.hpp"
#include "git/checkout_state.hpp"
#include "git/clone.hpp"
#include "git/clone_url.hpp"
#include "git/restore.hpp"
#include "git/stale_locks.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

/// The folder with git's own goes last: until then, nothing has happened to the files.
void give_git_to_files(const fs::path& fresh, const fs::path& path, const git::Identity& identity, ReportSink& sink) {
    const std::string kept = git::keep_changes_beside(git::Repository(fresh), identity);
    fs::rename(fresh / ".git", path / ".git");
    const std::string name = "\"" + path.filename().string() + "\"";
    sink.report(reports::preparing("note", name + " had lost its \".git\": it has that of a fresh clone now, and its " +
                                               "files are uncommitted changes"));
    if (!kept.empty())
        sink.report(reports::preparing(
            "note", "uncommitted changes that were saved of " + name + " are kept as branch \"" + kept + "\""));
    fs::remove_all(fresh);
}

}

WorkspaceRepo reopen_checkout(const RepoAssignment& wanted, const fs::path& path) {
    // Whoever held them is gone: there is one runner on a machine, and nothing of an earlier one.
    git::remove_stale_locks(path / ".git");
    const git::Repository repository = git::open_checkout(path, wanted.clone_url, wanted.branch);
    try {
        git::remember_origin(repository, wanted.clone_url);
    } catch (const Error&) {
        // On a full disk. What it calls its origin is taken for it then, as was just done.
    }
    const std::string branch = wanted.branch.empty() ? repository.head_branch() : wanted.branch;
    // What the origin does not have may not have been told either.
    const std::string pushed = repository.origin_tip(branch);
    const std::string head = pushed.empty() ? repository.branch_tip(branch) : pushed;
    return {wanted.clone_url, wanted.base_branch, branch, head, path, wanted.conflict_resolution};
}

WorkspaceRepo make_checkout(const RepoAssignment& wanted, const fs::path& path, const git::Identity& identity,
                            const git::RemoteOptions& options, const RestoreCheckout& restore, ReportSink& sink) {
    sink.report(reports::preparing("clone", git::without_password(wanted.clone_url)));
    const fs::path fresh = path.parent_path().parent_path() / "cloning" / path.filename();
    fs::remove_all(fresh);
    fs::create_directories(fresh.parent_path());
    git::CloneResult made = git::clone({.url = wanted.clone_url,
                                        .directory = fresh,
                                        .base_branch = wanted.base_branch,
                                        .branch = wanted.branch,
                                        .identity = identity,
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
    if (git::look_at_checkout(path) == git::CheckoutState::files)
        give_git_to_files(fresh, path, identity, sink);
    else
        fs::rename(fresh, path);
    return {wanted.clone_url, made.base_branch, wanted.branch, head, path, wanted.conflict_resolution};
}

}
