#include "plugins/plugin_search.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <murmur/error.hpp>

#include "base/paths.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

fs::path checked_plugin_dir(const fs::path& dir, const std::string& origin) {
    if (dir.is_absolute()) return dir.lexically_normal();
    throw Error(Errc::invalid_argument, origin + " names a relative plugin folder: \"" + dir.string() + "\"")
        .with_hint("Give the absolute path: plugins are never looked for relative to the current directory.");
}

void add_plugin_dir(std::vector<fs::path>& dirs, const fs::path& dir) {
    if (std::find(dirs.begin(), dirs.end(), dir) == dirs.end()) dirs.push_back(dir);
}

std::vector<std::string> split_path_variable(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(':', begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string variable_or_empty(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

struct stat stat_of(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) throw system_error(errno, "cannot look at \"" + path.string() + "\"");
    return status;
}

void check_writers(const fs::path& path, const std::string& noun) {
    const struct stat status = stat_of(path);
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
        throw Error(Errc::permission_denied, noun + " \"" + path.string() + "\" belongs to " + user_name(status.st_uid))
            .with_hint(
                "Plugins run with all your rights. If you trust it, copy it to a folder of your own, or: sudo chown " +
                user_name(::geteuid()) + " '" + path.string() + "'");
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        throw Error(Errc::permission_denied, noun + " \"" + path.string() + "\" can be written by " +
                                                 ((status.st_mode & S_IWOTH) != 0 ? "everybody" : "its group"))
            .with_hint("Plugins run with all your rights. If you trust it: chmod go-w '" + path.string() + "'");
}

void check_folders_above(const fs::path& dir) {
    for (fs::path above = dir; above.has_relative_path();) {
        above = above.parent_path();
        const struct stat status = stat_of(above);
        // In a sticky folder, such as /tmp, nobody can replace what belongs to somebody else.
        if ((status.st_mode & S_IWOTH) == 0 || (status.st_mode & S_ISVTX) != 0) continue;
        throw Error(Errc::permission_denied, "its folder lies in \"" + above.string() + "\", which everybody can write")
            .with_hint("Plugins run with all your rights. If you trust it: chmod o-w '" + above.string() + "'");
    }
}

}

std::vector<fs::path> plugin_search_path(const PluginSearchInput& input) {
    std::vector<fs::path> dirs;
    for (const fs::path& dir : input.named) {
        const fs::path checked = checked_plugin_dir(dir, "--plugin-dir");
        if (!fs::is_directory(checked))
            throw Error(Errc::not_found, "there is no plugin folder \"" + checked.string() + "\"")
                .with_hint("Make it, or leave it out of --plugin-dir and of plugin_dirs in murmurd.yaml.");
        add_plugin_dir(dirs, checked);
    }
    std::vector<fs::path> optional_dirs;
    for (const std::string& part : split_path_variable(input.path_variable))
        optional_dirs.push_back(checked_plugin_dir(part, "MURMUR_PLUGIN_PATH"));
    if (!input.user_dir.empty()) optional_dirs.push_back(checked_plugin_dir(input.user_dir, "the user's data folder"));
    if (!input.system_dir.empty()) optional_dirs.push_back(checked_plugin_dir(input.system_dir, "the system"));
    std::error_code ignored;  // a folder that cannot be looked at is as good as none: these are optional
    for (const fs::path& dir : optional_dirs)
        if (fs::is_directory(dir, ignored)) add_plugin_dir(dirs, dir);
    return dirs;
}

std::vector<fs::path> plugin_search_path(const std::vector<fs::path>& named) {
    const std::string data_home = variable_or_empty("XDG_DATA_HOME");
    const bool has_home = !data_home.empty() || !variable_or_empty("HOME").empty();
    fs::path user_dir;
    // The XDG rules say that a relative path in these variables is to be ignored.
    if (fs::path(data_home).is_absolute())
        user_dir = fs::path(data_home) / "murmur" / "plugins";
    else if (has_home)
        user_dir = home_dir() / ".local" / "share" / "murmur" / "plugins";
    return plugin_search_path(
        PluginSearchInput{named, variable_or_empty("MURMUR_PLUGIN_PATH"), user_dir, bundled_plugin_dir()});
}

std::vector<fs::path> find_plugin_files(const fs::path& dir) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(dir, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".so") files.push_back(entry->path());
    if (error) throw system_error(error.value(), "cannot read the plugin folder \"" + dir.string() + "\"");
    std::sort(files.begin(), files.end());
    return files;
}

void check_plugin_permissions(const fs::path& file) {
    std::error_code error;
    const fs::path target = fs::canonical(file, error);
    if (error) throw system_error(error.value(), "cannot look at \"" + file.string() + "\"");
    if (!S_ISREG(stat_of(target).st_mode)) throw Error(Errc::invalid_argument, "it is not a regular file");
    check_writers(target, "the file");
    // A link may be replaced where it lies, its target where that lies.
    const fs::path link_dir = fs::canonical(file.parent_path());
    for (const fs::path& dir : {link_dir, target.parent_path()}) {
        check_writers(dir, "the folder");
        check_folders_above(dir);
        if (link_dir == target.parent_path()) break;
    }
}

}
