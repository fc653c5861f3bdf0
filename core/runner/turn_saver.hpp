#pragma once

#include <chrono>
#include <functional>

namespace murmur::runner {

/// How long a turn's end waits for its work to be saved, and when that is tried again if it could not be.
struct TurnSaveLimits {
    int tries = 3;  ///< before the end is told all the same; with the saver's own pauses, a second or two
    std::chrono::milliseconds first_pause{2'000};
    std::chrono::milliseconds longest_pause{30'000};
};

/// Saves a session's work between its turns. For one thread.
class TurnSaver {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// Waits; returns false when there is to be no other try.
    using Pause = std::function<bool(std::chrono::milliseconds)>;
    /// Saves what there is now, trying again for as long as the pause says so. Returns whether all is saved.
    using Save = std::function<bool(const Pause&)>;

    TurnSaver(Save save, TurnSaveLimits limits) : save_(std::move(save)), limits_(limits) {}

    /// At the end of a turn, before it is told: some tries, with `pause` in between.
    void save(const Pause& pause);
    /// There may be something that was never saved.
    void want() { again_at_ = std::chrono::steady_clock::now(); }
    /// One more try to save what could not be.
    void save_again();
    /// Something is not saved.
    bool is_wanted() const { return again_at_ != Time::max(); }
    /// When it is to be tried again.
    Time deadline() const { return again_at_; }

private:
    void plan(bool is_saved);

    Save save_;
    TurnSaveLimits limits_;
    std::chrono::milliseconds pause_ = limits_.first_pause;
    Time again_at_ = Time::max();
};

}
