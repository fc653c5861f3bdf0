#include "git/checkout_state.hpp"

#include <murmur/error.hpp>
#include <optional>

#include "git/checkout_origin.hpp"
#include "git/clone_url.hpp"
#include "git/commits.hpp"

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

void check_commit(const Repository& repository, const std::string& sha) {
    if (!sha.empty()) lookup_commit(repository.get(), sha);
}

void check_origin(const Repository& repository, const std::string& clone_url) {
    const std::string url = find_origin(repository).url;
    if (url.empty() || is_same_origin(url, clone_url)) return;
    throw Error(Errc::failed_precondition,
                "\"" + repository.directory().string() + "\" is a checkout of \"" + without_password(url) + "\"")
        .with_hint("Move that folder away, then \"" + without_password(clone_url) + "\" is cloned in its place.");
}

}

CheckoutState look_at_checkout(const fs::path& directory) {
    if (!fs::exists(directory)) return CheckoutState::absent;
    if (!fs::is_directory(directory))
        throw Error(Errc::failed_precondition, "\"" + directory.string() + "\" is no folder")
            .with_hint("Move it away: that is the place of the repository.");
    if (fs::exists(fs::symlink_status(directory / ".git"))) return CheckoutState::present;
    return fs::is_empty(directory) ? CheckoutState::absent : CheckoutState::files;
}

Repository open_checkout(const fs::path& directory, const std::string& clone_url, const std::string& branch) {
    if (look_at_checkout(directory) == CheckoutState::files)
        throw Error(Errc::data_loss, "\"" + directory.string() + "\" has files, and no \".git\" any more")
            .with_hint("The next runner on that machine makes it a clone again and keeps the files.");
    std::optional<Repository> repository;
    try {
        repository.emplace(directory);
        check_commit(*repository, repository->head());
        check_commit(*repository, branch.empty() ? "" : repository->branch_tip(branch));
    } catch (...) {
        const Error error = current_error();
        if (error.code() == Errc::resource_exhausted || error.code() == Errc::unavailable) throw;
        throw Error(Errc::data_loss, "\"" + directory.string() + "\" is damaged: " + error.message())
            .with_hint("Look at it with `git fsck` and mend it; or move it away, then it is cloned anew.");
    }
    check_origin(*repository, clone_url);
    return std::move(*repository);
}

}
