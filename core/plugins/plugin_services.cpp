#include "plugins/plugin_services.hpp"

#include <vector>

#include "base/paths.hpp"
#include "plugins/curl_http_client.hpp"

namespace murmur {

LogRelay::LogRelay(Logger& target, std::string plugin) : target_(&target), plugin_(std::move(plugin)) {}

void LogRelay::log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) noexcept {
    const std::lock_guard lock(mutex_);
    if (!target_) return;
    try {
        // The length of an initializer_list is fixed when the program is compiled, so the name goes before the message.
        target_->log(level, plugin_ + ": " + std::string(message), fields);
    } catch (const std::bad_alloc&) {
        target_->log(level, message, fields);
    }
}

void LogRelay::disconnect() noexcept {
    const std::lock_guard lock(mutex_);
    target_ = nullptr;
}

PluginServices::PluginServices(std::shared_ptr<LogRelay> logger, std::filesystem::path state_dir)
    : logger_(std::move(logger)), http_(std::make_unique<CurlHttpClient>()), state_dir_(std::move(state_dir)) {}
PluginServices::~PluginServices() = default;

std::filesystem::path PluginServices::state_dir() {
    make_private_dir(state_dir_);
    return state_dir_;
}

}
