#pragma once

#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_types.hpp"

namespace murmur::http {

/// The Connect protocol's HTTP status for a code. Source: https://connectrpc.com/docs/protocol#error-codes
int http_status(Errc code);

/// {"code","message","details"} with hint and context in an ErrorInfo detail.
json::object encode_error(const Error& error);
/// The reverse; for an answer that is not of that form, an Error that fits `http_status`.
Error decode_error(int http_status, std::string_view body);

/// The whole answer for a failed unary call.
Response error_response(const Error& error);

/// One envelope of a Connect stream: flags, length, message.
std::string encode_envelope(const json::value& message);
/// The last envelope; with the error when there was one.
std::string encode_end_of_stream(const Error* error);

/// Takes bytes of a stream and gives back whole envelopes. Throws data_loss on a malformed one, limit 16 MiB each.
class EnvelopeReader {
public:
    struct Envelope {
        bool end_of_stream = false;
        std::string message;
    };
    std::vector<Envelope> feed(std::string_view bytes);

    /// Whether the last envelope has been seen: a stream that stops before it was cut off.
    bool ended() const { return ended_; }

private:
    std::string buffer_;
    bool ended_ = false;
};

/// The first message of a Connect stream request body (one envelope), or of a plain JSON body. Throws invalid_argument.
json::object decode_stream_request(const Request& request);

}
