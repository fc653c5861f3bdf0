#include "runner/channel.hpp"

#include <base/time_text.hpp>
#include <random>

#include "runner/report_texts.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Between half and all of it, so that two hundred runners do not come back in the same millisecond.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds delay) {
    static thread_local std::minstd_rand random(std::random_device{}());
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(delay.count() / 2, delay.count())(random));
}

/// An answer that will not change by asking again: the server does not know this runner.
bool is_refusal(const Error& error) {
    return error.code() == Errc::unauthenticated || error.code() == Errc::permission_denied ||
           error.code() == Errc::not_found || error.code() == Errc::failed_precondition;
}

}

Channel::Channel(Connector connector, Hello hello, Inbox& inbox, Logger& logger, ChannelLimits limits)
    : connector_(std::move(connector)), hello_(std::move(hello)), inbox_(inbox), logger_(logger), limits_(limits) {
    auto held = state_.lock();
    held->buffer = ReportBuffer(limits_.buffer_bytes);
    held->lease = limits_.lease_default;
}

Channel::~Channel() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    {
        auto held = state_.lock();
        held->stopping = true;
    }
    state_.notify_all();
    thread_.join();
}

void Channel::start() {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void Channel::report(json::object body) {
    const std::shared_ptr<const Redactor> redactor = state_.lock()->redactor;
    finish_report(body, *redactor);
    {
        auto held = state_.lock();
        held->buffer.add(std::move(body), now_ms());
    }
    state_.notify_all();
}

void Channel::notify_when_acknowledged() {
    auto held = state_.lock();
    if (held->buffer.empty() || held->fenced)
        inbox_.post(AcknowledgedNotice{});
    else
        held->notify_when_empty = true;
}

std::optional<Error> Channel::failure() { return state_.lock()->failure; }

void Channel::run(std::stop_token stop) {
    auto delay = limits_.backoff_min;
    std::optional<SteadyClock::time_point> down_since;
    while (!stop.stop_requested()) {
        const auto began = SteadyClock::now();
        const std::optional<Error> error = serve_once(stop);
        if (stop.stop_requested() || state_.lock()->fenced) return;
        if (!error) {  // it had been welcomed
            // One that ends at once, as when the reports cannot be stored, is no reason to hurry.
            if (SteadyClock::now() - began >= limits_.backoff_max) delay = limits_.backoff_min;
            down_since.reset();
        }
        if (!down_since) down_since = SteadyClock::now();
        if (error && give_up(*error, *down_since)) return;
        const auto until = SteadyClock::now() + with_jitter(delay);
        state_.lock().wait_until(until, [](const State& state) { return state.stopping; });
        delay = std::min(delay * 2, limits_.backoff_max);
    }
}

bool Channel::give_up(const Error& error, SteadyClock::time_point since) {
    const auto away = SteadyClock::now() - since;
    {
        auto held = state_.lock();
        const bool never = !held->ever_welcomed;
        if (!(never && (away >= limits_.first_connection || is_refusal(error))) &&
            !(!never && is_refusal(error) && away >= limits_.refused))
            return false;
        if (never)
            held->failure = Error(error.code(), "murmurd could not be reached: " + error.message())
                                .with_hint(error.hint().empty() ? "Check that murmurd runs and MURMUR_SERVER names it."
                                                                : error.hint());
        held->fenced = true;
    }
    state_.notify_all();
    inbox_.post(FencedNotice{error.message()});
    return true;
}

/// One connection, from dialling to its end. Returns why it never came to a welcome, or nothing when it did.
std::optional<Error> Channel::serve_once(const std::stop_token& stop) {
    std::uint64_t connection = 0;
    std::int64_t down_seen = 0;
    {
        auto held = state_.lock();
        connection = ++held->connection;
        held->open = true;
        held->welcomed = false;
        held->buffer.rewind();
        down_seen = held->down_acked = held->down_seen;
    }
    try {
        http::WebSocketEvents events;
        events.on_message = [this, connection](const std::string& text) { on_message(connection, text); };
        events.on_closed = [this, connection](const std::string&) { on_closed(connection); };
        const std::unique_ptr<http::WebSocket> socket = connector_(std::move(events));
        socket->send(hello_frame(hello_, down_seen));
        bool welcomed = false;
        {
            auto held = state_.lock();
            held.wait_until(SteadyClock::now() + limits_.handshake, [](const State& state) {
                return state.welcomed || !state.open || state.fenced || state.stopping;
            });
            welcomed = held->welcomed;
        }
        if (!welcomed) return Error(Errc::unavailable, "murmurd did not answer the runner's hello");
        logger_.log(LogLevel::info, "attached to murmurd");
        send_until_closed(*socket, stop);
        return std::nullopt;
    } catch (...) {
        return current_error();
    }
}

void Channel::send_until_closed(http::WebSocket& socket, const std::stop_token& stop) {
    auto next_lease = SteadyClock::now();
    while (!stop.stop_requested()) {
        std::string frame;
        bool closed = false;
        {
            auto held = state_.lock();
            held.wait_until(next_lease, [](const State& state) {
                return !state.open || state.fenced || state.stopping || state.buffer.has_unsent() ||
                       state.down_acked < state.down_seen;
            });
            closed = !held->open || held->fenced;
            if (!closed) frame = held->buffer.next_frame();
            const auto now = SteadyClock::now();
            const bool lease_due = now >= next_lease, ack_due = held->down_acked < held->down_seen;
            if (lease_due) next_lease = now + held->lease / 3;
            if (!closed && (lease_due || ack_due)) {
                std::string more = R"("downAck":)" + std::to_string(held->down_seen);
                if (lease_due) more += R"(,"lease":true)";
                held->down_acked = held->down_seen;
                frame = frame.empty() ? "{" + more + "}" : "{" + more + "," + frame.substr(1);
            }
        }
        if (closed) return;
        if (!frame.empty()) socket.send(std::move(frame));
    }
}

void Channel::on_message(std::uint64_t connection, const std::string& text) {
    std::optional<InboxMessage> post;
    try {
        const DownFrame frame = parse_down_frame(text);
        auto held = state_.lock();
        if (held->connection != connection) return;
        held->buffer.acknowledge(frame.welcome ? std::max(frame.up_ack, frame.welcome->up_ack) : frame.up_ack);
        if (frame.welcome) {
            held->welcomed = held->ever_welcomed = true;
            if (frame.welcome->lease_ms > 0) held->lease = std::chrono::milliseconds(frame.welcome->lease_ms);
        }
        if (frame.fenced) {
            held->fenced = true;
            post = FencedNotice{*frame.fenced};
        } else if (frame.command && frame.command->seq > held->down_seen) {
            held->down_seen = frame.command->seq;
            // Before anyone can do anything with the values.
            if (frame.command->assignment) held->redactor = frame.command->assignment->redactor;
            post = *frame.command;
        }
        if (held->notify_when_empty && held->buffer.empty()) {
            held->notify_when_empty = false;
            inbox_.post(AcknowledgedNotice{});
        }
        // Inside the lock: commands keep their order whatever thread brings them.
        if (post) inbox_.post(std::move(*post));
    } catch (...) {
        logger_.log(LogLevel::error, "a frame from murmurd could not be read", {{"error", current_error().message()}});
    }
    state_.notify_all();
}

void Channel::on_closed(std::uint64_t connection) {
    {
        auto held = state_.lock();
        if (held->connection == connection) held->open = false;
    }
    state_.notify_all();
}

}
