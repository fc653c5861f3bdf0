#include "logging/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>

#include <murmur/error.hpp>
#include <utility>

#include "base/locked.hpp"
#include "base/redactor.hpp"
#include "logging/logfmt.hpp"
#include "logging/patient_sink.hpp"

namespace murmur {

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string render_fields(const LogFields& fields) {
    std::string rendered;
    for (const auto& [key, value] : fields) append_logfmt(rendered, key, value);
    return rendered;
}

}

struct Log::Impl {
    std::shared_ptr<PatientSink> sink;
    spdlog::logger logger;
    Locked<std::shared_ptr<const Redactor>> redactor;
};

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() = default;

void Log::log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) noexcept {
    write(level, message, fields, {});
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
                std::string_view context) noexcept {
    const auto spd_level = to_spdlog(level);
    if (!impl_->logger.should_log(spd_level)) return;
    try {
        const std::shared_ptr<const Redactor> redactor = *impl_->redactor.lock();
        std::string text;
        append_logfmt(text, "msg", redactor ? redactor->redact(message) : std::string(message));
        text += context;
        for (const LogField& field : fields)
            append_logfmt(text, field.first, redactor ? redactor->redact(field.second) : field.second);
        // The text as it is: its braces are not a format.
        impl_->logger.log(spd_level, spdlog::string_view_t(text.data() + 1, text.size() - 1));
    } catch (...) {
        // Out of memory: there is no better place to tell it than the log itself.
        return;
    }
}

void Log::set_redactor(std::shared_ptr<const Redactor> redactor) { *impl_->redactor.lock() = std::move(redactor); }

void Log::set_level(LogLevel level) noexcept { impl_->logger.set_level(to_spdlog(level)); }

LogLevel Log::level() const noexcept {
    switch (impl_->logger.level()) {
        case spdlog::level::trace:
        case spdlog::level::debug: return LogLevel::debug;
        case spdlog::level::info: return LogLevel::info;
        case spdlog::level::warn: return LogLevel::warning;
        default: return LogLevel::error;
    }
}

bool Log::reopen() noexcept {
    try {
        impl_->sink->reopen();
        return true;
    } catch (...) {
        log(LogLevel::error, "log file not reopened", {{"error", current_error().message()}});
        return false;
    }
}

std::uint64_t Log::lost_lines() const noexcept { return impl_->sink->lost_lines(); }

std::shared_ptr<Logger> Log::with(const LogFields& fields) {
    return std::make_shared<ContextLog>(shared_from_this(), fields);
}

ContextLog::ContextLog(std::shared_ptr<Log> log, const LogFields& fields)
    : log_(std::move(log)), context_(render_fields(fields)) {}

void ContextLog::log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) noexcept {
    log_->write(level, message, fields, context_);
}

std::shared_ptr<ContextLog> ContextLog::with(const LogFields& fields) const {
    auto wider = std::make_shared<ContextLog>(log_, fields);
    wider->context_.insert(0, context_);
    return wider;
}

std::shared_ptr<Log> make_log(const LogOptions& options) {
    auto sink = std::make_shared<PatientSink>(options.file);
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %n %v",
                                                                    spdlog::pattern_time_type::utc, "\n"));
    spdlog::logger logger(options.program, sink);
    logger.set_level(to_spdlog(options.level));
    // The sink counts what it loses; spdlog's own handler would print to stderr, which may be what is full.
    logger.set_error_handler([](const std::string&) {});
    auto impl = std::unique_ptr<Log::Impl>(new Log::Impl{std::move(sink), std::move(logger), {}});
    return std::shared_ptr<Log>(new Log(std::move(impl)));
}

LogLevel parse_log_level(std::string_view name) {
    if (name == "debug") return LogLevel::debug;
    if (name == "info") return LogLevel::info;
    if (name == "warning") return LogLevel::warning;
    if (name == "error") return LogLevel::error;
    throw Error(Errc::invalid_argument, "unknown log level \"" + std::string(name) + "\"")
        .with_hint("Use debug, info, warning or error.");
}

}
