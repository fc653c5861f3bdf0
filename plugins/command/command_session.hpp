#pragma once

#include <map>
#include <murmur/backend.hpp>
#include <string>
#include <vector>

#include "command_settings.hpp"

namespace murmur::command_backend {

// Linux takes 128 KiB for one argument or variable, the name and the end included (MAX_ARG_STRLEN).
inline constexpr std::size_t argument_bytes_max = (128 << 10) - 64;

/// The messages as one text.
std::string joined_messages(const std::vector<UserMessage>& messages);

/// "exit 3", "signal 9 (Killed)", "end_turn".
std::string describe_end(const ExitStatus& status);

/// One session of the command backend: every turn is a process, its output is the assistant's text.
class CommandSession : public BackendSession {
public:
    CommandSession(SessionSpec spec, CommandPlan plan);

    /// Throws invalid_argument for a prompt that is too long to be an argument.
    Launch launch(const std::vector<UserMessage>& messages) override;
    Translation on_line(OutputStream stream, std::string_view line) override;
    Translation on_exit(const ExitStatus& status) override;
    Translation interrupt() override;
    Translation stop() override;

protected:
    /// The end of what was printed since the last take_response().
    void keep_response(std::string_view line);
    std::string take_response();
    /// The words of the command with everything filled in but the prompt, which may be among them.
    std::vector<std::string> command_words() const;
    std::string filled_in(const std::string& argument, const std::string& prompt) const;
    std::map<std::string, std::string> program_environment() const;
    /// After a turn that ended well.
    json::object next_checkpoint();

    SessionSpec spec_;
    CommandPlan plan_;
    std::int64_t turns_done_ = 0;  ///< that succeeded: then there is a conversation to go on with
    bool interrupted_ = false;

private:
    std::string forked_;  ///< the session that this one is a copy of, until it has a turn of its own
    std::string response_;
};

}
