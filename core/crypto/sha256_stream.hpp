#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace murmur {

/// SHA-256 of bytes that come piece by piece.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;

    void add(std::string_view bytes);
    /// Hexadecimal; nothing may be added after it.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 of a file's content, hexadecimal. Throws what reading it throws, with the path.
std::string sha256_of_file(const std::filesystem::path& path);
/// 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text);

}
