#include "crypto/lean_openssl.hpp"

#include <openssl/crypto.h>

namespace murmur {

void start_openssl_lean() noexcept {
    // Each of these is decided by the first who asks. That it fails would mean a MiB more, and nothing else.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                            OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
                        nullptr);
}

}
