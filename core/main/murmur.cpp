#include "cli/run_cli.hpp"

int main(int argc, char** argv) { return murmur::run_cli_main(argc, argv); }
