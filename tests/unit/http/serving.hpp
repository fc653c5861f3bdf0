#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <murmur/error.hpp>

#include "http/http_server.hpp"
#include "http_support.hpp"

namespace murmur::http {

/// A server on a unix socket of its own, with handlers that show what they were asked.
class Serving : public testing::Test {
protected:
    void serve(ServerLimits limits = {}) {
        server_ = std::make_unique<HttpServer>(limits);
        server_->add_handler("POST", "/echo", [](const Request& request) {
            Response response;
            response.body = request.body;
            response.content_type = "text/plain";
            return response;
        });
        server_->add_handler("GET", "/about", [](const Request& request) {
            Response response;
            json::object about{{"id", request.id}, {"address", request.peer.address}, {"pid", request.peer.pid}};
            if (request.peer.uid) about["uid"] = *request.peer.uid;
            for (const auto& [key, value] : request.query) about["query " + key] = value;
            for (const auto& [key, value] : request.headers) about["header " + key] = value;
            response.body = json::serialize(about);
            return response;
        });
        server_->add_handler("POST", "/fail", [](const Request&) -> Response {
            throw Error(Errc::failed_precondition, "not now").with_hint("Wait.");
        });
        server_->add_handler("POST", "/foreign", [](const Request&) -> Response { throw 7; });
        server_->add_handler("GET", "/injection", [](const Request&) {
            Response response;
            response.headers["X-Name"] = "a\r\nX-Evil: b";
            return response;
        });
        server_->listen_unix(socket_);
        address_ = server_->listen_tcp("127.0.0.1:0");
        server_->start();
    }
    ~Serving() override {
        if (server_) server_->stop(std::chrono::seconds(0));
    }

    const TempFolder folder_;
    const std::filesystem::path socket_ = folder_.path / "murmurd.sock";
    std::string address_;
    std::unique_ptr<HttpServer> server_;
};

}
