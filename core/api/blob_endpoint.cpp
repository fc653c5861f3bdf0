#include "api/blob_endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <murmur/error.hpp>

#include "api/restore_choice.hpp"
#include "http/connect_codec.hpp"
#include "sessions/snapshot.hpp"

namespace murmur {

namespace {

// Small enough that eight of them at once (the server's handler threads) are no burden, large enough that a round trip
// costs little beside the bytes.
constexpr std::size_t piece_bytes_max = 4 << 20;
// One bundle or transcript. More than that is not source code, and would fill the disk of everyone else.
constexpr std::uint64_t blob_bytes_max = std::uint64_t{4} << 30;

std::string digest_asked_for(const http::Request& request) {
    return request.path.substr(std::string_view(BlobEndpoint::path).size());
}

std::uint64_t number_given(const http::Request& request, const std::string& name,
                           std::optional<std::uint64_t> fallback) {
    const auto found = request.query.find(name);
    if (found == request.query.end()) {
        if (fallback) return *fallback;
        throw Error(Errc::invalid_argument, "the parameter \"" + name + "\" is missing");
    }
    std::uint64_t number = 0;
    const std::string& text = found->second;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size())
        throw Error(Errc::invalid_argument, "the parameter \"" + name + "\" is no number: \"" + text + "\"");
    return number;
}

std::string blob_header(const http::Request& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
}

}

void BlobEndpoint::add_to(http::HttpServer& server) {
    const auto answer = [&](http::Response (BlobEndpoint::*method)(const http::Request&)) {
        return [this, method](const http::Request& request) { return (this->*method)(request); };
    };
    const std::string any = std::string(path) + "*";
    server.add_handler("HEAD", any, answer(&BlobEndpoint::ask));
    server.add_handler("GET", any, answer(&BlobEndpoint::get));
    server.add_handler("PUT", any, answer(&BlobEndpoint::put));
}

/// The agent whose runner asks.
Agent BlobEndpoint::enter(const http::Request& request) const {
    constexpr std::string_view scheme = "Bearer ";
    const std::string header = blob_header(request, "authorization");
    std::optional<SecretBox::RunnerClaim> claim;
    if (header.starts_with(scheme)) claim = box_.check_runner_token(std::string_view(header).substr(scheme.size()));
    if (!claim) throw Error(Errc::unauthenticated, "the runner's token is not one of this murmurd");
    std::optional<Agent> agent = reader_.find_agent(claim->agent_row);
    if (!agent || is_terminal(agent->phase) || agent->incarnation != claim->incarnation)
        throw Error(Errc::aborted, "this incarnation is over");
    if (agent->runner && agent->runner->id != blob_header(request, runner_header))
        throw Error(Errc::permission_denied, "the token belongs to another runner");
    return std::move(*agent);
}

http::Response BlobEndpoint::ask(const http::Request& request) {
    enter(request);
    const std::string sha256 = digest_asked_for(request);
    if (!blobs_.has(sha256)) throw Error(Errc::not_found, "there is no blob " + sha256);
    return {.status = 200, .content_type = "application/octet-stream", .body = {}};
}

http::Response BlobEndpoint::get(const http::Request& request) {
    const Agent agent = enter(request);
    const std::string sha256 = digest_asked_for(request);
    const std::uint64_t offset = number_given(request, "offset", 0);
    const std::uint64_t length =
        std::min<std::uint64_t>(number_given(request, "length", piece_bytes_max), piece_bytes_max);
    const std::string id = snapshot_to_restore(agent);
    const auto snapshot = id.empty() ? std::nullopt : reader_.find_snapshot(id);
    std::vector<std::string> allowed;
    if (snapshot) allowed = snapshot_blobs(parse_snapshot(snapshot->record.manifest));
    if (std::find(allowed.begin(), allowed.end(), sha256) == allowed.end())
        throw Error(Errc::permission_denied, "this agent has no snapshot with that blob to begin from");
    return {.status = 200,
            .content_type = "application/octet-stream",
            .body = blobs_.read(sha256, offset, static_cast<std::size_t>(length))};
}

http::Response BlobEndpoint::put(const http::Request& request) {
    const Agent agent = enter(request);
    const std::uint64_t offset = number_given(request, "offset", std::nullopt);
    const std::uint64_t size = number_given(request, "size", std::nullopt);
    if (size > blob_bytes_max)
        throw Error(Errc::out_of_range, "a file of " + std::to_string(size) +
                                            " bytes is too large to be saved; the "
                                            "limit is " +
                                            std::to_string(blob_bytes_max))
            .with_hint("Commit and push large files, or have git ignore them.");
    if (request.body.size() > piece_bytes_max)
        throw Error(Errc::invalid_argument, "a piece has at most " + std::to_string(piece_bytes_max) + " bytes");
    // An upload goes on in whatever process and incarnation of the agent.
    const std::string upload = "agent-" + std::to_string(agent.row);
    try {
        const BlobStore::Progress progress = blobs_.put(digest_asked_for(request), upload, offset, size, request.body);
        http::Response response;
        response.body = json::serialize(json::object{{"have", progress.have}, {"complete", progress.complete}});
        return response;
    } catch (...) {
        const Error error = current_error();
        logger_.log(LogLevel::error, "a runner's work could not be stored",
                    {{"agent", agent.id.workflow_id()}, {"error", error.message()}, {"hint", error.hint()}});
        throw error;
    }
}

}
