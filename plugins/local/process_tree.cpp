#include "process_tree.hpp"

#include <algorithm>
#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "murmur/error.hpp"
#include "murmur/settings.hpp"
#include "waiting.hpp"

namespace murmur::local {

namespace {

// A signal to a process takes effect within microseconds, but nothing tells when: so its state is looked at again and
// again, first at once and then at this distance.
constexpr std::chrono::milliseconds state_poll_interval{1};
// How long a process may take to stop before it is killed without having stopped: disk waits can take this long.
constexpr std::chrono::milliseconds freeze_wait_max{500};
// How long a killed process may take to end in one round; it frees its memory and files in that time.
constexpr std::chrono::milliseconds kill_wait_max{2000};
// Each round kills all that the last one left or missed, so a handful is plenty; more means that something is wrong.
constexpr int kill_rounds_max = 8;
// How many doubtful looks in a row count as a sure one: unrelated processes that come and go cause them as well, and on
// a busy computer they would never end.
constexpr int doubtful_looks_max = 20;
// How often an unreadable environment is tried again within one look; together about a millisecond.
constexpr int exec_tries_max = 50;
// How many looks at /proc it may take to stop everyone.
constexpr int suspend_rounds_max = 1000;

bool is_below(const std::filesystem::path& path, const std::filesystem::path& directory) {
    return std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first == directory.end();
}

/// What one run of a program carries as its marker; it does not change before the next exec.
class KnownMarkers {
public:
    std::optional<std::string> find(const ProcessFacts& facts) {
        const std::lock_guard held(mutex_);
        const auto known = markers_.find(facts.identity);
        if (known == markers_.end() || known->second.environment_address != facts.environment_address) return {};
        return known->second.marker;
    }

    void add(const ProcessFacts& facts, const std::string& marker) {
        if (facts.environment_address == 0) return;
        const std::lock_guard held(mutex_);
        markers_[facts.identity] = {facts.environment_address, marker};
    }

    void forget_all_but(const std::map<pid_t, ProcessFacts>& processes) {
        const std::lock_guard held(mutex_);
        std::erase_if(markers_, [&](const auto& known) { return !processes.contains(known.first.pid); });
    }

private:
    struct Known {
        std::uint64_t environment_address = 0;
        std::string marker;
    };
    std::mutex mutex_;
    std::map<ProcessIdentity, Known> markers_;
};

/// Shared by all looks: with hundreds of machines, reading everyone's environment anew is most of what ending one
/// costs.
KnownMarkers& known_markers() {
    static KnownMarkers markers;
    return markers;
}

/// Sorts the processes of one look at /proc into members and others.
class MemberSearch {
public:
    /// `on_marked` gets each process that carries the marker, at once.
    explicit MemberSearch(
        const Membership& membership,
        const std::function<void(const ProcessFacts&)>& on_marked = [](const ProcessFacts&) {})
        : membership_(membership) {
        visit_processes([&](const ProcessFacts& facts) {
            processes_.emplace(facts.identity.pid, facts);
            if (membership.directory.empty() || facts.ended || !is_eligible(facts)) return;
            if (marker_of(facts) == membership.directory.native()) on_marked(facts);
        });
        known_markers().forget_all_but(processes_);
        const auto leader = processes_.find(membership.leader.pid);
        leader_pid_in_use_ = leader != processes_.end();
        // A session's number cannot go to another process while its leader exists, even as a zombie.
        session_is_ours_ = leader_pid_in_use_ && leader->second.identity == membership.leader;
    }

    std::vector<ProcessFacts> run() {
        for (const auto& [pid, facts] : processes_)
            if (is_root(facts)) members_.insert(pid);
        while (add_children()) {
        }
        std::vector<ProcessFacts> found;
        for (const pid_t pid : members_)
            if (!processes_.at(pid).ended) found.push_back(processes_.at(pid));
        std::stable_partition(found.begin(), found.end(),
                              [this](const ProcessFacts& facts) { return facts.identity == membership_.leader; });
        return found;
    }

    /// After run(): whether nobody can have been missed.
    bool is_certain() const { return certain_; }

private:
    bool is_eligible(const ProcessFacts& facts) const { return facts.identity.pid != own_pid_ && !facts.kernel; }

    bool is_root(const ProcessFacts& facts) {
        if (!is_eligible(facts)) return false;
        if (facts.identity == membership_.leader) return true;
        if (session_is_ours_ && facts.session == membership_.leader.pid) return true;
        if (membership_.directory.empty()) return false;
        if (marker_of(facts) == membership_.directory.native()) return true;
        // The leader is gone. A session of its number that nobody leads is the machine's own if it works in its
        // directory; without that it could be a later one of the same number.
        return !leader_pid_in_use_ && membership_.leader.pid != 0 && facts.session == membership_.leader.pid &&
               facts.identity.start_time >= membership_.leader.start_time &&
               is_below(find_working_directory(facts.identity.pid), membership_.directory);
    }

    bool add_children() {
        bool added = false;
        for (const auto& [pid, facts] : processes_) {
            if (members_.contains(pid) || !members_.contains(facts.parent) || !is_eligible(facts)) continue;
            if (!membership_.directory.empty() &&
                marker_of(facts).value_or(membership_.directory) != membership_.directory.native())
                continue;
            members_.insert(pid);
            added = true;
        }
        return added;
    }

    const std::optional<std::string>& marker_of(const ProcessFacts& facts) {
        const auto known = markers_.find(facts.identity.pid);
        if (known != markers_.end()) return known->second;
        // Only of other machines: whoever may be this one's own is asked.
        if (std::optional<std::string> other = known_markers().find(facts);
            other && *other != membership_.directory.native())
            return markers_.emplace(facts.identity.pid, std::move(other)).first->second;
        VariableReading reading;
        // An exec takes far less than these tries; a process that is ending stays unreadable.
        for (int attempt = 0; !facts.ended && attempt < exec_tries_max; ++attempt) {
            reading = read_variable(facts.identity.pid, marker_variable);
            // One that ended meanwhile left its children further on in the list.
            if (!reading.certain) reading.certain = !find_process(facts.identity);
            if (reading.certain) break;
        }
        if (!reading.certain) certain_ = false;
        if (reading.certain && reading.value) known_markers().add(facts, *reading.value);
        return markers_.emplace(facts.identity.pid, std::move(reading.value)).first->second;
    }

    const Membership& membership_;
    const pid_t own_pid_ = ::getpid();
    std::map<pid_t, ProcessFacts> processes_;
    std::map<pid_t, std::optional<std::string>> markers_;
    std::set<pid_t> members_;
    bool leader_pid_in_use_ = false;
    bool session_is_ours_ = false;
    bool certain_ = true;
};

/// Stopped, or in a state from which it cannot reach its own code, hence not fork, before it has stopped.
bool is_settled(const ProcessFacts& facts) {
    return facts.state == 'T' || facts.state == 't' || facts.state == 'D' || facts.ended;
}

void pause_briefly(const Call& call) {
    call.check();
    wait_readable(-1, state_poll_interval, call);
}

/// Stops the leader alone. It must stand before its children do: a parent in vfork stops only after its child's exec.
bool stop_leader(const ProcessIdentity& leader, std::chrono::milliseconds patience, const Call& call) {
    if (send_signal(leader, SIGSTOP) != SignalResult::sent) return true;
    const auto end = Call::Clock::now() + patience;
    while (Call::Clock::now() < end) {
        const std::optional<ProcessFacts> facts = find_process(leader);
        if (!facts || facts->state == 'T' || facts->state == 't') return true;
        pause_briefly(call);
    }
    return false;
}

struct Stopped {
    bool done = false;
    std::vector<ProcessIdentity> members;  ///< the leader first; empty when somebody may have been missed
};

/// Stops everyone until a look at /proc shows nobody new and nobody running. Not done when `patience` ran out before.
Stopped stop_all(const Membership& membership, std::chrono::milliseconds patience, const Call& call) {
    std::set<ProcessIdentity> signalled;
    int doubtful = 0;
    const auto end = Call::Clock::now() + patience;
    for (int round = 0; round < suspend_rounds_max; ++round) {
        bool stable = true;
        Stopped stopped{.done = true};
        // Stopped at once: one that lives for a millisecond would be gone at the end of the look.
        MemberSearch search(membership, [](const ProcessFacts& facts) { send_signal(facts.identity, SIGSTOP); });
        for (const ProcessFacts& facts : search.run()) {
            const bool is_new = signalled.insert(facts.identity).second;
            if (is_new && facts.state != 'T') send_signal(facts.identity, SIGSTOP);
            if (is_new || !is_settled(facts)) stable = false;
            stopped.members.push_back(facts.identity);
        }
        if (stable && search.is_certain()) return stopped;
        if (stable && ++doubtful >= doubtful_looks_max) return {.done = true};
        if (!stable) doubtful = 0;
        if (Call::Clock::now() >= end) return {};
        if (!stable && round > 0) pause_briefly(call);
    }
    return {};
}

std::string list_pids(const std::vector<ProcessFacts>& processes) {
    std::string text;
    for (const ProcessFacts& facts : processes) text += (text.empty() ? "" : ", ") + std::to_string(facts.identity.pid);
    return text;
}

/// Kills the given ones and waits for them; says whether one was refused.
bool kill_round(const std::vector<ProcessFacts>& members, const Call& call) {
    bool denied = false;
    std::vector<UniqueFd> dying;
    for (const ProcessFacts& facts : members) {
        UniqueFd process = open_process(facts.identity);
        if (!process) continue;
        const SignalResult result = send_signal(facts.identity, SIGKILL);
        if (result == SignalResult::denied) denied = true;
        if (result == SignalResult::sent) dying.push_back(std::move(process));
    }
    const auto end = Call::Clock::now() + kill_wait_max;
    for (const UniqueFd& process : dying) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Call::Clock::now());
        if (!wait_readable(process.get(), left, call)) call.check();
    }
    return denied;
}

}

std::vector<ProcessFacts> find_members(const Membership& membership) {
    std::vector<ProcessFacts> found;
    for (int look = 0; look < doubtful_looks_max; ++look) {
        MemberSearch search(membership);
        found = search.run();
        if (search.is_certain()) break;
    }
    return found;
}

std::vector<ProcessIdentity> suspend_members(const Membership& membership, const Call& call) {
    const std::chrono::milliseconds patience = std::min<std::chrono::milliseconds>(call.remaining(), kill_wait_max);
    if (stop_leader(membership.leader, patience, call)) {
        Stopped stopped = stop_all(membership, patience, call);
        if (stopped.done) return std::move(stopped.members);
    }
    call.check();
    resume_members(membership, call);
    throw Error(Errc::unavailable, "the machine's processes did not stop within " + format_duration(patience))
        .with_hint("They may be waiting for a slow disk; try again.");
}

void resume_members(const Membership& membership, const Call& call) {
    std::set<ProcessIdentity> signalled;
    int doubtful = 0;
    for (bool done = false; !done; call.check()) {
        MemberSearch search(membership);
        std::vector<ProcessFacts> members = search.run();
        std::reverse(members.begin(), members.end());
        // Whoever stands does not fork, so one sure look at a machine of which all stood has found everyone.
        bool all_stood = search.is_certain();
        bool any_stands = false;
        for (const ProcessFacts& facts : members) {
            all_stood = all_stood && facts.state == 'T';
            if (facts.state != 'T' || !signalled.insert(facts.identity).second) continue;
            send_signal(facts.identity, SIGCONT);
            any_stands = true;
        }
        const bool is_sure = search.is_certain() || ++doubtful >= doubtful_looks_max;
        done = all_stood || (!any_stands && is_sure);
    }
}

bool resume_stopped(const std::vector<ProcessIdentity>& stopped) {
    std::vector<ProcessIdentity> standing;
    for (const ProcessIdentity& identity : stopped) {
        const std::optional<ProcessFacts> facts = find_process(identity);
        if (!facts) continue;  // killed as it stood
        if (facts->state != 'T') return false;
        standing.push_back(identity);
    }
    std::for_each(standing.rbegin(), standing.rend(), [](const ProcessIdentity& one) { send_signal(one, SIGCONT); });
    return !standing.empty();
}

void kill_members(const Membership& membership, const Call& call) {
    bool denied = false;
    for (int round = 0; round < kill_rounds_max; ++round) {
        call.check();
        stop_all(membership, freeze_wait_max, call);
        const std::vector<ProcessFacts> members = find_members(membership);
        if (members.empty()) return;
        denied = kill_round(members, call);
    }
    const std::vector<ProcessFacts> left = find_members(membership);
    if (left.empty()) return;
    if (denied)
        throw Error(Errc::permission_denied, "may not end processes " + list_pids(left) + " of the machine")
            .with_hint("They run as another user, perhaps through sudo: end them as that user, then repeat.");
    throw Error(Errc::unavailable, "processes " + list_pids(left) + " of the machine do not end")
        .with_hint("The kernel may be waiting for a device or a network file system on their behalf; try again later.");
}

}
