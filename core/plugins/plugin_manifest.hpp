#pragma once

#include <cstdint>
#include <murmur/plugin.hpp>
#include <string>
#include <vector>

#include "plugins/elf_file.hpp"

namespace murmur {

/// The manifest of a plugin file, copied.
struct ManifestFacts {
    std::uint32_t struct_size = 0;
    std::uint32_t sdk_abi = 0;
    std::string abi_tag;
    std::string name;
    std::string version;
    std::string description;
    std::string license;
    std::vector<std::string> provides;  ///< "substrate:local"
};

/// Reads the manifest out of the file, without loading it. Throws when there is none.
ManifestFacts read_manifest(const ElfFile& file);
/// The same of a loaded plugin, to prove that the two are one.
ManifestFacts copy_manifest(const PluginManifest& manifest);

/// Throws failed_precondition, with the remedy, when the plugin was not built for this program, and invalid_argument
/// when its name or what it provides is not well-formed.
void check_manifest(const ManifestFacts& facts);

}
