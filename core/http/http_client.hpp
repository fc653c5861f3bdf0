#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "http/http_types.hpp"
#include "http/server_address.hpp"

namespace murmur::http {

/// A small client for plain answers, in blocking calls over one kept connection. For one thread at a time.
class HttpClient {
public:
    /// `server` is "unix:/path/to/socket" or "http://host:port"; `headers` go with every request. `patience` is how
    /// long either side may be silent.
    HttpClient(const std::string& server, std::map<std::string, std::string> headers,
               std::chrono::milliseconds patience);

    /// One exchange; `target` is the path with its query, as it goes over the wire. A kept connection that turns out to
    /// be dead is replaced once, so use it for what may be done twice. Returns whatever the status. Throws
    /// `unavailable` when nobody answers and data_loss for what is no answer.
    Response exchange(const std::string& method, const std::string& target, std::string_view body = {});
    /// Ends the connection that is kept.
    void close() { connection_.reset(); }

private:
    Response exchange_once(const std::string& method, const std::string& target, std::string_view body);
    void send(std::string_view bytes);
    std::string receive_more(std::size_t bytes_max);

    ServerAddress address_;
    std::map<std::string, std::string> headers_;
    std::chrono::milliseconds patience_;
    Fd connection_;
    bool answered_ = false;  ///< something has come in this exchange
};

}
