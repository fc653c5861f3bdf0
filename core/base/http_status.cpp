#include "base/http_status.hpp"

namespace murmur {

Errc errc_of_http_status(int status) {
    switch (status) {
        case 400: return Errc::internal;
        case 401: return Errc::unauthenticated;
        case 403: return Errc::permission_denied;
        case 404: return Errc::unimplemented;
        case 429:
        case 502:
        case 503:
        case 504: return Errc::unavailable;
        default: return Errc::unknown;
    }
}

}
