#include "git/commits.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "git/nested.hpp"
#include "git/repository.hpp"

namespace murmur::git {

namespace {

std::vector<std::string> changed_files(git_repository* repository, git_commit* commit) {
    git_tree* raw_tree = nullptr;
    check(git_commit_tree(&raw_tree, commit), "reading a commit");
    TreeHandle tree(raw_tree);
    TreeHandle parent_tree;
    if (git_commit_parentcount(commit) > 0) {
        git_commit* raw_parent = nullptr;
        check(git_commit_parent(&raw_parent, commit, 0), "reading a commit's parent");
        CommitHandle parent(raw_parent);
        check(git_commit_tree(&raw_tree, parent.get()), "reading a commit's parent");
        parent_tree.reset(raw_tree);
    }
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
    git_diff* raw_diff = nullptr;
    check(git_diff_tree_to_tree(&raw_diff, repository, parent_tree.get(), tree.get(), &options), "comparing commits");
    DiffHandle diff(raw_diff);
    std::vector<std::string> files;
    const std::size_t count = std::min(git_diff_num_deltas(diff.get()), files_per_commit_max);
    for (std::size_t i = 0; i < count; ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        files.emplace_back(delta->status == GIT_DELTA_DELETED ? delta->old_file.path : delta->new_file.path);
    }
    return files;
}

void hide_commit(git_revwalk* walk, const std::string& sha) {
    if (sha.empty()) return;
    const git_oid oid = to_oid(sha);
    // A commit that is no longer here (rewritten and collected) hides nothing.
    if (const int result = git_revwalk_hide(walk, &oid); result < 0 && result != GIT_ENOTFOUND)
        check(result, "reading the history");
}

}

bool is_ancestor(git_repository* repository, const std::string& older, const std::string& newer) {
    if (older == newer) return true;
    const git_oid a = to_oid(older), b = to_oid(newer);
    const int result = git_graph_descendant_of(repository, &b, &a);
    check(result, "comparing branches");
    return result == 1;
}

CommitHandle lookup_commit(git_repository* repository, const std::string& sha) {
    const git_oid oid = to_oid(sha);
    git_commit* raw = nullptr;
    check(git_commit_lookup(&raw, repository, &oid), "reading commit " + sha);
    return CommitHandle(raw);
}

std::vector<CommitFact> Repository::commits_between(const std::string& from, const std::string& to,
                                                    const std::string& base_branch) const {
    git_revwalk* raw = nullptr;
    check(git_revwalk_new(&raw, get()), "reading the history");
    RevwalkHandle walk(raw);
    git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
    const git_oid tip = to_oid(to);
    check(git_revwalk_push(walk.get(), &tip), "reading the history");
    hide_commit(walk.get(), from);
    if (!base_branch.empty()) hide_commit(walk.get(), origin_tip(base_branch));
    std::vector<CommitFact> facts;
    git_oid oid;
    while (facts.size() < commits_per_report_max && git_revwalk_next(&oid, walk.get()) == 0) {
        const CommitHandle commit = lookup_commit(get(), to_hex(oid));
        const char* subject = git_commit_summary(commit.get());
        facts.push_back({to_hex(oid), subject ? subject : "", changed_files(get(), commit.get())});
    }
    return facts;
}

std::string commit_work_tree(git_repository* repository, git_index* index, const char* reference,
                             const Identity& identity, const std::string& message) {
    add_files(repository, index, NestedRepositories::known);
    git_oid tree_id;
    check(git_index_write_tree(&tree_id, index), "writing the changes");
    check(git_index_write(index), "writing the index");
    git_tree* raw_tree = nullptr;
    check(git_tree_lookup(&raw_tree, repository, &tree_id), "reading the changes back");
    TreeHandle tree(raw_tree);
    git_oid head_id;
    CommitHandle parent;
    if (git_reference_name_to_id(&head_id, repository, "HEAD") == 0)
        parent = lookup_commit(repository, to_hex(head_id));
    git_signature* raw_signature = nullptr;
    check(git_signature_now(&raw_signature, identity.name.c_str(), identity.email.c_str()), "making a signature");
    SignatureHandle signature(raw_signature);
    const git_commit* parents[] = {parent.get()};
    git_oid commit_id;
    check(git_commit_create(&commit_id, repository, reference, signature.get(), signature.get(), nullptr,
                            message.c_str(), tree.get(), parent ? 1 : 0, parents),
          "making a commit");
    return to_hex(commit_id);
}

std::string Repository::commit_all(const Identity& identity, const std::string& message) const {
    git_index* raw = nullptr;
    check(git_repository_index(&raw, get()), "opening the index");
    IndexHandle index(raw);
    // Someone else's git may have written it since it was last read here.
    check(git_index_read(index.get(), true), "reading the index");
    return commit_work_tree(get(), index.get(), "HEAD", identity, message);
}

}
