#pragma once

#include <murmur/backend.hpp>
#include <murmur/settings.hpp>

#include "command_settings.hpp"

namespace murmur::command_backend {

/// The backend "command": any coding CLI, started anew for each turn, or one that stays and takes lines. A session's
/// settings go over the operator's.
class CommandBackend final : public Backend {
public:
    explicit CommandBackend(const PluginSettings& settings) : settings_(settings.values()) {}

    BackendCapabilities capabilities() const override;
    BackendCapabilities session_capabilities(const SessionSpec& spec) const override;
    std::unique_ptr<BackendSession> open(const SessionSpec& spec, const Call& call) override;
    std::vector<std::string> session_files(const SessionSpec& spec) const override;
    std::string restored_path(const std::string& path, const SessionSpec& spec) const override;

private:
    CommandPlan plan_for(const SessionSpec& spec) const;
    json::object settings_;
};

}
