#include "http/router.hpp"

#include <murmur/error.hpp>
#include <murmur/nearest.hpp>
#include <utility>

#include "http/connect_codec.hpp"

namespace murmur::http {

namespace {

constexpr std::size_t path_shown_max = 200;  // of a path that does not exist, in the error message

Response wrong_method(const std::string& method, const std::string& path, const std::string& allowed) {
    Response response = error_response(Error(Errc::unimplemented, "the path \"" + path + "\" does not take " + method)
                                           .with_hint("Use " + allowed + "."));
    response.status = 405;
    response.headers["Allow"] = allowed;
    return response;
}

}

void Router::add_handler(std::string method, std::string path, HttpServer::Handler handler) {
    paths_[std::move(path)].methods[std::move(method)] = std::move(handler);
}

void Router::add_stream(std::string path, StreamRoute route) { paths_[std::move(path)].stream = std::move(route); }

void Router::add_websocket(std::string path, HttpServer::WebSocketHandler handler) {
    paths_[std::move(path)].websocket = std::move(handler);
}

Response Router::unknown_path(const std::string& path) const {
    Error error(Errc::not_found, "there is nothing at the path \"" + path.substr(0, path_shown_max) + "\"");
    std::vector<std::string> known;
    for (const auto& [one, unused] : paths_) known.push_back(one);
    // The distance costs time that grows with the length of the path, which the client chooses.
    const std::string hint = path.size() <= path_shown_max ? did_you_mean(path, known) : std::string();
    return error_response(hint.empty() ? error : error.with_hint(hint));
}

Router::Match Router::find(const std::string& method, const std::string& path) const {
    auto found = paths_.find(path);
    if (found == paths_.end()) found = paths_.find(path.substr(0, path.rfind('/') + 1) + "*");
    if (found == paths_.end()) return unknown_path(path);
    const Path& here = found->second;
    auto handler = here.methods.find(method);
    if (handler == here.methods.end() && method == "HEAD") handler = here.methods.find("GET");
    if (handler != here.methods.end()) return &handler->second;
    if (here.stream.handler && method == "POST") return &here.stream;
    if (here.websocket && method == "GET") return &here.websocket;
    std::string allowed;
    const auto allow = [&](const std::string& one) { allowed += (allowed.empty() ? "" : ", ") + one; };
    for (const auto& [one, unused] : here.methods) allow(one);
    if (here.stream.handler) allow("POST");
    if (here.websocket) allow("GET");
    return wrong_method(method.substr(0, path_shown_max), path, allowed);
}

}
