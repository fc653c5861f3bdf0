#include "git/base_branch.hpp"

#include <murmur/error.hpp>
#include <set>

#include "git/checkout_origin.hpp"
#include "git/commits.hpp"
#include "git/connection.hpp"
#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

using AnnotatedHandle = std::unique_ptr<git_annotated_commit, Freed<git_annotated_commit_free>>;
using RebaseHandle = std::unique_ptr<git_rebase, Freed<git_rebase_free>>;
using ConflictsHandle = std::unique_ptr<git_index_conflict_iterator, Freed<git_index_conflict_iterator_free>>;

SignatureHandle signature_now(const Identity& identity) {
    git_signature* raw = nullptr;
    check(git_signature_now(&raw, identity.name.c_str(), identity.email.c_str()), "naming the author");
    return SignatureHandle(raw);
}

std::vector<std::string> conflicting_files(git_index* index) {
    std::set<std::string> files;
    git_index_conflict_iterator* raw = nullptr;
    check(git_index_conflict_iterator_new(&raw, index), "listing the conflicts");
    const ConflictsHandle conflicts(raw);
    const git_index_entry *ancestor = nullptr, *ours = nullptr, *theirs = nullptr;
    while (git_index_conflict_next(&ancestor, &ours, &theirs, conflicts.get()) == 0)
        for (const git_index_entry* entry : {ours, theirs, ancestor})
            if (entry) {
                files.insert(entry->path);
                break;
            }
    return {files.begin(), files.end()};
}

bool descends_from(const Repository& repository, const std::string& newer, const std::string& older) {
    if (newer == older) return true;
    const git_oid a = to_oid(newer), b = to_oid(older);
    const int result = git_graph_descendant_of(repository.get(), &a, &b);
    check(result, "comparing the branch with its base");
    return result == 1;
}

/// Makes `commit` the tip of the branch and the content of the work tree, which has no changes. Returns what hinders
/// it, with nothing changed.
std::string move_branch(const Repository& repository, const std::string& branch, const std::string& commit,
                        const std::string& log) {
    const CommitHandle target = lookup_commit(repository.get(), commit);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_SAFE | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED;
    const int result = git_checkout_tree(repository.get(), reinterpret_cast<const git_object*>(target.get()), &options);
    if (result == GIT_ECONFLICT) return "files that are ignored here are in the way";
    check(result, "checking out the new state");
    // Only now: a crash before this leaves the base's changes as uncommitted ones, and not as undone.
    git_reference* raw = nullptr;
    check(git_reference_create(&raw, repository.get(), ("refs/heads/" + branch).c_str(), git_commit_id(target.get()), 1,
                               log.c_str()),
          "moving \"" + branch + "\"");
    git_reference_free(raw);
    return {};
}

/// The merge commit; empty, with `move` saying where, when there are conflicts.
std::string make_merge(const Repository& repository, const std::string& branch, const std::string& base_branch,
                       const std::string& tip, const Identity& identity, BaseMove& move) {
    const CommitHandle ours = lookup_commit(repository.get(), tip), theirs = lookup_commit(repository.get(), move.sha);
    git_merge_options options = GIT_MERGE_OPTIONS_INIT;
    git_index* raw = nullptr;
    check(git_merge_commits(&raw, repository.get(), ours.get(), theirs.get(), &options), "merging");
    const IndexHandle index(raw);
    if (git_index_has_conflicts(index.get())) {
        move.files = conflicting_files(index.get());
        return {};
    }
    git_oid tree_id, id;
    check(git_index_write_tree_to(&tree_id, index.get(), repository.get()), "writing the merge");
    git_tree* raw_tree = nullptr;
    check(git_tree_lookup(&raw_tree, repository.get(), &tree_id), "writing the merge");
    const TreeHandle tree(raw_tree);
    const SignatureHandle author = signature_now(identity);
    const std::string text = "Merge remote-tracking branch 'origin/" + base_branch + "' into " + branch + "\n";
    const git_commit* parents[] = {ours.get(), theirs.get()};
    check(git_commit_create(&id, repository.get(), nullptr, author.get(), author.get(), nullptr, text.c_str(),
                            tree.get(), 2, parents),
          "writing the merge");
    return to_hex(id);
}

AnnotatedHandle annotated(const Repository& repository, const std::string& sha) {
    git_annotated_commit* raw = nullptr;
    const git_oid oid = to_oid(sha);
    check(git_annotated_commit_lookup(&raw, repository.get(), &oid), "rebasing");
    return AnnotatedHandle(raw);
}

/// The last of the rewritten commits; empty, with `move` saying where, when there are conflicts.
std::string make_rebase(const Repository& repository, const std::string& tip, const Identity& identity,
                        BaseMove& move) {
    const AnnotatedHandle branch = annotated(repository, tip), upstream = annotated(repository, move.sha);
    git_rebase_options options = GIT_REBASE_OPTIONS_INIT;
    options.inmemory = 1;
    git_rebase* raw = nullptr;
    check(git_rebase_init(&raw, repository.get(), branch.get(), upstream.get(), nullptr, &options), "rebasing");
    const RebaseHandle rebase(raw);
    const SignatureHandle committer = signature_now(identity);
    std::string last = move.sha;
    git_rebase_operation* operation = nullptr;
    for (int next = 0; (next = git_rebase_next(&operation, rebase.get())) != GIT_ITEROVER;) {
        check(next, "rebasing");
        git_index* raw_index = nullptr;
        check(git_rebase_inmemory_index(&raw_index, rebase.get()), "rebasing");
        const IndexHandle index(raw_index);
        if (git_index_has_conflicts(index.get())) {
            move.files = conflicting_files(index.get());
            return {};
        }
        git_oid id;
        const int made = git_rebase_commit(&id, rebase.get(), nullptr, committer.get(), nullptr, nullptr);
        if (made == GIT_EAPPLIED) continue;  // the base has that change already
        check(made, "rebasing");
        last = to_hex(id);
    }
    return last;
}

/// Why the work tree is to be left alone; empty when it need not be.
std::string reason_to_wait(const Repository& repository, const std::string& branch) {
    if (repository.head_branch() != branch) return "another branch is checked out";
    if (const std::string what = repository.under_way(); !what.empty()) return "a " + what + " is under way there";
    return repository.is_dirty() ? "the work tree has changes" : "";
}

}

void fetch_base(const Repository& repository, const std::string& base_branch, const RemoteOptions& options) {
    git_config* raw = nullptr;
    check(git_repository_config_snapshot(&raw, repository.get()), "reading the repository's configuration");
    const ConfigHandle config(raw);
    const CheckoutOrigin origin = find_origin(repository);
    std::string url = rewritten_url(raw, origin.url, UrlUse::fetch);
    Connection connection(url, Connection::Purpose::fetch, options);
    const CloneUrl parsed = parse_clone_url(url);
    if (parsed.kind == UrlKind::local) url = parsed.path;
    const RemoteHandle remote = make_remote(repository.get(), nullptr, url);
    git_fetch_options fetch = GIT_FETCH_OPTIONS_INIT;
    fetch.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    connection.fill(fetch.callbacks);
    const std::string spec = "+refs/heads/" + base_branch + ":" + origin.references + base_branch;
    char* text = const_cast<char*>(spec.c_str());
    const git_strarray specs{&text, 1};
    connection.check(git_remote_fetch(remote.get(), &specs, &fetch, "fetch of the base"), "fetching from");
}

BaseMove follow_base(const Repository& repository, const std::string& branch, const std::string& base_branch,
                     BaseStrategy strategy, const Identity& identity) {
    const std::string tip = repository.branch_tip(branch);
    BaseMove move{.sha = repository.origin_tip(base_branch), .head = tip};
    if (tip.empty() || move.sha.empty() || descends_from(repository, tip, move.sha)) return move;
    const bool forward = descends_from(repository, move.sha, tip);
    const auto skipped = [&](const std::string& reason) {
        move.result = BaseMove::Result::skipped;
        move.reason = reason;
        return move;
    };
    if (const std::string reason = reason_to_wait(repository, branch); !reason.empty()) return skipped(reason);
    std::string target = move.sha;
    if (!forward)
        target = strategy == BaseStrategy::merge ? make_merge(repository, branch, base_branch, tip, identity, move)
                                                 : make_rebase(repository, tip, identity, move);
    if (target.empty()) {
        move.result = BaseMove::Result::conflict;
        return move;
    }
    const bool rebased = !forward && strategy == BaseStrategy::rebase;
    const std::string log = (rebased ? "rebase onto origin/" : "merge of origin/") + base_branch;
    if (const std::string reason = move_branch(repository, branch, target, log); !reason.empty())
        return skipped(reason);
    move.result = rebased ? BaseMove::Result::rebased : BaseMove::Result::merged;
    move.head = target;
    return move;
}

}
