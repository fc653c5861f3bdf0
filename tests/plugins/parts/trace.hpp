#pragma once

#include <cstdlib>

/// Leaves a mark in the environment when code of the plugin runs: as early as its static constructors.
#define MURMUR_TEST_TRACE(NAME)                                   \
    namespace {                                                   \
    const int traced = ::setenv("MURMUR_TEST_RAN_" NAME, "1", 1); \
    }                                                             \
    static_assert(true)
