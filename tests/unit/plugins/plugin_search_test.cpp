#include "plugins/plugin_search.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <murmur/error.hpp>
#include <murmur/testing/temp_dir.hpp>

namespace murmur {

namespace {

namespace fs = std::filesystem;

class PluginSearch : public ::testing::Test {
protected:
    fs::path make(const std::string& name) {
        fs::create_directories(temp_ / name);
        return temp_ / name;
    }

    static Error error_of(const PluginSearchInput& input) {
        try {
            plugin_search_path(input);
        } catch (const Error& error) {
            return error;
        }
        return Error(Errc::internal, "nothing was thrown");
    }

    testing::TempDir temp_;
};

TEST_F(PluginSearch, TheOrderIsFixed) {
    const fs::path a = make("a"), b = make("b"), c = make("c"), user = make("user"), system = make("system");
    const PluginSearchInput input{{a}, c.string() + ":" + b.string(), user, system};
    EXPECT_EQ(plugin_search_path(input), (std::vector<fs::path>{a, c, b, user, system}));
}

TEST_F(PluginSearch, FoldersAreThereOnceAndOptionalOnesMayBeMissing) {
    const fs::path a = make("a");
    const PluginSearchInput input{{a}, ":" + a.string() + "::" + (temp_ / "missing").string() + ":", temp_ / "user", a};
    EXPECT_EQ(plugin_search_path(input), std::vector<fs::path>{a});
}

TEST_F(PluginSearch, RelativePathsAreRefused) {
    const Error flag = error_of({{"plugins"}, "", "", ""});
    EXPECT_EQ(flag.code(), Errc::invalid_argument);
    EXPECT_EQ(flag.message(), "--plugin-dir names a relative plugin folder: \"plugins\"");
    EXPECT_EQ(error_of({{}, "./plugins", "", ""}).message(),
              "MURMUR_PLUGIN_PATH names a relative plugin folder: \"./plugins\"");
    EXPECT_NE(flag.hint().find("never looked for relative to the current directory"), std::string::npos);
}

TEST_F(PluginSearch, ANamedFolderMustExist) {
    const Error error = error_of({{temp_ / "missing"}, "", "", ""});
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_EQ(error.message(), "there is no plugin folder \"" + (temp_ / "missing").string() + "\"");
}

TEST_F(PluginSearch, OnlyLibrariesAreFoundAndInOrder) {
    const fs::path dir = make("plugins");
    for (const char* name : {"b.so", "a.so", "README.md", "libx.so.1", ".hidden"}) std::ofstream(dir / name) << "x";
    EXPECT_EQ(find_plugin_files(dir), (std::vector<fs::path>{dir / "a.so", dir / "b.so"}));
    EXPECT_THROW(find_plugin_files(temp_ / "missing"), Error);
}

}

}
