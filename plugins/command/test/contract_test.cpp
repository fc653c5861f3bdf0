#include <murmur/testing/backend_contract.hpp>

MURMUR_BACKEND_CONTRACT(Command,
                        {.provider = {MURMUR_PLUGIN_FILE, "command"},
                         .session_settings = {{"command", {"sh", "-c", "cat", "{session_id}"}}},
                         .transcript = {"I fixed the title.", "", "murmur:cost {\"usd\":0.1}", "And so on."},
                         .expected_events = {murmur::SessionEventKind::assistant_text, murmur::SessionEventKind::cost,
                                             murmur::SessionEventKind::assistant_text}})
MURMUR_BACKEND_CONTRACT(Streaming,
                        {.provider = {MURMUR_PLUGIN_FILE, "command"},
                         .mode = murmur::SessionMode::streaming,
                         .session_settings = {{"command", {"sh", "-c", "cat", "{session_id}"}}, {"stream", "json"}},
                         .transcript = {"I fixed the title.", "murmur:done"},
                         .expected_events = {murmur::SessionEventKind::assistant_text,
                                             murmur::SessionEventKind::turn_complete}})
MURMUR_BACKEND_CONTRACT(Interactive,
                        {.provider = {MURMUR_PLUGIN_FILE, "command"},
                         .mode = murmur::SessionMode::interactive,
                         .session_settings = {{"command", {"cat"}}, {"interactive", {"agent", "{session_id}"}}},
                         .transcript = {"I fixed the title."},
                         .expected_events = {murmur::SessionEventKind::assistant_text}})
