#pragma once

#include <map>
#include <string>

#include "murmur/call.hpp"
#include "murmur/export.hpp"

namespace murmur {

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::map<std::string, std::string> headers;
    std::string body;
};

struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
};

/// Blocking HTTP(S) requests on the host's account. Safe from any thread.
///
/// Throws `unavailable` when the server cannot be reached, `deadline_exceeded` and `cancelled` as `call` says. An
/// answer with an error status is an answer, not an exception.
class MURMUR_SDK_API HttpClient {
public:
    virtual ~HttpClient();
    virtual HttpResponse send(const HttpRequest& request, const Call& call) = 0;
};

}
