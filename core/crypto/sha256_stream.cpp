#include "crypto/sha256_stream.hpp"

#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace murmur {

// The functions of SHA-256 itself, which OpenSSL 3 would rather have called through EVP: that loads the providers, most
// of a MiB in the memory of a runner that needs nothing else of them.
struct Sha256Stream::State {
    SHA256_CTX context;
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    if (SHA256_Init(&state_->context) != 1) throw Error(Errc::internal, "SHA-256 is not to be had");
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
    if (SHA256_Update(&state_->context, bytes.data(), bytes.size()) != 1) throw Error(Errc::internal, "SHA-256 failed");
}

std::string Sha256Stream::finish() {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (SHA256_Final(digest.data(), &state_->context) != 1) throw Error(Errc::internal, "SHA-256 failed");
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string sha256_of_file(const std::filesystem::path& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw system_error(errno, "cannot read \"" + path.string() + "\"");
    Sha256Stream stream;
    std::array<char, 65536> chunk;
    for (;;) {
        const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read \"" + path.string() + "\"");
        if (count == 0) return stream.finish();
        stream.add({chunk.data(), static_cast<std::size_t>(count)});
    }
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}
