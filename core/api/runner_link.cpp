#include "api/runner_link.hpp"

#include <atomic>
#include <murmur/error.hpp>

#include "api/assignment.hpp"

namespace murmur {

namespace {

/// One connection of a runner. Lives as long as its socket or as the engine knows it.
class RunnerLink final : public Engine::RunnerSink, public std::enable_shared_from_this<RunnerLink> {
public:
    RunnerLink(Engine& engine, const SecretBox& box, Logger& logger, const RunnerEndpointOptions& options,
               SecretBox::RunnerClaim claim, std::shared_ptr<http::WebSocket> socket)
        : engine_(engine), box_(box), logger_(logger), options_(options), claim_(claim), socket_(std::move(socket)) {}

    void on_message(const std::string& text) {
        try {
            const json::value frame = parse_json(text, "runner frame");
            if (!frame.is_object()) throw Error(Errc::invalid_argument, "runner frame must be an object");
            read_frame(frame.get_object());
        } catch (...) {
            const Error error = current_error();
            logger_.log(LogLevel::warning, "bad frame of a runner",
                        {{"agent", agent_text()}, {"error", error.message()}});
            socket_->close(error.message());
        }
    }

    void on_closed() {
        if (!runner_id_.empty()) engine_.detach(claim_, runner_id_, this);
    }

    void welcome(const Agent& agent, const std::vector<Effect>& commands) override {
        send_frame(
            {{"welcome", json::object{{"upAck", agent.reports_seen}, {"leaseMs", engine_.options().lease.count()}}}});
        for (const Effect& command : commands) send(agent, command);
    }

    void send(const Agent& agent, const Effect& effect) override {
        try {
            json::object command = effect.body;
            if (const json::value* marker = command.if_contains("assignment"))
                command["assignment"] = make_assignment(agent, marker->as_object(), box_, options_);
            command["seq"] = effect.sequence;
            send_frame({{"command", std::move(command)}});
        } catch (...) {
            const Error error = current_error();
            logger_.log(LogLevel::error, "command cannot be made",
                        {{"agent", agent_text()}, {"error", error.message()}});
            // What may pass is asked for again when the runner is back; the rest ends the agent, for everyone to see.
            const bool may_pass = error.code() == Errc::unavailable || error.code() == Errc::deadline_exceeded;
            if (!may_pass) engine_.submit(claim_.agent_row, command::AssignmentFailed{claim_.incarnation, error});
            socket_->close("command cannot be made");
        }
    }

    void fence(const std::string& reason) override {
        send_frame({{"fenced", json::object{{"reason", reason}}}});
        socket_->close("fenced");
    }

private:
    void read_frame(const json::object& frame) {
        const FieldReader reader(frame, "frame");
        engine_.renew_lease(claim_);
        const std::int64_t down_ack = reader.get_int("down_ack", 0);
        if (const json::object* hello = reader.find_object("hello"))
            return read_hello(FieldReader(*hello, "hello"), down_ack);
        if (runner_id_.empty()) throw Error(Errc::failed_precondition, "the first frame must be hello");
        if (down_ack > acknowledged_) {
            acknowledged_ = down_ack;
            engine_.acknowledge(claim_, down_ack);
        }
        if (const json::array* reports = reader.find_array("reports")) read_reports(*reports);
    }

    void read_hello(const FieldReader& hello, std::int64_t down_ack) {
        Runner runner{hello.get_string("runner_id"), hello.get_int("pid", 0), hello.get_string("version", "")};
        if (runner.id.empty() || hello.get_int("incarnation") != claim_.incarnation)
            throw Error(Errc::permission_denied, "hello does not fit the token");
        runner_id_ = runner.id;
        acknowledged_ = down_ack;
        const auto answer = [self = shared_from_this()](const Outcome& outcome) { self->check(outcome); };
        engine_.attach(claim_, hello.get_string("machine_id"), std::move(runner), down_ack, shared_from_this(), answer);
    }

    void read_reports(const json::array& reports) {
        for (std::size_t i = 0; i < reports.size(); ++i) {
            const json::object& report = reports[i].as_object();
            const std::int64_t sequence = FieldReader(report, "report").get_int("seq");
            const bool is_last = i + 1 == reports.size();
            const auto answer = [self = shared_from_this(), sequence, is_last](const Outcome& outcome) {
                self->check(outcome);
                if (is_last && !outcome.error) self->send_frame({{"upAck", sequence}});
            };
            engine_.submit(claim_.agent_row, command::RunnerReport{claim_.incarnation, runner_id_, report}, answer);
        }
    }

    /// A refusal that will not change ends the runner; anything else ends the connection, and the runner tries again.
    void check(const Outcome& outcome) {
        // What was on its way behind a refused frame is refused as well: once is enough to say so.
        if (!outcome.error || is_refused_.exchange(true)) return;
        const Errc code = outcome.error->code();
        logger_.log(LogLevel::warning, "runner refused",
                    {{"agent", agent_text()}, {"error", outcome.error->message()}});
        if (code == Errc::aborted || code == Errc::permission_denied || code == Errc::not_found)
            return fence(outcome.error->message());
        socket_->close(outcome.error->message());
    }

    void send_frame(const json::object& frame) { socket_->send(json::serialize(frame)); }
    std::string agent_text() const { return std::to_string(claim_.agent_row); }

    Engine& engine_;
    const SecretBox& box_;
    Logger& logger_;
    const RunnerEndpointOptions& options_;
    const SecretBox::RunnerClaim claim_;
    const std::shared_ptr<http::WebSocket> socket_;
    // Of the network thread alone, but for runner_id_, which does not change once the engine knows this link.
    std::string runner_id_;
    std::int64_t acknowledged_ = 0;
    std::atomic<bool> is_refused_{false};
};

}

RunnerEndpoint::RunnerEndpoint(Engine& engine, const SecretBox& box, Logger& logger, RunnerEndpointOptions options)
    : engine_(engine), box_(box), logger_(logger), options_(std::move(options)) {}

http::WebSocketEvents RunnerEndpoint::accept(const http::Request& request, std::shared_ptr<http::WebSocket> socket) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("authorization");
    std::optional<SecretBox::RunnerClaim> claim;
    if (header != request.headers.end() && header->second.starts_with(scheme))
        claim = box_.check_runner_token(std::string_view(header->second).substr(scheme.size()));
    if (!claim) throw Error(Errc::unauthenticated, "the runner's token is not one of this murmurd");
    const auto link = std::make_shared<RunnerLink>(engine_, box_, logger_, options_, *claim, std::move(socket));
    return {[link](const std::string& message) { link->on_message(message); },
            [link](const std::string&) { link->on_closed(); }};
}

}
