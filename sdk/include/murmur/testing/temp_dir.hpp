#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <murmur/error.hpp>
#include <string>

namespace murmur::testing {

/// A directory of mode 0700 that goes, with all that is in it, when this does.
class TempDir {
public:
    TempDir() {
        std::string name = (std::filesystem::temp_directory_path() / "murmur-test.XXXXXX").string();
        if (!::mkdtemp(name.data())) throw system_error(errno, "cannot make a directory like \"" + name + "\"");
        path_ = name;
    }
    ~TempDir() {
        std::error_code ignored;  // what is left over in the temporary directory harms nobody
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}
