#include "client/connect_messages.hpp"

#include <cstdint>

#include "base/http_status.hpp"

namespace murmur {

namespace {

constexpr std::size_t envelope_head_size = 5;
// murmurd's limit for one message.
constexpr std::size_t message_bytes_max = std::size_t{16} << 20;
constexpr unsigned char flag_compressed = 0x01;
constexpr unsigned char flag_end_of_stream = 0x02;
constexpr std::string_view server_error_prefix = "rpc error: code = ";

std::string error_text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}

std::string wrap_envelope(std::string_view message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    std::string bytes(envelope_head_size, '\0');
    for (int i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(1 + i)] = static_cast<char>(size >> (24 - 8 * i));
    return bytes.append(message);
}

std::vector<EnvelopeSplitter::Message> EnvelopeSplitter::feed(std::string_view bytes) {
    input_.append(bytes);
    std::vector<Message> messages;
    std::size_t at = 0;
    while (input_.size() - at >= envelope_head_size) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input_[at + i]); };
        const std::size_t size =
            std::size_t{byte(1)} << 24 | std::size_t{byte(2)} << 16 | std::size_t{byte(3)} << 8 | byte(4);
        const unsigned char flags = byte(0);
        if (size > message_bytes_max || (flags & flag_compressed) || flags > flag_end_of_stream)
            throw Error(Errc::data_loss, "the server's stream is damaged")
                .with_hint("Check that murmur and murmurd have the same version: run murmur version.");
        if (input_.size() - at < envelope_head_size + size) break;
        messages.push_back({(flags & flag_end_of_stream) != 0, input_.substr(at + envelope_head_size, size)});
        at += envelope_head_size + size;
    }
    input_.erase(0, at);
    return messages;
}

Error server_error(const json::object& described) {
    const Errc code = errc_from_name(error_text(described, "code"));
    Error error(code, std::string(server_error_prefix) + std::string(errc_title(code)) +
                          " desc = " + error_text(described, "message"));
    const json::value* details = described.if_contains("details");
    if (!details || !details->is_array()) return error;
    for (const json::value& detail : details->get_array()) {
        if (!detail.is_object() || error_text(detail.get_object(), "type") != "murmur.api.v1.ErrorInfo") continue;
        const json::value* info = detail.get_object().if_contains("debug");
        if (!info || !info->is_object()) continue;
        if (const std::string hint = error_text(info->get_object(), "hint"); !hint.empty())
            error = error.with_hint(hint);
        const json::value* context = info->get_object().if_contains("context");
        if (!context || !context->is_array()) continue;
        for (const json::value& line : context->get_array())
            if (line.is_string()) error = error.in(std::string(line.get_string()));
    }
    return error;
}

Error server_error(int http_status, std::string_view body) {
    boost::system::error_code not_json;
    const json::value value = json::parse(body, not_json);
    if (!not_json && value.is_object() && value.get_object().contains("code")) return server_error(value.get_object());
    const Errc code = errc_of_http_status(http_status);
    return Error(code, std::string(server_error_prefix) + std::string(errc_title(code)) +
                           " desc = the server answered " + std::to_string(http_status) + " without a reason")
        .with_hint("Check that MURMUR_SERVER names a murmurd, and that it has this program's version.");
}

bool is_server_error(const Error& error) { return error.message().starts_with(server_error_prefix); }

}
