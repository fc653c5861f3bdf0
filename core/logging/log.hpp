#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

class Redactor;

/// Where a program's log goes and how much of it.
struct LogOptions {
    LogLevel level = LogLevel::info;
    std::optional<std::filesystem::path> file;  ///< appended to, mode 0600; without one, stderr
    std::string program;
};

/// Fields that are added to every line of a ContextLog.
using LogFields = std::vector<std::pair<std::string, std::string>>;

/// A program's log: one logfmt line a message, such as
///
///     2026-05-14T18:30:12.123Z info murmurd msg="agent spawned" request=8c1f agent=fix-typo
///
/// Values are quoted and escaped where needed, so that a line stays a line whatever is in them. Safe from any thread;
/// logging never throws. A destination that takes no more (a full disk, a pipe that nobody reads) costs lines and never
/// stops the program; once it takes lines again, one of them says how many are missing.
class Log final : public Logger, public std::enable_shared_from_this<Log> {
public:
    ~Log() override;
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) noexcept override;

    /// May be called while others log; meant for SIGHUP.
    void set_level(LogLevel level) noexcept;
    LogLevel level() const noexcept;
    /// Opens the file anew, after it was moved away. When that fails, says so in the log, keeps the open one and
    /// returns false. Nothing to do for stderr.
    bool reopen() noexcept;
    /// Lines that could not be written since the start.
    std::uint64_t lost_lines() const noexcept;

    /// From now on nothing that it finds is in a message or a field.
    void set_redactor(std::shared_ptr<const Redactor> redactor);

    /// A logger that adds these fields to every line.
    std::shared_ptr<Logger> with(const LogFields& fields);

private:
    friend std::shared_ptr<Log> make_log(const LogOptions& options);
    friend class ContextLog;
    struct Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
               std::string_view context) noexcept;

    std::unique_ptr<Impl> impl_;
};

/// A Log with fields that belong to one request, agent or machine. Safe from any thread; keeps its Log alive.
class ContextLog final : public Logger {
public:
    ContextLog(std::shared_ptr<Log> log, const LogFields& fields);

    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) noexcept override;
    /// The same with more fields after these.
    std::shared_ptr<ContextLog> with(const LogFields& fields) const;

private:
    std::shared_ptr<Log> log_;
    std::string context_;  // rendered once: " request=8c1f agent=fix-typo"
};

/// Throws what opening the file throws.
std::shared_ptr<Log> make_log(const LogOptions& options);

/// "debug", "info", "warning" or "error". Throws invalid_argument for anything else.
LogLevel parse_log_level(std::string_view name);

}
