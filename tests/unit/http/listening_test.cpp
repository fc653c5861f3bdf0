#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <murmur/error.hpp>

#include "http/connect_codec.hpp"
#include "serving.hpp"

namespace murmur::http {
namespace {

namespace fs = std::filesystem;

TEST_F(Serving, SocketBelongsToItsUserAlone) {
    const mode_t before = ::umask(0);
    serve();
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat(socket_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Serving, SecondServerIsRefusedAndHarmless) {
    serve();
    HttpServer second{ServerLimits()};
    try {
        second.listen_unix(socket_);
        FAIL() << "two servers at one socket";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::already_exists);
        EXPECT_NE(error.message().find(socket_.string()), std::string::npos);
    }
    EXPECT_EQ(TestClient(socket_).request("POST", "/echo", "x").status, 200);
    EXPECT_THROW(second.listen_tcp(address_), Error);
}

TEST_F(Serving, StaleSocketIsReplacedAndRemovedAtTheEnd) {
    {
        const Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ASSERT_EQ(::listen(dead.get(), 1), 0);
    }
    ASSERT_TRUE(fs::exists(socket_));
    serve();
    EXPECT_EQ(TestClient(socket_).request("POST", "/echo", "x").status, 200);
    server_->stop(std::chrono::seconds(1));
    EXPECT_FALSE(fs::exists(socket_));
}

TEST_F(Serving, WhatIsNoSocketStays) {
    std::ofstream(socket_) << "precious";
    HttpServer server{ServerLimits()};
    EXPECT_THROW(server.listen_unix(socket_), Error);
    EXPECT_EQ(fs::file_size(socket_), 8u);
}

TEST_F(Serving, LongSocketPathNamesTheRemedy) {
    HttpServer server{ServerLimits()};
    const fs::path longest = folder_.path / std::string(107 - folder_.path.native().size() - 1, 'x');
    server.listen_unix(longest);
    try {
        server.listen_unix(longest.string() + "x");
        FAIL() << "108 bytes fit";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_NE(error.hint().find("MURMUR_RUNTIME_DIR"), std::string::npos);
    }
}

TEST_F(Serving, BadAddressesAreRefused) {
    HttpServer server{ServerLimits()};
    for (const char* bad :
         {"", "localhost", ":80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "1.2.3.4.5:1"})
        EXPECT_THROW(server.listen_tcp(bad), Error) << bad;
}

}
}
