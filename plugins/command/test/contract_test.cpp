#include <murmur/testing/backend_contract.hpp>

MURMUR_BACKEND_CONTRACT(Command, {.provider = {MURMUR_PLUGIN_FILE, "command"},
                                  .session_settings = {{"command", {"sh", "-c", "cat"}}},
                                  .transcript = {"I fixed the title.", "", "Anything else?"},
                                  .expected_events = {murmur::SessionEventKind::assistant_text,
                                                      murmur::SessionEventKind::assistant_text}})
