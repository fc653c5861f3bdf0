#pragma once

#include <murmur/error.hpp>

namespace murmur {

/// What an HTTP status without a Connect error means. Source: https://connectrpc.com/docs/protocol#http-to-error-code
Errc errc_of_http_status(int status);

}
