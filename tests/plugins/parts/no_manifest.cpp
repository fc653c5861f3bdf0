// A shared library that is no plugin.

#include "trace.hpp"

MURMUR_TEST_TRACE("no_manifest");

int murmur_test_not_a_plugin() { return 0; }
