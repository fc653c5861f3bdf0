#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runner/child_process.hpp"
#include "runner/control_pipe.hpp"
#include "runner/screen_text.hpp"
#include "runner/session_process.hpp"
#include "runner/terminal_control.hpp"

namespace murmur::runner {

struct TerminalTimes {
    std::chrono::milliseconds settle{250};    ///< quiet for so long, the picture is looked at
    std::chrono::milliseconds gap{1'000};     ///< least time between two looks while the program goes on
    std::chrono::milliseconds busy{15'000};   ///< most time between them while it never is quiet
    std::chrono::milliseconds drain{50};      ///< for what was written before a control line to be on the screen
    std::chrono::milliseconds hold{2'000};    ///< how long a control line waits for the screen to settle
    std::chrono::milliseconds enter{300};     ///< Enter follows what was pasted when the program shows it, or then
    std::chrono::milliseconds prompt{5'000};  ///< a program that shows nothing gets its first message then
    std::chrono::milliseconds exit_poll{20};  ///< tmux learns of the program's end a little later than we do
    int exit_polls = 100;
};

/// A program in a terminal of tmux: a server of its own, with its socket in the machine's directory and without any
/// configuration, to which a person may attach. The runner is a client of it in control mode.
///
/// The environment goes from the runner to tmux and on to the program by inheritance alone: it stands in no argument
/// and no file. What the terminal shows that is new comes as lines of standard_output, plain text, whenever it has come
/// to rest; what is written to $MURMUR_CONTROL as lines of `control`, each after what was on the screen by then.
class TerminalProcess final : public SessionProcess {
public:
    /// `start.input` is not used. `awaits_prompt`: is_ready() only once the program has shown something, and rests.
    /// Throws failed_precondition when there is no tmux, and what ChildProcess throws for the program.
    TerminalProcess(const ProcessStart& start, const std::filesystem::path& machine_directory, bool awaits_prompt,
                    TerminalTimes times = {});

    pid_t pid() const override { return program_pid_; }
    std::vector<pid_t> roots() const override;
    void write(std::string_view bytes) override;
    void close_input() override {}  ///< a terminal stays open
    void send_signal(int signal) override;
    void kill_tree() override { client_->kill_tree(); }
    void watch(PollSet& set) const override;
    void handle(const PollSet& set, const OnLine& on_line) override;
    Time deadline() const override;
    bool finished() const override { return client_->finished(); }
    ExitStatus status() const override;
    const std::string& stderr_tail() const override { return client_->stderr_tail(); }
    bool is_ready() const override { return program_pid_ > 0 && !ended_ && (!awaits_prompt_ || prompt_seen_); }
    bool is_attended() const override { return !people_.empty(); }
    bool is_at_rest() const override;
    Time last_output() const override { return last_output_; }
    void press_keys(const std::vector<std::string>& keys) override;

private:
    enum class Asked { nothing, pids, picture, exit };

    void command(const std::string& line, Asked asked = Asked::nothing);
    void on_note(const ControlNote& note, const OnLine& on_line);
    void on_reply(Asked asked, const ControlNote& note, const OnLine& on_line);
    void on_output(std::string_view bytes);
    void on_pids(const std::string& line);
    void on_program_end();
    void on_exit_reply(const std::string& line);
    void ask_picture();
    void on_picture(const std::vector<std::string>& lines, const OnLine& on_line);
    void read_control();
    void pass_control(const OnLine& on_line);
    void paste_next();
    void press_enter();
    Time picture_time() const;

    TerminalTimes times_;
    bool awaits_prompt_;
    std::unique_ptr<ChildProcess> client_;
    ControlReader reader_;
    std::deque<Asked> asked_;

    std::optional<ControlPipe> control_;
    std::deque<std::string> held_;  ///< control lines that wait for the screen
    Time held_since_{};

    pid_t program_pid_ = 0;
    pid_t server_pid_ = 0;
    Fd program_;
    Time prompt_deadline_ = Time::max();
    bool prompt_seen_ = false;

    ScreenText screen_;
    PasteMode paste_mode_;
    Time last_output_ = Time::min();
    std::optional<Time> unseen_since_;  ///< the first output that no picture has
    Time last_picture_ = Time::min();
    bool picture_asked_ = false;

    std::deque<std::string> to_paste_;
    Time enter_at_ = Time::max();  ///< of what was pasted

    std::set<std::string> people_;
    bool ended_ = false;  ///< the program has
    int exit_polls_left_ = 0;
    Time ask_exit_at_ = Time::max();
    std::optional<ExitStatus> exit_;
    bool last_picture_done_ = false;
};

}
