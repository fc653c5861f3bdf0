#include <murmur/plugin.hpp>

#include "runbook_kind.hpp"

namespace runbook {

namespace {

void register_providers(murmur::Registrar& registrar) {
    registrar.add_catalog_kind("runbook", [](const murmur::PluginSettings&, murmur::HostServices&) {
        return std::make_unique<RunbookKind>();
    });
}

}

}

MURMUR_PLUGIN("runbook", "1.0.0", "What is to be done when something happens, as a kind of the catalog.", "Apache-2.0",
              "catalog-kind:runbook", runbook::register_providers)
