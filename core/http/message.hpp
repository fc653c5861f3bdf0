#pragma once

#include <string>
#include <string_view>

#include "http/http_types.hpp"

namespace murmur::http {

/// Splits a request target into Request::path and Request::query and undoes the percent encoding. Throws
/// invalid_argument for a target that is not well-formed.
void parse_target(std::string_view target, Request& request);

/// Takes X-Request-Id into Request::id when it is fit for a log (1 to 128 of A-Z a-z 0-9 . _ : -), else makes one.
void choose_request_id(Request& request);

/// How the end of an answer is told.
enum class BodyEnd { length, chunked, close };

/// Status line and header of an answer. Throws `internal` when a handler's header would break the answer apart.
std::string format_head(const Response& response, BodyEnd end, bool keep_alive, const std::string& request_id);

/// One chunk of a chunked answer, or the bytes as they are when the answer ends with the connection.
std::string format_chunk(std::string_view bytes, BodyEnd end);

}
