#include "runner/session_paths.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <murmur/error.hpp>

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view users_prefix = "~/";
constexpr std::size_t session_files_max = 10'000;  // as many as a manifest takes

void check_parts(const std::string& path) {
    const fs::path relative(path);
    bool is_good = !path.empty() && !relative.is_absolute();
    for (const fs::path& part : relative) is_good = is_good && part != ".." && part != ".";
    if (!is_good)
        throw Error(Errc::invalid_argument, "\"" + path + "\" is no path below the home directory")
            .with_hint("The backend names it as a file of its session; this is a mistake of the plugin.");
}

bool is_below(const fs::path& path, const fs::path& home) {
    const auto [end, unused] = std::mismatch(home.begin(), home.end(), path.begin(), path.end());
    return end == home.end();
}

void add_file(const std::string& path, const fs::path& file, std::map<std::string, fs::path>& found) {
    if (fs::is_regular_file(fs::symlink_status(file))) found.emplace(path, file);
    if (found.size() > session_files_max)
        throw Error(Errc::resource_exhausted,
                    "the session has more than " + std::to_string(session_files_max) + " files to keep")
            .with_hint("Let the backend's session_files name the session's own files only.");
}

/// The file, or all that is in the folder.
void add_all(const std::string& path, const fs::path& file, std::map<std::string, fs::path>& found) {
    if (!fs::is_directory(fs::symlink_status(file))) return add_file(path, file, found);
    for (const auto& entry : fs::recursive_directory_iterator(file))
        add_file(path + "/" + entry.path().lexically_relative(file).string(), entry.path(), found);
}

void add_pattern(const std::string& pattern, const SessionHomes& homes, std::map<std::string, fs::path>& found) {
    const std::size_t slash = pattern.rfind('/');
    const std::string last = pattern.substr(slash == std::string::npos ? 0 : slash + 1);
    const fs::path whole = homes.resolve(pattern);
    if (last.find('*') == std::string::npos) return add_all(pattern, whole, found);
    if (!fs::is_directory(whole.parent_path())) return;
    for (const auto& entry : fs::directory_iterator(whole.parent_path())) {
        const std::string name = entry.path().filename();
        if (::fnmatch(last.c_str(), name.c_str(), 0) == 0)
            add_all(pattern.substr(0, pattern.size() - last.size()) + name, entry.path(), found);
    }
}

}

SessionHomes::SessionHomes(const SessionSpec& spec) : home_(spec.home_directory) {
    const auto user = spec.environment.find("MURMUR_USER_HOME");
    if (user != spec.environment.end()) user_home_ = user->second;
}

bool SessionHomes::is_users(const std::string& path) { return path.starts_with(users_prefix); }

fs::path SessionHomes::resolve(const std::string& path) const {
    const std::string relative = is_users(path) ? path.substr(users_prefix.size()) : path;
    const fs::path& home = is_users(path) ? user_home_ : home_;
    check_parts(relative);
    if (home.empty())
        throw Error(Errc::invalid_argument, "\"" + path + "\" is below the user's home directory, which is not known");
    const fs::path file = home / relative;
    if (!is_below(fs::weakly_canonical(file.parent_path()), fs::weakly_canonical(home)))
        throw Error(Errc::invalid_argument, "\"" + file.string() + "\" leaves the home directory by a symbolic link");
    return file;
}

std::vector<SessionFile> find_session_files(const std::vector<std::string>& patterns, const SessionSpec& spec,
                                            const std::function<void(const std::string& why)>& refused) {
    const SessionHomes homes(spec);
    std::map<std::string, fs::path> found;
    for (const std::string& pattern : patterns) {
        const bool names_session = !spec.session_id.empty() && pattern.find(spec.session_id) != std::string::npos;
        if (SessionHomes::is_users(pattern) && !names_session) {
            refused("\"" + pattern + "\" is below the user's home directory and does not name the session");
            continue;
        }
        try {
            homes.resolve(pattern);
        } catch (const Error& error) {
            refused(error.message());
            continue;
        }
        add_pattern(pattern, homes, found);
    }
    std::vector<SessionFile> files;
    for (const auto& [path, file] : found) files.push_back({path, file});
    return files;
}

bool session_pattern_covers(const std::string& pattern, const std::string& path) {
    if (path == pattern || path.starts_with(pattern + "/")) return true;
    const std::size_t slash = pattern.rfind('/');
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    const std::string last = pattern.substr(begin);
    if (last.find('*') == std::string::npos || path.substr(0, begin) != pattern.substr(0, begin)) return false;
    const std::string name = path.substr(begin, path.find('/', begin) - begin);
    return ::fnmatch(last.c_str(), name.c_str(), 0) == 0;
}

}
