#include "local_settings.hpp"

#include <gtest/gtest.h>

#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;

LocalSettings settings_from(const json::object& given) {
    return read_local_settings(PluginSettings(local_settings_table(), given, "local"));
}

TEST(LocalSettings, HaveDefaults) {
    const LocalSettings settings = settings_from({});
    EXPECT_EQ(settings.isolation, Isolation::none);
    EXPECT_EQ(settings.stop_grace, std::chrono::seconds(5));
    EXPECT_EQ(settings.machines_max, 512);
    EXPECT_EQ(settings.nice, 0);
    EXPECT_TRUE(settings.writable.empty());
}

TEST(LocalSettings, AreRead) {
    const LocalSettings settings = settings_from({{"isolation", "bubblewrap"},
                                                  {"stop_grace", "1m30s"},
                                                  {"max_machines", 3},
                                                  {"nice", 5},
                                                  {"writable", json::array{"/srv/git"}}});
    EXPECT_EQ(settings.isolation, Isolation::bubblewrap);
    EXPECT_EQ(settings.stop_grace, std::chrono::seconds(90));
    EXPECT_EQ(settings.machines_max, 3);
    EXPECT_EQ(settings.nice, 5);
    EXPECT_EQ(settings.writable, std::vector<std::string>{"/srv/git"});
}

TEST(LocalSettings, RefuseWhatTheyCannotMean) {
    const std::vector<json::object> refused{
        {{"isolation", "docker"}}, {{"max_machines", 0}}, {{"nice", 20}}, {{"writable", json::array{"here"}}}};
    for (const json::object& given : refused) {
        const Error error = error_of([&] { settings_from(given); });
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_NE(error.message().find("plugins.local." + std::string(given.begin()->key())), std::string::npos)
            << error.message();
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST(LocalSettings, AShapeAddsToThem) {
    LocalSettings settings = settings_from({{"writable", json::array{"/srv/git"}}});
    settings = apply_shape(settings, {{"isolation", "bubblewrap"},
                                      {"writable", json::array{"/opt/cache"}},
                                      {"machine", json::object{{"cost_per_hour", 0}}}});
    EXPECT_EQ(settings.isolation, Isolation::bubblewrap);
    EXPECT_EQ(settings.writable, (std::vector<std::string>{"/srv/git", "/opt/cache"}));
}

}
}
