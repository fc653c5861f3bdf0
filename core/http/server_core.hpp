#pragma once

#include <atomic>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <memory>
#include <murmur/log.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/connection.hpp"
#include "http/http_server.hpp"
#include "http/listener.hpp"
#include "http/network.hpp"
#include "http/router.hpp"

namespace murmur::http {

/// What the connections of one server share: the network thread's loop, the handler threads, the routes, the table of
/// connections and the clock that ends slow ones. Everything not marked otherwise belongs to the network thread.
class ServerCore {
public:
    ServerCore(ServerLimits limits, std::shared_ptr<Logger> log);
    ~ServerCore();
    ServerCore(const ServerCore&) = delete;
    ServerCore& operator=(const ServerCore&) = delete;

    // Before start().
    void add_listener(Listener listener);
    Router& router() { return router_; }

    // Any thread.
    void start();
    void stop(std::chrono::milliseconds grace);
    std::size_t connections() const { return count_.load(); }
    const std::shared_ptr<asio::io_context>& loop() const { return loop_; }
    const ServerLimits& limits() const { return limits_; }
    /// Runs a blocking job on the handler threads.
    void run_job(std::function<void()> job);
    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const noexcept;

    // Network thread.
    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);
    /// Whether new requests are refused.
    bool stopping() const { return stopping_; }

private:
    struct Acceptor;
    void wait_for_connection(Acceptor& acceptor);
    void accept_all(Acceptor& acceptor);
    void arm_clock();
    void on_clock();
    void begin_stop();
    void abort_all();
    std::chrono::milliseconds clock_period() const;

    const ServerLimits limits_;
    const std::shared_ptr<Logger> log_;
    Router router_;
    const std::shared_ptr<asio::io_context> loop_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    asio::steady_timer clock_;
    bool clock_armed_ = false;
    bool stopping_ = false;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::atomic<std::size_t> count_{0};
    std::mutex empty_mutex_;
    std::condition_variable empty_;
    std::unique_ptr<asio::thread_pool> handlers_;
    std::thread network_;
};

}
