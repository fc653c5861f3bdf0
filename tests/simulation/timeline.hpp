#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <murmur/clock.hpp>
#include <utility>

namespace murmur::simulation {

/// Everything that will happen, in the order of its time. Milliseconds since the beginning.
class Timeline {
public:
    std::int64_t now() const { return now_; }
    void after(std::int64_t ms, std::function<void()> happening) {
        happenings_.emplace(std::pair(now_ + ms, ++count_), std::move(happening));
    }
    /// False when nothing will happen until `end`; then that is the time.
    bool run_next(std::int64_t end) {
        if (happenings_.empty() || happenings_.begin()->first.first > end) {
            now_ = end;
            return false;
        }
        auto node = happenings_.extract(happenings_.begin());
        now_ = node.key().first;
        node.mapped()();
        return true;
    }
    std::int64_t count() const { return count_; }

private:
    std::int64_t now_ = 0;
    std::int64_t count_ = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::function<void()>> happenings_;
};

/// Wall-clock time on a timeline; it may jump, as when someone sets the clock.
class SimulatedClock final : public Clock {
public:
    explicit SimulatedClock(const Timeline& timeline) : timeline_(timeline) {}
    TimePoint now() const override {
        return TimePoint(std::chrono::milliseconds(start_ms + offset_ + timeline_.now()));
    }
    bool sleep_for(std::chrono::milliseconds, std::stop_token) override { return false; }
    void jump(std::int64_t ms) { offset_ += ms; }

private:
    static constexpr std::int64_t start_ms = 1'700'000'000'000;
    const Timeline& timeline_;
    std::int64_t offset_ = 0;
};

}
