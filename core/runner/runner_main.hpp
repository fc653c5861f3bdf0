#pragma once

namespace murmur::runner {

/// The program murmur-runner: reads its orders from the environment, runs one session, and returns the exit code.
int runner_main(int argc, char** argv);

}
