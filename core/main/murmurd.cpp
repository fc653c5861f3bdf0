#include "daemon/daemon.hpp"

int main(int argc, char** argv) { return murmur::daemon_main(argc, argv); }
