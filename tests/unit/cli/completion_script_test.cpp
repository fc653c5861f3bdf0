#include "cli/completion_script.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/command_list.hpp"
#include "cli/program_output.hpp"

namespace murmur {
namespace {

/// Runs the bash script with the words typed so far, and a murmur that knows two agents.
std::string complete(const std::string& words) {
    std::string pattern = std::filesystem::temp_directory_path() / "completion-XXXXXX";
    const std::filesystem::path dir = ::mkdtemp(pattern.data());
    std::ofstream(dir / "script") << bash_completion(all_commands());
    const std::string test =
        "murmur() { if [[ $1 == ls ]]; then echo alpha; echo beta; fi; }\n"
        "source " +
        (dir / "script").string() + "\nCOMP_WORDS=(murmur " + words +
        ")\n"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_murmur\necho \"${COMPREPLY[*]}\"\n";
    const ProgramOutput result = run_program({"bash", "-uc", test});
    std::filesystem::remove_all(dir);
    EXPECT_EQ(result.exit_status, 0);
    return result.output;
}

TEST(CompletionScript, BashCompletesEverything) {
    EXPECT_EQ(complete("sta"), "status\n");
    EXPECT_EQ(complete("session ''"), "watch send interrupt stop\n");
    EXPECT_EQ(complete("session watch ''"), "alpha beta\n");
    EXPECT_EQ(complete("kill al"), "alpha\n");
    EXPECT_EQ(complete("spawn --on-idle k"), "keep-alive\n");
    EXPECT_EQ(complete("-w x spawn a --dequeue-strategy ''"), "all one five\n");
    EXPECT_EQ(complete("ls --js"), "--json\n");
    EXPECT_EQ(complete("spawn --resurr"), "\n");
    EXPECT_EQ(complete("queue strategy alpha fi"), "five\n");
    EXPECT_EQ(complete("completion z"), "zsh\n");
}

TEST(CompletionScript, TheOthersNameEveryCommand) {
    for (const CommandSpec* command : all_commands()) {
        EXPECT_NE(zsh_completion(all_commands()).find("'" + std::string(command->name) + "')"), std::string::npos);
        const std::string last(command->name.substr(command->name.rfind(' ') + 1));
        EXPECT_NE(fish_completion(all_commands()).find(" -a " + last), std::string::npos) << last;
    }
}

}
}
