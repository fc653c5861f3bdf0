#include "plugins/plugin_library.hpp"

#include <cxxabi.h>
#include <dlfcn.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <murmur/error.hpp>

namespace murmur {

namespace {

constexpr const char* rebuild_library_hint =
    "Rebuild the plugin against the SDK of this murmur, and link it with every library that it uses.";

/// Keeps the library open until the process ends, and reachable for leak checkers.
void keep_open(const boost::dll::shared_library& library) {
    static Locked<std::vector<boost::dll::shared_library>>& kept = *new Locked<std::vector<boost::dll::shared_library>>;
    kept.lock()->push_back(library);
}

std::string demangled(const std::string& symbol) {
    int status = 0;
    char* const text = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
    const std::string name = status == 0 && text ? text : symbol;
    std::free(text);
    return name;
}

/// Says in our words what dlopen() complains of: "<file>: undefined symbol: <symbol>", or a library that it cannot
/// find.
Error load_error(const std::filesystem::path& file, const std::string& complaint) {
    constexpr std::string_view missing_symbol = "undefined symbol: ";
    if (const std::size_t at = complaint.find(missing_symbol); at != std::string::npos) {
        std::string symbol = complaint.substr(at + missing_symbol.size());
        symbol = symbol.substr(0, symbol.find_first_of(" ,\t"));
        return Error(Errc::failed_precondition,
                     "it needs \"" + demangled(symbol) + "\", which this murmur does not have")
            .with_hint(rebuild_library_hint);
    }
    std::string reason = complaint;
    if (reason.starts_with(file.string() + ": ")) reason = reason.substr(file.string().size() + 2);
    return Error(Errc::failed_precondition, "it cannot be loaded: " + reason)
        .with_hint("Install the library that is named, or rebuild the plugin on this machine.");
}

boost::dll::shared_library open_library(const std::filesystem::path& file) {
    boost::dll::shared_library library;
    boost::dll::fs::error_code error;
    // Every symbol now, so that a missing one is found here and not in mid-flight; private, so that plugins cannot
    // meet.
    library.load(file, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, error);
    if (error) {
        const char* const complaint = ::dlerror();
        throw load_error(file, complaint ? complaint : error.message());
    }
    keep_open(library);
    return library;
}

bool same_manifest(const ManifestFacts& a, const ManifestFacts& b) {
    return a.struct_size == b.struct_size && a.sdk_abi == b.sdk_abi && a.abi_tag == b.abi_tag && a.name == b.name &&
           a.version == b.version && a.description == b.description && a.license == b.license &&
           a.provides == b.provides;
}

std::string quoted_list(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return "\"" + text + "\"";
}

}

PluginLibrary::PluginLibrary(const std::filesystem::path& file, const ManifestFacts& manifest,
                             std::shared_ptr<CallGuard> guard)
    : guard_(std::move(guard)) {
    const boost::dll::shared_library library = open_library(file);
    const auto& loaded = library.get_alias<const PluginManifest>("murmur_plugin");
    if (!same_manifest(manifest, copy_manifest(loaded)) || !loaded.register_providers)
        throw Error(Errc::failed_precondition, "its manifest is not the one that the file shows before loading")
            .with_hint(rebuild_library_hint);

    ProviderFactories collected;
    guard_->run("register_providers", [&] { loaded.register_providers(collected); });
    std::vector<std::string> promised = manifest.provides;
    std::sort(promised.begin(), promised.end());
    if (collected.provided() != promised)
        throw Error(Errc::failed_precondition, "it registers " + quoted_list(collected.provided()) +
                                                   " and its manifest promises " + quoted_list(promised))
            .with_hint("Make the PROVIDES argument of MURMUR_PLUGIN and the register function agree.");
    factories_ = std::move(collected);
}

}
