#pragma once

#include <filesystem>
#include <memory>
#include <murmur/host.hpp>
#include <mutex>
#include <string>

namespace murmur {

/// Passes log lines on, with the plugin's name, until disconnect(): a plugin's thread may live longer than the logger.
class LogRelay final : public Logger {
public:
    LogRelay(Logger& target, std::string plugin);
    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) noexcept override;
    /// After it, lines are dropped. Waits for one that is being written.
    void disconnect() noexcept;

private:
    std::mutex mutex_;
    Logger* target_;
    const std::string plugin_;
};

/// The host services of one plugin.
class PluginServices final : public HostServices {
public:
    /// `state_dir` is made on the first call of state_dir().
    PluginServices(std::shared_ptr<LogRelay> logger, std::filesystem::path state_dir);
    ~PluginServices();

    Logger& logger() override { return *logger_; }
    Clock& clock() override { return clock_; }
    HttpClient& http() override { return *http_; }
    std::filesystem::path state_dir() override;

private:
    std::shared_ptr<LogRelay> logger_;
    SystemClock clock_;
    std::unique_ptr<HttpClient> http_;
    std::filesystem::path state_dir_;
};

}
