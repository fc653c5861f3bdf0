#pragma once

#include "command_session.hpp"

namespace murmur::command_backend {

/// One process in a terminal for the whole session. What it shows is the assistant's text; what it has to say to murmur
/// it writes to $MURMUR_CONTROL, a line each: "murmur:done" when a turn is over, "murmur:begin" when a person has begun
/// one, "murmur:cost" what it came to.
class InteractiveSession final : public CommandSession {
public:
    /// `plan` as plan_for_terminal() makes it.
    InteractiveSession(SessionSpec spec, CommandPlan plan);

    Launch launch(const std::vector<UserMessage>& messages) override;
    Translation on_line(OutputStream stream, std::string_view line) override;
    Translation on_exit(const ExitStatus& status) override;
    Translation deliver(const std::vector<UserMessage>& messages) override;
    Translation interrupt() override;
    Translation stop() override;
    Translation on_quiet() override;

private:
    Translation on_control(std::string_view line);
    Translation end(TurnResult result);
};

}
