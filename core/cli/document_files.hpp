#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// A file with resources in it.
struct DocumentFile {
    std::string path;    ///< as the user would write it
    std::string folder;  ///< the name of the folder that it lies in: it may be a kind
};

/// The files that are meant: those given, and of folders every *.yaml, *.yml, *.json and *.md below them, sorted.
/// Hidden ones and README.md are left out, folders that links lead to are gone through once, and so is a file that is
/// given twice. Throws with the remedy for what is not there and for a folder without such files.
std::vector<DocumentFile> find_document_files(const std::vector<std::string>& given);

/// The kind that a folder of that name holds resources of: "workspace", "workspaces", "aliases"; else empty.
std::string kind_of_folder(std::string_view folder, const std::vector<std::string>& kinds);

}
