// Built by another compiler: none of its code may run.

#include <murmur/plugin.hpp>

#include "trace.hpp"

MURMUR_TEST_TRACE("other_abi");

namespace {

void never_called(murmur::Registrar&) { ::setenv("MURMUR_TEST_RAN_other_abi", "registered", 1); }

const murmur::PluginManifest manifest{sizeof(murmur::PluginManifest),
                                      ::murmur::sdk_abi_version,
                                      "g++99-cxx41-abi0-boost9_99-san:none",
                                      "other-abi",
                                      "1.0.0",
                                      "For tests.",
                                      "Apache-2.0",
                                      "substrate:other-abi",
                                      never_called};

}

BOOST_DLL_ALIAS(manifest, murmur_plugin)
