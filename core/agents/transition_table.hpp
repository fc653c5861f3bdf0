#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agents/commands.hpp"

namespace murmur {

// What each command does in each phase. decide() asks this table before anything else, and a phase that the table does
// not foresee cannot be set. share/doc/lifecycle.md is made from it.

/// ignore: it is done already, or no news; nothing changes.
enum class Answer { apply, ignore, refuse };
/// Why a command is refused; the text and the way out are those of refusal_error().
enum class Refusal { none, unknown, exists, busy, no_turn, ending, ended, over };

class PhaseSet {
public:
    constexpr PhaseSet() = default;
    constexpr PhaseSet(std::initializer_list<Phase> phases) {
        for (const Phase phase : phases) bits_ |= bit(phase);
    }
    constexpr bool has(Phase phase) const { return (bits_ & bit(phase)) != 0; }
    constexpr PhaseSet operator|(PhaseSet other) const {
        other.bits_ |= bits_;
        return other;
    }
    constexpr bool operator==(const PhaseSet&) const = default;

private:
    static constexpr std::uint32_t bit(Phase phase) { return std::uint32_t{1} << static_cast<unsigned>(phase); }
    std::uint32_t bits_ = 0;
};

struct Transition {
    Answer answer = Answer::refuse;
    Refusal refusal = Refusal::unknown;
    PhaseSet next;  ///< that may follow, besides the phase that it is in
};

inline constexpr std::size_t command_count = std::variant_size_v<Command>;
inline constexpr std::size_t phase_count = 11;

/// Of an agent in that phase; nothing: there is none yet. `command` is Command::index().
const Transition& find_transition(std::optional<Phase> phase, std::size_t command);
/// "AddFollowUp"
std::string_view command_name(std::size_t command);

/// What a caller is told; `agent` is the one that refuses.
Error refusal_error(Refusal refusal, const Agent& agent);

/// share/doc/lifecycle.md
std::string lifecycle_document();

}
