#include "runner.hpp"

#include <algorithm>

#include "link.hpp"
#include "world.hpp"

namespace murmur::simulation {

namespace {

constexpr std::int64_t turn_usual_ms = 5000, turn_longest_ms = 20'000;
constexpr std::int64_t suffer_ms = 1000;
constexpr std::int64_t base_soonest_ms = 5000, base_latest_ms = 60'000;

std::vector<std::string> strings(const json::value& list) {
    std::vector<std::string> texts;
    for (const json::value& each : list.as_array()) texts.emplace_back(each.as_string());
    return texts;
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

}

SimulatedRunner::SimulatedRunner(World& world, std::shared_ptr<SimulatedMachine> machine)
    : world_(world),
      machine_(std::move(machine)),
      id_("r-" + std::to_string(world.next_number())),
      token_(machine_->boot.at("MURMUR_RUNNER_TOKEN")),
      incarnation_(std::stoll(machine_->boot.at("MURMUR_INCARNATION"))) {}

void SimulatedRunner::boot() {
    world_.trace("runner " + id_ + " of " + machine_->id + " boots, incarnation " + std::to_string(incarnation_));
    later(world_.random.delay(300, 5000), &SimulatedRunner::dial);
    later(world_.random.between(base_soonest_ms, base_latest_ms), &SimulatedRunner::look_at_bases);
    later(suffer_ms, &SimulatedRunner::suffer);
    later(world_.lease_ms() / 3, &SimulatedRunner::keep_lease);
}

void SimulatedRunner::die(const std::string& why) {
    if (!std::exchange(is_alive_, false)) return;
    world_.trace("runner " + id_ + " of " + machine_->id + " ends: " + why);
    frozen_.clear();
    is_welcomed_ = false;
    if (const auto link = std::exchange(link_, nullptr)) link->break_off("the runner has ended");
}

void SimulatedRunner::later(std::int64_t ms, void (SimulatedRunner::*action)()) {
    const std::weak_ptr<SimulatedRunner> self = weak_from_this();
    world_.timeline.after(ms, [self, action] {
        if (const auto runner = self.lock())
            runner->act([weak = self, action] {
                if (const auto still = weak.lock()) ((*still).*action)();
            });
    });
}

bool SimulatedRunner::is_frozen() const { return machine_->suspended || hangs_until_ > world_.timeline.now(); }

void SimulatedRunner::act(std::function<void()> action) {
    if (!is_alive_) return;
    if (is_frozen() || !frozen_.empty())
        frozen_.push_back(std::move(action));
    else
        action();
}

void SimulatedRunner::thaw() {
    const auto self = shared_from_this();
    while (is_alive_ && !is_frozen() && !frozen_.empty()) {
        const auto action = std::move(frozen_.front());
        frozen_.pop_front();
        action();
    }
}

void SimulatedRunner::hang(std::int64_t ms) {
    world_.trace("runner " + id_ + " hangs for " + std::to_string(ms) + " ms");
    hangs_until_ = world_.timeline.now() + ms;
    world_.timeline.after(ms, [self = shared_from_this()] { self->thaw(); });
}

void SimulatedRunner::break_link() {
    if (link_) link_->break_off("the network");
}

void SimulatedRunner::dial() {
    if (link_) return;
    if (!world_.is_up()) return later(world_.random.between(200, 2000), &SimulatedRunner::dial);
    const auto claim = world_.box().check_runner_token(token_);
    link_ = std::make_shared<Link>(world_, shared_from_this(), *claim);
    reports_sent_ = reports_made_ - static_cast<std::int64_t>(reports_.size());
    world_.add_link(link_);
    link_->hello(machine_->id, {id_, incarnation_, "simulated"}, down_seen_);
}

void SimulatedRunner::on_link_broken(const Link* link) {
    if (link_.get() != link) return;
    link_.reset();
    is_welcomed_ = false;
    later(world_.random.delay(300, 3000), &SimulatedRunner::dial);
}

void SimulatedRunner::keep_lease() {
    if (is_welcomed_) link_->say({}, down_seen_);
    later(world_.lease_ms() / 3, &SimulatedRunner::keep_lease);
}

/// What befalls it.
void SimulatedRunner::suffer() {
    Random& random = world_.random;
    const Faults& faults = world_.faults;
    if (!faults.over) {
        if (random.chance(faults.runner_dies)) {
            world_.judge.excuse(machine_->label, "its runner died");
            return die("killed");
        }
        if (random.chance(faults.machine_vanishes)) {
            world_.judge.excuse(machine_->label, "its machine vanished");
            return world_.substrate->vanish(machine_->id);
        }
        if (random.chance(faults.link_breaks)) break_link();
        if (random.chance(faults.runner_hangs)) {
            world_.judge.excuse(machine_->label, "its runner hung");
            hang(random.between(1000, 40'000));
        }
    }
    later(suffer_ms, &SimulatedRunner::suffer);
}

void SimulatedRunner::report(const char* kind, json::object fields) {
    json::object body{{"seq", ++reports_made_}, {kind, std::move(fields)}};
    reports_.push_back(std::move(body));
    send_unsent();
}

void SimulatedRunner::send_unsent() {
    if (!is_welcomed_ || reports_sent_ == reports_made_) return;
    const std::int64_t first_kept = reports_made_ - static_cast<std::int64_t>(reports_.size()) + 1;
    std::vector<json::object> unsent;
    for (std::int64_t seq = reports_sent_ + 1; seq <= reports_made_; ++seq)
        unsent.push_back(reports_[static_cast<std::size_t>(seq - first_kept)]);
    if (!world_.faults.over && world_.random.chance(0.05)) link_->say(unsent, down_seen_);  // twice
    reports_sent_ = reports_made_;
    link_->say(std::move(unsent), down_seen_);
}

void SimulatedRunner::on_welcome(std::int64_t reports_seen) {
    is_welcomed_ = true;
    on_acknowledged(reports_seen);
    send_unsent();
}

void SimulatedRunner::on_acknowledged(std::int64_t sequence) {
    while (!reports_.empty() && reports_.front().at("seq").as_int64() <= sequence) reports_.pop_front();
    reports_sent_ = std::max(reports_sent_, sequence);
    if (ended_ && reports_.empty()) die("everything is told");
}

void SimulatedRunner::on_fenced(const std::string& reason) { die("fenced: " + reason); }

void SimulatedRunner::on_command(const json::object& command) {
    const std::int64_t sequence = command.at("seq").as_int64();
    if (sequence <= down_seen_) return;
    if (sequence != down_seen_ + 1)
        world_.judge.violated("command " + std::to_string(sequence) + " came after " + std::to_string(down_seen_));
    down_seen_ = sequence;
    if (ended_) return;
    if (const json::value* assignment = command.if_contains("assignment")) {
        assignment_ = assignment->as_object();
        later(world_.random.delay(500, 4000), &SimulatedRunner::begin_assignment);
    } else if (const json::value* messages = command.if_contains("messages")) {
        const bool is_mid_turn = machine_->hears_mid_turn && turn_running_ && messages->at("midTurn").as_bool();
        for (const json::value& each : messages->at("messages").as_array())
            (is_mid_turn ? mid_turn_ : pending_).emplace_back(each.at("id").as_string());
        if (is_mid_turn) return later(world_.random.delay(200, 3000), &SimulatedRunner::take_mid_turn);
        take_pending();
    } else if (command.contains("interrupt")) {
        if (turn_running_) finish_turn(false, "interrupted");
    } else if (const json::value* stop = command.if_contains("stop")) {
        stop_ = stop->as_object();
        if (!assignment_) return end_session(true);
        if (turn_running_)
            finish_turn(false, "interrupted");
        else if (session_runs_ && !saving_)
            save();
        else if (const json::value* discard = stop_->if_contains("discard"); discard && discard->as_bool())
            end_session(false);
    } else if (const json::value* asked = command.if_contains("assess")) {
        assessing_ = asked->at("round").to_number<std::int64_t>();
        later(world_.random.delay(2000, 10'000), &SimulatedRunner::assess);
    }
}

void SimulatedRunner::begin_assignment() {
    if (ended_) return;
    const json::object& assignment = *assignment_;
    SessionMemory& memory = machine_->memory;
    if (assignment.at("rescue").as_bool()) {
        session_runs_ = true;
        stop_ = json::object();
        return save();
    }
    const bool has_checkout = !memory.session_id.empty();
    const json::value& restore = assignment.at("restore");
    const bool is_fork = assignment.at("fork").as_bool();
    if (!has_checkout && restore.is_object()) {
        const json::object& saved = restore.at("checkpoint").as_object();
        // Ids are an agent's own: another one's may be the same.
        for (const std::string& id : strings(saved.at("heard")))
            memory.heard.push_back((is_fork ? "source: " : "") + id);
        memory.turns = saved.at("turns").to_number<std::int64_t>();
        memory.work = saved.at("work").to_number<std::int64_t>();
        memory.session_id = (is_fork ? assignment : restore.as_object()).at("sessionId").as_string();
    }
    const bool is_resumed = memory.turns > 0;
    if (memory.session_id.empty()) memory.session_id = assignment.at("sessionId").as_string();
    world_.judge.on_session(*machine_);
    report("workspaceReady", {{"repos", json::array()}});
    report("sessionStarted", {{"backend", "simulated"},
                              {"sessionId", memory.session_id},
                              {"resumed", is_resumed},
                              {"delivered", array_of(machine_->journal)}});
    session_runs_ = true;
    for (const std::string& id : strings(assignment.at("messages"))) pending_.push_back(id);
    if (stop_) return save();
    take_pending();
}

void SimulatedRunner::take_pending() {
    if (session_runs_ && !turn_running_ && !saving_ && !assessing_ && !stop_ && !ended_ && !pending_.empty())
        begin_turn();
}

void SimulatedRunner::begin_turn() {
    SessionMemory& memory = machine_->memory;
    json::array ids = hand_over(pending_);
    turn_running_ = true;
    turn_number_ = ++turns_;
    ++memory.turns;
    ++memory.work;
    world_.trace("runner " + id_ + " of " + machine_->label + " begins turn with " + json::serialize(ids));
    report("turnStarted", {{"turn", turn_number_}, {"messageIds", std::move(ids)}, {"text", "to do"}, {"pid", 7}});
    later(world_.random.delay(turn_usual_ms, turn_longest_ms), &SimulatedRunner::end_turn);
}

json::array SimulatedRunner::hand_over(std::deque<std::string>& messages) {
    json::array ids;
    for (; !messages.empty(); messages.pop_front()) {
        const std::string& id = messages.front();
        world_.judge.on_hand_over(*machine_, id);
        machine_->journal.push_back(id);
        machine_->memory.heard.push_back(id);
        ids.emplace_back(id);
    }
    return ids;
}

void SimulatedRunner::take_mid_turn() {
    if (!turn_running_ || mid_turn_.empty()) return;
    ++machine_->memory.work;
    json::array ids = hand_over(mid_turn_);
    world_.trace("runner " + id_ + " of " + machine_->label + " takes " + json::serialize(ids) + " into its turn");
    report("messagesTaken", {{"turn", turn_number_}, {"messageIds", std::move(ids)}});
}

/// Between turns the branch follows its base.
void SimulatedRunner::look_at_bases() {
    if (ended_ || world_.faults.over) return;
    const bool is_between = session_runs_ && !turn_running_ && !saving_ && !assessing_ && !stop_;
    if (is_between && world_.random.chance(world_.faults.base_moves)) {
        const std::string result =
            world_.random.pick<std::string>({"merged", "rebased", "conflict", "conflict", "skipped"});
        if (result == "conflict") world_.judge.on_conflict(machine_->label);
        if (result == "merged" || result == "rebased") world_.judge.on_conflict_over(machine_->label);
        report("baseMoved", {{"cloneUrl", "/srv/web.git"},
                             {"baseBranch", "main"},
                             {"result", result},
                             {"sha", "b" + std::to_string(world_.next_number())},
                             {"files", json::array{"src/a.go"}}});
    }
    later(world_.random.between(base_soonest_ms, base_latest_ms), &SimulatedRunner::look_at_bases);
}

void SimulatedRunner::end_turn() {
    // One that was interrupted may have been followed by another, which then ends early.
    if (!turn_running_) return;
    ++machine_->memory.work;
    if (world_.random.chance(0.5)) report("sessionEvent", {{"kind", "COST"}, {"text", ""}, {"costUsd", 0.25}});
    if (world_.random.chance(0.3))
        report("commits", {{"cloneUrl", "/srv/web.git"},
                           {"commits", json::array{json::object{{"sha", "c" + std::to_string(world_.next_number())},
                                                                {"subject", "work"},
                                                                {"files", json::array{"src/a.go"}}}}}});
    const bool fails = !world_.faults.over && world_.random.chance(world_.faults.turn_fails);
    if (fails) world_.judge.excuse(machine_->label, "a turn failed");
    finish_turn(!fails, fails ? "error" : "end_turn");
}

void SimulatedRunner::finish_turn(bool success, const std::string& reason) {
    turn_running_ = false;
    turn_end_ = {{"turn", turn_number_}, {"success", success}, {"stopReason", reason}, {"response", "done"}};
    // What it did not get to hear in time waits for the next one.
    pending_.insert(pending_.begin(), mid_turn_.begin(), mid_turn_.end());
    mid_turn_.clear();
    save();
}

/// After it was saved, or could not be.
void SimulatedRunner::tell_turn_end() {
    if (turn_end_) report("turnEnded", *std::exchange(turn_end_, std::nullopt));
}

void SimulatedRunner::save() {
    saving_ = true;
    later(world_.random.delay(100, 1500), &SimulatedRunner::finish_save);
}

void SimulatedRunner::finish_save() {
    if (ended_ || !saving_) return;
    const json::value* discard = stop_ ? stop_->if_contains("discard") : nullptr;
    if (discard && discard->as_bool()) return end_session(false);
    if (!world_.faults.over && world_.random.chance(world_.faults.save_fails)) {
        report("saveFailed", {{"message", "no space"}, {"hint", "Make space."}});
        tell_turn_end();
        if (stop_) return later(world_.random.between(500, 8000), &SimulatedRunner::finish_save);
        later(world_.random.between(500, 8000), &SimulatedRunner::save_again);
        saving_ = false;
        return take_pending();
    }
    const SessionMemory& memory = machine_->memory;
    if (saved_work_ != memory.work && !memory.session_id.empty()) {
        saved_work_ = memory.work;
        report("snapshot",
               {{"backend", "simulated"},
                {"sessionId", memory.session_id},
                {"checkpoint",
                 json::object{{"heard", array_of(memory.heard)}, {"turns", memory.turns}, {"work", memory.work}}},
                {"turn", turns_},
                {"files", json::array()},
                {"repos", json::array()},
                {"machineId", machine_->id}});
    }
    after_save();
}

/// While nothing else is to be done.
void SimulatedRunner::save_again() {
    if (!ended_ && !saving_ && !turn_running_ && !stop_) save();
}

void SimulatedRunner::after_save() {
    saving_ = false;
    tell_turn_end();
    if (stop_) return end_session(true);
    take_pending();
}

void SimulatedRunner::assess() {
    if (!assessing_ || ended_) return;
    const std::int64_t round = *std::exchange(assessing_, std::nullopt);
    report("assessed",
           {{"round", round}, {"answer", world_.random.chance(0.5) ? "done" : "not done: tests are missing"}});
    take_pending();
}

void SimulatedRunner::end_session(bool saved) {
    if (std::exchange(ended_, true)) return;
    turn_running_ = false;
    tell_turn_end();
    report("sessionEnded", {{"outcome", "completed"}, {"saved", saved}, {"delivered", array_of(machine_->journal)}});
}

}
