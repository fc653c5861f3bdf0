#pragma once

#include <functional>
#include <memory>
#include <murmur/log.hpp>
#include <murmur/substrate.hpp>

#include "catalog/catalog.hpp"
#include "plugins/plugin_host.hpp"

namespace murmur {

/// Every kind there is: murmur's own, those of plugins, and what the loaded substrates add. A plugin whose part is not
/// in order is logged and left out; it stops nothing.
KindRegistry make_kind_registry(const PluginHost& plugins,
                                const std::function<std::shared_ptr<Substrate>(const std::string&)>& substrate,
                                Logger& logger);

/// The builtins of share/catalog and of the substrates.
std::vector<CatalogBuiltin> make_builtins(const KindRegistry& kinds);

}
