#include "client/api_client.hpp"

#include <algorithm>

#include "base/wiping_memory.hpp"
#include "client/connect_messages.hpp"
#include "client/daemon_start.hpp"
#include "client/http_exchange.hpp"

namespace murmur {

namespace {

// A murmurd that dies at every one of these requests is not helped by another.
constexpr int attempts_max = 3;

json::object parse_message(const std::string& text) {
    json::value value = parse_json(text, "the server's answer");
    if (!value.is_object()) throw Error(Errc::data_loss, "the server's answer is not a JSON object");
    return std::move(value.get_object());
}

/// The error of an end-of-stream message, if any.
void throw_stream_error(const std::string& text) {
    const json::object last = parse_message(text);
    const json::value* error = last.if_contains("error");
    if (error && error->is_object()) throw server_error(error->get_object());
}

}

Fd ApiClient::connect(bool may_start) {
    if (options_.server.starts_on_demand)
        return may_start ? connect_or_start(options_.server) : connect_if_running(options_.server);
    return connect_to(options_.server, std::min(options_.patience, connect_time_max));
}

std::string ApiClient::request_head(std::string_view method, std::string_view content_type,
                                    std::size_t body_size) const {
    std::string head = "POST /murmur.api.v1.MurmurService/" + std::string(method) + " HTTP/1.1\r\nHost: ";
    head += options_.server.kind == ServerAddress::Kind::tcp ? options_.server.host + ":" + options_.server.port
                                                             : "murmurd";
    head +=
        "\r\nContent-Type: " + std::string(content_type) + "\r\nConnect-Protocol-Version: 1\r\nConnection: close\r\n";
    if (!options_.token.empty()) head += "Authorization: Bearer " + options_.token + "\r\n";
    if (!options_.tenant.empty()) head += "Murmur-Tenant: " + options_.tenant + "\r\n";
    return head + "Content-Length: " + std::to_string(body_size) + "\r\n\r\n";
}

Secret ApiClient::unary_bytes(std::string_view method, const json::object& request) const {
    return serialize_wiped(request, [&](std::size_t size) { return request_head(method, "application/json", size); });
}

json::object ApiClient::call(std::string_view method, const json::object& request) {
    const Secret bytes = unary_bytes(method, request);
    for (int attempt = 1;; ++attempt) {
        HttpExchange exchange(connect(true), options_.cancel_fd);
        try {
            exchange.send(bytes.reveal());
            while (exchange.receive(options_.patience)) {
            }
        } catch (const Error& error) {
            const bool died = error.code() == Errc::unavailable && options_.server.starts_on_demand;
            if (!died || attempt == attempts_max) throw;
            continue;
        }
        return answer_of(exchange);
    }
}

json::object ApiClient::call_if_running(std::string_view method, const json::object& request) {
    HttpExchange exchange(connect(false), options_.cancel_fd);
    exchange.send(unary_bytes(method, request).reveal());
    while (exchange.receive(options_.patience)) {
    }
    return answer_of(exchange);
}

json::object ApiClient::answer_of(HttpExchange& exchange) {
    const std::string answer = exchange.response().take_body();
    if (exchange.response().status() != 200) throw server_error(exchange.response().status(), answer);
    return parse_message(answer);
}

void ApiClient::stream(std::string_view method, const json::object& request,
                       const std::function<bool(const json::object&)>& on_message) {
    run_stream(true, method, request, on_message);
}

void ApiClient::stream_if_running(std::string_view method, const json::object& request,
                                  const std::function<bool(const json::object&)>& on_message) {
    run_stream(false, method, request, on_message);
}

void ApiClient::run_stream(bool may_start, std::string_view method, const json::object& request,
                           const std::function<bool(const json::object&)>& on_message) {
    HttpExchange exchange(connect(may_start), options_.cancel_fd);
    const std::string body = wrap_envelope(json::serialize(request));
    exchange.send(request_head(method, "application/connect+json", body.size()) + body);
    EnvelopeSplitter splitter;
    for (bool more = true; more;) {
        more = exchange.receive(std::nullopt);
        if (!exchange.response().head_is_complete() || exchange.response().status() != 200) continue;
        for (const auto& message : splitter.feed(exchange.response().take_body())) {
            if (message.is_last) return throw_stream_error(message.text);
            if (!on_message(parse_message(message.text))) return;
        }
    }
    if (exchange.response().status() != 200)
        throw server_error(exchange.response().status(), exchange.response().take_body());
    throw Error(Errc::unavailable, "the server ended the stream without saying why");
}

}
