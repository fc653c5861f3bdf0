#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>

#include "catalog_support.hpp"

namespace murmur {

/// An etcd of its own in a directory, for comparison: the store that others keep such a catalog in.
class EtcdPeer {
public:
    explicit EtcdPeer(const std::filesystem::path& dir) {
        const int ready = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string notice = (dir / "notice").string();
        notice.copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(ready, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw system_error(errno, "cannot bind \"" + notice + "\"");
        const timeval patience{20, 0};
        ::setsockopt(ready, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        port_ = free_port();
        const std::string client_url = "http://127.0.0.1:" + std::to_string(port_);
        const std::string peer_url = "http://127.0.0.1:" + std::to_string(free_port());
        std::vector<std::string> arguments{"etcd",
                                           "--data-dir=" + (dir / "etcd").string(),
                                           "--listen-client-urls=" + client_url,
                                           "--advertise-client-urls=" + client_url,
                                           "--listen-peer-urls=" + peer_url,
                                           "--initial-advertise-peer-urls=" + peer_url,
                                           "--initial-cluster=default=" + peer_url};
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        std::string notify = "NOTIFY_SOCKET=" + notice, path = std::string("PATH=") + std::getenv("PATH");
        char* const environment[] = {notify.data(), path.data(), nullptr};
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        for (const int fd : {1, 2}) ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
        if (::posix_spawnp(&pid_, "etcd", &actions, nullptr, argv.data(), environment) != 0) pid_ = -1;
        ::posix_spawn_file_actions_destroy(&actions);
        char message[64];
        is_ready_ = pid_ > 0 && ::recv(ready, message, sizeof message, 0) > 0;
        ::close(ready);
    }
    ~EtcdPeer() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    EtcdPeer(const EtcdPeer&) = delete;
    EtcdPeer& operator=(const EtcdPeer&) = delete;

    bool is_installed() const { return pid_ > 0; }
    bool is_ready() const { return is_ready_; }
    int connect() const {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = local(port_);
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw system_error(errno, "cannot connect to etcd");
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return fd;
    }

    /// One request over a connection that stays; throws unless the answer is 200.
    static void call(int fd, const std::string& path, const std::string& body) {
        const std::string request = "POST " + path +
                                    " HTTP/1.1\r\nHost: etcd\r\nContent-Length: " + std::to_string(body.size()) +
                                    "\r\n\r\n" + body;
        if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            throw Error(Errc::unavailable, "etcd took no request");
        std::string answer;
        for (std::size_t whole = std::string::npos; answer.size() < whole;) {
            char buffer[4096];
            const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
            if (count <= 0) throw Error(Errc::unavailable, "etcd hung up");
            answer.append(buffer, static_cast<std::size_t>(count));
            const std::size_t head = answer.find("\r\n\r\n"), length = answer.find("Content-Length: ");
            if (head != std::string::npos && length < head)
                whole = head + 4 + static_cast<std::size_t>(std::atoi(answer.c_str() + length + 16));
        }
        if (!answer.starts_with("HTTP/1.1 200")) throw Error(Errc::internal, answer);
    }

private:
    static sockaddr_in local(int port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        return address;
    }
    static int free_port() {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = local(0);
        socklen_t size = sizeof address;
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
        ::close(fd);
        return ntohs(address.sin_port);
    }

    int port_ = 0;
    pid_t pid_ = -1;
    bool is_ready_ = false;
};

/// Writes per second of an etcd: a put on the condition that what it refers to is there, over its JSON gateway.
inline void run_etcd(const std::filesystem::path& below, std::chrono::milliseconds run_time, double bare) {
    const BenchDirectory dir(below);
    const EtcdPeer etcd(dir.path);
    if (!etcd.is_installed()) {
        std::printf("  etcd is not installed (apt install etcd-server): no comparison with it\n");
        return;
    }
    if (!etcd.is_ready()) throw Error(Errc::unavailable, "etcd did not become ready");
    // Base64 of "e", and of a body as large as a workspace's.
    const std::string target = "ZQ==", value(360, 'Q');
    const int setup = etcd.connect();
    EtcdPeer::call(setup, "/v3/kv/put", R"({"key":"ZQ==","value":"e30="})");
    ::close(setup);
    for (const int writers : {1, 16}) {
        std::vector<int> connections;
        for (int i = 0; i < writers; ++i) connections.push_back(etcd.connect());
        const double rate = rate_of(writers, run_time, [&](int writer, std::int64_t) {
            const std::string key = std::string("d29ya") + static_cast<char>('A' + writer) + "==";
            EtcdPeer::call(connections[static_cast<std::size_t>(writer)], "/v3/kv/txn",
                           R"({"compare":[{"key":")" + target +
                               R"(","target":"CREATE","result":"GREATER","create_revision":"0"}],"success":)" +
                               R"([{"request_put":{"key":")" + key + R"(","value":")" + value + R"("}}]})");
        });
        for (const int fd : connections) ::close(fd);
        std::printf("  %-38s %10.0f /s   %.2f x bare\n", ("etcd, " + std::to_string(writers) + " writers").c_str(),
                    rate, rate / bare);
    }
}

}
