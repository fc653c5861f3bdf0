#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "http/http_types.hpp"

namespace murmur::http {

/// A bound, listening, non-blocking socket. A unix socket's file goes with it, unless another has taken its place.
class Listener {
public:
    /// As HttpServer::listen_unix and listen_tcp say.
    static Listener bind_unix(const std::filesystem::path& path);
    static Listener bind_tcp(const std::string& address);

    Listener(Listener&& other) noexcept = default;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    int fd() const noexcept { return fd_.get(); }
    /// "host:port" as bound, or the path.
    const std::string& address() const noexcept { return address_; }

    struct Accepted {
        Fd fd;  ///< non-blocking
        Peer peer;
    };
    /// The next waiting connection; nothing when there is none. Throws when the system has no descriptors left.
    std::optional<Accepted> accept() const;

private:
    Listener(Fd fd, std::string address) : fd_(std::move(fd)), address_(std::move(address)) {}

    Fd fd_;
    std::string address_;
    dev_t device_ = 0;  // of the unix socket's file
    ino_t inode_ = 0;   // 0: TCP
};

}
