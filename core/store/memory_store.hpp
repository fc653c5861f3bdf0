#pragma once

#include <functional>
#include <memory>

#include "base/locked.hpp"
#include "store/memory_tables.hpp"
#include "store/store.hpp"

namespace murmur {

/// A store in memory that keeps what a store on disk promises, for tests and simulations. What was committed outlives
/// its ends, as a disk does a process; what was not goes with the writing end.
class MemoryStore {
public:
    /// Called around each commit; each may throw. What `before_commit` throws keeps the transaction from being
    /// committed; when `after_commit` throws it has been committed, and its caller cannot know.
    struct Faults {
        std::function<void()> before_commit, after_commit;
    };

    MemoryStore() : committed_(std::make_shared<Committed>()) {}

    /// At most one at a time. The faults live as long as it does.
    std::unique_ptr<StoreWriter> open_writer(Faults faults = {});
    std::unique_ptr<StoreReader> open_reader();

private:
    using Committed = Locked<MemoryTables>;
    std::shared_ptr<Committed> committed_;
};

}
