// Built for another version of the SDK: none of its code may run.

#include <murmur/plugin.hpp>

#include "trace.hpp"

MURMUR_TEST_TRACE("other_sdk");

namespace {

void never_called(murmur::Registrar&) { ::setenv("MURMUR_TEST_RAN_other_sdk", "registered", 1); }

const murmur::PluginManifest manifest{sizeof(murmur::PluginManifest),
                                      ::murmur::sdk_abi_version + 41,
                                      MURMUR_ABI_TAG,
                                      "other-sdk",
                                      "1.0.0",
                                      "For tests.",
                                      "Apache-2.0",
                                      "substrate:other-sdk",
                                      never_called};

}

BOOST_DLL_ALIAS(manifest, murmur_plugin)
