#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <murmur/backend.hpp>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/assessor.hpp"
#include "runner/child_process.hpp"
#include "runner/delivery_journal.hpp"
#include "runner/inbox.hpp"
#include "runner/reports.hpp"
#include "runner/session_memory.hpp"
#include "runner/turn_saver.hpp"

namespace murmur::runner {

/// How long a CLI has to obey before the next stronger means: its own protocol, SIGTERM, SIGKILL for the whole tree.
struct SessionLimits {
    std::chrono::milliseconds interrupt_grace{10'000};
    std::chrono::milliseconds stop_grace{10'000};
    std::chrono::milliseconds shutdown_grace{2'000};  ///< when the runner itself must go
    std::chrono::milliseconds term_grace{5'000};      ///< between SIGTERM and SIGKILL
    std::chrono::milliseconds assessor{assessor_limit};
    TurnSaveLimits saving = {};
    std::chrono::milliseconds rest{1'000};  ///< for a terminal to show nothing new, when its turn was interrupted
};

/// What the session needs done to the repositories, and with what is in them.
class TurnObserver {
public:
    /// Before every turn but the first: the base branches may have moved.
    virtual void follow_bases() = 0;
    virtual void commit_changes(const std::string& text) = 0;
    virtual void publish() = 0;
    /// Before a turn is reported as ended, so that whoever hears of that finds its work saved. See TurnSaver::Save.
    virtual bool save(const TurnSaver::Pause& pause) = 0;
    virtual void apply_settings(const std::vector<RepoAssignment>& repos) = 0;
    /// A copy of the work tree in which another may do what it likes; that of the first repository.
    virtual std::filesystem::path copy_work() = 0;
    virtual void remove_copy() = 0;
    /// From now on the origin belongs to someone else.
    virtual void forbid_pushing() = 0;

protected:
    ~TurnObserver() = default;
};

/// What a session works with. All of it outlives the session.
struct SessionParts {
    Backend& backend;
    std::string backend_name;
    Inbox& inbox;
    ReportSink& sink;
    TurnObserver& observer;
    DeliveryJournal& journal;
    SessionMemory& memory;
    Logger& logger;
    std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
    bool has_unsaved = false;                      ///< an earlier runner may have left work that no snapshot has
    std::filesystem::path machine_directory = {};  ///< where the terminal of an interactive session has its socket
};

/// Drives one backend session: messages in, processes started, lines translated, reports out. Runs on one thread, until
/// the session is stopped or cannot go on. Never throws for what the CLI does.
class Session {
public:
    enum class End { stopped, failed, fenced, shut_down };
    struct Result {
        End end = End::stopped;
        SessionOutcome outcome = {};
        bool discard = false;  ///< what is not saved is to be lost
        bool hurry = false;    ///< someone waits for the end
    };

    Session(SessionParts parts, SessionSpec spec, SessionLimits limits = {});

    Result run(std::vector<UserMessage> first);

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Pressure { none, asked, term, kill };

    void loop();
    void begin_what_is_due();
    void wait_and_handle();
    void on_inbox(const InboxMessage& message);
    void on_command(const RunnerCommand& command);
    void stop_for(const StopCommand& stop);
    bool may_begin_turn() const;
    void begin_process();
    void begin_turn(const std::vector<UserMessage>& messages);
    void deliver_pending();
    void deliver_mid_turn(const std::vector<UserMessage>& messages);
    void report_taken(const std::vector<std::string>& ids);
    void apply(Translation translation);
    void end_turn(TurnResult result);
    void on_process_end();
    void interrupt_turn();
    void begin_ending(End end, std::chrono::milliseconds grace);
    void begin_assessment(const AssessCommand& command);
    void end_assessment();
    void save_turn();
    bool save(const TurnSaver::Pause& pause);
    bool wait_for_orders(std::chrono::milliseconds pause);
    void press();
    void report_event(SessionEventKind kind, std::string text, std::string hint = {});
    void fail(const Error& error);
    std::vector<UserMessage> take_pending();

    // Of interactive sessions.
    bool is_interactive() const { return spec_.mode == SessionMode::interactive; }
    bool may_open_terminal() const { return is_interactive() && !process_ && !ending_; }
    std::unique_ptr<SessionProcess> start_terminal(const ProcessStart& start);
    void begin_first_turn();
    bool is_free() const { return process_ && !turn_running_ && !first_ && !assessor_ && !ending_; }
    void on_turn_began();
    void on_line(OutputStream stream, std::string_view line);
    Time rest_deadline() const;
    void on_rest();

    SessionParts parts_;
    SessionSpec spec_;
    SessionLimits limits_;

    BackendCapabilities capabilities_;
    std::unique_ptr<BackendSession> translator_;
    std::deque<UserMessage> pending_;
    std::vector<UserMessage> on_their_way_;  ///< handed over within a turn, and not yet said to be taken in
    std::deque<AssessCommand> to_assess_;
    std::unique_ptr<Assessor> assessor_;
    TurnSaver saver_;
    std::unique_ptr<SessionProcess> process_;
    bool turn_running_ = false;
    std::int64_t turn_ = 0;
    std::string turn_text_;
    Launch launch_;               ///< without its contents, once it runs
    std::string assistant_text_;  ///< the last of this turn
    bool interrupted_ = false;
    bool timed_out_ = false;
    Time turn_deadline_ = Time::max();
    bool discard_ = false;
    bool hurry_ = false;
    Pressure pressure_ = Pressure::none;
    Time press_at_ = Time::max();
    std::optional<End> ending_;
    std::optional<std::vector<UserMessage>> first_;  ///< what the terminal begins with, until that turn has begun
    std::string first_input_;                        ///< to be typed for it
    bool is_persons_turn_ = false;                   ///< begun by what a person did, and over when that one leaves
    bool tells_turns_ = false;                       ///< the program itself says when a person begins a turn
    Time rests_from_{};                              ///< when the turn began or was interrupted
    ExitStatus last_exit_;
    std::string last_stderr_;
    std::optional<Error> error_;
};

}
