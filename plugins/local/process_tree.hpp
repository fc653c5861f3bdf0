#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "murmur/call.hpp"
#include "process_info.hpp"

namespace murmur::local {

/// The variable that every process of a machine inherits, wherever it moved its session: the machine's directory.
inline constexpr std::string_view marker_variable = "MURMUR_MACHINE_DIRECTORY";

/// By what the processes of one machine are known.
struct Membership {
    ProcessIdentity leader;           ///< the first process and leader of the session; pid 0 when it is not known
    std::filesystem::path directory;  ///< the value of the marker; empty: only the leader's session and descendants
};

/// All living processes of the machine: the leader, its session, whoever carries the marker, and all their descendants
/// but those that carry another machine's marker. Never the calling process. The leader, if it lives, comes first.
/// Looks again, within reason, while processes that end or change their program make a look doubtful.
std::vector<ProcessFacts> find_members(const Membership& membership);

/// Stops them all, the leader first, until no running one is found. Succeeds when there is none. Returns who stands
/// now, the leader first, for resume_stopped(); nobody when somebody else may stand too. Throws `unavailable` when the
/// leader does not come to a stop, and what Call::check throws.
std::vector<ProcessIdentity> suspend_members(const Membership& membership, const Call& call);

/// Lets them all go on, the leader last.
void resume_members(const Membership& membership, const Call& call);

/// The same for those whom suspend_members() returned, without a look at every process of the computer: who stands does
/// not fork. Returns false, with nobody signalled, when they do not stand as it left them, or are no more.
bool resume_stopped(const std::vector<ProcessIdentity>& stopped);

/// Kills them all and returns when they have ended. They are stopped first, so that none can fork out of reach.
/// Throws `permission_denied` when some belong to another user, `unavailable` when some do not end.
void kill_members(const Membership& membership, const Call& call);

}
