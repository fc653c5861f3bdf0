#pragma once

#include <cstdint>
#include <murmur/backend.hpp>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "git/base_branch.hpp"
#include "git/repository.hpp"

namespace murmur::runner {

/// Takes reports; numbers and delivers them in order. Safe from any thread.
class ReportSink {
public:
    /// `body` is a Report of the protocol without seq and at: one field.
    virtual void report(json::object body) = 0;

protected:
    ~ReportSink() = default;
};

/// What the end of one turn is reported with, beside the backend's own result.
struct TurnFacts {
    std::int64_t turn = 0;
    ExitStatus exit = {};
    std::string stderr_tail = {};
};

/// How a session ended.
struct SessionOutcome {
    std::optional<Error> error = {};  ///< absent: in good order
    ExitStatus exit = {};
    std::string stderr_tail = {};
};

// The reports of the protocol, one function each. finish_report() takes care of their texts.
namespace reports {
json::object preparing(const std::string& step, const std::string& detail);
struct SessionStart {
    std::string backend;
    std::string session_id;
    bool resumed = false;
    std::vector<std::string> delivered = {};  ///< to the CLI, by earlier runners
};
json::object session_started(const SessionStart& start);
json::object session_event(const SessionEvent& event);
json::object turn_started(std::int64_t turn, const std::vector<UserMessage>& messages, std::int64_t pid);
/// Messages that the session has taken in while the turn runs.
json::object messages_taken(std::int64_t turn, const std::vector<UserMessage>& messages);
json::object turn_ended(const TurnFacts& facts, const TurnResult& result);
json::object commits(const std::string& clone_url, const std::vector<git::CommitFact>& commits);
json::object pushed(const std::string& clone_url, const std::string& branch, const std::string& sha);
json::object push_failed(const std::string& clone_url, const std::string& branch, const Error& error);
json::object checkpoint(const json::object& data);
/// `manifest` as sessions/snapshot.hpp makes it.
json::object snapshot(json::object manifest);
json::object save_failed(const Error& error);
/// `delivered`: as in SessionStart, of a rescue, which starts no session.
json::object session_ended(const SessionOutcome& outcome, bool saved, const std::vector<std::string>& delivered = {});
/// What an assessor said; with an `error` it said nothing of use.
struct Assessment {
    std::int64_t round = 0;
    std::string answer = {};
    std::optional<Error> error = {};
    double cost_usd = 0;
    bool cost_estimated = false;
};
json::object assessed(const Assessment& assessment);
json::object base_moved(const std::string& clone_url, const std::string& base_branch, const git::BaseMove& move);
}

/// The text with every byte that is not UTF-8 replaced by U+FFFD.
std::string replace_invalid_utf8(std::string_view text);
/// At most `bytes_max` bytes, cut between characters and marked with "…".
std::string cut_text(std::string text, std::size_t bytes_max);

}
