#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/call.hpp"
#include "murmur/export.hpp"
#include "murmur/json.hpp"

namespace murmur {

/// What a session reports while it runs. The names are those of `murmur session watch`.
enum class SessionEventKind {
    session_start,  ///< this, the next and user_text are told by the host, and not by a backend
    session_end,
    assistant_text,
    user_text,  ///< what the session was told
    tool_use,
    tool_result,
    turn_complete,
    error,
    cost,
    pr_link,
    standard_error,  ///< a line the CLI wrote to stderr
};

/// One thing that happened in a session.
struct SessionEvent {
    SessionEventKind kind = SessionEventKind::assistant_text;
    std::string text;        ///< what a person reads: the text, "Read(/src/a.go)", the result's first lines, the URL.
                             ///< One that the backend has cut ends in "…": a secret may have been cut in two there.
    json::object data = {};  ///< the rest: tool input, ids, stop_reason; small (the host cuts at 64 KiB)
    double cost_usd = 0;     ///< for `cost`: what this turn cost
    bool cost_estimated = false;
    std::string parent;  ///< the id of the sub-agent's tool call, when a sub-agent did it
};

/// What a backend can do; asked once.
struct BackendCapabilities {
    bool process_per_turn = false;  ///< a new process for each turn; otherwise one for the session
    bool message_mid_turn = false;  ///< deliver() may be called while a turn runs
    bool resume = false;            ///< a session can go on from its checkpoint in a new process
    bool fork = false;
    bool interactive = false;  ///< the session mode "interactive": one process in a terminal, where a person may type
    std::vector<std::string> model_prefixes = {};  ///< models that imply this backend: "claude-", "gpt-"
    std::vector<std::string> programs = {};        ///< names whose presence in PATH the host looks up for it
    std::vector<std::string> reasoning_efforts =
        {};  ///< those it takes, the least first; empty: any, as far as is known
};

/// A message to the session: the first prompt, a follow-up, something sent by hand.
struct UserMessage {
    std::string id;
    std::string text;
};

/// How the session is led.
enum class SessionMode {
    autonomous,  ///< headless: turn after turn
    streaming,   ///< one process for the session, that takes messages while it works, where the backend has such a mode
    interactive,  ///< in a terminal, for a person
};

/// What the session is to be. Everything a backend needs, and nothing it must fetch.
struct SessionSpec {
    std::string session_id;         ///< a UUID that the host chose
    std::string agent;              ///< "alice/fix-typo", for people
    std::string working_directory;  ///< the first repository's checkout
    std::string home_directory;     ///< this agent's own HOME
    std::string model = {};
    std::string reasoning_effort = {};
    std::string append_system_prompt = {};
    SessionMode mode = SessionMode::autonomous;
    int max_turns = 0;  ///< 0: no limit
    std::vector<std::string> tools = {};
    std::vector<std::string> disallowed_tools = {};
    std::map<std::string, std::string> environment = {};  ///< what the process will get besides; values may be secret
    json::object settings = {};    ///< the backend's section of the repository's or operator's configuration
    json::object checkpoint = {};  ///< of an earlier process of the same session, to resume from; empty: a new session
    bool fork_checkpoint = false;  ///< `checkpoint` is another session's: go on from a copy, under `session_id`
    std::vector<std::string> installed_programs = {};  ///< those of `capabilities().programs` found in PATH there
};

/// A process to run. The host starts it, owns its pipes and kills its whole tree; a backend never does I/O.
struct Launch {
    std::vector<std::string> argv;                        ///< argv[0] is looked up in PATH unless it has a slash
    std::map<std::string, std::string> environment = {};  ///< over the session's own
    std::map<std::string, std::string> files =
        {};                                   ///< path below the home directory -> content, written before, mode 0600
    std::string standard_input = {};          ///< written first; in a terminal: typed once the program waits for it
    bool close_standard_input = false;        ///< after that
    bool commit_changes = false;              ///< what this turn leaves uncommitted, the host commits
    std::chrono::milliseconds time_limit{0};  ///< of this turn, if process_per_turn; 0: none
    /// Of an interactive session: a turn in which the terminal shows nothing new for so long is over; 0: it is not.
    std::chrono::milliseconds quiet_time{0};
};

/// `control`: what the program of an interactive session wrote into the file $MURMUR_CONTROL. Its `standard_output` is
/// what its terminal shows that was not there before, as plain text.
enum class OutputStream { standard_output, standard_error, control };

/// How a process ended: by itself with a code, or by a signal.
struct ExitStatus {
    int code = 0;
    int signal = 0;
    bool success() const { return code == 0 && signal == 0; }
};

/// What a turn came to.
struct TurnResult {
    bool success = true;
    std::string stop_reason;  ///< "end_turn", "interrupted", "exit 3", "signal 9", …
    std::string response;     ///< the last assistant text; the host cuts it at 64 KiB
};

/// What the host is to do after a backend has looked at something.
struct Translation {
    std::vector<SessionEvent> events = {};
    std::string to_standard_input = {};  ///< in a terminal: pasted as one, and sent with Enter
    bool close_standard_input = false;
    int signal = 0;                           ///< send it to the process group; 0: none
    std::vector<std::string> keys = {};       ///< press them in the terminal: names of tmux, such as "Escape", "C-c"
    bool turn_began = false;                  ///< a person began one in the terminal; nothing while one runs
    std::vector<std::string> delivered = {};  ///< ids of messages that the session has now taken in
    std::optional<TurnResult> turn_ended = {};
    std::optional<json::object> checkpoint = {};  ///< keep it: the session can be resumed from here
};

/// The translator of one session: turns what the CLI prints into events, and murmur's requests into bytes.
///
/// Pure but for its own memory: no I/O, no clock, no threads. The host calls it from one thread at a time. So a
/// recorded transcript is a complete test.
class MURMUR_SDK_API BackendSession {
public:
    virtual ~BackendSession();

    /// The process for the session, or for this turn if `process_per_turn`. `messages` are what the turn begins with;
    /// in an interactive session there may be none, as it is there before anybody says anything.
    virtual Launch launch(const std::vector<UserMessage>& messages) = 0;
    /// A whole line, without its end, as the CLI wrote it. Lines over 1 MiB are cut by the host.
    virtual Translation on_line(OutputStream stream, std::string_view line) = 0;
    /// The process is gone and both its streams are at their end.
    virtual Translation on_exit(const ExitStatus& status) = 0;
    /// Hands a message to a running process. Only between turns, or any time if `message_mid_turn`. Never called if
    /// `process_per_turn`.
    virtual Translation deliver(const std::vector<UserMessage>& messages);
    /// Ends the turn, not the session.
    virtual Translation interrupt() = 0;
    /// Ends the session in good order. The host closes and kills what does not obey.
    virtual Translation stop() = 0;
    /// Only of interactive sessions: the terminal has shown nothing new for `quiet_time`, or since an interrupt for a
    /// while, or the person who began the turn has left. Ends the turn well by default.
    virtual Translation on_quiet();
};

/// A coding CLI: Claude Code, Codex, or any other program. Stateless and safe from any thread.
class MURMUR_SDK_API Backend {
public:
    virtual ~Backend();
    virtual BackendCapabilities capabilities() const = 0;
    /// What it can do for a session of this spec, where its mode or settings make a difference. Throws nothing; a spec
    /// that open() refuses may get any answer. capabilities() by default.
    virtual BackendCapabilities session_capabilities(const SessionSpec& spec) const;
    /// A translator for one session. Throws `invalid_argument` for a spec it cannot run, with the remedy.
    virtual std::unique_ptr<BackendSession> open(const SessionSpec& spec, const Call& call) = 0;

    /// Where the CLI keeps what a later process needs to resume the session: paths below the home directory, in which
    /// the last part may be a pattern with "*" ("…/projects/-work-api/*.jsonl"); a folder means all that is in it. The
    /// host keeps the files that exist with every snapshot. One that begins with "~/" is below the home directory of
    /// the user whom the runner runs as ($MURMUR_USER_HOME of the spec's environment), for a CLI that must use that
    /// one; such a path must contain the session's id, and others are not kept. Nothing by default.
    virtual std::vector<std::string> session_files(const SessionSpec& spec) const;
    /// Where a file that session_files() found belongs on a machine on which the session is `spec`: with another home,
    /// working directory or, for a fork, session id. `path` and the answer are below the home directory, or begin with
    /// "~/" as above; the user's own home gets only what session_files() of a spec with the snapshot's or the new
    /// session id names. The same path by default.
    virtual std::string restored_path(const std::string& path, const SessionSpec& spec) const;
};

MURMUR_SDK_API std::string_view session_event_kind_name(SessionEventKind kind);  ///< "ASSISTANT_TEXT"
MURMUR_SDK_API std::optional<SessionEventKind> session_event_kind_from_name(std::string_view name);

}
