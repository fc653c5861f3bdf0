#include "cli/document_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <murmur/error.hpp>
#include <set>

namespace murmur {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> document_endings = {".yaml", ".yml", ".json", ".md"};
// A tree that is deeper was not written for this.
constexpr std::size_t folder_depth_max = 32;

bool is_document(const fs::path& file) {
    std::string name = file.filename().string();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name != "readme.md" && std::any_of(document_endings.begin(), document_endings.end(),
                                              [&](std::string_view ending) { return name.ends_with(ending); });
}

Error unreadable(const fs::path& path, const std::error_code& why) {
    return system_error(why.value(), "cannot read \"" + path.string() + "\"");
}

class FolderWalk {
public:
    explicit FolderWalk(std::vector<DocumentFile>& found) : found_(found) {}

    void add(const std::string& given) {
        std::error_code failed;
        const fs::path path(given);
        const fs::file_status status = fs::status(path, failed);
        if (status.type() == fs::file_type::not_found)
            failed = std::make_error_code(std::errc::no_such_file_or_directory);
        if (failed) throw unreadable(path, failed);
        if (!fs::is_directory(status)) return add_file(path);
        const std::size_t before = met_;
        walk(path, 0);
        if (met_ == before)
            throw Error(Errc::not_found, "there are no resources in \"" + given + "\"")
                .with_hint("Files that end in .yaml, .yml, .json or .md are read; hidden ones and README.md are not.");
    }

private:
    void add_file(const fs::path& path) {
        std::error_code failed;
        const fs::path real = fs::canonical(path, failed);
        if (failed) throw unreadable(path, failed);
        ++met_;
        if (!seen_.insert(real).second) return;
        // Of "reviewer.md" alone it is the current folder that counts.
        const fs::path whole = fs::absolute(path, failed).lexically_normal();
        found_.push_back({path.string(), whole.parent_path().filename().string()});
    }

    void walk(const fs::path& folder, std::size_t depth) {
        std::error_code failed;
        const fs::path real = fs::canonical(folder, failed);
        if (failed) throw unreadable(folder, failed);
        if (!seen_.insert(real).second) {
            ++met_;
            return;
        }
        if (depth > folder_depth_max)
            throw Error(Errc::resource_exhausted, "\"" + folder.string() + "\" is too deep in its folders")
                .with_hint("Was the wrong folder named?");
        std::vector<fs::path> entries;
        for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
            if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
        if (failed) throw unreadable(folder, failed);
        std::sort(entries.begin(), entries.end());
        for (const fs::path& path : entries) {
            const fs::file_status status = fs::status(path, failed);
            if (fs::is_directory(status)) {
                walk(path, depth + 1);
            } else if (is_document(path)) {
                if (failed) throw unreadable(path, failed);
                // One that is named may be a pipe; one that is come upon would be waited for, perhaps for ever.
                if (!fs::is_regular_file(status))
                    throw Error(Errc::invalid_argument, "\"" + path.string() + "\" is not a file")
                        .with_hint("Remove it from the folder, or name it by itself with -f.");
                add_file(path);
            }
        }
    }

    std::vector<DocumentFile>& found_;
    std::set<fs::path> seen_;
    std::size_t met_ = 0;  // files, and folders that were gone through before
};

}

std::vector<DocumentFile> find_document_files(const std::vector<std::string>& given) {
    std::vector<DocumentFile> found;
    FolderWalk walk(found);
    for (const std::string& path : given) walk.add(path);
    return found;
}

std::string kind_of_folder(std::string_view folder, const std::vector<std::string>& kinds) {
    for (const std::string& kind : kinds)
        if (folder == kind) return kind;
    for (const std::string& kind : kinds)
        if (folder == kind + "s" || folder == kind + "es") return kind;
    return {};
}

}
