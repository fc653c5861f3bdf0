#pragma once

#include <deque>

#include "command_session.hpp"

namespace murmur::command_backend {

/// One process for the whole session: a line on its standard input for each message, a line "murmur:done" from it for
/// each that it has dealt with. A turn lasts until it has dealt with all that it was given.
class StreamSession final : public CommandSession {
public:
    StreamSession(SessionSpec spec, CommandPlan plan);

    Launch launch(const std::vector<UserMessage>& messages) override;
    Translation on_line(OutputStream stream, std::string_view line) override;
    Translation on_exit(const ExitStatus& status) override;
    Translation deliver(const std::vector<UserMessage>& messages) override;
    Translation stop() override;

private:
    std::string lines_for(const std::vector<UserMessage>& messages);

    std::int64_t open_ = 0;  ///< messages that it has not dealt with
    bool failed_ = false;    ///< one of this turn
    std::string stop_reason_;
};

}
