#include "cli/run_cli.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cli/command_context.hpp"
#include "cli/command_list.hpp"
#include "cli/terminal_text.hpp"
#include "cli/usage_text.hpp"

namespace murmur {

namespace {

int exit_code_of(const Error& error) {
    if (is_usage_error(error)) return 2;
    return error.code() == Errc::cancelled ? 130 : 1;
}

/// "line 4, column 3: repos[0].base_branch", "api.yaml:4:3: …" or "api.yaml": where in the user's own text something is
/// wrong.
bool names_a_place(const std::string& line) {
    for (const char* ending : {".yaml", ".yml", ".json", ".md"})
        if (line.ends_with(ending)) return true;
    const auto digits = [&](std::size_t from) {
        std::size_t end = from;
        while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
        return end;
    };
    if (line.starts_with("line ") && digits(5) > 5) return true;
    for (std::size_t at = line.find(':'); at != std::string::npos; at = line.find(':', at + 1)) {
        const std::size_t end = digits(at + 1);
        if (end > at + 1 && end < line.size() && line[end] == ':' && digits(end + 1) > end + 1) return true;
    }
    return false;
}

void print_error(const Error& error, bool is_verbose, Out& out) {
    std::string text = "murmur: " + as_one_line(error.message()) + "\n";
    for (const std::string& line : error.context()) {
        const bool names_two = line.starts_with("first in ") || line.starts_with("first at ");
        if (names_two || names_a_place(line))
            text += (names_two ? "  " : "  at ") + as_one_line(line) + "\n";
        else if (is_verbose)
            text += "  while " + as_one_line(line) + "\n";
    }
    if (!error.hint().empty()) text += "hint: " + as_one_line(error.hint()) + "\n";
    out.note(text);
}

/// For the case that the command line itself cannot be read.
bool asks_for_verbose(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "-v" || word == "--v" || word == "--verbose" || word == "-verbose";
    });
}

/// The group that the words before --help name: "session" of `murmur session --help`.
std::string group_of(const std::vector<std::string>& words) {
    for (const std::string& word : words)
        for (const CommandSpec* command : all_commands())
            if (command->name.starts_with(word + " ")) return word;
    return {};
}

int run_command(const std::vector<std::string>& words, Out& out) {
    const CommandLine line = parse_command_line(words, all_commands());
    if (!line.command) {
        const std::string text = overview_help(all_commands(), line.wants_help ? group_of(words) : "");
        if (line.wants_help) {
            out.print(text);
            return 0;
        }
        out.note(text);
        return 2;
    }
    if (line.wants_help) {
        out.print(command_help(*line.command));
        return 0;
    }
    CommandContext context(*line.command, line.arguments, out);
    return line.command->run(context);
}

/// Files opened later must not take the numbers of the standard streams.
void open_standard_streams() {
    for (int file = 0; file <= 2; ++file)
        if (::fcntl(file, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) ::_exit(1);
}

}

int run_cli(const std::vector<std::string>& words, Out& out) {
    try {
        return run_command(words, out);
    } catch (...) {
        const Error error = current_error();
        print_error(error, asks_for_verbose(words), out);
        return exit_code_of(error);
    }
}

int run_cli_main(int argc, char** argv) {
    open_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    StandardOut out;
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    try {
        return run_command(words, out);
    } catch (...) {
        const Error error = current_error();
        if (out.is_closed()) return 0;
        print_error(error, asks_for_verbose(words), out);
        return exit_code_of(error);
    }
}

}
