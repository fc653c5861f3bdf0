#include "http/message.hpp"

#include <algorithm>
#include <cstdio>
#include <murmur/error.hpp>

#include "base/ids.hpp"

namespace murmur::http {

namespace {

constexpr std::size_t request_id_bytes_max = 128;
constexpr std::size_t made_request_id_bytes = 8;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0))
                throw Error(Errc::invalid_argument, "the request target has a bad percent encoding");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        decoded += c;
    }
    return decoded;
}

void parse_query(std::string_view text, Request& request) {
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        request.query[percent_decode(pair.substr(0, equals), true)] = percent_decode(value, true);
    }
}

bool is_id_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == ':' || c == '-';
}

std::string_view status_text(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 499: return "Client Closed Request";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        default: return "Status";
    }
}

/// Sources of header values are handlers, which may put in what users gave them.
void append_header(std::string& head, std::string_view name, std::string_view value) {
    const auto breaks = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
    if (name.empty() ||
        std::any_of(name.begin(), name.end(), [&](char c) { return breaks(c) || c == ':' || c == ' '; }) ||
        std::any_of(value.begin(), value.end(), breaks))
        throw Error(Errc::internal, "a handler answered with a malformed header");
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
}

}

void parse_target(std::string_view target, Request& request) {
    if (const auto scheme = target.find("://"); scheme != std::string_view::npos && target.front() != '/') {
        // The absolute form, which proxies use: only the part from the path on is ours.
        const auto slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    if (target.empty() || target.front() != '/')
        throw Error(Errc::invalid_argument, "the request target must begin with a slash");
    const auto question = target.find('?');
    request.path = percent_decode(target.substr(0, question), false);
    if (question != std::string_view::npos) parse_query(target.substr(question + 1), request);
}

void choose_request_id(Request& request) {
    const auto given = request.headers.find("x-request-id");
    const bool is_fit = given != request.headers.end() && !given->second.empty() &&
                        given->second.size() <= request_id_bytes_max &&
                        std::all_of(given->second.begin(), given->second.end(), is_id_character);
    request.id = is_fit ? given->second : random_hex(made_request_id_bytes);
}

std::string format_head(const Response& response, BodyEnd end, bool keep_alive, const std::string& request_id) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    head += status_text(response.status);
    head += "\r\n";
    if (!response.content_type.empty()) append_header(head, "Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers) append_header(head, name, value);
    if (!request_id.empty()) append_header(head, "X-Request-Id", request_id);
    if (end == BodyEnd::length) append_header(head, "Content-Length", std::to_string(response.body.size()));
    if (end == BodyEnd::chunked) append_header(head, "Transfer-Encoding", "chunked");
    if (!keep_alive) append_header(head, "Connection", "close");
    head += "\r\n";
    return head;
}

std::string format_chunk(std::string_view bytes, BodyEnd end) {
    if (end != BodyEnd::chunked) return std::string(bytes);
    char size[20];
    const int digits = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    std::string chunk;
    chunk.reserve(bytes.size() + 24);
    chunk.append(size, static_cast<std::size_t>(digits));
    chunk += bytes;
    chunk += "\r\n";
    return chunk;
}

}
