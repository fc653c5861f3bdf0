#pragma once

#include <string>
#include <vector>

#include "cli/out.hpp"

namespace murmur {

/// Runs the command that the words name and gives the exit code: 0, 1 for an error, 2 for a wrong call, 130 after
/// Ctrl-C. Errors are printed here and nowhere else.
int run_cli(const std::vector<std::string>& words, Out& out);

/// run_cli() with the process's own arguments and streams; a reader that has gone away ends it quietly with 0.
int run_cli_main(int argc, char** argv);

}
