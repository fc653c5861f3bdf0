#include "client/api_client.hpp"

#include <gtest/gtest.h>

#include <array>

#include "client/connect_messages.hpp"
#include "client/resuming_stream.hpp"
#include "support/fake_murmurd.hpp"

namespace murmur {
namespace {

using namespace testing_support;

ApiClient client_of(const FakeMurmurd& server, int cancel_fd = -1) {
    return ApiClient({.server = parse_server_address(server.address()), .token = "t0k", .cancel_fd = cancel_fd});
}

Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(Errc::unknown, "no error");
}

TEST(ApiClient, PostsJsonAndReadsTheAnswer) {
    FakeMurmurd server({{json_reply(R"({"version":"1"})")}});
    const json::object answer = client_of(server).call("GetVersion", {{"a", "b"}});
    EXPECT_EQ(answer.at("version").as_string(), "1");
    const std::string request = server.requests().at(0);
    EXPECT_TRUE(request.starts_with("POST /murmur.api.v1.MurmurService/GetVersion HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(request.find("Authorization: Bearer t0k\r\n"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":\"b\"}")) << request;
}

TEST(ApiClient, GivesTheServersErrorWithHintAndContext) {
    FakeMurmurd server({{json_reply(
        R"({"code":"not_found","message":"agent \"x\" not found","details":[{"type":"murmur.api.v1.ErrorInfo","value":"",)"
        R"("debug":{"hint":"Run murmur ls.","context":["inner","outer"]}}]})",
        "404 Not Found")}});
    const Error error = error_of([&] { client_of(server).call("GetAgent", {}); });
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_EQ(error.message(), "rpc error: code = NotFound desc = agent \"x\" not found");
    EXPECT_EQ(error.hint(), "Run murmur ls.");
    EXPECT_EQ(error.context(), (std::vector<std::string>{"inner", "outer"}));
    EXPECT_TRUE(is_server_error(error));
}

TEST(ApiClient, AnAnswerOfSomethingElseIsNamedSo) {
    FakeMurmurd server({{json_reply("<html>", "502 Bad Gateway")}, {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"}});
    ApiClient client = client_of(server);
    EXPECT_EQ(error_of([&] { client.call("GetVersion", {}); }).code(), Errc::unavailable);
    const Error broken = error_of([&] { client.call("GetVersion", {}); });
    EXPECT_EQ(broken.code(), Errc::unavailable);
    EXPECT_FALSE(is_server_error(broken));
}

TEST(ApiClient, NobodyThereIsUnavailableWithTheRemedy) {
    ApiClient client({.server = parse_server_address("unix:/nowhere/at/all.sock")});
    const Error error = error_of([&] { client.call("GetVersion", {}); });
    EXPECT_EQ(error.code(), Errc::unavailable);
    EXPECT_EQ(error.message(), "no murmurd answers at unix:/nowhere/at/all.sock");
    EXPECT_NE(error.hint().find("MURMUR_SERVER"), std::string::npos);
}

TEST(ApiClient, StreamsUntilTheEndOrAsLongAsWanted) {
    const std::string all = stream_reply({R"({"n":1})", R"({"n":2})"}) + stream_end();
    FakeMurmurd server({{all}, {all}});
    ApiClient client = client_of(server);
    std::vector<std::int64_t> seen;
    client.stream("WatchAgent", {{"q", 1}}, [&](const json::object& message) {
        seen.push_back(message.at("n").as_int64());
        return true;
    });
    client.stream("WatchAgent", {}, [&](const json::object& message) {
        seen.push_back(message.at("n").as_int64());
        return false;
    });
    EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 1}));
    EXPECT_TRUE(server.requests().at(0).ends_with(envelope(R"({"q":1})")));
}

TEST(ApiClient, AStreamsErrorsAreTold) {
    FakeMurmurd server({{stream_reply({}) + stream_end(R"({"error":{"code":"permission_denied","message":"no"}})")},
                        {stream_reply({R"({"n":1})"})},
                        {json_reply(R"({"code":"not_found","message":"gone"})", "404 Not Found")},
                        {"HTTP/1.1 200 OK\r\n\r\n" + envelope("{}", 1)}});
    ApiClient client = client_of(server);
    const auto stream = [&] { client.stream("WatchAgent", {}, [](const json::object&) { return true; }); };
    EXPECT_EQ(error_of(stream).message(), "rpc error: code = PermissionDenied desc = no");
    const Error broken = error_of(stream);
    EXPECT_EQ(broken.code(), Errc::unavailable);
    EXPECT_FALSE(is_server_error(broken));
    EXPECT_EQ(error_of(stream).code(), Errc::not_found);
    EXPECT_EQ(error_of(stream).code(), Errc::data_loss);
}

TEST(ApiClient, AWaitCanBeCancelled) {
    FakeMurmurd server({{stream_reply({R"({"n":1})"}), true}});
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    ApiClient client = client_of(server, read_end.get());
    const Error error = error_of([&] {
        client.stream("WatchAgent", {}, [&](const json::object&) {
            write_end.reset();
            return true;
        });
    });
    EXPECT_EQ(error.code(), Errc::cancelled);
}

std::string message_with_id(const std::string& id) { return R"({"id":")" + id + R"("})"; }

struct Resumed {
    std::vector<std::string> ids;
    int interruptions = 0;
    Error error{Errc::unknown, "no error"};
    std::string last_id;
};

Resumed resume(FakeMurmurd& server, std::string from = "",
               std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    Resumed result;
    ApiClient client = client_of(server);
    ResumingStream stream(
        client, {.method = "WatchSession",
                 .request = {{"follow", true}},
                 .from = std::move(from),
                 .id_of = [](const json::object& message) { return std::string(message.at("id").as_string()); },
                 .on_interruption = [&](const Error&) { ++result.interruptions; },
                 .patience = patience});
    result.error = error_of([&] {
        stream.run([&](const json::object& message) {
            result.ids.emplace_back(message.at("id").as_string());
            return true;
        });
    });
    result.last_id = stream.last_id();
    return result;
}

TEST(ResumingStream, GoesOnBehindTheLastMessageAfterABreak) {
    FakeMurmurd server({{stream_reply({message_with_id("1-0"), message_with_id("1-1")})},
                        {""},  // closed before an answer
                        {stream_reply({message_with_id("2-0")}) +
                         stream_end(R"({"error":{"code":"unavailable","message":"restarting"}})")},
                        {stream_reply({message_with_id("3-0")}) + stream_end()}});
    const Resumed result = resume(server);
    EXPECT_EQ(result.ids, (std::vector<std::string>{"1-0", "1-1", "2-0", "3-0"}));
    EXPECT_EQ(result.interruptions, 2);
    EXPECT_EQ(result.error.message(), "no error");
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_EQ(requests[0].find("from"), std::string::npos);
    EXPECT_NE(requests[1].find(R"("from":"1-1")"), std::string::npos);
    EXPECT_NE(requests[2].find(R"("from":"1-1")"), std::string::npos);
    EXPECT_NE(requests[3].find(R"("from":"2-0")"), std::string::npos);
}

TEST(ResumingStream, DoesNotRepeatWhatTheServerRefuses) {
    FakeMurmurd server(
        {{stream_reply({message_with_id("1-0")}) + stream_end(R"({"error":{"code":"not_found","message":"x"}})")}});
    const Resumed result = resume(server);
    EXPECT_EQ(result.error.code(), Errc::not_found);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST(ResumingStream, GivesUpAndKnowsWhereItStopped) {
    FakeMurmurd server({{stream_reply({message_with_id("1-0")})}});
    const Resumed result = resume(server, "0", std::chrono::seconds(2));
    EXPECT_EQ(result.error.code(), Errc::unavailable);
    EXPECT_EQ(result.last_id, "1-0");
    EXPECT_GE(server.requests().size(), 2u);
}

}
}
