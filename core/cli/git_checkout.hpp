#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace murmur {

/// What spawning needs to know of the git checkout that the user stands in.
struct GitCheckout {
    std::filesystem::path toplevel;
    std::string origin_url;            ///< a local path is absolute; empty: there is no remote "origin"
    std::string branch;                ///< empty: a detached HEAD
    bool branch_is_on_origin = false;  ///< as of the last fetch or push
    std::string user_name;             ///< of the commits made here; empty: not set
    std::string user_email;
};

/// The checkout that `start` lies in; nothing outside of one. Worktrees and submodules are checkouts of their own.
///
/// Reads git's files itself, because starting git costs more than the whole rest of a spawn; git is asked only when its
/// configuration includes other files.
std::optional<GitCheckout> find_git_checkout(const std::filesystem::path& start);

/// A clone URL as the runner can use it: a local path, also a relative one, becomes absolute; the rest stays.
std::string absolute_clone_url(const std::string& url, const std::filesystem::path& base);

}
