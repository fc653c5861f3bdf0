#include <gtest/gtest.h>

#include <thread>

#include "http/http_server.hpp"
#include "http/websocket_client.hpp"
#include "http_support.hpp"

namespace murmur::http {
namespace {

// A short text lies within its string object: what is being written must stay where it is while more is queued.
TEST(WebSocketSending, ShortMessagesStayWholeWhileMoreIsQueuedBehindThem) {
    constexpr std::size_t count = 3000;  // far more than the kernel takes from a writer whose reader is held
    const TempFolder folder;
    Awaited<bool> release;
    HttpServer server({});
    server.add_websocket("/held", [&](const Request&, const std::shared_ptr<WebSocket>& socket) {
        WebSocketEvents events;
        events.on_message = [&, socket](std::string message) {
            release.wait_set();  // holds the server's thread: nothing is read meanwhile
            socket->send(std::move(message));
        };
        return events;
    });
    server.listen_unix(folder.path / "s");
    server.start();

    Awaited<std::size_t> heard;
    std::vector<std::string> wrong;  // network thread, read after the end
    WebSocketEvents events;
    events.on_message = [&, next = std::size_t{0}](const std::string& got) mutable {
        if (got != "s" + std::to_string(next++)) wrong.push_back(got);
        heard.add(1);
    };
    const auto socket = connect_websocket("unix:" + (folder.path / "s").string(), "/held", {}, std::move(events),
                                          std::chrono::seconds(30));
    for (std::size_t i = 0; i < count; ++i) {
        socket->send("s" + std::to_string(i));
        std::this_thread::yield();
    }
    release.set(true);
    EXPECT_TRUE(heard.wait([](std::size_t got) { return got == count; }));
    EXPECT_TRUE(wrong.empty()) << wrong.front();
    server.stop(std::chrono::seconds(5));
}

}
}
