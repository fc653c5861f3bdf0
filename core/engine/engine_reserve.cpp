// What the engine does when the disk of the store is full.

#include "engine/engine.hpp"

namespace murmur {

namespace {

/// Nobody's end waits for it, and whoever asked can ask again; runners do so by themselves.
struct CanWait {
    bool operator()(const command::Spawn&) const { return true; }
    bool operator()(const command::AddFollowUp&) const { return true; }
    bool operator()(const command::SendMessage&) const { return true; }
    bool operator()(const command::SetDequeueStrategy&) const { return true; }
    bool operator()(const command::SetOnIdle&) const { return true; }
    bool operator()(const command::SetConflictResolution&) const { return true; }
    bool operator()(const command::SetBudget&) const { return true; }
    bool operator()(const command::CreateTask&) const { return true; }
    bool operator()(const command::UpdateTask&) const { return true; }
    bool operator()(const command::ReportPullRequest&) const { return true; }
    bool operator()(const command::AdoptChild&) const { return true; }
    bool operator()(const command::RunnerReport&) const { return true; }
    template <class T>
    bool operator()(const T&) const {
        return false;
    }
};

}

/// The disk is full: whether it may be tried again, with the reserve given up. A change of the store by others cannot
/// be made twice: it has failed.
bool Engine::make_room(const Error& failed, std::vector<Item>& items) {
    if (failed.code() != Errc::resource_exhausted || !reserve_ || !reserve_->give_up()) return false;
    logger_.log(LogLevel::error, "the disk is full, and its reserve is given up",
                {{"error", failed.message()}, {"hint", failed.hint()}});
    disk_full_ = failed;
    for (Item& item : items) {
        if (!item.outcome.is_stored) continue;
        item.outcome = {};
        if (item.change) item.outcome = {failed, nullptr, false};
    }
    return true;
}

void Engine::refuse_what_can_wait(std::vector<Item>& items) {
    if (!disk_full_ || !reserve_->is_low()) return;
    for (Item& item : items) {
        bool can_wait = item.change && item.room == Room::takes;
        for (const Target& target : item.commands) can_wait = can_wait || std::visit(CanWait(), target.command);
        // What an effect has brought is done again and again until it is stored.
        if (can_wait && !item.effect_done && !item.effect_retry) item.outcome = {disk_full_, nullptr, false};
    }
}

void Engine::refill_reserve() {
    if (!disk_full_ || !reserve_->fill()) return;
    logger_.log(LogLevel::info, "there is room on the disk again", {});
    disk_full_.reset();
}

}
