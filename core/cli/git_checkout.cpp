#include "cli/git_checkout.hpp"

#include <algorithm>
#include <cstdlib>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/paths.hpp"
#include "cli/git_config_file.hpp"
#include "cli/program_output.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

// git's own files are small; packed-refs of the largest repositories has some megabytes.
constexpr std::size_t git_file_bytes_max = std::size_t{64} << 20;

bool git_path_exists(const fs::path& path) {
    std::error_code ignored;  // what cannot be looked at is not there for us
    return fs::exists(path, ignored);
}

std::string first_line_of(const fs::path& file) {
    std::string text = read_file(file, git_file_bytes_max);
    text.resize(std::min(text.find('\n'), text.size()));
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.pop_back();
    return text;
}

/// The folder with HEAD, and the one that worktrees share.
struct GitDirs {
    fs::path own, common;
};

GitDirs read_git_dirs(const fs::path& dot_git) {
    GitDirs dirs;
    dirs.own = dot_git;
    if (!fs::is_directory(dot_git)) {
        const std::string line = first_line_of(dot_git);
        if (!line.starts_with("gitdir: "))
            throw Error(Errc::invalid_argument, "\"" + dot_git.string() + "\" does not name a git directory");
        dirs.own = (dot_git.parent_path() / line.substr(8)).lexically_normal();
    }
    dirs.common = dirs.own;
    if (git_path_exists(dirs.own / "commondir"))
        dirs.common = (dirs.own / first_line_of(dirs.own / "commondir")).lexically_normal();
    return dirs;
}

bool has_ref(const fs::path& common, const std::string& ref) {
    if (git_path_exists(common / ref)) return true;
    if (!git_path_exists(common / "packed-refs")) return false;
    const std::string packed = read_file(common / "packed-refs", git_file_bytes_max);
    const std::string wanted = " " + ref + "\n";
    return packed.find(wanted) != std::string::npos;
}

void append_config(GitConfigEntries& entries, const fs::path& file) {
    if (file.empty() || !git_path_exists(file)) return;
    GitConfigEntries more = parse_git_config(read_file(file, git_file_bytes_max));
    entries.insert(entries.end(), more.begin(), more.end());
}

fs::path path_in_environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? fs::path(value) : fs::path();
}

/// The user's and the system's files, in git's order.
void append_outer_config(GitConfigEntries& entries) {
    const char* no_system = std::getenv("GIT_CONFIG_NOSYSTEM");
    if (const fs::path system = path_in_environment("GIT_CONFIG_SYSTEM"); !system.empty()) {
        append_config(entries, system);
    } else if (!no_system || !*no_system || *no_system == '0') {
        append_config(entries, "/etc/gitconfig");
    }
    if (const fs::path global = path_in_environment("GIT_CONFIG_GLOBAL"); !global.empty())
        return append_config(entries, global);
    const fs::path xdg = path_in_environment("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (!xdg.empty()) append_config(entries, xdg / "git/config");
    if (xdg.empty() && home) append_config(entries, fs::path(home) / ".config/git/config");
    if (home) append_config(entries, fs::path(home) / ".gitconfig");
}

/// As git itself reads it, with the files that are included.
GitConfigEntries config_by_git(const fs::path& toplevel) {
    const ProgramOutput listed = run_program({"git", "-C", toplevel.string(), "config", "--list", "-z"});
    if (listed.exit_status != 0)
        throw Error(Errc::failed_precondition, "git cannot read the configuration of \"" + toplevel.string() + "\"")
            .with_hint("Run git config --list there to see why.");
    GitConfigEntries entries;
    for (std::size_t at = 0; at < listed.output.size();) {
        const std::size_t end = std::min(listed.output.find('\0', at), listed.output.size());
        const std::string entry = listed.output.substr(at, end - at);
        const std::size_t line = entry.find('\n');
        entries.emplace_back(entry.substr(0, line), line == std::string::npos ? "true" : entry.substr(line + 1));
        at = end + 1;
    }
    return entries;
}

GitConfigEntries read_config(const GitDirs& dirs, const fs::path& toplevel) {
    GitConfigEntries entries;
    append_outer_config(entries);
    append_config(entries, dirs.common / "config");
    if (git_config_value(entries, "extensions.worktreeconfig") == "true")
        append_config(entries, dirs.own / "config.worktree");
    const bool has_includes = std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
        return entry.first.starts_with("include.") || entry.first.starts_with("includeif.");
    });
    return has_includes ? config_by_git(toplevel) : entries;
}

std::string identity(const char* variable, const GitConfigEntries& entries, std::string_view key) {
    const char* given = std::getenv(variable);
    return given && *given ? given : git_config_value(entries, key);
}

}

std::string absolute_clone_url(const std::string& url, const fs::path& base) {
    if (url.empty() || url.find("://") != std::string::npos) return url;
    if (url.starts_with("~/")) return (home_dir() / url.substr(2)).lexically_normal().string();
    const std::size_t slash = url.find('/');
    const std::size_t colon = url.find(':');
    // host:path is ssh, unless a slash stands before the colon.
    const bool is_remote = colon != std::string::npos && (slash == std::string::npos || colon < slash);
    if (is_remote) return url;
    fs::path path = (base / url).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.string();
}

std::optional<GitCheckout> find_git_checkout(const fs::path& start) {
    fs::path toplevel = start;
    while (!git_path_exists(toplevel / ".git")) {
        if (toplevel == toplevel.parent_path()) return std::nullopt;
        toplevel = toplevel.parent_path();
    }
    const GitDirs dirs = read_git_dirs(toplevel / ".git");
    const GitConfigEntries config = read_config(dirs, toplevel);
    GitCheckout checkout;
    checkout.toplevel = toplevel;
    checkout.origin_url =
        absolute_clone_url(rewrite_git_url(config, git_config_value(config, "remote.origin.url")), toplevel);
    checkout.user_name = identity("GIT_AUTHOR_NAME", config, "user.name");
    checkout.user_email = identity("GIT_AUTHOR_EMAIL", config, "user.email");
    const std::string head = first_line_of(dirs.own / "HEAD");
    constexpr std::string_view branch_ref = "ref: refs/heads/";
    if (head.starts_with(branch_ref)) {
        checkout.branch = head.substr(branch_ref.size());
        checkout.branch_is_on_origin = has_ref(dirs.common, "refs/remotes/origin/" + checkout.branch);
    }
    return checkout;
}

}
