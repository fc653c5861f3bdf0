#include "executor.hpp"

#include "world.hpp"

namespace murmur::simulation {

namespace {

constexpr std::int64_t usual_ms = 200, longest_ms = 8000;

}

void SimulatedExecutor::post(std::int64_t key, Work work) {
    if (!world_.is_up()) return;
    std::deque<Work>& queue = (*jobs_)[key];
    queue.push_back(std::move(work));
    if (queue.size() == 1) begin_next(key);
}

void SimulatedExecutor::begin_next(std::int64_t key) {
    const std::weak_ptr<Jobs> alive = jobs_;
    world_.timeline.after(world_.random.delay(usual_ms, longest_ms), [this, alive, key] {
        const auto jobs = alive.lock();
        if (!jobs || !jobs->contains(key)) return;  // its process has ended
        const Finish finish = jobs->at(key).front()();
        world_.timeline.after(world_.random.delay(usual_ms, longest_ms), [this, alive, key, finish] {
            const auto still = alive.lock();
            if (!still || !still->contains(key)) return;
            if (finish) finish();
            world_.poke();
            still->at(key).pop_front();
            if (still->at(key).empty())
                still->erase(key);
            else
                begin_next(key);
        });
    });
}

}
