#include "client/response_parser.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

TEST(ResponseParser, ReadsABodyOfKnownLengthByteByByte) {
    ResponseParser parser;
    const std::string bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-Thing:  a b \r\n\r\nhello";
    std::string body;
    for (const char c : bytes) {
        EXPECT_FALSE(parser.is_complete());
        parser.feed(std::string_view(&c, 1));
        body += parser.take_body();
    }
    EXPECT_TRUE(parser.is_complete());
    EXPECT_EQ(parser.status(), 404);
    EXPECT_EQ(parser.header("x-thing"), "a b");
    EXPECT_EQ(body, "hello");
}

TEST(ResponseParser, ReadsChunksHoweverTheyAreCut) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, world!!!\r\n0\r\nTrailer: "
        "x\r\n\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        ResponseParser parser;
        parser.feed(std::string_view(bytes).substr(0, cut));
        parser.feed(std::string_view(bytes).substr(cut));
        EXPECT_TRUE(parser.is_complete());
        EXPECT_EQ(parser.take_body(), "hello, world!!!");
    }
}

TEST(ResponseParser, ReadsUntilTheEndOfTheConnection) {
    ResponseParser parser;
    parser.feed("HTTP/1.1 200 OK\r\n\r\nhel");
    parser.feed("lo");
    EXPECT_FALSE(parser.is_complete());
    parser.finish();
    EXPECT_TRUE(parser.is_complete());
    EXPECT_EQ(parser.take_body(), "hello");
}

TEST(ResponseParser, PassesOverInterimResponses) {
    ResponseParser parser;
    parser.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(parser.status(), 200);
    EXPECT_EQ(parser.take_body(), "ok");
}

TEST(ResponseParser, AnAnswerThatBreaksOffIsUnavailable) {
    ResponseParser parser;
    parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    try {
        parser.finish();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::unavailable);
    }
}

TEST(ResponseParser, RefusesWhatIsNotHttp) {
    EXPECT_THROW(ResponseParser().feed("SSH-2.0-OpenSSH_9.2\r\n\r\n"), Error);
    EXPECT_THROW(ResponseParser().feed("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n"), Error);
    EXPECT_THROW(ResponseParser().feed("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), Error);
    EXPECT_THROW(ResponseParser().feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), Error);
    EXPECT_THROW(ResponseParser().feed("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')), Error);
}

}
}
