#include <murmur/error.hpp>

#include "git/checkout_origin.hpp"
#include "git/connection.hpp"
#include "git/remote_url.hpp"
#include "git/repository.hpp"

namespace murmur::git {

namespace {

/// The commit that the connected remote has under `reference`; empty when none.
std::string advertised(git_remote* remote, const std::string& reference) {
    const git_remote_head** heads = nullptr;
    std::size_t count = 0;
    check(git_remote_ls(&heads, &count, remote), "listing the origin's branches");
    for (std::size_t i = 0; i < count; ++i)
        if (reference == heads[i]->name) return to_hex(heads[i]->oid);
    return {};
}

std::string push_url_of(const Repository& repository) {
    git_config* raw = nullptr;
    check(git_repository_config_snapshot(&raw, repository.get()), "reading the repository's configuration");
    const ConfigHandle config(raw);
    const CheckoutOrigin origin = find_origin(repository);
    // As git does it: pushInsteadOf is for the others.
    if (!origin.push_url.empty()) return rewritten_url(raw, origin.push_url, UrlUse::fetch);
    if (origin.url.empty())
        throw Error(Errc::failed_precondition, "\"" + repository.directory().string() + "\" has no origin")
            .with_hint("Add one with `git remote add origin <url>`.");
    return rewritten_url(raw, origin.url, UrlUse::push);
}

[[noreturn]] void throw_rejection(const std::string& branch, const Connection::Rejection& rejection,
                                  const std::string& said) {
    std::string reason = rejection.reason;
    if (!said.empty()) {
        std::string line = said;
        for (char& c : line)
            if (c == '\n') c = ' ';
        reason += ": " + line;
    }
    throw Error(Errc::permission_denied, "the origin refused the push of \"" + branch + "\": " + reason)
        .with_hint("Allow pushes to \"murmur/**\" branches there, or change what its hook objects to.");
}

}

void Repository::push(const std::string& branch, const RemoteOptions& options) const {
    const std::string url = push_url_of(*this);
    const RemoteHandle remote = make_remote(get(), nullptr, url);
    Connection connection(url, Connection::Purpose::push, options);
    git_push_options push_options = GIT_PUSH_OPTIONS_INIT;
    push_options.pb_parallelism = 1;
    connection.fill(push_options.callbacks);
    connection.check(git_remote_connect(remote.get(), GIT_DIRECTION_PUSH, &push_options.callbacks, nullptr, nullptr),
                     "connecting to");

    const std::string reference = "refs/heads/" + branch;
    const std::string there = advertised(remote.get(), reference), known = origin_tip(branch),
                      here = branch_tip(branch);
    if (here.empty()) throw Error(Errc::not_found, "there is no branch \"" + branch + "\" to push");
    if (there != here) {
        // The origin checks that its branch is still where it was in this conversation, so overwriting what we left
        // there ourselves overwrites nobody else's work.
        const std::string spec = (!there.empty() && there == known ? "+" : "") + reference + ":" + reference;
        char* text = const_cast<char*>(spec.c_str());
        const git_strarray specs{&text, 1};
        const int result = git_remote_push(remote.get(), &specs, &push_options);
        if (result == GIT_ENONFASTFORWARD)
            throw Error(Errc::aborted, "someone else pushed to \"" + branch + "\" on the origin")
                .with_hint("Run `git pull --rebase origin " + branch + "` in the workspace, then push again.");
        if (!connection.rejections().empty())
            throw_rejection(branch, connection.rejections().front(), connection.remote_messages());
        connection.check(result, "pushing to");
    }
    git_reference* tracking = nullptr;
    const git_oid oid = to_oid(here);
    check(git_reference_create(&tracking, get(), (find_origin(*this).references + branch).c_str(), &oid, 1, "push"),
          "noting the push");
    git_reference_free(tracking);
}

}
