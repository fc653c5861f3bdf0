#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

namespace murmur::git {

/// What tells that a repository's folder of objects has not been written to between two looks: when each of its
/// folders changed last. A value.
///
/// Whoever copies such a folder file by file while another pushes to it, or packs it anew, gets some of the objects
/// of a commit and not the others, and nothing fails until they are needed.
class ObjectFolderTimes {
public:
    /// `repository` is a bare one's directory, or one that holds `.git`. Folders that cannot be read count as missing.
    explicit ObjectFolderTimes(const std::filesystem::path& repository);

    /// Nothing was written between the look at `*this` and the later one. Also false if `*this` was taken right after
    /// a change: the file system's clock has steps, and one more change within a step would not show.
    bool is_unchanged_in(const ObjectFolderTimes& later) const;

private:
    std::vector<std::filesystem::file_time_type> changed_;
    bool is_settled_ = true;
};

/// Where a local repository, bare or not, has its objects. Throws as git::Repository does.
std::filesystem::path objects_of(const std::filesystem::path& repository);

/// Gives the folder `to` all objects of the folder `from`, by hard links; by copies where those are not possible.
/// Throws what goes wrong, as when a file goes away meanwhile, and `cancelled`; some are there then.
void link_objects(const std::filesystem::path& from, const std::filesystem::path& to, const std::stop_token& stop);

}
