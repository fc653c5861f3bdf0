#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <murmur/settings.hpp>

namespace murmur {

namespace {

using namespace std::chrono_literals;

const SettingsTable& table() {
    static const SettingsTable settings{
        {"isolation", SettingType::string, "none", "How machines are kept apart."},
        {"keep", SettingType::boolean, true, "Keep them."},
        {"room", SettingType::integer, 4, "How many."},
        {"grace", SettingType::duration, "1m30s", "How long."},
        {"mounts", SettingType::string_list, nullptr, "What they see."},
        {"extra", SettingType::object, nullptr, "Whatever else."},
    };
    return settings;
}

std::string complaint(const SettingsTable& settings, const json::object& given) {
    try {
        PluginSettings(settings, given, "local");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "none";
}

TEST(PluginSettings, FillsInDefaults) {
    const PluginSettings settings(table(), {}, "local");
    EXPECT_EQ(settings.get_string("isolation"), "none");
    EXPECT_TRUE(settings.get_bool("keep"));
    EXPECT_EQ(settings.get_int("room"), 4);
    EXPECT_EQ(settings.get_duration("grace"), 90s);
    EXPECT_TRUE(settings.get_strings("mounts").empty());
    EXPECT_TRUE(settings.get_object("extra").empty());
    EXPECT_FALSE(settings.values().contains("mounts"));
}

TEST(PluginSettings, TakesWhatIsGiven) {
    const PluginSettings settings(table(),
                                  {{"isolation", "bubblewrap"},
                                   {"keep", false},
                                   {"room", 9},
                                   {"grace", 2.5},
                                   {"mounts", {"/usr", "/bin"}},
                                   {"extra", {{"a", 1}}}},
                                  "local");
    EXPECT_EQ(settings.get_string("isolation"), "bubblewrap");
    EXPECT_FALSE(settings.get_bool("keep"));
    EXPECT_EQ(settings.get_int("room"), 9);
    EXPECT_EQ(settings.get_duration("grace"), 2500ms);
    EXPECT_EQ(settings.get_strings("mounts"), (std::vector<std::string>{"/usr", "/bin"}));
    EXPECT_EQ(settings.get_object("extra").at("a").as_int64(), 1);
}

TEST(PluginSettings, ComplaintsNameTheSetting) {
    EXPECT_EQ(complaint(table(), {{"isolation", 7}}), "plugins.local.isolation must be a string");
    EXPECT_EQ(complaint(table(), {{"room", "many"}}), "plugins.local.room must be a whole number");
    EXPECT_EQ(complaint(table(), {{"keep", 1}}), "plugins.local.keep must be true or false");
    EXPECT_EQ(complaint(table(), {{"mounts", {1}}}), "plugins.local.mounts[0] must be a string");
    EXPECT_EQ(complaint(table(), {{"extra", "x"}}), "plugins.local.extra must be an object");
    EXPECT_EQ(complaint(table(), {{"isolatoin", "none"}}),
              "unknown field \"plugins.local.isolatoin\" | Did you mean \"isolation\"?");
    EXPECT_EQ(complaint(table(), {{"grace", "soon"}}).substr(0, 53),
              "plugins.local.grace is not a duration: \"soon\" | Write");
    EXPECT_NE(complaint(table(), {{"grace", -1}}), "none");
}

TEST(PluginSettings, RequiredOnesMustBeThere) {
    const SettingsTable needed{{"project", SettingType::string, nullptr, "The cloud project.", true}};
    EXPECT_EQ(complaint(needed, {}), "plugins.local.project is required | The cloud project.");
    EXPECT_EQ(complaint(needed, {{"project", "p-1"}}), "none");
}

TEST(Duration, ReadsItsSpellings) {
    EXPECT_EQ(parse_duration("250ms", "x"), 250ms);
    EXPECT_EQ(parse_duration("30s", "x"), 30s);
    EXPECT_EQ(parse_duration("5m", "x"), 5min);
    EXPECT_EQ(parse_duration("1h30m", "x"), 90min);
    EXPECT_EQ(parse_duration("1.5h", "x"), 90min);
    EXPECT_EQ(parse_duration("2d", "x"), 48h);
    EXPECT_EQ(parse_duration("12", "x"), 12s);
    EXPECT_EQ(parse_duration("0", "x"), 0s);
}

TEST(Duration, RefusesEverythingElse) {
    for (const char* text : {"", "s", "5x", "-5s", "-5", "1h30", "5 s", " 5s", "5s ", "nan", "inf", "1e9999s", "5sm",
                             "0s30", "99999999999d", "0x10s", "."}) {
        try {
            parse_duration(text, "lease");
            ADD_FAILURE() << "accepted \"" << text << "\"";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument) << text;
            EXPECT_EQ(error.message(), "lease is not a duration: \"" + std::string(text) + "\"");
        }
    }
}

TEST(Duration, WritesTheShortestSpellingAndReadsItBack) {
    EXPECT_EQ(format_duration(90min), "1h30m");
    EXPECT_EQ(format_duration(0ms), "0s");
    EXPECT_EQ(format_duration(1500ms), "1s500ms");
    EXPECT_EQ(format_duration(-5s), "-5s");
    for (const auto duration : {1ms, 999ms, 60'000ms, 3'599'999ms, 86'400'000ms, 90'061'001ms})
        EXPECT_EQ(parse_duration(format_duration(duration), "x"), duration) << format_duration(duration);
}

}

}
