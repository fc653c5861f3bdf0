#pragma once

#include "random.hpp"

namespace murmur::simulation {

/// How probable each misfortune is. A seed has some of them and not others: a fault that every run has would hide what
/// goes wrong without it.
struct Faults {
    explicit Faults(Random& random) {
        const auto sometimes = [&](double most) { return random.chance(0.45) ? most * random.between(1, 10) / 10 : 0; };
        crash_at_commit = sometimes(0.03);
        commit_fails = sometimes(0.03);
        substrate_fails = sometimes(0.25);
        substrate_loses_reply = sometimes(0.25);
        runner_dies = sometimes(0.08);
        machine_vanishes = sometimes(0.04);
        link_breaks = sometimes(0.15);
        runner_hangs = sometimes(0.03);
        save_fails = sometimes(0.2);
        turn_fails = sometimes(0.08);
        clock_jumps = sometimes(1);
        base_moves = sometimes(0.8);
        machine_sticks = sometimes(0.5);
    }

    double crash_at_commit, commit_fails;                             ///< per commit
    double substrate_fails, substrate_loses_reply;                    ///< per call
    double runner_dies, machine_vanishes, link_breaks, runner_hangs;  ///< per second of a runner's life
    double save_fails, turn_fails;                                    ///< per save, per turn
    double clock_jumps;                                               ///< within the run
    double base_moves;                                                ///< per look at it
    double machine_sticks;                                            ///< per machine that is to be removed
    bool over = false;                                                ///< the time of misfortunes is over
};

}
