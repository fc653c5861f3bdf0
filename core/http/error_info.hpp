#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace murmur::http {

/// The message murmur.api.v1.ErrorInfo, in protobuf's binary form and base64 without padding, as the Connect protocol
/// wants an error's details. Written by hand: two string fields do not carry the weight of a protobuf library.
struct ErrorInfo {
    std::string hint;                  // field 1
    std::vector<std::string> context;  // field 2, repeated
};

std::string encode_error_info(const ErrorInfo& info);
/// Nothing when the text is no such message. Fields of later versions are skipped.
std::optional<ErrorInfo> decode_error_info(std::string_view base64);

}
