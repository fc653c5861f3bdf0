#include "http/http_server.hpp"

#include <utility>

#include "http/server_core.hpp"

namespace murmur::http {

struct HttpServer::Impl {
    Impl(ServerLimits limits, std::shared_ptr<Logger> log) : core(limits, std::move(log)) {}
    ServerCore core;
};

HttpServer::HttpServer(ServerLimits limits, std::shared_ptr<Logger> log)
    : impl_(std::make_unique<Impl>(limits, std::move(log))) {}
HttpServer::~HttpServer() = default;

void HttpServer::add_handler(std::string method, std::string path, Handler handler) {
    impl_->core.router().add_handler(std::move(method), std::move(path), std::move(handler));
}

void HttpServer::add_stream(std::string path, std::string content_type, StreamHandler handler) {
    impl_->core.router().add_stream(std::move(path), {std::move(content_type), std::move(handler)});
}

void HttpServer::add_websocket(std::string path, WebSocketHandler handler) {
    impl_->core.router().add_websocket(std::move(path), std::move(handler));
}

void HttpServer::listen_unix(const std::filesystem::path& path) { impl_->core.add_listener(Listener::bind_unix(path)); }

std::string HttpServer::listen_tcp(const std::string& address) {
    Listener listener = Listener::bind_tcp(address);
    std::string bound = listener.address();
    impl_->core.add_listener(std::move(listener));
    return bound;
}

void HttpServer::start() { impl_->core.start(); }

void HttpServer::stop(std::chrono::milliseconds grace) { impl_->core.stop(grace); }

std::size_t HttpServer::connections() const { return impl_->core.connections(); }

}
