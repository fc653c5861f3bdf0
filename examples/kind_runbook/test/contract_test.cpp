#include <murmur/testing/catalog_kind_contract.hpp>

namespace {

using murmur::json::array;
using murmur::json::object;

object runbook(const char* severity, array steps, array contacts) {
    return {
        {"name", "restart"}, {"severity", severity}, {"workspace", "api"}, {"steps", steps}, {"contacts", contacts}};
}

const object restart{{"title", "Restart it."}, {"command", "deployctl restart"}, {"timeout", "5m"}};
const object call_somebody{{"title", "Call the owner."}, {"timeout", "5m"}};

}

MURMUR_CATALOG_KIND_CONTRACT(Runbook,
                             {.provider = {MURMUR_PLUGIN_FILE, "runbook"},
                              .valid = runbook("ticket", {restart}, {}),
                              .invalid = {runbook("page", {restart}, {}), runbook("note", {restart, restart}, {}),
                                          runbook("note", {call_somebody}, {})},
                              .beside = {{"workspace", {{"name", "api"}, {"min_idle", 0}}}},
                              .invalid_beside_them = {runbook("page", {restart}, {"alice"})}})
