#pragma once

#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

namespace murmur {

/// Writes log lines to stderr or a file without ever waiting long for it: a line that cannot be written is counted and
/// lost, and the next one that can be written is preceded by a line with the count.
class PatientSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    /// Opens the file; throws what that throws. Without a file it writes to stderr.
    explicit PatientSink(std::optional<std::filesystem::path> file);
    ~PatientSink() override;

    /// Opens the file anew and lets go of the old one; on failure throws and keeps the old one.
    void reopen();
    std::uint64_t lost_lines() const noexcept { return lost_.load(); }

private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}
    bool write_line(const char* data, std::size_t size);
    bool report_lost(const spdlog::details::log_msg& message);

    const std::optional<std::filesystem::path> file_;
    int fd_;
    bool torn_ = false;           // the last line was written in part
    std::uint64_t reported_ = 0;  // of lost_
    std::atomic<std::uint64_t> lost_{0};
};

}
