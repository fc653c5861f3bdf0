#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "murmur/export.hpp"

namespace murmur {

enum class LogLevel { debug, info, warning, error };

/// A named value beside a log message.
using LogField = std::pair<std::string_view, std::string>;

/// Where a plugin's log lines go. Safe from any thread; never throws.
class MURMUR_SDK_API Logger {
public:
    virtual ~Logger();
    virtual void log(LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields = {}) noexcept = 0;
};

}
