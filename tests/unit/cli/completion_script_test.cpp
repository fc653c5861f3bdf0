#include "cli/completion_script.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/command_list.hpp"
#include "cli/program_output.hpp"

namespace murmur {
namespace {

/// Runs the bash script with the words typed so far, and a murmur that knows two agents and says what it is asked.
std::string complete(const std::string& words) {
    std::string pattern = std::filesystem::temp_directory_path() / "completion-XXXXXX";
    const std::filesystem::path dir = ::mkdtemp(pattern.data());
    std::ofstream(dir / "script") << bash_completion(all_commands());
    const std::string test =
        "murmur() { if [[ $1 == ls ]]; then echo alpha; echo beta; fi\n"
        "case $* in '__complete kinds') echo role; echo recipe ;; '__complete names role') echo dev; echo ops ;;\n"
        "'__complete names repo-config') echo https://x/y ;; '__complete names secret') echo TOKEN ;;\n"
        "'__complete names workspace') echo api ;; '__complete permissions') echo role.read; echo role.edit ;;\n"
        "'__complete fields role ') echo max=; echo mode= ;; '__complete fields role mode=a') echo mode=all ;;\n"
        "'__complete fields role mo') echo mode= ;; '__complete fields role mode=') echo mode=all; echo mode=one ;; "
        "esac; }\n"
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
    EXPECT_EQ(complete("spawn --fligh"), "\n");  // not offered while it is not available
    EXPECT_EQ(complete("task update ''"), "alpha beta\n");
    EXPECT_EQ(complete("queue conflict-resolution alpha acme/api re"), "rebase\n");
    EXPECT_EQ(complete("report-pr --checks pe"), "pending\n");
    EXPECT_EQ(complete("queue strategy alpha fi"), "five\n");
    EXPECT_EQ(complete("completion z"), "zsh\n");
}

TEST(CompletionScript, BashAsksMurmurdForTheCatalog) {
    EXPECT_EQ(complete("get r"), "role recipe\n");
    EXPECT_EQ(complete("get -o wide role ''"), "dev ops\n");
    EXPECT_EQ(complete("get role dev ''"), "\n");
    EXPECT_EQ(complete("describe role o"), "ops\n");
    EXPECT_EQ(complete("patch role dev --set ''"), "max= mode=\n");
    EXPECT_EQ(complete("patch role dev --set mo"), "mode=\n");
    // bash hands a word over in pieces, and replaces the last of them.
    EXPECT_EQ(complete("patch role dev --set mode ="), "all one\n");
    EXPECT_EQ(complete("patch role dev --set mode = a"), "all\n");
    EXPECT_EQ(complete("rm repo-config https : //x"), "//x/y\n");
    EXPECT_EQ(complete("secret rm T"), "TOKEN\n");
    EXPECT_EQ(complete("secret rm TOKEN ''"), "\n");
    EXPECT_EQ(complete("check-permissions role.read role.e"), "role.edit\n");
    EXPECT_EQ(complete("spawn -w a"), "api\n");
    EXPECT_EQ(complete("get role --js"), "--json\n");
    EXPECT_EQ(complete("__com"), "\n");
}

TEST(CompletionScript, TheOthersNameEveryCommand) {
    for (const CommandSpec* command : all_commands()) {
        if (command->is_hidden) continue;
        EXPECT_NE(zsh_completion(all_commands()).find("'" + std::string(command->name) + "')"), std::string::npos);
        const std::string last(command->name.substr(command->name.rfind(' ') + 1));
        EXPECT_NE(fish_completion(all_commands()).find(" -a " + last), std::string::npos) << last;
    }
}

}
}
