#include "git/clone.hpp"

#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "git/commits.hpp"
#include "git/connection.hpp"
#include "git/object_folder.hpp"
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

/// What libgit2 makes the clone's origin with: the URL that was asked for, reached under the effective one.
struct OriginUrls {
    std::string asked;
    std::string effective;
};

int make_origin_remote(git_remote** out, git_repository* repository, const char* name, const char*, void* payload) {
    const auto& urls = *static_cast<const OriginUrls*>(payload);
    try {
        RemoteHandle remote = make_remote(repository, name, urls.asked);
        if (urls.effective != urls.asked)
            check(git_remote_set_instance_url(remote.get(), urls.effective.c_str()), "preparing the origin");
        *out = remote.release();
        return 0;
    } catch (...) {
        git_error_set_str(GIT_ERROR_CONFIG, current_error().what());
        return -1;
    }
}

std::string effective_url(const std::string& url) {
    git_config* raw = nullptr;
    if (git_config_open_default(&raw) < 0) return url;
    const ConfigHandle config(raw);
    return rewritten_url(raw, url, UrlUse::fetch);
}

void clone_without_checkout(const CloneRequest& request) {
    OriginUrls urls{request.url, effective_url(request.url)};
    Connection connection(urls.effective, Connection::Purpose::fetch, request.options);
    const CloneUrl url = parse_clone_url(urls.effective);
    refuse_unusable_local_origin(url);
    const bool links = url.kind == UrlKind::local && !borrows_objects(url);
    git_clone_options options = GIT_CLONE_OPTIONS_INIT;
    options.checkout_opts.checkout_strategy = GIT_CHECKOUT_NONE;
    options.local = url.kind != UrlKind::local ? GIT_CLONE_LOCAL_AUTO : links ? GIT_CLONE_LOCAL : GIT_CLONE_NO_LOCAL;
    connection.fill(options.fetch_opts.callbacks);
    options.remote_cb = make_origin_remote;
    options.remote_cb_payload = &urls;
    const std::string source = url.kind == UrlKind::local ? url.path : urls.effective;
    if (url.kind == UrlKind::local) urls.effective = url.path;
    const auto clone = [&] {
        git_repository* raw = nullptr;
        const int result = git_clone(&raw, source.c_str(), request.directory.c_str(), &options);
        return std::pair(result, RepositoryHandle(raw));
    };
    const std::optional<ObjectFolderTimes> before = links ? std::optional(ObjectFolderTimes(url.path)) : std::nullopt;
    auto [result, repository] = clone();
    if (links && (result < 0 || !before->is_unchanged_in(ObjectFolderTimes(url.path)))) {
        // Others push there, or pack it anew: what was linked may lack objects, and linking may have failed on a file
        // that went. Asking for the objects, as one would over a network, has neither fault.
        repository.reset();
        empty_directory(request.directory);
        options.local = GIT_CLONE_NO_LOCAL;
        std::tie(result, repository) = clone();
    }
    connection.check(result, "cloning");
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
