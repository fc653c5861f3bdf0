#include "api/api_server.hpp"

#include "api/agent_lookup.hpp"
#include "api/methods.hpp"
#include "api/metrics.hpp"
#include "api/watch_stream.hpp"
#include "base/json_keys.hpp"
#include "base/utf8.hpp"
#include "http/connect_codec.hpp"

namespace murmur {

namespace {

// They only read the store and fill queues; more would wait for the reading connections.
constexpr std::size_t watch_threads = 2;

json::object request_object(const http::Request& request) {
    if (request.body.empty()) return {};
    json::value body = parse_json(request.body, "request");
    if (!body.is_object()) throw Error(Errc::invalid_argument, "the request must be a JSON object");
    if (const auto key = find_duplicate_key(request.body))
        throw Error(Errc::invalid_argument, "the key \"" + to_one_line(*key) + "\" appears a second time");
    return std::move(body.get_object());
}

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The agent that a request is about, as it was named: for the log.
std::string agent_of(const json::object& body) {
    const json::value* agent = body.if_contains("agent");
    return text_of(agent && agent->is_object() ? agent->get_object() : body, "slug");
}

/// The resource that a request is about, "role/developer".
std::string resource_of(const json::object& body) {
    const std::string kind = text_of(body, "kind");
    return kind.empty() ? kind : kind + "/" + text_of(body, "name");
}

/// Who was refused: what one tries without the right to is worth knowing also when it would only have read.
bool is_refusal(const Error& error) {
    return error.code() == Errc::permission_denied || error.code() == Errc::unauthenticated;
}

}

ApiServer::ApiServer(http::HttpServer& server, ApiContext& context, RunnerEndpoint& runners, Logger& logger,
                     std::function<std::string()> more_metrics)
    : server_(server), context_(context), logger_(logger), watch_workers_(watch_threads) {
    for (const UnaryMethod& method : unary_methods())
        server.add_handler("POST", std::string(service_path) + std::string(method.name),
                           [this, &method](const http::Request& request) { return answer(method, request); });
    add_watch("WatchAgent", false);
    add_watch("WatchSession", true);
    server.add_websocket(RunnerEndpoint::path,
                         [&runners](const http::Request& request, std::shared_ptr<http::WebSocket> socket) {
                             return runners.accept(request, std::move(socket));
                         });
    server.add_handler("GET", "/healthz", [this](const http::Request&) {
        context_.reader.count_phases();  // throws when the store cannot be read
        return http::Response{200, "text/plain; charset=utf-8", "ok\n", {}};
    });
    server.add_handler("GET", "/metrics", [this, more_metrics = std::move(more_metrics)](const http::Request&) {
        return http::Response{200,
                              "text/plain; version=0.0.4; charset=utf-8",
                              render_metrics(context_, server_.connections()) + more_metrics(),
                              {}};
    });
}

http::Response ApiServer::answer(const UnaryMethod& method, const http::Request& request) {
    const Caller caller = enter(request, method.name);
    const json::object body = request_object(request);
    const auto log = [&](LogLevel level, std::string_view result) {
        logger_.log(level, method.name,
                    {{"request", request.id},
                     {"agent", agent_of(body)},
                     {"resource", resource_of(body)},
                     {"caller", caller.principal.text()},
                     {"tenant", tenant_key(caller.tenant)},
                     {"result", std::string(result)}});
    };
    const LogLevel level = method.only_reads() ? LogLevel::debug : LogLevel::info;
    try {
        http::Response response;
        response.body = json::serialize(method.call(context_, caller, FieldReader(body)));
        log(level, "ok");
        return response;
    } catch (...) {
        const Error error = current_error();
        log(is_refusal(error) ? LogLevel::warning : level,
            std::string(errc_name(error.code())) + ": " + error.message());
        throw error;
    }
}

Caller ApiServer::enter(const http::Request& request, std::string_view method) {
    last_request_.store(std::chrono::steady_clock::now());
    try {
        return identify(request, context_);
    } catch (...) {
        const Error error = current_error();
        logger_.log(LogLevel::warning, method,
                    {{"request", request.id},
                     {"peer", request.peer.address},
                     {"result", std::string(errc_name(error.code())) + ": " + error.message()}});
        throw error;
    }
}

void ApiServer::add_watch(const std::string& method, bool is_session) {
    const auto open = [this, method, is_session](const http::Request& request,
                                                 std::shared_ptr<http::ResponseStream> stream) {
        const Caller caller = enter(request, method);
        const json::object body = http::decode_stream_request(request);
        const FieldReader fields(body);
        const EventPosition from = parse_event_position(fields.get_string("from", ""));
        const Agent agent = find_agent(context_, caller, fields, "agent.read");
        std::make_shared<WatchStream>(context_, watch_workers_,
                                      is_session ? WatchStream::Log::session : WatchStream::Log::agent, agent, from,
                                      fields.get_bool("follow", true), std::move(stream))
            ->start();
    };
    // An error of a stream method is told in its last envelope, with status 200: so says the Connect protocol.
    server_.add_stream(std::string(service_path) + method, "application/connect+json",
                       [open](const http::Request& request, std::shared_ptr<http::ResponseStream> stream) {
                           try {
                               open(request, stream);
                           } catch (...) {
                               const Error error = current_error();
                               stream->write(http::encode_end_of_stream(&error));
                               stream->close();
                           }
                       });
}

}
