#include "client/server_address.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

Errc code_of(const std::string& text) {
    try {
        parse_server_address(text);
    } catch (const Error& error) {
        EXPECT_FALSE(error.hint().empty()) << text;
        return error.code();
    }
    return Errc::unknown;
}

TEST(ServerAddress, ReadsSocketsAndHosts) {
    EXPECT_EQ(parse_server_address("unix:/run/x.sock").path, "/run/x.sock");
    EXPECT_EQ(parse_server_address("unix:///run/x.sock").path, "/run/x.sock");
    EXPECT_EQ(parse_server_address("http://localhost:81/").text(), "http://localhost:81");
    EXPECT_EQ(parse_server_address("http://[::1]:81").host, "::1");
    EXPECT_EQ(parse_server_address("http://[::1]:81").text(), "http://[::1]:81");
    EXPECT_EQ(parse_server_address("http://box").port, "8620");
    EXPECT_FALSE(parse_server_address("unix:/run/x.sock").starts_on_demand);
}

TEST(ServerAddress, SaysWhatIsWrong) {
    EXPECT_EQ(code_of("localhost:81"), Errc::invalid_argument);
    EXPECT_EQ(code_of("unix:x.sock"), Errc::invalid_argument);
    EXPECT_EQ(code_of("unix:/" + std::string(200, 'x')), Errc::invalid_argument);
    EXPECT_EQ(code_of("http://:81"), Errc::invalid_argument);
    EXPECT_EQ(code_of("http://box:port"), Errc::invalid_argument);
    EXPECT_EQ(code_of("http://box:81/path"), Errc::invalid_argument);
    EXPECT_EQ(code_of("http://user@box:81"), Errc::invalid_argument);
    EXPECT_EQ(code_of("https://box"), Errc::unimplemented);
}

}
}
