#include "runner/launch_files.hpp"

#include <base/file.hpp>
#include <filesystem>
#include <murmur/error.hpp>

namespace murmur::runner {

void write_launch_files(const std::map<std::string, std::string>& files, const std::string& home) {
    for (const auto& [name, content] : files) {
        const std::filesystem::path relative(name);
        for (const auto& part : relative)
            if (part == ".." || relative.is_absolute())
                throw Error(Errc::internal, "the backend wants to write \"" + name + "\" outside the agent's home");
        const std::filesystem::path file = std::filesystem::path(home) / relative;
        std::filesystem::create_directories(file.parent_path());
        write_file_atomically(file, content, 0600);
    }
}

}
