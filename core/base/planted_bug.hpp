#pragma once

#include <boost/describe.hpp>
#include <murmur/error.hpp>
#include <string>

namespace murmur {

/// Mistakes that the simulation must find; see tests/simulation/README.md.
BOOST_DEFINE_ENUM_CLASS(PlantedBug, none, answers_before_storing, forgets_failed_effects, results_are_said_once,
                        starts_with_no_effects, keeps_what_was_not_stored, old_runners_hear, families_in_halves,
                        machines_go_unsaved, sent_is_forgotten, journals_are_not_read, news_dies_with_the_teller,
                        reattached_runners_miss_commands, ancestors_pay_nothing, taken_messages_stay_sent,
                        stuck_machines_are_hushed_up)

#ifdef MURMUR_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::none;
inline bool is_planted(PlantedBug bug) { return planted_bug == bug; }
/// Throws not_found.
inline void plant_bug(const std::string& name) {
    if (!boost::describe::enum_from_string(name.c_str(), planted_bug))
        throw Error(Errc::not_found, "there is no planted bug \"" + name + "\"");
}
#else
/// Never, in what users run.
constexpr bool is_planted(PlantedBug) { return false; }
#endif

}
