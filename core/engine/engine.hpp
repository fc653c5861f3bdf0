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
#include "base/locked.hpp"
#include "engine/event_hub.hpp"
#include "engine/lease_table.hpp"
#include "engine/secret_box.hpp"
#include "runtime/keyed_jobs.hpp"
#include "runtime/worker_pool.hpp"
#include "store/store.hpp"

namespace murmur {

struct EngineOptions {
    LifecyclePolicy policy;
    std::chrono::milliseconds lease = std::chrono::seconds(10);  ///< a runner silent for longer is lost
    std::string runner_program;                                  ///< absolute path of murmur-runner
    std::string server;                                          ///< where runners dial: "unix:/…"
    std::filesystem::path salvage_dir;                           ///< where runners keep work that could not be pushed
    std::size_t workers = 16;                                    ///< calls into substrates at once
    std::function<std::shared_ptr<Substrate>(const std::string& name)> substrate;  ///< throws not_found
};

/// What became of a command: the agent after it, or why it was refused.
struct Outcome {
    std::optional<Error> error;
    std::shared_ptr<const Agent> agent;
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
/// only when that is on disk answers the callers and starts the effects. Effects run on workers, at least once each,
/// those of one agent in order; their results come back as commands.
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

    using Completion = std::function<void(const Outcome&)>;

    Engine(EngineOptions options, std::unique_ptr<StoreWriter> store, const SecretBox& box, Clock& clock,
           Logger& logger);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes up where the last process stopped: pending effects, leases, machines.
    void start();
    /// Finishes the batch at hand and the calls that run. What did not finish is done again after the next start.
    void stop();

    /// Blocks until the decision is durable. Throws what refused it.
    Agent execute(const std::string& workflow_id, Command command);
    /// As execute(), without blocking. The completion runs on the engine's thread: it must not block or throw.
    void submit(std::string workflow_id, Command command, Completion completion = {});
    void submit(std::int64_t agent_row, Command command, Completion completion = {});
    /// Any other change of the store: runs on the engine's thread, in the transaction that everything else of its
    /// batch is in, and blocks until that is durable. Throws what the change throws, which takes back what it wrote and
    /// leaves the rest of the batch alone; and what keeps the transaction from being stored. Not for use on the
    /// engine's own thread.
    void transact(const std::function<void(StoreWriter&)>& change);
    /// As transact(), without blocking. The completion runs on the engine's thread: it must not block or throw.
    void submit_change(std::function<void(StoreWriter&)> change, Completion completion = {});

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
    std::size_t alive_agents() { return *alive_count_.lock(); }

private:
    struct Item {
        std::string workflow_id;     ///< of the target; or empty, and
        std::int64_t agent_row = 0;  ///< this
        std::optional<Command> command;
        std::int64_t effect_done = 0;  ///< row of the effect that this is the result of
        std::optional<Effect> effect_retry;
        std::function<void(StoreWriter&)> change;  ///< any other change of the store
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
    struct DueLater {
        bool operator()(const Effect& a, const Effect& b) const { return a.not_before > b.not_before; }
    };

    void submit(Item item);
    void run();
    void run_batch(std::vector<Item> items);
    void stage(Item& item);
    void stage_change(Item& item);
    void stage_command(Item& item);
    void flush_dirty();
    void after_commit(std::vector<Item>& items);
    void forget_touched();
    void log_staged();
    CachedAgent* find_cached(const std::string& workflow_id);
    CachedAgent* find_cached(std::int64_t row);
    CachedAgent& cache(Agent agent);

    void dispatch(const Effect& effect, std::shared_ptr<const Agent> agent);
    void fire_due_timers();
    void forget_untouched_ended(std::int64_t row);
    void expire_leases();
    void resume_after_restart();
    TimePoint next_wake() const;

    void run_effect(const Effect& effect, const std::shared_ptr<const Agent>& agent);
    Command perform(const Effect& effect, const Agent& agent, Substrate& substrate, const Call& call);
    std::shared_ptr<Substrate> find_substrate(const Effect& effect, const Agent& agent);
    void effect_failed(const Effect& effect, const Error& error, std::string what = {});
    MachineSpec machine_spec(const Agent& agent) const;

    EngineOptions options_;
    std::unique_ptr<StoreWriter> store_;
    const SecretBox& box_;
    Clock& clock_;
    Logger& logger_;
    EventHub hub_;
    LeaseTable leases_;
    Locked<Inbox> inbox_;
    Locked<EngineCounters> counters_;
    Locked<std::size_t> attached_count_;
    Locked<std::size_t> alive_count_;
    std::stop_source stop_;
    WorkerPool workers_;
    KeyedJobs jobs_{workers_};
    std::thread thread_;
    std::atomic<std::thread::id> thread_id_;

    // Below: of the engine's thread alone.
    std::unordered_map<std::int64_t, CachedAgent> agents_;  ///< the living, by row
    std::unordered_map<std::string, std::int64_t> rows_;    ///< of the cached, by workflow id
    std::unordered_map<std::int64_t, std::shared_ptr<RunnerSink>> sinks_;
    std::unordered_set<std::int64_t> touched_;  ///< in the batch at hand
    std::vector<Effect> staged_effects_;
    std::vector<std::pair<std::string, AgentEvent>> staged_log_;  ///< by workflow id; logged once it is true
    std::vector<Effect> timers_;                                  ///< a heap, the next one first
    bool in_transaction_ = false;
};

}
