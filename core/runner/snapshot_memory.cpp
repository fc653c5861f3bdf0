#include "runner/snapshot_memory.hpp"

#include <base/file.hpp>
#include <murmur/error.hpp>

namespace murmur::runner {

std::optional<Snapshot> SnapshotMemory::read() const {
    if (!std::filesystem::exists(file_)) return std::nullopt;
    try {
        return parse_snapshot(parse_json(read_file(file_), file_.string()).as_object());
    } catch (const std::exception&) {
        return std::nullopt;  // torn by a loss of power: as without it, only what is here is saved
    }
}

void SnapshotMemory::write(const json::object& manifest) const {
    try {
        write_file_atomically(file_, json::serialize(manifest) + "\n", 0600);
    } catch (const Error&) {
        std::error_code missing;
        std::filesystem::remove(file_, missing);
    }
}

}
