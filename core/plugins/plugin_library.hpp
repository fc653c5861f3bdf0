#pragma once

#include <filesystem>
#include <memory>

#include "plugins/call_guard.hpp"
#include "plugins/plugin_manifest.hpp"
#include "plugins/provider_factories.hpp"

namespace murmur {

/// One loaded plugin with what it has registered.
///
/// Once a file has been opened it stays in the process for good, also when it is refused afterwards: its code may have
/// left behind pointers to itself that nobody can see.
class PluginLibrary {
public:
    /// Opens the file, whose manifest has been read and checked, and registers its providers: all of them or none.
    /// Throws failed_precondition, with the remedy, when a symbol or a library is missing, the manifest is not the one
    /// that was read, or what is registered is not what the manifest promised; and whatever the register function
    /// throws.
    PluginLibrary(const std::filesystem::path& file, const ManifestFacts& manifest, std::shared_ptr<CallGuard> guard);

    const ProviderFactories& factories() const { return factories_; }
    const std::shared_ptr<CallGuard>& guard() const { return guard_; }

private:
    std::shared_ptr<CallGuard> guard_;
    ProviderFactories factories_;
};

}
