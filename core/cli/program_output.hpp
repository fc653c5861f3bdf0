#pragma once

#include <string>
#include <vector>

namespace murmur {

/// What a program wrote, and how it ended.
struct ProgramOutput {
    int exit_status = 0;  ///< 128 + n when signal n ended it
    std::string output;
};

/// Runs a program (found in PATH unless it has a slash) and waits for its end. Its standard error is ours.
/// Throws not_found and the like when it cannot be started.
ProgramOutput run_program(const std::vector<std::string>& argv);

}
