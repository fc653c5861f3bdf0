#include "runner/turn_saver.hpp"

#include <algorithm>

namespace murmur::runner {

void TurnSaver::save(const Pause& pause) {
    pause_ = limits_.first_pause;
    int left = limits_.tries;
    plan(save_([&](std::chrono::milliseconds wait) { return --left > 0 && pause(wait); }));
}

void TurnSaver::save_again() {
    plan(save_([](std::chrono::milliseconds) { return false; }));
}

void TurnSaver::plan(bool is_saved) {
    again_at_ = is_saved ? Time::max() : std::chrono::steady_clock::now() + pause_;
    pause_ = std::min(pause_ * 2, limits_.longest_pause);
}

}
