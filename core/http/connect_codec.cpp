#include "http/connect_codec.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "base/http_status.hpp"
#include "base/utf8.hpp"
#include "http/error_info.hpp"

namespace murmur::http {

namespace {

constexpr std::size_t envelope_head_bytes = 5;        // flags, then the length as 32 bits, big-endian
constexpr std::size_t envelope_bytes_max = 16 << 20;  // a server that announces more is broken or hostile
constexpr unsigned char envelope_compressed = 1;
constexpr unsigned char envelope_end_of_stream = 2;
constexpr std::string_view error_info_type = "murmur.api.v1.ErrorInfo";
constexpr std::size_t foreign_body_shown_max = 200;  // of an answer that is not ours, in the error message

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
    return line;
}

std::string envelope(unsigned char flags, std::string_view message) {
    std::string bytes;
    bytes.reserve(envelope_head_bytes + message.size());
    bytes += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(message.size() >> shift & 255);
    bytes += message;
    return bytes;
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

ErrorInfo info_of_debug(const json::object& debug) {
    ErrorInfo info;
    info.hint = text_of(debug, "hint");
    if (const json::value* context = debug.if_contains("context"); context && context->is_array())
        for (const json::value& line : context->get_array())
            if (line.is_string()) info.context.emplace_back(line.get_string());
    return info;
}

/// The hint and context in an error's details. The readable form is preferred; foreign servers may leave it out.
ErrorInfo info_of_error(const json::object& error) {
    const json::value* details = error.if_contains("details");
    if (!details || !details->is_array()) return {};
    for (const json::value& detail : details->get_array()) {
        if (!detail.is_object() || text_of(detail.get_object(), "type") != error_info_type) continue;
        const json::value* debug = detail.get_object().if_contains("debug");
        if (debug && debug->is_object()) return info_of_debug(debug->get_object());
        return decode_error_info(text_of(detail.get_object(), "value")).value_or(ErrorInfo{});
    }
    return {};
}

std::optional<Error> error_of_json(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const std::string name = text_of(object, "code");
    const Errc code = errc_from_name(name);
    if (errc_name(code) != name) return std::nullopt;
    const std::string message = one_line(text_of(object, "message"));
    Error error(code, message.empty() ? "the server gave no reason" : message);
    const ErrorInfo info = info_of_error(object);
    for (const std::string& line : info.context) error = error.in(one_line(line));
    return info.hint.empty() ? error : error.with_hint(one_line(info.hint));
}

json::value parse_lenient(std::string_view text) noexcept {
    try {
        return parse_json(text);
    } catch (...) {
        return nullptr;  // not JSON is an answer too: a proxy's page, for one
    }
}

json::object parse_object(std::string_view text) {
    if (text.empty()) return {};  // a message without any field set
    json::value value = parse_json(text, "the request");
    if (!value.is_object()) throw Error(Errc::invalid_argument, "the request must be a JSON object");
    return std::move(value.get_object());
}

std::uint32_t envelope_length(std::string_view head) {
    std::uint32_t length = 0;
    for (std::size_t i = 1; i < envelope_head_bytes; ++i) length = length << 8 | static_cast<unsigned char>(head[i]);
    return length;
}

}

int http_status(Errc code) {
    switch (code) {
        case Errc::cancelled: return 499;
        case Errc::unknown: return 500;
        case Errc::invalid_argument: return 400;
        case Errc::deadline_exceeded: return 504;
        case Errc::not_found: return 404;
        case Errc::already_exists: return 409;
        case Errc::permission_denied: return 403;
        case Errc::resource_exhausted: return 429;
        case Errc::failed_precondition: return 400;
        case Errc::aborted: return 409;
        case Errc::out_of_range: return 400;
        case Errc::unimplemented: return 501;
        case Errc::internal: return 500;
        case Errc::unavailable: return 503;
        case Errc::data_loss: return 500;
        case Errc::unauthenticated: return 401;
    }
    return 500;
}

json::object encode_error(const Error& error) {
    // Messages may quote file names and program output, which may be anything; JSON may not.
    json::object object{{"code", errc_name(error.code())}, {"message", to_valid_utf8(error.message())}};
    ErrorInfo info{to_valid_utf8(error.hint()), {}};
    for (const std::string& line : error.context()) info.context.push_back(to_valid_utf8(line));
    if (info.hint.empty() && info.context.empty()) return object;
    json::object debug;
    if (!info.hint.empty()) debug["hint"] = info.hint;
    if (!info.context.empty()) debug["context"] = json::array(info.context.begin(), info.context.end());
    json::object detail{{"type", error_info_type}, {"value", encode_error_info(info)}};
    detail["debug"] = std::move(debug);
    object["details"] = json::array{std::move(detail)};
    return object;
}

Error decode_error(int http_status, std::string_view body) {
    if (const auto error = error_of_json(parse_lenient(body))) return *error;
    std::string message = "the server answered with HTTP status " + std::to_string(http_status);
    const std::string shown = to_valid_utf8(one_line(body.substr(0, foreign_body_shown_max)));
    if (shown.find_first_not_of(' ') != std::string::npos) message += ": " + shown;
    return Error(errc_of_http_status(http_status), message);
}

Response error_response(const Error& error) {
    Response response;
    response.status = http_status(error.code());
    response.body = json::serialize(encode_error(error));
    // RFC 9110, 15.5.2: a 401 must name the way to authenticate.
    if (error.code() == Errc::unauthenticated) response.headers["WWW-Authenticate"] = "Bearer";
    return response;
}

std::string encode_envelope(const json::value& message) { return envelope(0, json::serialize(message)); }

std::string encode_end_of_stream(const Error* error) {
    json::object message;
    if (error) message["error"] = encode_error(*error);
    return envelope(envelope_end_of_stream, json::serialize(message));
}

std::vector<EnvelopeReader::Envelope> EnvelopeReader::feed(std::string_view bytes) {
    buffer_ += bytes;
    std::vector<Envelope> whole;
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        if (ended_) throw Error(Errc::data_loss, "the stream goes on after its last message");
        const auto flags = static_cast<unsigned char>(rest.front());
        if (flags & envelope_compressed) throw Error(Errc::data_loss, "the stream has a compressed message, unasked");
        if (flags & ~envelope_end_of_stream)
            throw Error(Errc::data_loss, "the stream has a message with unknown flags " + std::to_string(flags));
        if (rest.size() < envelope_head_bytes) break;
        const std::size_t length = envelope_length(rest);
        if (length > envelope_bytes_max)
            throw Error(Errc::data_loss, "the stream announces a message of " + std::to_string(length) + " bytes");
        if (rest.size() - envelope_head_bytes < length) break;
        ended_ = (flags & envelope_end_of_stream) != 0;
        whole.push_back({ended_, std::string(rest.substr(envelope_head_bytes, length))});
        rest.remove_prefix(envelope_head_bytes + length);
    }
    buffer_.erase(0, buffer_.size() - rest.size());
    return whole;
}

json::object decode_stream_request(const Request& request) {
    const auto type = request.headers.find("content-type");
    if (type == request.headers.end() || !type->second.starts_with("application/connect+"))
        return parse_object(request.body);
    const std::string_view body = request.body;
    if (body.size() < envelope_head_bytes)
        throw Error(Errc::invalid_argument, "the request body is not one whole Connect envelope");
    if (body.front() != 0)
        throw Error(Errc::invalid_argument, "the request's envelope has flags that are not supported")
            .with_hint("Send the message uncompressed, with flags 0.");
    if (body.size() - envelope_head_bytes != envelope_length(body))
        throw Error(Errc::invalid_argument, "the request body is not one whole Connect envelope");
    return parse_object(body.substr(envelope_head_bytes));
}

}
