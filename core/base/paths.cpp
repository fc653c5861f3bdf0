#include "base/paths.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <murmur/error.hpp>

namespace murmur {

namespace {

std::filesystem::path environment_path(const char* name) {
    const char* value = std::getenv(name);
    if (!value || !*value) return {};
    const std::filesystem::path path(value);
    if (path.is_relative())
        throw Error(Errc::invalid_argument, std::string(name) + " must be an absolute path, not \"" + value + "\"");
    return path;
}

std::filesystem::path home_of_database() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
    return found && found->pw_dir && *found->pw_dir ? std::filesystem::path(found->pw_dir) : std::filesystem::path();
}

}

std::filesystem::path home_dir() {
    if (auto home = environment_path("HOME"); !home.empty()) return home;
    if (auto home = home_of_database(); !home.empty()) return home;
    throw Error(Errc::failed_precondition, "there is no home directory")
        .with_hint("Set HOME, or MURMUR_STATE_DIR, to a directory of yours.");
}

std::filesystem::path runtime_dir() {
    if (auto dir = environment_path("MURMUR_RUNTIME_DIR"); !dir.empty()) return dir;
    if (auto dir = environment_path("XDG_RUNTIME_DIR"); !dir.empty()) return dir / "murmur";
    return "/tmp/murmur-" + std::to_string(::getuid());
}

std::filesystem::path state_dir() {
    if (auto dir = environment_path("MURMUR_STATE_DIR"); !dir.empty()) return dir;
    if (auto dir = environment_path("XDG_STATE_HOME"); !dir.empty()) return dir / "murmur";
    return home_dir() / ".local/state/murmur";
}

std::filesystem::path executable_dir() {
    std::array<char, 4096> buffer{};
    const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size() - 1);
    if (length < 0) throw system_error(errno, "cannot read /proc/self/exe");
    return std::filesystem::path(std::string(buffer.data(), static_cast<std::size_t>(length))).parent_path();
}

std::filesystem::path install_prefix() { return executable_dir().parent_path(); }

std::filesystem::path share_dir() { return install_prefix() / "share/murmur"; }

std::filesystem::path bundled_plugin_dir() { return install_prefix() / "lib/murmur/plugins"; }

void make_private_dir(const std::filesystem::path& dir) {
    std::error_code failed;
    std::filesystem::create_directories(dir.parent_path(), failed);
    if (failed) throw system_error(failed.value(), "cannot make directory \"" + dir.parent_path().string() + "\"");
    if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST)
        throw system_error(errno, "cannot make directory \"" + dir.string() + "\"");
    struct stat status {};
    if (::lstat(dir.c_str(), &status) != 0) throw system_error(errno, "cannot look at \"" + dir.string() + "\"");
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::getuid())
        throw Error(Errc::permission_denied, "\"" + dir.string() + "\" is not a directory of user " + user_name())
            .with_hint("Remove it, or set MURMUR_RUNTIME_DIR and MURMUR_STATE_DIR to directories of your own.");
    if ((status.st_mode & 077) != 0 && ::chmod(dir.c_str(), 0700) != 0)
        throw system_error(errno, "cannot make \"" + dir.string() + "\" private");
}

std::string user_name() { return user_name(::getuid()); }

std::string user_name(unsigned uid) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return found ? std::string(found->pw_name) : "uid-" + std::to_string(uid);
}

}
