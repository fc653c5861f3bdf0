#include "http/error_info.hpp"

#include <array>
#include <cstdint>

#include "base/base64.hpp"

namespace murmur::http {

namespace {

// Wire types of protobuf. Source: https://protobuf.dev/programming-guides/encoding
constexpr unsigned wire_varint = 0;
constexpr unsigned wire_fixed64 = 1;
constexpr unsigned wire_bytes = 2;
constexpr unsigned wire_fixed32 = 5;

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 128; value >>= 7) out += static_cast<char>((value & 127) | 128);
    out += static_cast<char>(value);
}

void append_string_field(std::string& out, unsigned field, std::string_view text) {
    append_varint(out, field << 3 | wire_bytes);
    append_varint(out, text.size());
    out += text;
}

std::optional<std::uint64_t> take_varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 127) << shift;
        if (byte < 128) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> take_bytes(std::string_view& in, std::uint64_t size) {
    if (size > in.size()) return std::nullopt;
    const std::string_view bytes = in.substr(0, size);
    in.remove_prefix(size);
    return bytes;
}

/// The bytes of the next field's value; for numbers, which ErrorInfo has none of, an empty text.
std::optional<std::string_view> take_value(std::string_view& in, unsigned wire_type) {
    switch (wire_type) {
        case wire_varint: return take_varint(in) ? std::optional<std::string_view>("") : std::nullopt;
        case wire_fixed64: return take_bytes(in, 8);
        case wire_fixed32: return take_bytes(in, 4);
        case wire_bytes: {
            const auto size = take_varint(in);
            return size ? take_bytes(in, *size) : std::nullopt;
        }
        default: return std::nullopt;
    }
}

}

std::string encode_error_info(const ErrorInfo& info) {
    std::string message;
    if (!info.hint.empty()) append_string_field(message, 1, info.hint);
    for (const std::string& line : info.context) append_string_field(message, 2, line);
    return to_base64(message, false);
}

std::optional<ErrorInfo> decode_error_info(std::string_view base64) {
    const auto message = from_base64(base64);
    if (!message) return std::nullopt;
    ErrorInfo info;
    for (std::string_view in = *message; !in.empty();) {
        const auto tag = take_varint(in);
        if (!tag) return std::nullopt;
        const auto value = take_value(in, static_cast<unsigned>(*tag & 7));
        if (!value) return std::nullopt;
        if (*tag == (1 << 3 | wire_bytes)) info.hint = *value;
        if (*tag == (2 << 3 | wire_bytes)) info.context.emplace_back(*value);
    }
    return info;
}

}
