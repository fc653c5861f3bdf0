#pragma once

#include "api/api_context.hpp"
#include "http/http_server.hpp"
#include "sessions/blob_store.hpp"

namespace murmur {

/// The runners' door to the blob store; see share/proto/murmur/runner/v1/runner.proto. Safe from any thread.
///
/// A runner proves itself with its token, bound to the agent's present incarnation and to the process that registered.
/// It may store what it wants, as its reports say what that is, but read only what its agent's machine begins from.
class BlobEndpoint {
public:
    /// Everything must outlive the server.
    BlobEndpoint(StoreReader& reader, const SecretBox& box, BlobStore& blobs, Logger& logger)
        : reader_(reader), box_(box), blobs_(blobs), logger_(logger) {}

    void add_to(http::HttpServer& server);

    static constexpr const char* path = "/murmur.runner.v1/blobs/";
    /// The process that the token belongs to, as in its Hello.
    static constexpr const char* runner_header = "x-murmur-runner";

private:
    Agent enter(const http::Request& request) const;
    http::Response get(const http::Request& request);
    http::Response ask(const http::Request& request);
    http::Response put(const http::Request& request);

    StoreReader& reader_;
    const SecretBox& box_;
    BlobStore& blobs_;
    Logger& logger_;
};

}
