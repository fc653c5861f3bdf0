#include "engine/engine.hpp"

#include <algorithm>
#include <future>

#include "base/planted_bug.hpp"
#include "runtime/fault_point.hpp"
#include "runtime/pooled_executor.hpp"

namespace murmur {

namespace {

// So many commands share one transaction at most: the first caller must not wait for a whole flood.
constexpr std::size_t batch_size_max = 512;
// The engine looks at its leases at least this often.
constexpr std::chrono::milliseconds wake_interval_max{500};
// How long a driven engine may be left alone when nothing at all is pending.
constexpr std::chrono::milliseconds idle_time_max = std::chrono::hours(1);

}

Engine::Engine(EngineOptions options, std::unique_ptr<StoreWriter> store, const SecretBox& box, Clock& clock,
               Logger& logger, EngineSeams seams)
    : options_(std::move(options)),
      store_(std::move(store)),
      box_(box),
      clock_(clock),
      logger_(logger),
      steady_now_(std::move(seams.steady_now)),
      leases_(options_.lease, steady_now_),
      executor_(seams.executor ? std::move(seams.executor) : std::make_unique<PooledExecutor>(options_.workers)),
      reserve_(std::move(seams.reserve)) {}

Engine::~Engine() { stop(); }

void Engine::start() {
    if (reserve_) reserve_->fill();
    load();
    thread_ = std::thread([this] { run(); });
}

void Engine::resume() {
    thread_id_ = std::this_thread::get_id();
    load();
}

void Engine::stop() {
    stop_.request_stop();
    inbox_.lock()->stopping = true;
    inbox_.notify_all();
    if (thread_.joinable()) thread_.join();
    executor_->stop();
}

Agent Engine::execute(const std::string& workflow_id, Command command) {
    return execute_family({{workflow_id, std::move(command)}});
}

Agent Engine::execute_family(std::vector<AddressedCommand> commands, Condition condition) {
    std::promise<Outcome> promise;
    std::vector<Submission> submissions(1);
    submissions.front().condition = std::move(condition);
    submissions.front().commands = std::move(commands);
    submissions.front().completion = [&promise](const Outcome& outcome) { promise.set_value(outcome); };
    submit(std::move(submissions));
    const Outcome outcome = promise.get_future().get();
    if (outcome.error) throw *outcome.error;
    return *outcome.agent;
}

void Engine::transact(const std::function<void(StoreWriter&)>& change, Room room) {
    if (std::this_thread::get_id() == thread_id_)
        throw Error(Errc::internal, "a change of the store cannot wait for another one on the engine's thread");
    std::promise<std::optional<Error>> promise;
    // By reference: the caller waits until it has run.
    submit_change([&change](StoreWriter& store) { change(store); },
                  [&promise](const Outcome& outcome) { promise.set_value(outcome.error); }, room);
    if (const std::optional<Error> error = promise.get_future().get()) throw *error;
}

void Engine::submit_change(std::function<void(StoreWriter&)> change, Completion completion, Room room) {
    Item item;
    item.change = std::move(change);
    item.room = room;
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(std::string workflow_id, Command command, Completion completion) {
    Item item;
    item.commands.push_back({std::move(workflow_id), 0, std::move(command)});
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(std::int64_t agent_row, Command command, Completion completion) {
    Item item;
    item.commands.push_back({"", agent_row, std::move(command)});
    item.completion = std::move(completion);
    submit(std::move(item));
}

void Engine::submit(std::vector<Submission> submissions) {
    std::vector<Item> items(submissions.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (AddressedCommand& each : submissions[i].commands)
            items[i].commands.push_back({std::move(each.workflow_id), 0, std::move(each.command)});
        items[i].condition = std::move(submissions[i].condition);
        items[i].completion = std::move(submissions[i].completion);
    }
    submit_all(std::move(items));
}

void Engine::submit(Item item) {
    std::vector<Item> items;
    items.push_back(std::move(item));
    submit_all(std::move(items));
}

void Engine::submit_all(std::vector<Item> items) {
    {
        auto inbox = inbox_.lock();
        if (!inbox->stopping) {
            inbox->items.insert(inbox->items.end(), std::make_move_iterator(items.begin()),
                                std::make_move_iterator(items.end()));
            inbox_.notify_one();
            return;
        }
    }
    const Outcome refused{Error(Errc::unavailable, "murmurd is shutting down").with_hint("Try again in a moment."),
                          nullptr, false};
    for (const Item& item : items)
        if (item.completion) item.completion(refused);
}

std::vector<Engine::Item> Engine::take_items(std::chrono::milliseconds wait, bool& stopping) {
    auto inbox = inbox_.lock();
    if (wait.count() > 0)
        inbox.wait_until(std::chrono::steady_clock::now() + wait,
                         [](const Inbox& box) { return box.stopping || !box.items.empty(); });
    const auto count = static_cast<std::ptrdiff_t>(std::min(inbox->items.size(), batch_size_max));
    const auto end = inbox->items.begin() + count;
    std::vector<Item> items(std::make_move_iterator(inbox->items.begin()), std::make_move_iterator(end));
    inbox->items.erase(inbox->items.begin(), end);
    stopping = inbox->stopping && inbox->items.empty();
    return items;
}

void Engine::run() {
    thread_id_ = std::this_thread::get_id();
    for (bool stopping = false; !stopping;) {
        const auto until_timer = timers_.empty() ? wake_interval_max : timers_.front().not_before - clock_.now();
        std::vector<Item> items =
            take_items(std::clamp(until_timer, std::chrono::milliseconds(0), wake_interval_max), stopping);
        if (!items.empty()) run_batch(std::move(items));
        if (stopping) return;
        fire_due_timers();
        expire_leases();
        refill_reserve();
    }
}

void Engine::step() {
    bool stopping = false;
    std::vector<Item> items = take_items({}, stopping);
    if (!items.empty()) run_batch(std::move(items));
    fire_due_timers();
    expire_leases();
    refill_reserve();
}

std::chrono::milliseconds Engine::idle_time() {
    std::chrono::milliseconds wait = has_work() ? std::chrono::milliseconds(0) : idle_time_max;
    if (!timers_.empty()) wait = std::min(wait, timers_.front().not_before - clock_.now());
    if (const auto expiry = leases_.next_expiry())
        wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(*expiry - steady_now_()));
    return std::max(wait, std::chrono::milliseconds(0));
}

void Engine::run_batch(std::vector<Item> items) {
    refuse_what_can_wait(items);
    std::optional<Error> failed = store_batch(items);
    if (failed && make_room(*failed, items)) failed = store_batch(items);
    if (failed) {
        logger_.log(LogLevel::error, "storing failed",
                    {{"error", failed->message()}, {"commands", std::to_string(items.size())}});
        for (Item& item : items)
            if (!is_planted(PlantedBug::answers_before_storing) || !item.outcome.agent)
                item.outcome = {failed, nullptr, false};
    }
    auto counters = counters_.lock();
    counters->commands += static_cast<std::int64_t>(items.size());
    for (const Item& item : items) counters->refused += item.outcome.error.has_value();
    { auto release = std::move(counters); }
    after_commit(items);
}

/// Stores what is not refused already, all of it or nothing; then this says why.
std::optional<Error> Engine::store_batch(std::vector<Item>& items) {
    std::optional<Error> failed;
    try {
        for (Item& item : items)
            if (item.outcome.is_stored) stage(item);
        flush_dirty();
        if (in_transaction_) {
            fault_point("commit:before");
            store_->commit();
            fault_point("commit:after");
        }
    } catch (...) {
        failed = current_error();
        if (in_transaction_) store_->roll_back();
        forget_touched();
    }
    auto counters = counters_.lock();
    counters->commits += in_transaction_ && !failed;
    counters->commit_failures += failed.has_value();
    in_transaction_ = false;
    return failed;
}

void Engine::after_commit(std::vector<Item>& items) {
    log_staged();
    *alive_count_.lock() += std::exchange(staged_alive_, 0);
    std::vector<Effect> effects;
    effects.swap(staged_effects_);
    for (const Effect& effect : effects) dispatch(effect, agents_.at(effect.agent_row).agent);
    for (Item& item : items)
        if (item.completion) item.completion(item.outcome);
    std::unordered_set<std::int64_t> touched;
    touched.swap(touched_);
    for (const std::int64_t row : touched) {
        follow_runner(*agents_.at(row).agent);
        forget_if_at_rest(row);
    }
    *attached_count_.lock() = runners_.size();
    for (const std::int64_t row : touched) hub_.notify(row);
}

}
