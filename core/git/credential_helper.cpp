#include "git/credential_helper.hpp"

#include <functional>
#include <murmur/error.hpp>
#include <sstream>

#include "git/exec_process.hpp"

namespace murmur::git {

namespace {

constexpr std::size_t answer_bytes_max = 64 << 10;

std::string read_answer(ExecProcess& git) {
    std::string text;
    char buffer[4096];
    while (text.size() < answer_bytes_max) {
        const std::size_t got = git.read(buffer, sizeof buffer);
        if (got == 0) break;
        text.append(buffer, got);
    }
    return text;
}

}

std::optional<UserPassword> ask_credential_helpers(const std::string& url, const RemoteOptions& options) {
    if (url.find('\n') != std::string::npos) return std::nullopt;
    auto environment = options.environment;
    environment["GIT_TERMINAL_PROMPT"] = "0";
    environment["GIT_ASKPASS"] = "true";  // the program: it says nothing, and opens no window
    ExecProcess git({"git", "credential", "fill"}, environment);
    const std::stop_callback<std::function<void()>> on_stop(options.stop, [&git] { git.cut_short(); });
    const std::string question = "url=" + url + "\n\n";
    if (!git.write(question.data(), question.size())) return std::nullopt;
    git.close_input();
    std::istringstream lines(read_answer(git));
    UserPassword found;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("username=")) found.user = line.substr(9);
        if (line.starts_with("password=")) found.password = line.substr(9);
    }
    if (found.password.empty()) return std::nullopt;
    return found;
}

}
