#include "git/restore.hpp"

#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <murmur/error.hpp>

#include "git/commits.hpp"
#include "git/uncommitted.hpp"

namespace murmur::git {

namespace {

using OdbHandle = std::unique_ptr<git_odb, Freed<git_odb_free>>;
using TreeObject = std::unique_ptr<git_object, Freed<git_object_free>>;

constexpr std::size_t header_line_max = 1 << 16;
constexpr const char* heads_prefix = "refs/heads/";

struct WritepackFree {
    void operator()(git_odb_writepack* pack) const noexcept { pack->free(pack); }
};

OdbHandle objects_of(const Repository& repository) {
    git_odb* raw = nullptr;
    check(git_repository_odb(&raw, repository.get()), "opening the objects");
    return OdbHandle(raw);
}

bool has_commit(const Repository& repository, const std::string& sha) {
    const OdbHandle odb = objects_of(repository);
    const git_oid oid = to_oid(sha);
    return git_odb_exists(odb.get(), &oid) == 1;
}

/// The lines before the pack; the stream is then at its first byte.
std::vector<BundleTip> read_header(std::ifstream& in, const std::string& shown, std::vector<std::string>& needed) {
    const auto damaged = [&] { return Error(Errc::data_loss, shown + " is no git bundle"); };
    std::string line;
    if (!std::getline(in, line) || line != "# v2 git bundle") throw damaged();
    std::vector<BundleTip> tips;
    while (std::getline(in, line) && !line.empty()) {
        if (line.size() > header_line_max) throw damaged();
        const bool is_needed = line.front() == '-';
        const std::string sha = line.substr(is_needed ? 1 : 0, 40);
        if (sha.size() != 40 || sha.find_first_not_of("0123456789abcdef") != std::string::npos) throw damaged();
        if (is_needed)
            needed.push_back(sha);
        else if (line.size() > 41 && line[40] == ' ')
            tips.push_back({line.substr(41), sha});
        else
            throw damaged();
    }
    if (!in) throw damaged();
    return tips;
}

void require_commits(const Repository& repository, const std::vector<std::string>& needed) {
    for (const std::string& sha : needed)
        if (!has_commit(repository, sha))
            throw Error(Errc::failed_precondition,
                        "the saved work stands on commit " + sha + ", which the origin does not have any more")
                .with_hint(
                    "Push that commit to the origin again under any branch; `murmur snapshot export` writes the "
                    "saved work to files.");
}

/// Points a branch that is not checked out at a commit. Returns whether it did: it does not when that would lose
/// commits.
bool set_branch(const Repository& repository, const std::string& name, const std::string& sha) {
    const std::string there = repository.branch_tip(name);
    if (there == sha) return true;
    if (!there.empty() && (repository.head_branch() == name || !is_ancestor(repository.get(), there, sha)))
        return false;
    git_reference* raw = nullptr;
    const git_oid oid = to_oid(sha);
    check(git_reference_create(&raw, repository.get(), (heads_prefix + name).c_str(), &oid, 1, "restored by murmur"),
          "making the branch \"" + name + "\"");
    git_reference_free(raw);
    return true;
}

/// As set_branch(), under a name that is free. Returns the name.
std::string keep_beside(const Repository& repository, const std::string& name, const std::string& sha) {
    std::string wanted = name;
    for (int i = 2; !set_branch(repository, wanted, sha); ++i) wanted = name + "-" + std::to_string(i);
    return wanted;
}

void move_branch(const Repository& repository, const std::string& sha) {
    const CommitHandle commit = lookup_commit(repository.get(), sha);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    check(git_reset(repository.get(), reinterpret_cast<const git_object*>(commit.get()), GIT_RESET_HARD, &options),
          "moving the branch to " + sha);
}

/// Decides where the branch is to be, and puts it there.
void restore_head(const Repository& repository, const WorkToRestore& work, RestoredWork& result) {
    const std::string here = repository.head(), branch = repository.head_branch();
    result.head = here;
    if (work.head.empty() || work.head == here) return;
    if (here.empty()) {  // of an origin without any commit
        move_branch(repository, work.head);
        result.head = work.head;
        return;
    }
    if (!has_commit(repository, work.head)) {
        result.notes.push_back("commit " + work.head +
                               " of the branch is not on the origin any more; it goes on from " + here);
        return;
    }
    if (is_ancestor(repository.get(), work.head, here)) return;
    const bool is_own = repository.origin_tip(branch) == here;  // not only the base
    if (is_own && !is_ancestor(repository.get(), here, work.head))
        result.notes.push_back("the branch on the origin is another; its commits are kept as branch \"" +
                               keep_beside(repository, branch + "-origin", here) + "\"");
    move_branch(repository, work.head);
    result.head = work.head;
}

void restore_branches(const Repository& repository, const WorkToRestore& work, RestoredWork& result) {
    for (const BundleTip& tip : work.tips) {
        if (tip.reference == wip_reference || tip.reference == heads_prefix + work.branch) continue;
        if (tip.reference.starts_with(merging_reference)) {
            result.notes.push_back("what was being merged is kept as branch \"" +
                                   keep_beside(repository, repository.head_branch() + "-merging", tip.sha) + "\"");
        } else if (tip.reference == "HEAD") {
            result.notes.push_back("HEAD was on no branch; its commits are kept as branch \"" +
                                   keep_beside(repository, repository.head_branch() + "-detached", tip.sha) + "\"");
        } else if (tip.reference.starts_with(heads_prefix)) {
            const std::string name = tip.reference.substr(std::string(heads_prefix).size());
            if (set_branch(repository, name, tip.sha)) continue;
            result.notes.push_back("branch \"" + name + "\" is another now; its saved commits are kept as branch \"" +
                                   keep_beside(repository, name + "-restored", tip.sha) + "\"");
        }
    }
}

void add_stash(const Repository& repository, const std::string& sha) {
    const git_oid oid = to_oid(sha);
    const char* summary = git_commit_summary(lookup_commit(repository.get(), sha).get());
    const std::string message = summary ? summary : "restored by murmur";
    check(git_reference_ensure_log(repository.get(), "refs/stash"), "restoring a stash");
    git_reference* raw = nullptr;
    check(git_reference_create(&raw, repository.get(), "refs/stash", &oid, 1, message.c_str()), "restoring a stash");
    git_reference_free(raw);
}

void restore_stashes(const Repository& repository, const WorkToRestore& work, RestoredWork& result) {
    std::map<std::size_t, std::string> stashes;  // by number, the newest first
    for (const BundleTip& tip : work.tips)
        if (tip.reference.starts_with(stash_reference))
            stashes[std::strtoul(tip.reference.c_str() + std::strlen(stash_reference), nullptr, 10)] = tip.sha;
    if (stashes.empty()) return;
    git_oid newest;
    const bool has_some = git_reference_name_to_id(&newest, repository.get(), "refs/stash") == 0;
    if (has_some && to_hex(newest) == stashes.begin()->second) return;
    for (auto stash = stashes.rbegin(); stash != stashes.rend(); ++stash) {
        if (!has_some)
            add_stash(repository, stash->second);
        else
            result.notes.push_back("a stash is kept as branch \"" +
                                   keep_beside(repository, repository.head_branch() + "-stash", stash->second) + "\"");
    }
}

/// What the files are to be: those of `uncommitted`, moved onto what is checked out. Nothing when they do not fit.
TreeObject tree_of_changes(const Repository& repository, const std::string& uncommitted) {
    const CommitHandle change = lookup_commit(repository.get(), uncommitted);
    const std::string here = repository.head();
    const CommitHandle head = here.empty() ? CommitHandle() : lookup_commit(repository.get(), here);
    git_object* tree = nullptr;
    const bool same_parent = git_commit_parentcount(change.get()) == 1 && head &&
                             git_oid_equal(git_commit_parent_id(change.get(), 0), git_commit_id(head.get()));
    if (same_parent || !head) {
        check(git_object_peel(&tree, reinterpret_cast<const git_object*>(change.get()), GIT_OBJECT_TREE),
              "reading the changes");
        return TreeObject(tree);
    }
    git_index* raw = nullptr;
    const git_merge_options options = GIT_MERGE_OPTIONS_INIT;
    check(git_cherrypick_commit(&raw, repository.get(), change.get(), head.get(), 0, &options), "merging the changes");
    const IndexHandle index(raw);
    if (git_index_has_conflicts(index.get())) return {};
    git_oid id;
    check(git_index_write_tree_to(&id, index.get(), repository.get()), "merging the changes");
    check(git_object_lookup(&tree, repository.get(), &id, GIT_OBJECT_TREE), "merging the changes");
    return TreeObject(tree);
}

void restore_changes(const Repository& repository, const WorkToRestore& work, RestoredWork& result) {
    if (work.uncommitted.empty()) return;
    const TreeObject tree = tree_of_changes(repository, work.uncommitted);
    if (!tree) {
        const std::string name = keep_beside(repository, repository.head_branch() + "-uncommitted", work.uncommitted);
        result.notes.push_back("uncommitted changes do not fit the branch any more; they are kept as branch \"" + name +
                               "\"");
        return;
    }
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    // The index stays at HEAD: so they are changes that nobody has committed.
    options.checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DONT_UPDATE_INDEX;
    check(git_checkout_tree(repository.get(), tree.get(), &options), "putting uncommitted changes back");
}

}

std::vector<BundleTip> read_bundle(const Repository& repository, const std::filesystem::path& file) {
    const std::string shown = "\"" + file.string() + "\"";
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(Errc::not_found, "cannot read " + shown);
    std::vector<std::string> needed;
    const std::vector<BundleTip> tips = read_header(in, shown, needed);
    require_commits(repository, needed);
    const OdbHandle odb = objects_of(repository);
    git_odb_writepack* raw = nullptr;
    check(git_odb_write_pack(&raw, odb.get(), nullptr, nullptr), "unpacking " + shown);
    const std::unique_ptr<git_odb_writepack, WritepackFree> pack(raw);
    git_indexer_progress progress{};
    std::string buffer(64 << 10, '\0');
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
        check(pack->append(pack.get(), buffer.data(), static_cast<std::size_t>(in.gcount()), &progress),
              "unpacking " + shown);
    check(pack->commit(pack.get(), &progress), "unpacking " + shown);
    for (const BundleTip& tip : tips)
        if (!has_commit(repository, tip.sha)) throw Error(Errc::data_loss, shown + " lacks commit " + tip.sha);
    return tips;
}

RestoredWork restore_work(const Repository& repository, const WorkToRestore& work) {
    RestoredWork result;
    restore_head(repository, work, result);
    restore_branches(repository, work, result);
    restore_stashes(repository, work, result);
    restore_changes(repository, work, result);
    return result;
}

std::string keep_changes_beside(const Repository& repository, const Identity& identity) {
    const Uncommitted changes = commit_uncommitted(repository, identity);
    if (changes.sha.empty()) return {};
    return keep_beside(repository, repository.head_branch() + "-uncommitted", changes.sha);
}

}
