#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/file.hpp"
#include "http/http_server.hpp"

namespace murmur::http {

/// How long a test waits for what must happen. Only a failing test ever waits that long.
constexpr std::chrono::seconds test_patience{30};

/// A folder for sockets that goes with the test.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    const std::filesystem::path path;
};

struct TestAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

/// A blocking client that sends exactly the bytes it is told to.
class TestClient {
public:
    explicit TestClient(const std::filesystem::path& unix_socket);
    explicit TestClient(const std::string& host_port);

    /// False when the server has closed the connection.
    bool send(std::string_view bytes);
    void finish_sending();
    /// Reads one answer, with a length, in chunks, or up to the end. Fails the test when none comes whole.
    TestAnswer read_answer(bool has_body = true);
    /// Reads the head only.
    TestAnswer read_head();
    /// At least one byte; an empty text at the end of the connection.
    std::string read_some();
    /// Whether the connection ends, without a further byte.
    bool ends();
    void close() { fd_.reset(); }
    int fd() const { return fd_.get(); }

    TestAnswer request(const std::string& method, const std::string& path, const std::string& body = "",
                       const std::string& headers = "");

private:
    bool fill();
    std::string take_line();
    std::string take(std::size_t size);

    Fd fd_;
    std::string buffer_;
};

/// A value that one thread waits for and another sets.
template <class T>
class Awaited {
public:
    void set(T value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        ++count_;
        changed_.notify_all();
    }
    void add(T amount) {
        const std::lock_guard lock(mutex_);
        value_ += amount;
        ++count_;
        changed_.notify_all();
    }
    T get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    /// How often it was set.
    int count() const {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    template <class Ready>
    bool wait(Ready ready) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, test_patience, [&] { return ready(value_); });
    }
    bool wait_set(int times = 1) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, test_patience, [&] { return count_ >= times; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    T value_{};
    int count_ = 0;
};

/// Waits until the condition holds, for things that give no notice.
template <class Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + test_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}
