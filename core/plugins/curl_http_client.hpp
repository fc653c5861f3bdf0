#pragma once

#include <murmur/http_client.hpp>

namespace murmur {

/// HTTP(S) over libcurl, which is opened by the first request: a program whose plugins never ask does not pay for it.
///
/// Redirects are not followed: the answer is handed back, because credentials in the headers must not travel on. Bodies
/// over 64 MiB are refused with resource_exhausted. One connection per request; safe from any thread.
class CurlHttpClient final : public HttpClient {
public:
    HttpResponse send(const HttpRequest& request, const Call& call) override;
};

}
