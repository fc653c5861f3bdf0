#pragma once

#include <cstdint>
#include <filesystem>
#include <murmur/json.hpp>
#include <string>

namespace murmur::runner {

/// What the next runner on this machine should know of the session, even if murmurd was not told of it in time: a file
/// of the machine's directory. Never of another session than `session_id`.
class SessionMemory {
public:
    /// Reads what there is; a damaged file is as good as none.
    SessionMemory(std::filesystem::path file, std::string session_id);

    /// The newest checkpoint; empty when none was kept here.
    const json::object& checkpoint() const { return checkpoint_; }
    /// The last turn that ended, in the count of the runner that was there then.
    std::int64_t turn() const { return turn_; }

    void keep_checkpoint(const json::object& checkpoint);
    void keep_turn(std::int64_t turn);

private:
    void write() const;

    std::filesystem::path file_;
    std::string session_id_;
    json::object checkpoint_;
    std::int64_t turn_ = 0;
};

}
