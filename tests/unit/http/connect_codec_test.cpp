#include "http/connect_codec.hpp"

#include <gtest/gtest.h>

#include <random>

#include "http/error_info.hpp"

namespace murmur::http {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

Errc code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Errc::unknown;
}

TEST(ConnectStatus, FollowsTheProtocolsTable) {
    EXPECT_EQ(http_status(Errc::cancelled), 499);
    EXPECT_EQ(http_status(Errc::invalid_argument), 400);
    EXPECT_EQ(http_status(Errc::deadline_exceeded), 504);
    EXPECT_EQ(http_status(Errc::not_found), 404);
    EXPECT_EQ(http_status(Errc::already_exists), 409);
    EXPECT_EQ(http_status(Errc::permission_denied), 403);
    EXPECT_EQ(http_status(Errc::resource_exhausted), 429);
    EXPECT_EQ(http_status(Errc::failed_precondition), 400);
    EXPECT_EQ(http_status(Errc::unimplemented), 501);
    EXPECT_EQ(http_status(Errc::unavailable), 503);
    EXPECT_EQ(http_status(Errc::unauthenticated), 401);
}

TEST(ConnectError, PlainErrorHasNoDetails) {
    EXPECT_EQ(json::serialize(encode_error(Error(Errc::not_found, "no agent \"x\""))),
              R"({"code":"not_found","message":"no agent \"x\""})");
}

TEST(ConnectError, DetailsCarryTheProtobufMessageAndAReadableForm) {
    const Error error = Error(Errc::cancelled, "m").in("c").with_hint("h");
    const json::value encoded = encode_error(error);
    EXPECT_EQ(encoded.at("code").as_string(), "canceled");
    const json::value& detail = encoded.at("details").at(0);
    EXPECT_EQ(detail.at("type").as_string(), "murmur.api.v1.ErrorInfo");
    EXPECT_EQ(detail.at("value").as_string(), "CgFoEgFj");  // 0a 01 'h' 12 01 'c'
    EXPECT_EQ(detail.at("debug").at("hint").as_string(), "h");
    EXPECT_EQ(detail.at("debug").at("context").at(0).as_string(), "c");
}

TEST(ConnectError, SurvivesTheWayThereAndBack) {
    const Error sent = Error(Errc::failed_precondition, "branch \"b\" is protected")
                           .in("pushing")
                           .in("starting agent \"a\"")
                           .with_hint("Choose another branch.");
    const Response response = error_response(sent);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.content_type, "application/json");
    const Error got = decode_error(response.status, response.body);
    EXPECT_EQ(got.code(), sent.code());
    EXPECT_EQ(got.message(), sent.message());
    EXPECT_EQ(got.hint(), sent.hint());
    EXPECT_EQ(got.context(), sent.context());
}

TEST(ConnectError, ReadsDetailsWithoutTheReadableForm) {
    const Error got = decode_error(400, R"({"code":"aborted","message":"m","details":[{"type":"other"},5,
                {"type":"murmur.api.v1.ErrorInfo","value":"CgFoEgFj"}]})");
    EXPECT_EQ(got.code(), Errc::aborted);
    EXPECT_EQ(got.hint(), "h");
    ASSERT_EQ(got.context().size(), 1u);
    EXPECT_EQ(got.context()[0], "c");
}

TEST(ConnectError, BytesThatAreNotUtf8StillMakeJson) {
    const Response response = error_response(Error(Errc::not_found, "no file \"\xff\"").with_hint("\xc3"));
    const Error got = decode_error(response.status, response.body);
    EXPECT_EQ(got.code(), Errc::not_found);
    EXPECT_EQ(got.message(), "no file \"\xEF\xBF\xBD\"");
}

TEST(ConnectError, UnauthenticatedNamesTheScheme) {
    EXPECT_EQ(error_response(Error(Errc::unauthenticated, "no token")).headers.at("WWW-Authenticate"), "Bearer");
}

TEST(ConnectError, ForeignAnswersFollowTheStatus) {
    const Error gateway = decode_error(502, "<html>\r\nBad gateway\x01</html>");
    EXPECT_EQ(gateway.code(), Errc::unavailable);
    EXPECT_EQ(gateway.message().find('\n'), std::string::npos);
    EXPECT_NE(gateway.message().find("502"), std::string::npos);
    EXPECT_EQ(decode_error(404, "").code(), Errc::unimplemented);
    EXPECT_EQ(decode_error(429, "{}").code(), Errc::unavailable);
    EXPECT_EQ(decode_error(403, R"({"code":null})").code(), Errc::permission_denied);
    EXPECT_EQ(decode_error(401, R"({"code":"made_up"})").code(), Errc::unauthenticated);
    EXPECT_EQ(decode_error(400, R"([1,2])").code(), Errc::internal);
    EXPECT_EQ(decode_error(418, "\xff\xfe").code(), Errc::unknown);
    EXPECT_LT(decode_error(500, std::string(100000, 'x')).message().size(), 400u);
    EXPECT_FALSE(decode_error(500, R"({"code":"internal"})").message().empty());
}

TEST(ErrorInfo, SkipsFieldsOfLaterVersions) {
    // field 3 varint 5, field 4 fixed32, field 1 "h"
    const auto info = decode_error_info("GAUlAQAAAAoBaA==");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->hint, "h");
}

TEST(ErrorInfo, RefusesRubbish) {
    EXPECT_FALSE(decode_error_info("!!!!"));
    EXPECT_FALSE(decode_error_info("CgVo"));            // announces five bytes, has one
    EXPECT_FALSE(decode_error_info("Cv//////////AQ"));  // a length of 2^64-1
    EXPECT_FALSE(decode_error_info("DA"));              // wire type 4
}

TEST(ErrorInfo, EveryLengthSurvives) {
    for (std::size_t size = 0; size < 400; ++size) {
        const ErrorInfo sent{std::string(size, 'h'), {std::string(size, '\xff'), ""}};
        const auto got = decode_error_info(encode_error_info(sent));
        ASSERT_TRUE(got);
        EXPECT_EQ(got->hint, sent.hint);
        EXPECT_EQ(got->context, sent.context);
    }
}

TEST(Envelope, HasFlagsAndBigEndianLength) {
    EXPECT_EQ(encode_envelope(json::object{{"a", 1}}), bytes({0, 0, 0, 0, 7}) + R"({"a":1})");
    EXPECT_EQ(encode_end_of_stream(nullptr), bytes({2, 0, 0, 0, 2}) + "{}");
    const Error error(Errc::unavailable, "m");
    const std::string end = R"({"error":{"code":"unavailable","message":"m"}})";
    EXPECT_EQ(encode_end_of_stream(&error), bytes({2, 0, 0, 0, static_cast<int>(end.size())}) + end);
}

TEST(EnvelopeReader, TakesBytesInAnyPortions) {
    const std::string stream = encode_envelope(json::object{{"n", 1}}) + encode_envelope(json::object{}) +
                               encode_envelope(json::object{{"text", std::string(70000, 'x')}}) +
                               encode_end_of_stream(nullptr);
    for (const std::size_t portion : {1u, 4u, 5u, 6u, 1000u, 1000000u}) {
        EnvelopeReader reader;
        std::vector<EnvelopeReader::Envelope> got;
        for (std::size_t at = 0; at < stream.size(); at += portion)
            for (auto& envelope : reader.feed(std::string_view(stream).substr(at, portion)))
                got.push_back(std::move(envelope));
        ASSERT_EQ(got.size(), 4u);
        EXPECT_EQ(got[0].message, R"({"n":1})");
        EXPECT_FALSE(got[2].end_of_stream);
        EXPECT_TRUE(got[3].end_of_stream);
        EXPECT_TRUE(reader.ended());
    }
}

TEST(EnvelopeReader, RefusesWhatIsNoStream) {
    EXPECT_EQ(code_of([] { EnvelopeReader().feed(bytes({1, 0, 0, 0, 0})); }), Errc::data_loss);    // compressed
    EXPECT_EQ(code_of([] { EnvelopeReader().feed(bytes({128, 0, 0, 0, 0})); }), Errc::data_loss);  // gRPC-Web's end
    EXPECT_EQ(code_of([] { EnvelopeReader().feed("HTTP/1.1 200 OK"); }), Errc::data_loss);
    EXPECT_EQ(code_of([] { EnvelopeReader().feed(bytes({0, 1, 0, 0, 1})); }), Errc::data_loss);  // 16 MiB + 1
    EXPECT_EQ(code_of([] { EnvelopeReader().feed(encode_end_of_stream(nullptr) + "x"); }), Errc::data_loss);
    EnvelopeReader reader;
    reader.feed(bytes({0, 0, 0, 0, 9}) + "cut");
    EXPECT_FALSE(reader.ended());
}

TEST(EnvelopeReader, RandomBytesNeverDoWorseThanDataLoss) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        EnvelopeReader reader;
        try {
            for (int i = 0; i < 20; ++i) {
                std::string noise(random() % 16, '\0');
                for (char& c : noise) c = static_cast<char>(random() % 4 ? 0 : random());
                reader.feed(noise);
            }
        } catch (const Error& error) {
            ASSERT_EQ(error.code(), Errc::data_loss);
        }
    }
}

Request request_of(std::string type, std::string body) {
    Request request;
    request.headers["content-type"] = std::move(type);
    request.body = std::move(body);
    return request;
}

TEST(StreamRequest, TakesAnEnvelopeOrPlainJson) {
    const std::string connect = "application/connect+json";
    EXPECT_EQ(decode_stream_request(request_of(connect, encode_envelope(json::object{{"a", 1}}))).at("a"), 1);
    EXPECT_EQ(decode_stream_request(request_of("application/json", R"({"a":1})")).at("a"), 1);
    EXPECT_TRUE(decode_stream_request(Request{}).empty());
}

TEST(StreamRequest, RefusesTheRest) {
    const std::string connect = "application/connect+json";
    const std::string good = encode_envelope(json::object{{"a", 1}});
    for (const std::string& bad :
         {std::string(), std::string("{}"), good + good, good.substr(0, good.size() - 1), encode_end_of_stream(nullptr),
          bytes({1}) + good.substr(1), bytes({0, 0, 0, 0, 1}) + "{", bytes({0, 0, 0, 0, 2}) + "[]"})
        EXPECT_EQ(code_of([&] { decode_stream_request(request_of(connect, bad)); }), Errc::invalid_argument) << bad;
    EXPECT_EQ(code_of([] { decode_stream_request(request_of("application/json", "[]")); }), Errc::invalid_argument);
    EXPECT_EQ(code_of([] { decode_stream_request(request_of("application/json", std::string(100000, '['))); }),
              Errc::invalid_argument);
}

}
}
