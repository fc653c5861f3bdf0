#pragma once

#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// The message in its 5-byte envelope, as Connect streams carry it.
std::string wrap_envelope(std::string_view message);

/// Takes bytes of a stream and gives back whole messages. Throws data_loss for a message above 16 MiB or compressed.
class EnvelopeSplitter {
public:
    struct Message {
        bool is_last = false;  ///< the end-of-stream message, with the error if there was one
        std::string text;
    };
    std::vector<Message> feed(std::string_view bytes);

private:
    std::string input_;
};

/// The Error that the server describes: "rpc error: code = NotFound desc = …", with the server's hint and context.
Error server_error(const json::object& described);
/// The Error for a unary answer that is not 200.
Error server_error(int http_status, std::string_view body);
/// The error came from the server, not from this program or the way between.
bool is_server_error(const Error& error);

}
