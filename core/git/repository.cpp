#include "git/repository.hpp"

#include <murmur/error.hpp>

#include "git/checkout_origin.hpp"
#include "git/remote_url.hpp"

namespace murmur::git {

namespace {

std::string reference_target(git_repository* repository, const std::string& name) {
    git_oid oid;
    const int result = git_reference_name_to_id(&oid, repository, name.c_str());
    if (result == GIT_ENOTFOUND) return {};
    check(result, "reading \"" + name + "\"");
    return to_hex(oid);
}

}

Repository::Repository(const std::filesystem::path& directory) {
    git_repository* raw = nullptr;
    check(git_repository_open_ext(&raw, directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr),
          "opening the repository \"" + directory.string() + "\"");
    handle_.reset(raw);
}

std::filesystem::path Repository::directory() const {
    const char* path = git_repository_workdir(get());
    std::string text = path ? path : git_repository_path(get());
    if (text.size() > 1 && text.back() == '/') text.pop_back();
    return text;
}

std::filesystem::path Repository::git_directory() const { return git_repository_path(get()); }

std::string Repository::branch_tip(const std::string& branch) const {
    return reference_target(get(), "refs/heads/" + branch);
}

std::string Repository::origin_tip(const std::string& branch) const {
    return reference_target(get(), find_origin(*this).references + branch);
}

std::string Repository::head() const { return reference_target(get(), "HEAD"); }

std::string Repository::head_branch() const {
    git_reference* raw = nullptr;
    if (git_reference_lookup(&raw, get(), "HEAD") < 0) return {};
    ReferenceHandle head(raw);
    const char* target = git_reference_symbolic_target(head.get());
    const std::string text = target ? target : "";
    return text.rfind("refs/heads/", 0) == 0 ? text.substr(11) : "";
}

std::string Repository::origin_url() const {
    git_config* raw = nullptr;
    check(git_repository_config_snapshot(&raw, get()), "reading the repository's configuration");
    return config_string(ConfigHandle(raw).get(), "remote.origin.url");
}

bool Repository::is_dirty() const {
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES | GIT_STATUS_OPT_UPDATE_INDEX;
    git_status_list* raw = nullptr;
    int result = git_status_list_new(&raw, get(), &options);
    if (result == GIT_ELOCKED) {  // what was found out about the files is not noted then
        options.flags &= ~static_cast<unsigned>(GIT_STATUS_OPT_UPDATE_INDEX);
        result = git_status_list_new(&raw, get(), &options);
    }
    check(result, "looking for changes in \"" + directory().string() + "\"");
    StatusListHandle list(raw);
    return git_status_list_entrycount(list.get()) > 0;
}

std::string Repository::under_way() const {
    switch (git_repository_state(get())) {
        case GIT_REPOSITORY_STATE_NONE: return {};
        case GIT_REPOSITORY_STATE_MERGE: return "merge";
        case GIT_REPOSITORY_STATE_REVERT:
        case GIT_REPOSITORY_STATE_REVERT_SEQUENCE: return "revert";
        case GIT_REPOSITORY_STATE_CHERRYPICK:
        case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE: return "cherry-pick";
        case GIT_REPOSITORY_STATE_BISECT: return "bisect";
        default: return "rebase";
    }
}

Identity resolve_identity(const Repository* repository, const Identity& preferred, const std::string& account) {
    Library library;
    git_config* raw = nullptr;
    Identity found = preferred;
    const int result = repository ? git_repository_config(&raw, repository->get()) : git_config_open_default(&raw);
    if (result == 0) {
        ConfigHandle config(raw);
        if (found.name.empty()) found.name = config_string(config.get(), "user.name");
        if (found.email.empty()) found.email = config_string(config.get(), "user.email");
    }
    if (found.name.empty()) found.name = account;
    if (found.email.empty()) found.email = account + "@localhost";
    return found;
}

}
