#include <murmur/testing/substrate_contract.hpp>

MURMUR_SUBSTRATE_CONTRACT(Scratch, {.provider = {MURMUR_PLUGIN_FILE, "scratch"}})
