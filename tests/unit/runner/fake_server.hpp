#pragma once

#include <base/locked.hpp>
#include <chrono>
#include <memory>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <vector>

#include "runner/channel.hpp"

namespace murmur::runner {

/// murmurd's end of the runner's connection, in memory: numbers commands, checks the order of reports, acknowledges.
/// Safe from any thread.
class FakeServer {
public:
    /// What the runner's Channel dials.
    Channel::Connector connector() {
        return [this](http::WebSocketEvents events) { return connect(std::move(events)); };
    }

    /// Sends a command now and after every reconnect until it is acknowledged.
    void command(json::object body) {
        std::shared_ptr<Link> link;
        std::string frame;
        {
            auto held = state_.lock();
            body["seq"] = ++held->last_command;
            held->commands.push_back(body);
            frame = json::serialize(json::object{{"command", body}});
            link = held->link;
        }
        if (link) link->deliver(frame);
    }
    void send(const json::object& frame) {
        if (auto link = state_.lock()->link) link->deliver(json::serialize(frame));
    }
    /// Ends the connection; the next ones are refused until allow().
    void disconnect(bool refuse = false) {
        std::shared_ptr<Link> link;
        {
            auto held = state_.lock();
            held->refusing = refuse;
            link = std::move(held->link);
        }
        if (link) link->closed();
    }
    void refuse_with(Error error) {
        auto held = state_.lock();
        held->refusing = true;
        held->refusal = std::move(error);
    }
    /// As for another incarnation: both counts begin anew, and what was seen is forgotten.
    void begin_anew() {
        auto held = state_.lock();
        held->link.reset();
        held->commands.clear();
        held->last_command = held->last_report = 0;
        held->refusing = false;
        held->seen = {};
    }
    void allow() { state_.lock()->refusing = false; }
    void stop_acknowledging(bool stopped = true) { state_.lock()->acknowledging = !stopped; }

    struct Seen {
        std::vector<json::object> reports;  ///< each once, in order
        std::vector<std::string> problems;
        int hellos = 0;
        int leases = 0;
        int duplicates = 0;
        std::int64_t down_ack = 0;
    };
    Seen seen() { return state_.lock()->seen; }

    /// Waits until `ready(seen)`; false after a time that only a hanging test reaches.
    template <class Ready>
    bool wait(Ready ready) {
        return state_.lock().wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(30),
                                        [&](State& state) { return ready(state.seen); });
    }
    /// Waits for the `count`th report with this field and returns it.
    json::object wait_report(const std::string& field, std::size_t count = 1) {
        json::object found;
        wait([&](const Seen& seen) {
            std::size_t left = count;
            for (const json::object& report : seen.reports)
                if (report.contains(field) && --left == 0) {
                    found = report.at(field).as_object();
                    return true;
                }
            return false;
        });
        return found;
    }

private:
    struct Link {
        explicit Link(http::WebSocketEvents given) : events(std::move(given)) {}
        http::WebSocketEvents events;
        std::mutex mutex;  // one event at a time, and none after the socket is gone
        bool gone = false;
        void deliver(const std::string& text) {
            std::lock_guard held(mutex);
            if (!gone) events.on_message(text);
        }
        void closed() {
            std::lock_guard held(mutex);
            if (!gone) events.on_closed("gone");
            gone = true;
        }
        void forget() {
            std::lock_guard held(mutex);
            gone = true;
        }
    };
    struct Socket final : http::WebSocket {
        Socket(FakeServer& owner, std::shared_ptr<Link> end) : server(owner), link(std::move(end)) {}
        ~Socket() override { link->forget(); }
        void send(std::string message) override { server.receive(link, message); }
        std::size_t queued_bytes() const override { return 0; }
        void close(std::string_view) override { link->forget(); }
        FakeServer& server;
        std::shared_ptr<Link> link;
    };
    struct State {
        std::shared_ptr<Link> link;
        std::vector<json::object> commands;
        std::int64_t last_command = 0;
        bool refusing = false;
        bool acknowledging = true;
        Error refusal{Errc::unavailable, "nobody answers"};
        Seen seen;
        std::int64_t last_report = 0;
    };

    std::unique_ptr<http::WebSocket> connect(http::WebSocketEvents events) {
        auto held = state_.lock();
        if (held->refusing) throw held->refusal;
        held->link = std::make_shared<Link>(std::move(events));
        return std::make_unique<Socket>(*this, held->link);
    }

    void receive(const std::shared_ptr<Link>& link, const std::string& text) {
        std::vector<std::string> answers;
        {
            auto held = state_.lock();
            if (held->link != link) return;
            try {
                read(*held, parse_json(text).as_object(), answers);
            } catch (...) {
                held->seen.problems.push_back(current_error().message());
            }
        }
        state_.notify_all();
        for (const std::string& answer : answers) link->deliver(answer);
    }

    static void read(State& state, const json::object& frame, std::vector<std::string>& answers) {
        if (const json::value* ack = frame.if_contains("downAck")) state.seen.down_ack = ack->to_number<std::int64_t>();
        if (frame.contains("lease")) ++state.seen.leases;
        if (frame.contains("hello")) {
            ++state.seen.hellos;
            answers.push_back(json::serialize(
                json::object{{"welcome", json::object{{"upAck", state.last_report}, {"leaseMs", 300}}}}));
            for (const json::object& command : state.commands)
                if (command.at("seq").to_number<std::int64_t>() > state.seen.down_ack)
                    answers.push_back(json::serialize(json::object{{"command", command}}));
        }
        if (const json::value* reports = frame.if_contains("reports")) {
            for (const json::value& entry : reports->as_array()) {
                const std::int64_t seq = entry.at("seq").to_number<std::int64_t>();
                if (seq <= state.last_report) {
                    ++state.seen.duplicates;
                } else if (seq == state.last_report + 1) {
                    state.last_report = seq;
                    state.seen.reports.push_back(entry.as_object());
                } else {
                    state.seen.problems.push_back("report " + std::to_string(seq) + " after " +
                                                  std::to_string(state.last_report));
                }
            }
            if (state.acknowledging) answers.push_back(json::serialize(json::object{{"upAck", state.last_report}}));
        }
    }

    Locked<State> state_;
};

/// A log that nobody reads.
class QuietLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

}
