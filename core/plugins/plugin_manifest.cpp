#include "plugins/plugin_manifest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>
#include <sstream>

namespace murmur {

namespace {

constexpr std::size_t plugin_name_max = 63;
constexpr const char* rebuild_hint =
    "Rebuild the plugin against the SDK of this murmur, with the same compiler, Boost and sanitizer.";

const std::vector<std::string>& provider_kinds() {
    static const std::vector<std::string> kinds{"substrate", "backend", "event-source", "catalog-kind",
                                                "flight-trigger"};
    return kinds;
}

bool is_plugin_name(std::string_view name) {
    if (name.empty() || name.size() > plugin_name_max || name.front() < 'a' || name.front() > 'z') return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

std::vector<std::string> split_provides(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::string> provides;
    for (std::string word; words >> word;) provides.push_back(word);
    return provides;
}

std::string checked_text(const char* text) { return text ? text : ""; }

void check_provided(const std::string& provided) {
    const std::size_t colon = std::min(provided.find(':'), provided.size());
    const std::string kind = provided.substr(0, colon);
    const auto& kinds = provider_kinds();
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        throw Error(Errc::invalid_argument, "its manifest provides \"" + provided + "\", which is of no known kind")
            .with_hint("Write what it provides as \"substrate:name backend:name\". " + did_you_mean(kind, kinds));
    if (colon == provided.size() || !is_plugin_name(std::string_view(provided).substr(colon + 1)))
        throw Error(Errc::invalid_argument, "its manifest provides \"" + provided + "\", which is not a valid name")
            .with_hint("Names begin with a letter and have at most 63 of a-z, 0-9, \"-\" and \"_\".");
}

}

ManifestFacts read_manifest(const ElfFile& file) {
    const auto alias = file.find_exported("murmur_plugin");
    if (!alias)
        throw Error(Errc::invalid_argument, "it does not export \"murmur_plugin\"")
            .with_hint(
                "If it is meant to be a plugin, end one of its files with MURMUR_PLUGIN(...) and build it with "
                "murmur_add_plugin(); otherwise move it out of the plugin folder.");
    const std::uint64_t at = file.read_pointer(*alias);
    ManifestFacts facts;
    facts.struct_size = file.read_u32(at + offsetof(PluginManifest, struct_size));
    facts.sdk_abi = file.read_u32(at + offsetof(PluginManifest, sdk_abi));
    const auto text = [&](std::size_t offset) { return file.read_text(file.read_pointer(at + offset)); };
    facts.abi_tag = text(offsetof(PluginManifest, abi_tag));
    facts.name = text(offsetof(PluginManifest, name));
    facts.version = text(offsetof(PluginManifest, version));
    facts.description = text(offsetof(PluginManifest, description));
    facts.license = text(offsetof(PluginManifest, license));
    facts.provides = split_provides(text(offsetof(PluginManifest, provides)));
    return facts;
}

ManifestFacts copy_manifest(const PluginManifest& manifest) {
    return {manifest.struct_size,           manifest.sdk_abi,
            checked_text(manifest.abi_tag), checked_text(manifest.name),
            checked_text(manifest.version), checked_text(manifest.description),
            checked_text(manifest.license), split_provides(checked_text(manifest.provides))};
}

void check_manifest(const ManifestFacts& facts) {
    if (facts.sdk_abi != sdk_abi_version)
        throw Error(Errc::failed_precondition, "it was built for SDK version " + std::to_string(facts.sdk_abi) +
                                                   ", and this murmur has version " + std::to_string(sdk_abi_version))
            .with_hint(rebuild_hint);
    if (facts.abi_tag != MURMUR_ABI_TAG)
        throw Error(Errc::failed_precondition,
                    "it was built as \"" + facts.abi_tag + "\", and this murmur as \"" + MURMUR_ABI_TAG + "\"")
            .with_hint(rebuild_hint);
    if (facts.struct_size != sizeof(PluginManifest))
        throw Error(Errc::failed_precondition, "its manifest has " + std::to_string(facts.struct_size) +
                                                   " bytes instead of " + std::to_string(sizeof(PluginManifest)))
            .with_hint(rebuild_hint);
    if (!is_plugin_name(facts.name))
        throw Error(Errc::invalid_argument, "its name \"" + facts.name + "\" is not a valid plugin name")
            .with_hint("Names begin with a letter and have at most 63 of a-z, 0-9, \"-\" and \"_\".");
    if (facts.provides.empty())
        throw Error(Errc::invalid_argument, "its manifest provides nothing")
            .with_hint("Write what it provides as \"substrate:name backend:name\".");
    for (const std::string& provided : facts.provides) check_provided(provided);
}

}
