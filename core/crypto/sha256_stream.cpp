#include "crypto/sha256_stream.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"

namespace murmur {

struct Sha256Stream::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    if (EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1)
        throw Error(Errc::internal, "SHA-256 is not to be had");
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1)
        throw Error(Errc::internal, "SHA-256 failed");
}

std::string Sha256Stream::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), &length) != 1)
        throw Error(Errc::internal, "SHA-256 failed");
    return to_hex({reinterpret_cast<const char*>(digest.data()), length});
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
