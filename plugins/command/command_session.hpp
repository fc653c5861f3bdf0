#pragma once

#include <murmur/backend.hpp>

#include "command_settings.hpp"

namespace murmur::command_backend {

/// One session of the command backend: every turn is a process, its output is the assistant's text.
class CommandSession final : public BackendSession {
public:
    CommandSession(SessionSpec spec, CommandPlan plan);

    /// Throws invalid_argument for a prompt that is too long to be an argument.
    Launch launch(const std::vector<UserMessage>& messages) override;
    Translation on_line(OutputStream stream, std::string_view line) override;
    Translation on_exit(const ExitStatus& status) override;
    Translation interrupt() override;
    Translation stop() override;

private:
    std::string filled_in(const std::string& argument, const std::string& prompt) const;

    SessionSpec spec_;
    CommandPlan plan_;
    std::int64_t turns_done_ = 0;  ///< that succeeded: then there is a conversation to go on with
    bool interrupted_ = false;
    std::string response_;
};

}
