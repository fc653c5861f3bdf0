#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "process_info.hpp"

namespace murmur::local {

/// Who stands on the machines that are suspended, as far as that was seen for sure. Safe from any thread.
class StoppedMachines {
public:
    void put(const std::string& id, std::vector<ProcessIdentity> members) {
        const std::lock_guard held(mutex_);
        if (members.empty())
            members_.erase(id);
        else
            members_[id] = std::move(members);
    }

    /// Empty when nothing is known.
    std::vector<ProcessIdentity> take(const std::string& id) {
        const std::lock_guard held(mutex_);
        const auto node = members_.extract(id);
        return node ? std::move(node.mapped()) : std::vector<ProcessIdentity>();
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::vector<ProcessIdentity>> members_;
};

}
