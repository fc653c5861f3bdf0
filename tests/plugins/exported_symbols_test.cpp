// Every plugin exports exactly one symbol: whatever else it exported could meet a symbol of the host or of another
// plugin.

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

#include "host_fixture.hpp"

namespace murmur {

namespace {

std::vector<std::string> exported_symbols(const std::filesystem::path& file) {
    const std::string command = "nm -D --defined-only '" + file.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command.c_str(), "r"), ::pclose);
    std::vector<std::string> names;
    std::array<char, 4096> line{};
    while (output && std::fgets(line.data(), line.size(), output.get())) {
        std::istringstream words(line.data());
        std::string address, type, name;
        words >> address >> type >> name;
        names.push_back(name);
    }
    return names;
}

TEST(ExportedSymbols, EveryShippedPluginExportsItsManifestAlone) {
    int plugins = 0;
    for (const std::filesystem::path& dir :
         {std::filesystem::path(MURMUR_PLUGIN_DIR), std::filesystem::path(MURMUR_PARTS_DIR) / "good"}) {
        if (!std::filesystem::exists(dir)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(dir)) {
            if (entry.path().extension() != ".so") continue;
            ++plugins;
            EXPECT_EQ(exported_symbols(entry.path()), std::vector<std::string>{"murmur_plugin"}) << entry.path();
        }
    }
    EXPECT_GE(plugins, 1);
}

}

}
