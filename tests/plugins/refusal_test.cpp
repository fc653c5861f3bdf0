// What the operator sees of each plugin that is not in order.

#include <cstdlib>
#include <fstream>

#include "host_fixture.hpp"

namespace murmur {

namespace {

class Refusal : public PluginHostTest {
protected:
    /// Loads one part alone, which must be refused, and returns its record.
    PluginRecord refused(const std::string& part) {
        const std::filesystem::path file = place(part);
        const PluginHost host(options());
        PluginRecord record = record_of(host, file);
        EXPECT_EQ(record.state, PluginState::refused) << part;
        EXPECT_TRUE(logger_.contains("a plugin was refused")) << "the log has to say so";
        EXPECT_TRUE(logger_.contains(record.reason));
        EXPECT_TRUE(host.substrate_names().empty());
        EXPECT_TRUE(host.backend_names().empty());
        return record;
    }
};

/// parts/other_sdk.cpp is 41 versions ahead.
std::string other_sdk_reason() {
    return "it was built for SDK version " + std::to_string(sdk_abi_version + 41) + ", and this murmur has version " +
           std::to_string(sdk_abi_version);
}

TEST_F(Refusal, OtherSdkVersionRunsNoCodeOfIt) {
    const PluginRecord record = refused("other_sdk");
    EXPECT_EQ(record.reason, other_sdk_reason());
    EXPECT_EQ(record.hint,
              "Rebuild the plugin against the SDK of this murmur, with the same compiler, Boost and sanitizer.");
    EXPECT_EQ(record.name, "other-sdk");
    EXPECT_EQ(std::getenv("MURMUR_TEST_RAN_other_sdk"), nullptr);
}

TEST_F(Refusal, OtherAbiTagRunsNoCodeOfIt) {
    const PluginRecord record = refused("other_abi");
    EXPECT_EQ(record.reason,
              std::string("it was built as \"g++99-cxx41-abi0-boost9_99-san:none\", and this murmur as \"") +
                  MURMUR_ABI_TAG + "\"");
    EXPECT_NE(record.hint.find("Rebuild the plugin"), std::string::npos);
    EXPECT_EQ(std::getenv("MURMUR_TEST_RAN_other_abi"), nullptr);
}

TEST_F(Refusal, LibraryWithoutManifest) {
    const PluginRecord record = refused("no_manifest");
    EXPECT_EQ(record.reason, "it does not export \"murmur_plugin\"");
    EXPECT_NE(record.hint.find("MURMUR_PLUGIN(...)"), std::string::npos);
    EXPECT_EQ(std::getenv("MURMUR_TEST_RAN_no_manifest"), nullptr);
}

TEST_F(Refusal, UnresolvedSymbol) {
    const PluginRecord record = refused("unresolved");
    EXPECT_EQ(record.reason, "it needs \"murmur::function_of_the_future(int)\", which this murmur does not have");
    EXPECT_NE(record.hint.find("Rebuild the plugin"), std::string::npos);
}

TEST_F(Refusal, ThrowsWhileRegistering) {
    const PluginRecord record = refused("throws_registering");
    EXPECT_EQ(record.reason,
              "the licence server is away, while calling register_providers of plugin \"throws-registering\"");
    EXPECT_EQ(record.hint, "Plug in the dongle.");
}

TEST_F(Refusal, RegistersLessThanItPromises) {
    const PluginRecord record = refused("promises_more");
    EXPECT_EQ(record.reason, "it registers \"backend:one\" and its manifest promises \"backend:one backend:two\"");
    EXPECT_NE(record.hint.find("MURMUR_PLUGIN"), std::string::npos);
}

TEST_F(Refusal, DuplicateProviderRunsNoCodeOfIt) {
    place("good", "first");
    const auto file = place("duplicate_provider", "second");
    const PluginHost host(options({"first", "second"}));
    const PluginRecord& record = record_of(host, file);
    EXPECT_EQ(record.state, PluginState::refused);
    EXPECT_EQ(record.reason, "plugin \"good\" provides \"substrate:memory\" already");
    EXPECT_NE(record.hint.find("plugin_allow in murmurd.yaml"), std::string::npos);
    EXPECT_EQ(std::getenv("MURMUR_TEST_RAN_duplicate_provider"), nullptr);
    EXPECT_EQ(host.substrate_names(), std::vector<std::string>{"memory"});
}

TEST_F(Refusal, FileThatOthersMayWrite) {
    const auto file = place("good");
    std::filesystem::permissions(file, std::filesystem::perms(0757));
    const PluginHost host(options());
    EXPECT_EQ(record_of(host, file).reason, "the file \"" + file.string() + "\" can be written by everybody");
    EXPECT_EQ(record_of(host, file).hint,
              "Plugins run with all your rights. If you trust it: chmod go-w '" + file.string() + "'");
    EXPECT_EQ(record_of(host, file).name, "good");
}

TEST_F(Refusal, FileThatItsGroupMayWrite) {
    const auto file = place("good");
    std::filesystem::permissions(file, std::filesystem::perms(0775));
    EXPECT_EQ(record_of(PluginHost(options()), file).reason,
              "the file \"" + file.string() + "\" can be written by its group");
}

TEST_F(Refusal, FolderThatOthersMayWrite) {
    const auto file = place("good");
    std::filesystem::permissions(file.parent_path(), std::filesystem::perms(0777));
    const PluginRecord record = record_of(PluginHost(options()), file);
    EXPECT_EQ(record.reason, "the folder \"" + file.parent_path().string() + "\" can be written by everybody");
    EXPECT_NE(record.hint.find("chmod go-w '" + file.parent_path().string() + "'"), std::string::npos);
}

TEST_F(Refusal, FolderBelowOneThatEverybodyMayWrite) {
    std::filesystem::create_directory(temp_ / "open");
    const auto file = place("good", "open/plugins");
    std::filesystem::permissions(temp_ / "open", std::filesystem::perms(0777));
    const PluginRecord record = record_of(PluginHost(options({"open/plugins"})), file);
    EXPECT_EQ(record.state, PluginState::refused);
    EXPECT_EQ(record.reason, "its folder lies in \"" + (temp_ / "open").string() + "\", which everybody can write");
}

TEST_F(Refusal, LinkToAFileInAFolderThatOthersMayWrite) {
    const auto target = place("good", "elsewhere");
    std::filesystem::permissions(target.parent_path(), std::filesystem::perms(0777));
    std::filesystem::create_directory(temp_ / "plugins");
    std::filesystem::create_symlink(target, temp_ / "plugins" / "good.so");
    const PluginRecord record = record_of(PluginHost(options()), temp_ / "plugins" / "good.so");
    EXPECT_EQ(record.reason, "the folder \"" + target.parent_path().string() + "\" can be written by everybody");
}

TEST_F(Refusal, FilesThatAreNoLibraries) {
    std::filesystem::create_directory(temp_ / "plugins");
    std::ofstream(temp_ / "plugins" / "empty.so").close();
    std::ofstream(temp_ / "plugins" / "text.so") << "#!/bin/sh\necho hello\n";
    const PluginHost host(options());
    EXPECT_EQ(record_of(host, temp_ / "plugins" / "empty.so").reason, "it is not a shared library");
    EXPECT_EQ(record_of(host, temp_ / "plugins" / "text.so").reason, "it is not a shared library");
}

TEST_F(Refusal, PluginThatIsNotOnTheAllowList) {
    const auto file = place("good");
    PluginHostOptions allowing = options();
    allowing.allowed.emplace();
    const PluginRecord record = record_of(PluginHost(allowing), file);
    EXPECT_EQ(record.reason, "plugin \"good\" is not on the allow list");
    EXPECT_EQ(record.hint,
              "To allow it, add to plugin_allow in murmurd.yaml: {name: good, sha256: " + record.sha256 + "}");
    EXPECT_EQ(record.sha256.size(), 64u);
    allowing.allowed->push_back({"good", record.sha256});
    EXPECT_EQ(record_of(PluginHost(allowing), file).state, PluginState::loaded);
}

TEST_F(Refusal, FileThatIsNotTheOneOnTheAllowList) {
    const auto file = place("good");
    PluginHostOptions allowing = options();
    allowing.allowed.emplace({AllowedPlugin{"good", std::string(64, '0')}});
    EXPECT_EQ(record_of(PluginHost(allowing), file).reason,
              "the file is not the one that the allow list names: its SHA-256 differs");
}

TEST_F(Refusal, SettingsThatAreNotInOrder) {
    const auto file = place("good");
    PluginHostOptions wrong = options();
    wrong.settings["good"] = {{"rom", 3}};
    const PluginRecord record = record_of(PluginHost(wrong), file);
    EXPECT_EQ(record.reason, "unknown field \"plugins.good.rom\"");
    EXPECT_EQ(record.hint, "Did you mean \"room\"?");
}

TEST_F(Refusal, TheProviderThatIsMissingSaysWhy) {
    place("good");
    const auto file = place("other_sdk");
    const PluginHost host(options());
    const Error error = error_of([&] { host.make_substrate("other-sdk"); });
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_EQ(error.message(), "substrate \"other-sdk\" is missing: its plugin \"" + file.string() +
                                   "\" was refused, because " + other_sdk_reason());
    EXPECT_NE(error.hint().find("Rebuild the plugin"), std::string::npos);
}

}

}
