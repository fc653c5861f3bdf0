#include "http/server_core.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <murmur/error.hpp>
#include <utility>

#include "http/http_connection.hpp"
#include "http/signals_blocked.hpp"

namespace murmur::http {

namespace {

// At most so many new connections in one go, so that a storm of them does not starve the others.
constexpr int accept_burst_max = 64;
// Beyond the limit, so many more connections are told why they are refused; the rest are closed without a word.
constexpr std::size_t refused_connections_max = 256;
constexpr std::chrono::milliseconds clock_period_least{50};

}

struct ServerCore::Acceptor {
    Acceptor(asio::io_context& loop, Listener l) : listener(std::move(l)), ready(loop, listener.fd()) {}
    ~Acceptor() { ready.release(); }

    Listener listener;  // owns the descriptor
    asio::posix::stream_descriptor ready;
    bool paused = false;
};

ServerCore::ServerCore(ServerLimits limits, std::shared_ptr<Logger> log)
    : limits_(limits), log_(std::move(log)), loop_(std::make_shared<asio::io_context>(1)), clock_(*loop_) {}

ServerCore::~ServerCore() { stop(std::chrono::milliseconds(0)); }

void ServerCore::add_listener(Listener listener) {
    acceptors_.push_back(std::make_unique<Acceptor>(*loop_, std::move(listener)));
}

void ServerCore::start() {
    const SignalsBlocked blocked;
    work_.emplace(loop_->get_executor());
    handlers_ = std::make_unique<asio::thread_pool>(std::max<std::size_t>(1, limits_.handler_threads));
    for (const auto& acceptor : acceptors_) wait_for_connection(*acceptor);
    network_ = std::thread([this] { loop_->run(); });
}

void ServerCore::stop(std::chrono::milliseconds grace) {
    if (!network_.joinable()) {
        acceptors_.clear();
        return;
    }
    asio::post(*loop_, [this] { begin_stop(); });
    {
        std::unique_lock lock(empty_mutex_);
        empty_.wait_for(lock, grace, [this] { return stopping_ && connections_.empty(); });
    }
    asio::post(*loop_, [this] { abort_all(); });
    handlers_->stop();  // jobs that have not begun have lost their connection
    handlers_->join();
    // Stopped rather than run dry: an operation that a WebSocket holds back must not keep the program from ending.
    asio::post(*loop_, [this] { loop_->stop(); });
    network_.join();
    loop_->restart();
    loop_->poll();  // what is ready lets go of the connections and streams that it holds, some of which hold the loop
    loop_->stop();
    work_.reset();
    handlers_.reset();
}

void ServerCore::run_job(std::function<void()> job) { asio::post(*handlers_, std::move(job)); }

void ServerCore::log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const noexcept {
    if (log_) log_->log(level, message, fields);
}

void ServerCore::wait_for_connection(Acceptor& acceptor) {
    acceptor.ready.async_wait(asio::posix::stream_descriptor::wait_read, [this, &acceptor](ErrorCode error) {
        // Once the server stops, the acceptor is gone, even when this was already on its way.
        if (!error && !stopping_) accept_all(acceptor);
    });
}

void ServerCore::accept_all(Acceptor& acceptor) {
    try {
        for (int i = 0; i < accept_burst_max; ++i) {
            auto accepted = acceptor.listener.accept();
            if (!accepted) break;
            if (connections() >= limits_.connections_max + refused_connections_max) continue;
            const auto family = accepted->peer.uid ? AF_UNIX : AF_INET;
            Socket socket(loop_->get_executor());
            socket.assign(asio::generic::stream_protocol(family, 0), accepted->fd.get());
            accepted->fd.release();
            const bool refused = connections() >= limits_.connections_max;
            auto connection =
                std::make_shared<HttpConnection>(*this, std::move(socket), std::move(accepted->peer), refused);
            add(connection);
            connection->start();
        }
    } catch (...) {
        // Out of descriptors or memory: waiting connections stay in the backlog until the next tick of the clock.
        log(LogLevel::error, "connections wait to be accepted", {{"error", current_error().message()}});
        acceptor.paused = true;
        arm_clock();
        return;
    }
    wait_for_connection(acceptor);
}

void ServerCore::add(std::shared_ptr<Connection> connection) {
    Connection* key = connection.get();
    const std::lock_guard lock(empty_mutex_);
    connections_.emplace(key, std::move(connection));
    count_ = connections_.size();
    arm_clock();
}

void ServerCore::remove(Connection& connection) {
    const std::lock_guard lock(empty_mutex_);
    connections_.erase(&connection);
    count_ = connections_.size();
    if (connections_.empty()) empty_.notify_all();
}

std::chrono::milliseconds ServerCore::clock_period() const {
    if (stopping_) return clock_period_least;
    const std::chrono::milliseconds shortest =
        std::min<std::chrono::milliseconds>({limits_.header_timeout, limits_.idle_timeout, limits_.websocket_ping});
    return std::clamp(shortest / 4, clock_period_least, std::chrono::milliseconds(1000));
}

void ServerCore::arm_clock() {
    if (std::exchange(clock_armed_, true)) return;
    clock_.expires_after(clock_period());
    clock_.async_wait([this](ErrorCode error) {
        clock_armed_ = false;
        if (!error) return on_clock();
        if (stopping_ && !connections_.empty()) arm_clock();  // with the shorter period from now on
    });
}

void ServerCore::on_clock() {
    // A copy: a connection that ends takes itself out of the table.
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    const auto now = SteadyClock::now();
    for (const auto& connection : all) connection->check(now);
    for (const auto& acceptor : acceptors_)
        if (std::exchange(acceptor->paused, false)) accept_all(*acceptor);
    if (!connections_.empty()) arm_clock();
}

void ServerCore::begin_stop() {
    acceptors_.clear();
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    {
        const std::lock_guard lock(empty_mutex_);
        stopping_ = true;
    }
    for (const auto& connection : all) connection->shut_down();
    clock_.cancel();
    const std::lock_guard lock(empty_mutex_);
    if (connections_.empty()) empty_.notify_all();
}

void ServerCore::abort_all() {
    const auto all = connections_;
    for (const auto& [key, connection] : all) connection->abort();
    clock_.cancel();
}

}
