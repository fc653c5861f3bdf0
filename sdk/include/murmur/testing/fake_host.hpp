#pragma once

#include <murmur/host.hpp>
#include <murmur/testing/fake_clock.hpp>
#include <murmur/testing/fake_http_client.hpp>
#include <murmur/testing/temp_dir.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace murmur::testing {

/// Keeps every line. Safe from any thread.
class RecordingLogger final : public Logger {
public:
    struct Line {
        LogLevel level;
        std::string text;  ///< "message key=value key=value"
    };

    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) noexcept override {
        std::string text(message);
        for (const auto& [name, value] : fields) text += " " + std::string(name) + "=" + value;
        const std::lock_guard lock(mutex_);
        lines_.push_back({level, std::move(text)});
    }

    std::vector<Line> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

    /// Whether a line contains `text`.
    bool contains(std::string_view text) const {
        for (const Line& line : lines())
            if (line.text.find(text) != std::string::npos) return true;
        return false;
    }

private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

/// Host services for tests: a recording logger, an HTTP client that answers from a list, a directory of their own, and
/// the real clock unless a fake one is asked for.
class FakeHost final : public HostServices {
public:
    enum class Time { real, fake };
    explicit FakeHost(Time time = Time::real) : time_(time) {}

    RecordingLogger& logger() override { return logger_; }
    Clock& clock() override { return time_ == Time::real ? static_cast<Clock&>(system_clock_) : fake_clock_; }
    FakeHttpClient& http() override { return http_; }
    std::filesystem::path state_dir() override {
        const std::filesystem::path dir = directory_ / "state";
        std::filesystem::create_directory(dir);
        std::filesystem::permissions(dir, std::filesystem::perms::owner_all);
        return dir;
    }

    FakeClock& fake_clock() { return fake_clock_; }

private:
    const Time time_;
    TempDir directory_;
    RecordingLogger logger_;
    SystemClock system_clock_;
    FakeClock fake_clock_;
    FakeHttpClient http_;
};

}
