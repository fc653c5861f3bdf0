#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <murmur/error.hpp>

#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

/// Becomes the program. Throws when there is none.
[[noreturn]] void become(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::fflush(nullptr);
    ::execvp(argv.front(), argv.data());
    throw system_error(errno, "running \"" + words.front() + "\"");
}

void require_this_computer(const ServerAddress& server, const std::string& slug) {
    if (server.kind == ServerAddress::Kind::unix_socket) return;
    throw Error(Errc::failed_precondition,
                "the machine of agent \"" + slug + "\" is on the computer of murmurd (" + server.text() + ")")
        .with_hint("Run murmur ssh there, as the user who runs murmurd.");
}

int run_ssh(CommandContext& context) {
    const auto target = context.target();
    const bool is_terminal = context.args.has("attach");
    json::array command;
    for (std::size_t i = 1; i < context.args.positionals.size(); ++i)
        command.push_back(json::string(context.args.positionals[i]));
    if (is_terminal && !command.empty()) throw usage_error("--attach takes no command");
    const json::object answer = context.client().call(
        "AttachAgent", {{"agent", target.ref}, {"terminal", is_terminal}, {"command", std::move(command)}});
    std::vector<std::string> argv;
    for (const json::value& word : answer_list(answer, "argv"))
        if (word.is_string()) argv.emplace_back(word.get_string());
    if (argv.empty()) throw Error(Errc::internal, "murmurd did not say what to run");
    const json::value* on_host = answer.if_contains("onHost");
    if (on_host && on_host->is_bool() && on_host->get_bool()) require_this_computer(context.server(), target.label());
    if (is_terminal && (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO)))
        throw Error(Errc::failed_precondition, "--attach needs a terminal")
            .with_hint("Without one: murmur session watch " + target.label() + ", murmur session send " +
                       target.label());
    if (context.args.has("verbose")) {
        std::string line;
        for (const std::string& word : argv) line += (line.empty() ? "" : " ") + word;
        context.out.note(line + "\n");
    }
    become(std::move(argv));
}

}

const CommandSpec& ssh_command() {
    static const CommandSpec command{
        .name = "ssh",
        .arguments = "<slug> [command...]",
        .summary = "Open a shell where an agent works, or the terminal of its session",
        .details =
            "With a command (after --) that is run instead of a shell, and its exit code is this one's.\n"
            "--attach shows the terminal in which the session of an agent spawned with -i runs, and you can type\n"
            "into it; leave it with Ctrl-b d, and the session goes on.",
        .flags = {{.name = "attach", .help = "The terminal of the session; only of agents spawned with -i"}},
        .run = run_ssh};
    return command;
}

}
