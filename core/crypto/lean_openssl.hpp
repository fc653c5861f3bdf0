#pragma once

namespace murmur {

/// Starts OpenSSL without its configuration file and without the tables in which libraries look up ciphers and digests
/// by name: one MiB of memory. For a program that only hashes; to be called before anything else uses OpenSSL, also
/// before a library that starts it.
void start_openssl_lean() noexcept;

}
