#pragma once

#include <filesystem>
#include <functional>
#include <murmur/backend.hpp>
#include <string>
#include <vector>

namespace murmur::runner {

/// The homes that paths of Backend::session_files() and restored_path() are below.
class SessionHomes {
public:
    /// The user's own is $MURMUR_USER_HOME of the spec's environment; without it nothing is below it.
    explicit SessionHomes(const SessionSpec& spec);

    /// Where the path is. Throws invalid_argument for one that leaves its home, whether by its parts or by a symbolic
    /// link on the way.
    std::filesystem::path resolve(const std::string& path) const;
    /// It begins with "~/": below the user's own home.
    static bool is_users(const std::string& path);

private:
    std::filesystem::path home_;
    std::filesystem::path user_home_;
};

/// A file of a session.
struct SessionFile {
    std::string path;            ///< as a snapshot names it
    std::filesystem::path file;  ///< where it is
};

/// The regular files that the patterns mean, in the order of their paths, each once. `refused` is told of patterns that
/// may not be kept: those that leave their home, and those below the user's own that do not name the session.
std::vector<SessionFile> find_session_files(const std::vector<std::string>& patterns, const SessionSpec& spec,
                                            const std::function<void(const std::string& why)>& refused);

/// Whether the pattern means the file of that path.
bool session_pattern_covers(const std::string& pattern, const std::string& path);

}
