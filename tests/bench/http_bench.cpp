// What the HTTP server costs, beside the bare thing: bytes echoed over a socketpair by two threads.
//
// Prints one line per measurement: name, operations per second, and the ratio to the bare echo. Runs for about ten
// seconds.
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "http/http_server.hpp"
#include "http/server_address.hpp"

namespace {

using namespace murmur;
using namespace murmur::http;
using BenchClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds bench_time{1500};
constexpr int idle_websockets = 5000;

const std::string post =
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}";
const std::string upgrade =
    "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
const std::string text_frame("\x81\x8c\0\0\0\0hello, world", 18);
constexpr std::size_t echoed_frame_bytes = 14;

void must(bool condition, const char* what) {
    if (condition) return;
    std::perror(what);
    std::exit(1);
}

void send_all(int fd, const std::string& bytes) {
    must(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "send");
}

void receive_exactly(int fd, std::size_t size) {
    char block[4096];
    while (size > 0) {
        const ssize_t got = ::recv(fd, block, std::min(size, sizeof block), 0);
        must(got > 0, "recv");
        size -= static_cast<std::size_t>(got);
    }
}

std::size_t receive_answer(int fd) {
    std::string answer;
    char block[4096];
    while (answer.find("\r\n\r\n") == std::string::npos || !answer.ends_with("}")) {
        const ssize_t got = ::recv(fd, block, sizeof block, 0);
        must(got > 0, "recv");
        answer.append(block, static_cast<std::size_t>(got));
    }
    return answer.size();
}

void receive_head(int fd) {
    std::string head;
    char byte;
    while (!head.ends_with("\r\n\r\n")) {
        must(::recv(fd, &byte, 1, 0) == 1, "recv");
        head += byte;
    }
}

Fd connect_bench(const std::filesystem::path& path) {
    ServerAddress address;
    address.unix_path = path;
    return connect_to(address, 10'000);
}

/// Operations per second of `step`, run on every one of `count` threads with the descriptor that `open` makes.
double measure(int count, const std::function<Fd()>& open, const std::function<void(int)>& step) {
    std::atomic<long> done = 0;
    const auto begin = BenchClock::now();
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < count; ++i)
            threads.emplace_back([&] {
                const Fd fd = open();
                while (BenchClock::now() - begin < bench_time) {
                    step(fd.get());
                    ++done;
                }
            });
    }
    return static_cast<double>(done) / std::chrono::duration<double>(BenchClock::now() - begin).count();
}

double bare_echo() {
    int ends[2];
    must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    std::thread echo([fd = ends[1]] {
        char block[4096];
        for (ssize_t got; (got = ::recv(fd, block, sizeof block, 0)) > 0;)
            must(::send(fd, block, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got, "echo");
        ::close(fd);
    });
    const double rate = measure(
        1, [&] { return Fd(ends[0]); },
        [](int fd) {
            send_all(fd, post);
            receive_exactly(fd, post.size());
        });
    echo.join();
    return rate;
}

void print_rate(const char* name, double rate, double bare) {
    std::printf("%-36s %10.0f /s   %5.2f of the bare echo\n", name, rate, rate / bare);
}

/// Opens idle WebSockets from a child, so that only the server's end counts, and prints what one of them costs here.
void print_idle_websocket(const HttpServer& server, const std::filesystem::path& path) {
    int go[2];
    must(::pipe2(go, O_CLOEXEC) == 0, "pipe");
    const std::size_t heap_before = ::mallinfo2().uordblks;
    const pid_t child = ::fork();
    must(child >= 0, "fork");
    if (child == 0) {
        ::close(go[1]);
        std::vector<Fd> sockets;
        for (int i = 0; i < idle_websockets; ++i) {
            sockets.push_back(connect_bench(path));
            send_all(sockets.back().get(), upgrade);
            receive_head(sockets.back().get());
        }
        char byte;
        (void)!::read(go[0], &byte, 1);  // until the parent has counted
        ::_exit(0);
    }
    while (server.connections() < idle_websockets) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the last handshakes
    const std::size_t heap = ::mallinfo2().uordblks - heap_before;
    std::printf("%-36s %10zu bytes of heap each, of %d\n", "idle WebSocket", heap / idle_websockets, idle_websockets);
    ::close(go[1]);
    ::waitpid(child, nullptr, 0);
    ::close(go[0]);
}

}

int main() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("murmur-bench-" + random_hex(6));
    std::filesystem::create_directories(folder);
    const std::filesystem::path path = folder / "s";
    // One arena, so that mallinfo2() sees what the network thread takes.
    ::mallopt(M_ARENA_MAX, 1);
    HttpServer server{ServerLimits()};
    server.add_handler("POST", "/echo", [](const Request& request) {
        return Response{200, "application/json", request.body};
    });
    server.add_websocket("/socket", [](const Request&, const std::shared_ptr<WebSocket>& socket) {
        return WebSocketEvents{[socket](std::string message) { socket->send(std::move(message)); }, {}};
    });
    server.listen_unix(path);
    server.start();

    print_idle_websocket(server, path);
    const double bare = bare_echo();
    print_rate("bare socketpair echo", bare, bare);
    const auto open = [&] { return connect_bench(path); };
    const auto ask = [](int fd) {
        send_all(fd, post);
        receive_answer(fd);
    };
    print_rate("unary requests, 1 connection", measure(1, open, ask), bare);
    print_rate("unary requests, 16 connections", measure(16, open, ask), bare);
    const auto open_websocket = [&] {
        Fd fd = connect_bench(path);
        send_all(fd.get(), upgrade);
        receive_head(fd.get());
        return fd;
    };
    const auto exchange = [](int fd) {
        send_all(fd, text_frame);
        receive_exactly(fd, echoed_frame_bytes);
    };
    print_rate("WebSocket round trips, 1 connection", measure(1, open_websocket, exchange), bare);
    print_rate("WebSocket round trips, 16 connections", measure(16, open_websocket, exchange), bare);
    server.stop(std::chrono::seconds(1));
    std::filesystem::remove_all(folder);
    return 0;
}
