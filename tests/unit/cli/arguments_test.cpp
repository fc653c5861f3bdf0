#include "cli/arguments.hpp"

#include <gtest/gtest.h>

#include "cli/command_list.hpp"
#include "cli/usage_text.hpp"

namespace murmur {
namespace {

CommandLine parse(const std::vector<std::string>& words) { return parse_command_line(words, all_commands()); }

std::string failure(const std::vector<std::string>& words) {
    try {
        parse(words);
    } catch (const Error& error) {
        EXPECT_TRUE(is_usage_error(error));
        return error.message() + " | " + error.hint();
    }
    return "no error";
}

TEST(Arguments, FlagsStandAnywhere) {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"-w", "x", "spawn", "a", "do", "it", "--wait"},
                                               {"spawn", "--wait", "-w=x", "a", "do", "it"},
                                               {"spawn", "a", "--workspace=x", "do", "-wait", "it"},
                                               {"spawn", "a", "do", "it", "--w", "x", "--wait=true"}}) {
        const CommandLine line = parse(words);
        EXPECT_EQ(line.command->name, "spawn");
        EXPECT_EQ(line.arguments.get("workspace"), "x");
        EXPECT_TRUE(line.arguments.has("wait"));
        EXPECT_EQ(line.arguments.positionals[0], "a");
        EXPECT_EQ(line.arguments.joined_from(1), "do it");
    }
}

TEST(Arguments, ValuesMayHoldAnything) {
    const CommandLine line =
        parse({"spawn", "a", "x", "-e", "A=b=c", "--repo", "u=main:w", "-e=B", "--purpose=--x", "--", "-y", "--wait"});
    EXPECT_EQ(line.arguments.list("e"), (std::vector<std::string>{"A=b=c", "B"}));
    EXPECT_EQ(line.arguments.get("repo"), "u=main:w");
    EXPECT_EQ(line.arguments.get("purpose"), "--x");
    EXPECT_EQ(line.arguments.joined_from(1), "x -y --wait");
    EXPECT_FALSE(line.arguments.has("wait"));
}

TEST(Arguments, GroupsHaveCommands) {
    EXPECT_EQ(parse({"session", "-v", "watch", "a"}).command->name, "session watch");
    EXPECT_EQ(failure({"session"}), "murmur session needs a command | It has: interrupt, send, stop, watch.");
    EXPECT_EQ(failure({"session", "wach"}), "unknown command \"session wach\" | Did you mean \"watch\"?");
    EXPECT_TRUE(parse({"session", "--help"}).wants_help);
    EXPECT_TRUE(parse({"spawn", "--help"}).wants_help);
    EXPECT_EQ(parse({}).command, nullptr);
}

TEST(Arguments, WhatIsUnknownGetsTheNearest) {
    EXPECT_EQ(failure({"spwan"}), "unknown command \"spwan\" | Did you mean \"spawn\"?");
    EXPECT_EQ(failure({"frobnicate"}), "unknown command \"frobnicate\" | Run murmur help for the list of commands.");
    EXPECT_EQ(failure({"ls", "--jsn"}), "unknown flag \"--jsn\" | Did you mean \"--json\"?");
    EXPECT_EQ(failure({"ls", "-z"}).substr(0, 17), "unknown flag \"-z\"");
    EXPECT_EQ(failure({"--json", "ls"}), "unknown flag \"--json\" | Flags of a command stand after its name.");
    EXPECT_EQ(failure({"spawn", "a", "--on-idle", "keepalive"}),
              "unknown --on-idle \"keepalive\" | Did you mean \"keep-alive\"?");
    EXPECT_EQ(failure({"spawn", "a", "--dequeue-strategy", "many"}),
              "unknown --dequeue-strategy \"many\" | It takes all, one, five.");
}

TEST(Arguments, UnderscoresInValuesAreDashes) {
    EXPECT_EQ(parse({"spawn", "a", "b", "--on-idle", "keep_alive"}).arguments.get("on-idle"), "keep-alive");
}

TEST(Arguments, CountsAndExclusions) {
    EXPECT_EQ(failure({"kill", "a", "b"}), "unexpected argument \"b\" | Usage: murmur kill [flags] [slug]");
    EXPECT_EQ(failure({"queue", "add", "a"}),
              "missing <message...> | Usage: murmur queue add [flags] <slug> <message...>");
    EXPECT_EQ(failure({"queue", "strategy"}),
              "missing <slug> | Usage: murmur queue strategy [flags] <slug> <all|one|five>");
    EXPECT_EQ(failure({"spawn", "a", "--resurrect", "--force-new"}),
              "--resurrect and --force-new exclude each other | ");
    EXPECT_EQ(failure({"ls", "--json", "-q"}), "--json and -q exclude each other | ");
    EXPECT_EQ(failure({"spawn", "a", "-w"}), "-w needs a value: -w NAME | ");
    EXPECT_EQ(failure({"ls", "-a=maybe"}), "-a takes true or false, not \"maybe\" | ");
}

TEST(Arguments, WhatIsNotThereYetIsRefusedByName) {
    for (const std::vector<std::string>& flag :
         std::vector<std::vector<std::string>>{{"--flight", "x"}, {"--input", "a=b"}}) {
        std::vector<std::string> words = {"spawn", "a", "b"};
        words.insert(words.end(), flag.begin(), flag.end());
        EXPECT_EQ(failure(words), flag[0] + " is not available in this version | ");
    }
}

TEST(Arguments, EveryCommandHasHelp) {
    for (const CommandSpec* command : all_commands()) {
        const std::string help = command_help(*command);
        EXPECT_TRUE(help.starts_with("usage: murmur " + std::string(command->name) + " [flags]")) << help;
        EXPECT_FALSE(command->summary.empty());
        EXPECT_NE(command->run, nullptr);
        for (const FlagSpec& flag : command->flags) {
            EXPECT_FALSE(flag.help.empty()) << flag.name;
            EXPECT_EQ(flag.kind == FlagSpec::Kind::boolean, flag.value.empty()) << flag.name;
        }
        const bool is_shown =
            overview_help(all_commands(), "").find("\n  " + std::string(command->name) + " ") != std::string::npos;
        EXPECT_NE(is_shown, command->is_hidden) << command->name;
    }
}

}
}
