#pragma once

#include <murmur/backend.hpp>
#include <murmur/settings.hpp>

namespace murmur::command_backend {

/// The backend "command": any coding CLI, started anew for each turn. A session's settings go over the operator's.
class CommandBackend final : public Backend {
public:
    explicit CommandBackend(const PluginSettings& settings) : settings_(settings.values()) {}

    BackendCapabilities capabilities() const override;
    std::unique_ptr<BackendSession> open(const SessionSpec& spec, const Call& call) override;

private:
    json::object settings_;
};

}
