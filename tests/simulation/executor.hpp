#pragma once

#include <deque>
#include <map>
#include <memory>

#include "runtime/executor.hpp"

namespace murmur::simulation {

class World;

/// Blocking work that takes its time on the timeline. It ends with the process that it belongs to.
class SimulatedExecutor final : public Executor {
public:
    explicit SimulatedExecutor(World& world) : world_(world) {}
    void post(std::int64_t key, Work work) override;
    void stop() override { jobs_->clear(); }

private:
    using Jobs = std::map<std::int64_t, std::deque<Work>>;
    void begin_next(std::int64_t key);

    World& world_;
    std::shared_ptr<Jobs> jobs_ = std::make_shared<Jobs>();  ///< by key; the first of each is under way
};

}
