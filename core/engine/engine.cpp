#include "engine/engine.hpp"

#include <algorithm>
#include <future>

#include "runtime/fault_point.hpp"

namespace murmur {

namespace {

// So many commands share one transaction at most: the first caller must not wait for a whole flood.
constexpr std::size_t batch_size_max = 512;
// The engine looks at its leases at least this often.
constexpr std::chrono::milliseconds wake_interval_max{500};

/// What is worth a line in the daemon's log; never what a person or a session said.
bool is_for_operators(const AgentEvent& event) {
    static const std::unordered_set<std::string> types{"phase", "error", "lease", "machine", "runner", "salvage"};
    return types.contains(event.type);
}

}

Engine::Engine(EngineOptions options, std::unique_ptr<StoreWriter> store, const SecretBox& box, Clock& clock,
               Logger& logger)
    : options_(std::move(options)),
      store_(std::move(store)),
      box_(box),
      clock_(clock),
      logger_(logger),
      leases_(options_.lease),
      workers_(options_.workers) {}

Engine::~Engine() { stop(); }

void Engine::start() {
    resume_after_restart();
    thread_ = std::thread([this] { run(); });
}

void Engine::stop() {
    stop_.request_stop();
    inbox_.lock()->stopping = true;
    inbox_.notify_all();
    if (thread_.joinable()) thread_.join();
    workers_.stop();
}

Agent Engine::execute(const std::string& workflow_id, Command command) {
    std::promise<Outcome> promise;
    submit(workflow_id, std::move(command), [&promise](const Outcome& outcome) { promise.set_value(outcome); });
    const Outcome outcome = promise.get_future().get();
    if (outcome.error) throw *outcome.error;
    return *outcome.agent;
}

void Engine::transact(const std::function<void(StoreWriter&)>& change) {
    if (std::this_thread::get_id() == thread_id_)
        throw Error(Errc::internal, "a change of the store cannot wait for another one on the engine's thread");
    std::promise<std::optional<Error>> promise;
    // By reference: the caller waits until it has run.
    submit_change([&change](StoreWriter& store) { change(store); },
                  [&promise](const Outcome& outcome) { promise.set_value(outcome.error); });
    if (const std::optional<Error> error = promise.get_future().get()) throw *error;
}

void Engine::submit_change(std::function<void(StoreWriter&)> change, Completion completion) {
    Item item;
    item.change = std::move(change);
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(std::string workflow_id, Command command, Completion completion) {
    Item item;
    item.workflow_id = std::move(workflow_id);
    item.command = std::move(command);
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(std::int64_t agent_row, Command command, Completion completion) {
    Item item;
    item.agent_row = agent_row;
    item.command = std::move(command);
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(Item item) {
    {
        auto inbox = inbox_.lock();
        if (!inbox->stopping) {
            inbox->items.push_back(std::move(item));
            inbox_.notify_one();
            return;
        }
    }
    item.outcome.error = Error(Errc::unavailable, "murmurd is shutting down").with_hint("Try again in a moment.");
    if (item.completion) item.completion(item.outcome);
}

void Engine::run() {
    thread_id_ = std::this_thread::get_id();
    for (;;) {
        std::vector<Item> items;
        bool stopping = false;
        {
            auto inbox = inbox_.lock();
            const auto wait = std::clamp(next_wake() - clock_.now(), std::chrono::milliseconds(0), wake_interval_max);
            inbox.wait_until(std::chrono::steady_clock::now() + wait,
                             [](const Inbox& box) { return box.stopping || !box.items.empty(); });
            const std::size_t count = std::min(inbox->items.size(), batch_size_max);
            const auto end = inbox->items.begin() + static_cast<std::ptrdiff_t>(count);
            items.assign(std::make_move_iterator(inbox->items.begin()), std::make_move_iterator(end));
            inbox->items.erase(inbox->items.begin(), end);
            stopping = inbox->stopping && inbox->items.empty();
        }
        if (!items.empty()) run_batch(std::move(items));
        if (stopping) return;
        fire_due_timers();
        expire_leases();
    }
}

void Engine::run_batch(std::vector<Item> items) {
    std::optional<Error> failed;
    try {
        for (Item& item : items) stage(item);
        flush_dirty();
        if (in_transaction_) {
            fault_point("commit:before");
            store_->commit();
            fault_point("commit:after");
        }
    } catch (...) {
        failed = current_error();
    }
    auto counters = counters_.lock();
    counters->commands += static_cast<std::int64_t>(items.size());
    counters->commits += in_transaction_ && !failed;
    counters->commit_failures += failed.has_value();
    if (failed) {
        if (in_transaction_) store_->roll_back();
        forget_touched();
        logger_.log(LogLevel::error, "storing failed",
                    {{"error", failed->message()}, {"commands", std::to_string(items.size())}});
        for (Item& item : items) item.outcome = {failed, nullptr};
    }
    in_transaction_ = false;
    for (const Item& item : items) counters->refused += item.outcome.error.has_value();
    { auto release = std::move(counters); }
    after_commit(items);
}

void Engine::stage(Item& item) {
    const auto begin = [this] {
        if (in_transaction_) return;
        store_->begin();
        in_transaction_ = true;
    };
    if (item.change || item.effect_done != 0 || item.effect_retry || item.command) begin();
    if (item.change) stage_change(item);
    if (item.outcome.error) return;
    if (item.effect_done != 0) store_->remove_effect(item.effect_done);
    if (item.effect_retry)
        store_->postpone_effect(item.effect_retry->row, item.effect_retry->not_before, item.effect_retry->attempts);
    if (item.command) stage_command(item);
}

void Engine::stage_change(Item& item) {
    store_->begin_change();
    try {
        item.change(*store_);
    } catch (...) {
        const Error refused = current_error();
        try {
            store_->undo_change();
        } catch (const Error&) {
            throw refused;  // it took the whole transaction with it
        }
        item.outcome.error = refused;
        return;
    }
    store_->keep_change();
}

void Engine::stage_command(Item& item) {
    CachedAgent* cached = item.workflow_id.empty() ? find_cached(item.agent_row) : find_cached(item.workflow_id);
    const bool is_spawn = std::holds_alternative<command::Spawn>(*item.command);
    Decision decision;
    try {
        if (!cached && !is_spawn) throw Error(Errc::not_found, "agent \"" + item.workflow_id + "\" not found");
        static const Agent nobody;
        decision = decide(cached ? *cached->agent : nobody, *item.command, options_.policy, clock_.now());
    } catch (const Error& refused) {
        item.outcome.error = refused;
        return;
    }
    const bool is_new = !cached;
    if (is_new) decision.next.row = store_->insert_agent(decision.next);
    const std::int64_t row = decision.next.row;
    for (const AgentEvent& event : decision.events) {
        store_->append_event(row, event);
        if (is_for_operators(event)) staged_log_.emplace_back(decision.next.id.workflow_id(), event);
    }
    for (const SessionLine& line : decision.session_lines) store_->append_session_line(row, line);
    for (Effect& effect : decision.effects) {
        effect.agent_row = row;
        effect.row = store_->add_effect(effect);
        staged_effects_.push_back(effect);
    }
    if (is_new) {
        const std::int64_t generation = decision.next.generation;
        cached = &cache(std::move(decision.next));
        cached->stored_generation = generation;
        cached->dirty = cached->document_dirty = true;  // the document must know its row
    } else if (decision.next.generation != cached->agent->generation) {
        cached->document_dirty = cached->document_dirty || decision.document_changed;
        cached->agent = std::make_shared<const Agent>(std::move(decision.next));
        cached->dirty = true;
    }
    touched_.insert(row);
    item.outcome.agent = cached->agent;
}

void Engine::flush_dirty() {
    for (const std::int64_t row : touched_) {
        CachedAgent& cached = agents_.at(row);
        if (!cached.dirty) continue;
        store_->update_agent(*cached.agent, cached.stored_generation, cached.document_dirty);
        // Timers that have not rung and commands that nobody will fetch any more.
        if (is_terminal(cached.agent->phase)) store_->remove_effects(row);
        cached.stored_generation = cached.agent->generation;
        cached.dirty = cached.document_dirty = false;
    }
}

void Engine::forget_touched() {
    for (const std::int64_t row : touched_) {
        const auto entry = agents_.find(row);
        if (entry == agents_.end()) continue;
        rows_.erase(entry->second.agent->id.workflow_id());
        agents_.erase(entry);
    }
    touched_.clear();
    staged_effects_.clear();
    staged_log_.clear();
}

void Engine::log_staged() {
    for (const auto& [workflow_id, event] : staged_log_)
        logger_.log(event.type == "error" || event.type == "lease" ? LogLevel::warning : LogLevel::info, event.text,
                    {{"agent", workflow_id}, {"event", event.type}});
    staged_log_.clear();
}

void Engine::after_commit(std::vector<Item>& items) {
    log_staged();
    std::vector<Effect> effects;
    effects.swap(staged_effects_);
    for (const Effect& effect : effects) dispatch(effect, agents_.at(effect.agent_row).agent);
    for (Item& item : items)
        if (item.completion) item.completion(item.outcome);
    std::unordered_set<std::int64_t> touched;
    touched.swap(touched_);
    for (const std::int64_t row : touched) {
        const auto agent = agents_.at(row).agent;
        const bool is_running = agent->runner && agent->machine && agent->machine->phase == MachinePhase::running;
        if (is_running) leases_.begin(row, agent->incarnation);
        if (!is_running) leases_.end(row);
        if (is_terminal(agent->phase)) {
            if (const auto sink = sinks_.find(row); sink != sinks_.end()) {
                sink->second->fence("agent has ended (" + phase_short_name(agent->phase) + ")");
                sinks_.erase(sink);
            }
            rows_.erase(agent->id.workflow_id());
            agents_.erase(row);
        }
    }
    *attached_count_.lock() = sinks_.size();
    *alive_count_.lock() = agents_.size();
    for (const std::int64_t row : touched) hub_.notify(row);
}

Engine::CachedAgent* Engine::find_cached(const std::string& workflow_id) {
    if (const auto row = rows_.find(workflow_id); row != rows_.end()) return &agents_.at(row->second);
    auto stored = store_->find_agent(workflow_id);
    return stored ? &cache(std::move(*stored)) : nullptr;
}

Engine::CachedAgent* Engine::find_cached(std::int64_t row) {
    if (const auto entry = agents_.find(row); entry != agents_.end()) return &entry->second;
    auto stored = store_->find_agent(row);
    return stored ? &cache(std::move(*stored)) : nullptr;
}

Engine::CachedAgent& Engine::cache(Agent agent) {
    const std::int64_t row = agent.row;
    rows_[agent.id.workflow_id()] = row;
    CachedAgent& cached = agents_[row];
    cached.stored_generation = agent.generation;
    cached.agent = std::make_shared<const Agent>(std::move(agent));
    touched_.insert(row);  // an ended one leaves the cache again after this batch
    return cached;
}

}
