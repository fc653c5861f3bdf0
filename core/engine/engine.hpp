#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <murmur/clock.hpp>
#include <murmur/log.hpp>
#include <murmur/substrate.hpp>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agents/lifecycle.hpp"
#include "base/disk_reserve.hpp"
#include "base/locked.hpp"
#include "engine/event_hub.hpp"
#include "engine/lease_table.hpp"
#include "engine/secret_box.hpp"
#include "runtime/executor.hpp"
#include "store/store.hpp"

namespace murmur {

struct EngineOptions {
    LifecyclePolicy policy;
    std::chrono::milliseconds lease = std::chrono::seconds(10);  ///< a runner silent for longer is lost
    std::string runner_program;                                  ///< absolute path of murmur-runner
    std::string server;                                          ///< where runners dial: "unix:/…"
    std::size_t workers = 16;                                    ///< calls into substrates at once
    std::function<std::shared_ptr<Substrate>(const std::string& name)> substrate;  ///< throws not_found
};

/// What an engine stands on besides its store and clock. The defaults are threads of its own and the computer's clock.
struct EngineSeams {
    std::unique_ptr<Executor> executor;
    std::function<LeaseTable::SteadyClock::time_point()> steady_now = LeaseTable::SteadyClock::now;
    std::unique_ptr<DiskReserve> reserve;  ///< of the store's disk; may be absent
};

/// What became of a command: the agent after it, or why it was refused.
struct Outcome {
    std::optional<Error> error;
    std::shared_ptr<const Agent> agent;
    bool is_stored = true;  ///< false: the store or the engine failed, and nothing of it has happened
};

/// A command and whom it is for.
struct AddressedCommand {
    std::string workflow_id;
    Command command;
};

struct EngineCounters {
    std::int64_t commands = 0;
    std::int64_t refused = 0;
    std::int64_t commits = 0;
    std::int64_t commit_failures = 0;
    std::int64_t effects_done = 0;
    std::int64_t effects_retried = 0;
};

/// Carries out what the lifecycle decides.
///
/// One thread decides and writes: it takes every command that waits, stores their decisions in one transaction, and
/// only when that is on disk answers the callers and starts the effects. Effects run on an executor, at least once
/// each, those of one agent in order; their results come back as commands.
///
/// When the store's disk is full its reserve is given up, and from then on, until there is room for it again, what can
/// wait is refused as soon as most of that is used up, so that the rest is left to what ends agents.
///
/// In memory are the agents that do something; those that sleep or have ended are read when they are needed.
class Engine {
public:
    /// The transport to one attached runner. Safe from any thread.
    class RunnerSink {
    public:
        virtual ~RunnerSink() = default;
        /// The agent registered this runner: it gets its frames from now on.
        virtual void welcome(const Agent& agent, const std::vector<Effect>& commands) = 0;
        virtual void send(const Agent& agent, const Effect& command) = 0;
        /// This connection's time is over: another has replaced it, or the incarnation has ended.
        virtual void fence(const std::string& reason) = 0;
    };

    /// Whether a change of the store only removes things: then a full disk is no reason to put it off.
    enum class Room { takes, makes };

    using Completion = std::function<void(const Outcome&)>;
    /// What must hold in the transaction that stores the decisions: throws what refuses them, and writes nothing.
    using Condition = std::function<void(StoreWriter&)>;

    /// Commands that are decided one after the other and stored together, or not at all when one is refused. Each sees
    /// what those before it have decided. The outcome is that of the last.
    struct Submission {
        std::vector<AddressedCommand> commands;
        Completion completion;
        Condition condition = {};
    };

    Engine(EngineOptions options, std::unique_ptr<StoreWriter> store, const SecretBox& box, Clock& clock,
           Logger& logger, EngineSeams seams = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes up where the last process stopped: pending effects, leases, machines.
    void start();
    /// As start(), but without a thread: the caller drives it with step(), and nothing that blocks may be called.
    void resume();
    /// One round of the loop: what waits, as one batch; then timers and leases that are due.
    void step();
    bool has_work() { return !inbox_.lock()->items.empty(); }
    /// How long step() may be put off when no one submits anything; never negative.
    std::chrono::milliseconds idle_time();
    /// Finishes the batch at hand and the calls that run. What did not finish is done again after the next start.
    void stop();

    /// Blocks until the decision is durable. Throws what refused it.
    Agent execute(const std::string& workflow_id, Command command);
    /// As execute(), for a family: see Submission. Throws what refused the first of them that was.
    Agent execute_family(std::vector<AddressedCommand> commands, Condition condition = {});
    /// As execute(), without blocking. The completion runs on the engine's thread: it must not block or throw.
    void submit(std::string workflow_id, Command command, Completion completion = {});
    /// Many at once, each for itself: they share as few transactions as can be.
    void submit(std::vector<Submission> submissions);
    void submit(std::int64_t agent_row, Command command, Completion completion = {});
    /// Any other change of the store: runs on the engine's thread, in the transaction that everything else of its
    /// batch is in, sees all that was decided before it, and blocks until that is durable. Throws what the change
    /// throws, which takes back what it wrote and leaves the rest of the batch alone; and what keeps the transaction
    /// from being stored. Not for use on the engine's own thread.
    void transact(const std::function<void(StoreWriter&)>& change, Room room = Room::takes);
    /// As transact(), without blocking. The completion runs on the engine's thread: it must not block or throw.
    void submit_change(std::function<void(StoreWriter&)> change, Completion completion = {}, Room room = Room::takes);

    /// Registers a runner; on success the sink is welcomed and gets every command from then on.
    void attach(const SecretBox::RunnerClaim& claim, const std::string& machine_id, Runner runner,
                std::int64_t down_ack, std::shared_ptr<RunnerSink> sink, Completion completion);
    /// The connection is gone; a later one of the same runner replaces it.
    void detach(const SecretBox::RunnerClaim& claim, const std::string& runner_id, const RunnerSink* sink);
    /// The runner has these commands: they need not be sent again.
    void acknowledge(const SecretBox::RunnerClaim& claim, std::int64_t down_ack);
    void renew_lease(const SecretBox::RunnerClaim& claim) { leases_.renew(claim.agent_row, claim.incarnation); }

    EventHub& hub() { return hub_; }
    const EngineOptions& options() const { return options_; }
    EngineCounters counters() { return *counters_.lock(); }
    std::size_t attached_runners() { return *attached_count_.lock(); }
    /// Agents whose life has not ended.
    std::size_t alive_agents() { return static_cast<std::size_t>(*alive_count_.lock()); }

private:
    struct Target {
        std::string workflow_id;     ///< or empty, and
        std::int64_t agent_row = 0;  ///< this
        Command command;
    };
    struct Item {
        std::vector<Target> commands;
        Condition condition;                ///< of the commands
        std::optional<Effect> effect_done;  ///< what this is the result of
        std::optional<Effect> effect_retry;
        std::function<void(StoreWriter&)> change;  ///< any other change of the store
        Room room = Room::takes;                   ///< of that change
        Completion completion;
        Outcome outcome;
    };
    struct CachedAgent {
        std::shared_ptr<const Agent> agent;
        std::int64_t stored_generation = 0;
        bool dirty = false;
        bool document_dirty = false;
    };
    struct Inbox {
        std::vector<Item> items;
        bool stopping = false;
    };
    struct AttachedRunner {
        std::int64_t incarnation = 0;
        std::shared_ptr<RunnerSink> sink;
    };
    struct DueLater {
        bool operator()(const Effect& a, const Effect& b) const { return a.not_before > b.not_before; }
    };

    void submit(Item item);
    void submit_all(std::vector<Item> items);
    void load();
    void run();
    std::vector<Item> take_items(std::chrono::milliseconds wait, bool& stopping);
    void run_batch(std::vector<Item> items);
    std::optional<Error> store_batch(std::vector<Item>& items);
    bool make_room(const Error& failed, std::vector<Item>& items);
    void refuse_what_can_wait(std::vector<Item>& items);
    void refill_reserve();
    void stage(Item& item);
    void stage_change(Item& item);
    void stage_commands(Item& item);
    Decision decide_on(const Target& target, const std::vector<Decision>& before);
    Surroundings surroundings_of(const AgentId& id, const std::vector<Decision>& before);
    std::shared_ptr<const Agent> store_decision(Decision decision);
    void flush_dirty();
    void after_commit(std::vector<Item>& items);
    void follow_runner(const Agent& agent);
    void forget_touched();
    void forget_if_at_rest(std::int64_t row);
    void log_staged();
    CachedAgent* find_cached(const std::string& workflow_id);
    CachedAgent* find_cached(std::int64_t row);
    CachedAgent& cache(Agent agent);

    void dispatch(const Effect& effect, std::shared_ptr<const Agent> agent);
    void dispatch_again(const Effect& effect);
    void tell(const Effect& effect);
    void ring(const Effect& effect);
    void fire_due_timers();
    void expire_leases();
    void set_timer(Effect effect);

    /// `called_off`: the machine, or its runner, is wanted no more.
    Executor::Finish run_effect(const Effect& effect, const std::shared_ptr<const Agent>& agent,
                                const std::stop_token& called_off);
    Command perform(const Effect& effect, const Agent& agent, const Machine& machine, Substrate& substrate,
                    std::stop_token stop);
    void call_off_start(const Agent& agent);
    Item result_of(const Effect& effect);
    Item failure_of(const Effect& effect, const Error& error, const std::string& what);
    MachineSpec machine_spec(const Agent& agent) const;

    EngineOptions options_;
    std::unique_ptr<StoreWriter> store_;
    const SecretBox& box_;
    Clock& clock_;
    Logger& logger_;
    EventHub hub_;
    const std::function<LeaseTable::SteadyClock::time_point()> steady_now_;
    LeaseTable leases_;
    Locked<Inbox> inbox_;
    Locked<EngineCounters> counters_;
    Locked<std::size_t> attached_count_;
    Locked<std::int64_t> alive_count_;
    std::stop_source stop_;
    std::unique_ptr<Executor> executor_;
    std::thread thread_;
    std::atomic<std::thread::id> thread_id_;

    // Below: of the engine's thread alone.
    std::unordered_map<std::int64_t, CachedAgent> agents_;  ///< those that do something, by row
    std::unordered_map<std::string, std::int64_t> rows_;    ///< of the cached, by workflow id
    std::unordered_map<std::int64_t, AttachedRunner> runners_;
    std::unordered_map<std::int64_t, std::stop_source> starts_;  ///< of machines and runners, by agent; each the last
    std::unordered_set<std::int64_t> touched_;                   ///< in the batch at hand
    std::vector<Effect> staged_effects_;
    std::vector<std::pair<std::string, AgentEvent>> staged_log_;  ///< by workflow id; logged once it is true
    std::vector<Effect> timers_;                                  ///< a heap, the next one first
    std::int64_t staged_alive_ = 0;  ///< by how many more are alive after the batch at hand
    bool in_transaction_ = false;
    const std::unique_ptr<DiskReserve> reserve_;
    std::optional<Error> disk_full_;  ///< the reserve is given up, for this
};

}
