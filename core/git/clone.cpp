#include "git/clone.hpp"

#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "git/checkout_origin.hpp"
#include "git/commits.hpp"
#include "git/connection.hpp"
#include "git/object_folder.hpp"
#include "git/origin_references.hpp"
#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

void empty_directory(const fs::path& directory) {
    std::error_code ignored;  // what is left makes the next clone fail, which names it
    for (const auto& entry : fs::directory_iterator(directory, ignored)) fs::remove_all(entry.path(), ignored);
}

/// Removes what a failed clone left, unless it is told that all went well.
class CloneCleanup {
public:
    explicit CloneCleanup(fs::path directory) : directory_(std::move(directory)), existed_(fs::exists(directory_)) {}
    ~CloneCleanup() {
        if (kept_) return;
        empty_directory(directory_);
        std::error_code ignored;
        if (!existed_) fs::remove(directory_, ignored);
    }
    void keep() { kept_ = true; }

private:
    fs::path directory_;
    bool existed_;
    bool kept_ = false;
};

void refuse_unusable_local_origin(const CloneUrl& url) {
    if (url.kind != UrlKind::local) return;
    if (!fs::exists(url.path))
        throw Error(Errc::not_found, "there is no repository at \"" + url.path + "\"")
            .with_hint("Check the repository's clone URL.");
    for (const char* place : {"shallow", ".git/shallow"})
        if (fs::exists(fs::path(url.path) / place))
            throw Error(Errc::failed_precondition, "the repository \"" + url.path + "\" is shallow")
                .with_hint("Run `git fetch --unshallow` there.");
}

/// Objects borrowed from a third repository cannot be taken over by linking.
bool borrows_objects(const CloneUrl& url) {
    return fs::exists(fs::path(url.path) / "objects/info/alternates") ||
           fs::exists(fs::path(url.path) / ".git/objects/info/alternates");
}

std::string effective_url(const std::string& url) {
    git_config* raw = nullptr;
    if (git_config_open_default(&raw) < 0) return url;
    const ConfigHandle config(raw);
    return rewritten_url(raw, url, UrlUse::fetch);
}

/// Where the clone's objects come from.
struct Origin {
    std::string asked;      ///< what the clone calls its origin
    std::string effective;  ///< where that is
    Connection& connection;
};

/// Fetches without writing a file for each branch: there may be thousands.
void fetch_all(git_repository* repository, const Origin& origin) {
    const RemoteHandle remote = make_remote(repository, "origin", origin.asked);
    if (origin.effective != origin.asked)
        check(git_remote_set_instance_url(remote.get(), origin.effective.c_str()), "preparing the origin");
    git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_ALL;
    origin.connection.fill(options.callbacks);
    origin.connection.check(git_remote_download(remote.get(), nullptr, &options), "cloning");
    take_over_references(repository, remote.get());
}

void clone_without_checkout(const CloneRequest& request) {
    const std::string asked_for = effective_url(request.url);
    Connection connection(asked_for, Connection::Purpose::fetch, request.options);
    const CloneUrl url = parse_clone_url(asked_for);
    refuse_unusable_local_origin(url);
    const Origin origin{request.url, url.kind == UrlKind::local ? url.path : asked_for, connection};
    const auto make_repository = [&] {
        git_repository* raw = nullptr;
        check(git_repository_init(&raw, request.directory.c_str(), 0), "making the repository");
        return RepositoryHandle(raw);
    };
    if (url.kind == UrlKind::local && !borrows_objects(url)) {
        const ObjectFolderTimes before(url.path);
        try {
            const RepositoryHandle repository = make_repository();
            link_objects(objects_of(url.path), request.directory / ".git/objects", request.options.stop);
            fetch_all(repository.get(), origin);
            if (before.is_unchanged_in(ObjectFolderTimes(url.path))) return;
        } catch (const std::exception&) {
            if (request.options.stop.stop_requested()) throw;
        }
        // Others push there, or pack it anew: what was linked may lack objects, and linking may have failed on a file
        // that went. Asking for the objects, as one would over a network, has neither fault; nor has it any other that
        // it would not tell.
        empty_directory(request.directory);
    }
    fetch_all(make_repository().get(), origin);
}

std::vector<std::string> origin_branches(const Repository& repository) {
    git_branch_iterator* raw = nullptr;
    check(git_branch_iterator_new(&raw, repository.get(), GIT_BRANCH_REMOTE), "listing the branches");
    BranchIteratorHandle iterator(raw);
    std::vector<std::string> names;
    git_reference* reference = nullptr;
    git_branch_t type;
    while (git_branch_next(&reference, &type, iterator.get()) == 0) {
        ReferenceHandle held(reference);
        const std::string name = git_reference_shorthand(reference);
        if (name.rfind("origin/", 0) == 0 && name != "origin/HEAD") names.push_back(name.substr(7));
    }
    return names;
}

std::string joined_names(const std::vector<std::string>& names) {
    constexpr std::size_t shown_max = 8;
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < shown_max; ++i) out += (i ? ", " : "") + names[i];
    return out + (names.size() > shown_max ? ", …" : "");
}

/// The base branch, or an Error that says what there is instead.
std::string find_base_branch(const Repository& repository, const CloneRequest& request) {
    const std::string shown = without_password(request.url);
    const std::vector<std::string> branches = origin_branches(repository);
    if (branches.empty())
        throw Error(Errc::failed_precondition, "the repository \"" + shown + "\" has no commits")
            .with_hint("Push a first commit to it, then try again.");
    if (request.base_branch.empty()) {
        const std::string found = repository.head_branch();
        // Without a HEAD to follow, cloning makes no local branch.
        if (!found.empty() && !repository.branch_tip(found).empty()) return found;
        throw Error(Errc::failed_precondition, "the HEAD of \"" + shown + "\" names no branch that exists")
            .with_hint("Name a base branch; there are: " + joined_names(branches) + ".");
    }
    if (!repository.origin_tip(request.base_branch).empty()) return request.base_branch;
    const std::string meant = did_you_mean(request.base_branch, branches);
    throw Error(Errc::not_found, "there is no branch \"" + request.base_branch + "\" in \"" + shown + "\"")
        .with_hint(meant.empty() ? "There are: " + joined_names(branches) + "." : meant);
}

/// Where the agent's branch begins: at the base, or at what the same agent has pushed before.
std::string find_start(const Repository& repository, const CloneRequest& request, const std::string& base) {
    const std::string there = repository.origin_tip(request.branch);
    if (there.empty() || is_ancestor(repository.get(), there, base)) return base;
    const CommitHandle tip = lookup_commit(repository.get(), there);
    const std::string& ours = request.identity.email;
    if (ours == git_commit_author(tip.get())->email || ours == git_commit_committer(tip.get())->email) return there;
    throw Error(Errc::already_exists, "the branch \"" + request.branch + "\" is on the origin with work of " +
                                          git_commit_author(tip.get())->email)
        .with_hint("Choose another slug, or delete that branch: git push origin :" + request.branch);
}

void check_out(const Repository& repository, const std::string& branch, const std::string& start) {
    git_reference* raw = nullptr;
    const CommitHandle commit = lookup_commit(repository.get(), start);
    check(git_branch_create(&raw, repository.get(), branch.c_str(), commit.get(), 1),
          "making the branch \"" + branch + "\"");
    git_reference_free(raw);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    check(git_checkout_tree(repository.get(), reinterpret_cast<const git_object*>(commit.get()), &options),
          "checking out \"" + branch + "\"");
    check(git_repository_set_head(repository.get(), ("refs/heads/" + branch).c_str()),
          "checking out \"" + branch + "\"");
}

}

CloneResult clone(const CloneRequest& request) {
    Library library;
    CloneCleanup cleanup(request.directory);
    clone_without_checkout(request);
    CloneResult result{.repository = Repository(request.directory)};
    remember_origin(result.repository, request.url);
    result.base_branch = find_base_branch(result.repository, request);
    result.base = result.repository.origin_tip(result.base_branch);
    const std::string branch = request.branch.empty() ? result.base_branch : request.branch;
    result.branch_on_origin = !result.repository.origin_tip(branch).empty();
    result.head = find_start(result.repository, request, result.base);
    result.continued = result.head != result.base;
    check_out(result.repository, branch, result.head);
    if (fs::exists(request.directory / ".gitmodules")) result.notes.push_back("submodules are not initialised");
    cleanup.keep();
    return result;
}

}
