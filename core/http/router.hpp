#pragma once

#include <map>
#include <string>
#include <variant>

#include "http/http_server.hpp"

namespace murmur::http {

/// What a server answers to: exact paths, and those that end in "/*", where one more part may be anything. Filled
/// before the server starts, constant afterwards.
class Router {
public:
    struct StreamRoute {
        std::string content_type;
        HttpServer::StreamHandler handler;
    };

    void add_handler(std::string method, std::string path, HttpServer::Handler handler);
    void add_stream(std::string path, StreamRoute route);
    void add_websocket(std::string path, HttpServer::WebSocketHandler handler);

    /// What answers the request; a Response when the router itself does: 404 or 405. The pointers live as long as the
    /// router. HEAD is answered by GET's handler when it has none of its own.
    using Match =
        std::variant<const HttpServer::Handler*, const StreamRoute*, const HttpServer::WebSocketHandler*, Response>;
    Match find(const std::string& method, const std::string& path) const;

private:
    struct Path {
        std::map<std::string, HttpServer::Handler> methods;
        StreamRoute stream;
        HttpServer::WebSocketHandler websocket;
    };
    Response unknown_path(const std::string& path) const;

    std::map<std::string, Path> paths_;
};

}
