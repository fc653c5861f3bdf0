#pragma once

#include <filesystem>
#include <murmur/json.hpp>
#include <optional>

#include "sessions/snapshot.hpp"

namespace murmur::runner {

/// The manifest that was reported last from this machine, in a file of it: what the next runner there cannot save anew
/// is kept as that has it. For one thread.
class SnapshotMemory {
public:
    explicit SnapshotMemory(std::filesystem::path file) : file_(std::move(file)) {}

    /// Nothing when there is none that can be read.
    std::optional<Snapshot> read() const;
    /// Without room for it the old one goes: it would be taken for the newest.
    void write(const json::object& manifest) const;

private:
    std::filesystem::path file_;
};

}
