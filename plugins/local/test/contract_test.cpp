#include <murmur/testing/substrate_contract.hpp>

MURMUR_SUBSTRATE_CONTRACT(Local, {.provider = {MURMUR_PLUGIN_FILE, "local"}})
