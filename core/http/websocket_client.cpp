#include "http/websocket_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/error.hpp>
#include <murmur/check.hpp>
#include <murmur/error.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "http/connect_codec.hpp"
#include "http/server_address.hpp"
#include "http/signals_blocked.hpp"
#include "http/websocket_session.hpp"

namespace murmur::http {

namespace {

constexpr std::chrono::milliseconds client_clock_period{1000};

class ClientWebSocket final : public WebSocket {
public:
    ClientWebSocket(Socket socket, std::shared_ptr<asio::io_context> loop, WebSocketEvents events)
        : loop_(std::move(loop)),
          clock_(*loop_),
          queue_(std::make_shared<SendQueue>()),
          session_(std::make_shared<WebSocketSession>(std::move(socket), queue_, std::move(events), WebSocketLimits(),
                                                      [this](Connection&) { loop_->stop(); })) {}
    ~ClientWebSocket() override;

    void handshake(const std::string& host, const std::string& path, const std::map<std::string, std::string>& headers,
                   SteadyClock::time_point deadline);
    /// Starts the network thread; events come from now on.
    void start();

    void send(std::string message) override { queue_->push(std::move(message)); }
    std::size_t queued_bytes() const override { return queue_->bytes(); }
    void close(std::string_view reason) override { queue_->finish(reason); }

private:
    void arm_clock();

    const std::shared_ptr<asio::io_context> loop_;
    asio::steady_timer clock_;
    const std::shared_ptr<SendQueue> queue_;
    const std::shared_ptr<WebSocketSession> session_;
    std::thread network_;
};

/// What a refused or failed handshake means.
Error handshake_error(ErrorCode error, const WebSocketSession::HttpResponse& response) {
    if (error == boost::beast::websocket::error::upgrade_declined)
        return decode_error(static_cast<int>(response.result_int()), response.body());
    return Error(Errc::unavailable, "the server did not open a WebSocket: " + error.message());
}

ClientWebSocket::~ClientWebSocket() {
    if (!network_.joinable()) return;
    // Its own thread cannot wait for itself to end.
    MURMUR_CHECK(network_.get_id() != std::this_thread::get_id());
    queue_->finish("closed");
    // Whatever hangs, a write or the peer's close frame: the clock ends the session at its deadline, and its end stops
    // the loop, also when operations of the WebSocket are still suspended.
    asio::post(*loop_, [session = session_] { session->close_by_deadline(); });
    network_.join();
}

void ClientWebSocket::handshake(const std::string& host, const std::string& path,
                                const std::map<std::string, std::string>& headers, SteadyClock::time_point deadline) {
    std::optional<Error> failed;
    bool done = false;
    session_->handshake(host, path, headers, [&](ErrorCode error, const WebSocketSession::HttpResponse& response) {
        done = true;
        if (error) failed = handshake_error(error, response);
    });
    while (!done && loop_->run_one_until(deadline) > 0) {
    }
    if (!done) {
        session_->abandon();
        loop_->restart();
        loop_->run();
        throw Error(Errc::unavailable, "the server did not answer the WebSocket handshake in time");
    }
    if (failed) throw *failed;
}

void ClientWebSocket::start() {
    loop_->restart();
    session_->begin();
    arm_clock();
    const SignalsBlocked blocked;
    network_ = std::thread([loop = loop_] { loop->run(); });
}

void ClientWebSocket::arm_clock() {
    clock_.expires_after(client_clock_period);
    clock_.async_wait([this](ErrorCode error) {
        if (error || session_->ended()) return;
        session_->check(SteadyClock::now());
        if (!session_->ended()) arm_clock();
    });
}

}

std::unique_ptr<WebSocket> connect_websocket(const std::string& server, const std::string& path,
                                             const std::map<std::string, std::string>& headers, WebSocketEvents events,
                                             std::chrono::milliseconds timeout) {
    const auto deadline = SteadyClock::now() + timeout;
    const ServerAddress address = parse_server(server);
    Fd fd = connect_to(address, static_cast<int>(std::max<std::int64_t>(1, timeout.count())));
    auto loop = std::make_shared<asio::io_context>(1);
    Socket socket(loop->get_executor());
    socket.assign(asio::generic::stream_protocol(address.unix_path.empty() ? AF_INET : AF_UNIX, 0), fd.get());
    fd.release();
    auto client = std::make_unique<ClientWebSocket>(std::move(socket), std::move(loop), std::move(events));
    client->handshake(address.host_header(), path, headers, deadline);
    client->start();
    return client;
}

}
